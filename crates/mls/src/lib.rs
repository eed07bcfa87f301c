//! OpenMLS in one place: members, observers, storage.
//!
//! The only crate besides `wire` that names OpenMLS. It knows groups, leaves and proposals; who somebody is and what they
//! may do are asked of the caller, who gets plain values ([`CommitView`], [`LeafView`]) before anything is staged.
//!
//! Never reads a clock of its own, never draws randomness of its own, never sends anything. OpenMLS itself compares
//! lifetimes with the machine's clock where its API leaves no choice, and what it draws it draws from the system through
//! `openmls_rust_crypto` (docs/adr/0006). Tests that want the same bytes every time have the feature `seeded`.
//!
//! Start with [`Journal`] (storage), [`Mls`] (one step), then [`Member`] (a client in a group) and [`Observer`] (the hub
//! beside it).

pub mod commit_view;
pub mod crypto;
pub mod fault;
pub mod group;
pub mod hpke;
pub mod identity;
pub mod join;
pub mod journal;
pub mod key_package;
pub mod leaf;
pub mod member;
pub mod observer;
pub mod provider;
mod raw;
mod safe_aad;
#[cfg(feature = "seeded")]
pub mod seeded;
mod suite;
pub mod welcome;

pub use commit_view::{
    AddView, Author, Changes, CommitView, ProposalContent, ProposalView, Proposer, RemoveView, UpdateView, changed,
};
pub use fault::Fault;
pub use group::{GroupView, MAX_PAST_EPOCHS};
pub use hpke::{HpkeError, HpkeKeyPair, hpke_keypair, hpke_open};
pub use identity::{Identity, verify_with_label};
pub use join::{JoinError, JoinPreview, peek_newcomer};
pub use journal::{Journal, JournalError, Labeller, Mark, Write};
pub use key_package::{
    KeyPackageError, KeyPackageView, NewKeyPackage, drop_key_package, key_package, last_resort_key_package,
};
pub use leaf::{LeafView, Lifespan};
pub use member::{
    AcceptError, CommitError, CreateError, Incoming, IncomingApplication, IncomingCommit, IncomingProposal, LeafChange,
    Member, MergeError, NewGroup, OutgoingCommit, Plan, ProcessError, ProposeError, PublishedGroup, SendError, delete,
    is_stored,
};
pub use observer::{
    GroupInfoError, ObserveError, Observed, ObservedCommit, ObservedProposal, Observer, ObserverAcceptError,
    ObserverError, PendingProposal, hub_remove,
};
pub use provider::{Mls, SEEDED};
pub use welcome::{WelcomeError, WelcomePreview};
