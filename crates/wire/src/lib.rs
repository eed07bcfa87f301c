//! Exact bytes of the MIMI drafts and of Doorstep's own extensions.
//!
//! Bytes become types here and nothing is believed yet: signatures, credentials and policy are for the crates above.
//! Decoding is strict: canonical lengths, known values where the drafts do not ask for tolerance, limits, and nothing
//! after the end. What a signature covers is kept as it was received, never encoded again.
//!
//! No clock, no randomness, no network, no keys.
//!
//! Start reading with [`uri`], then [`mls_message`] and [`update`]; [`ext`] has what is in no draft, and [`refusal`]
//! the words for a no.

pub mod abuse;
pub mod capability;
pub mod codec;
pub mod component;
pub mod consent;
pub mod credential;
pub mod dictionary;
pub mod ext;
pub mod franking;
pub mod group_info;
pub mod group_info_parts;
pub mod hpke;
pub mod identifier;
pub mod key_material;
pub mod mls_message;
pub mod notify;
pub mod numbers;
#[cfg(test)]
mod printed;
pub mod refusal;
pub mod room;
#[cfg(test)]
mod round_trips;
pub mod sign;
#[cfg(test)]
mod strictness;
pub mod submit;
pub mod tree;
pub mod update;
pub mod uri;

pub use capability::Capability;
pub use codec::{Body, DecodeError};
pub use credential::{Credential, ExternalSender};
pub use dictionary::Dictionary;
pub use ext::restored::Restored;
pub use ext::room_ended::{EndReason, EndRoom, RoomEnded};
pub use mls_message::{BareGroupInfo, BareKeyPackage, BareWelcome, RawMlsMessage};
pub use numbers::{Epoch, IdentityKind, LeafIndex, UnixMillis};
pub use refusal::Refusal;
pub use tree::{RatchetTree, RatchetTreeOption};
pub use uri::{ClientUri, GroupUri, IdentifierUri, ProviderDomain, RoomUri, UserUri};
