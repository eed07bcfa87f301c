//! Joining by a Welcome (RFC 9420 §12.4.3.1).
//!
//! OpenMLS uses up the KeyPackage as soon as it opens a Welcome, before anybody could look at the group. So everything
//! it writes is taken back from the journal unless the caller accepts.

use openmls::group::StagedWelcome;
use openmls::messages::Welcome;
use openmls::prelude::WelcomeError as MlsWelcomeError;
use openmls::treesync::RatchetTreeIn;
use tls_codec::Deserialize as _;

use doorstep_wire::numbers::LeafIndex;

use crate::fault::Fault;
use crate::group::{GroupView, join_config};
use crate::journal::Mark;
use crate::leaf::LeafView;
use crate::member::Member;
use crate::provider::Mls;
use crate::suite;

/// A group somebody has added us to, verified, and not accepted yet.
#[derive(Debug)]
pub struct WelcomePreview {
    member: Member,
    sender: LeafIndex,
    mark: Mark,
}

/// Why a Welcome cannot be opened. Nothing is used up.
#[derive(Debug, thiserror::Error)]
pub enum WelcomeError {
    /// The Welcome is malformed.
    #[error("malformed Welcome")]
    Malformed,
    /// The group is of another cipher suite.
    #[error("other cipher suite")]
    Suite,
    /// The tree is malformed.
    #[error("malformed ratchet tree")]
    Tree,
    /// None of its KeyPackages is ours, or it has been used already.
    #[error("no KeyPackage of ours")]
    NoKeyPackage,
    /// We are in that group already.
    #[error("already in the group")]
    AlreadyMember,
    /// Something does not hold.
    #[error("invalid Welcome: {0}")]
    Mls(Fault),
}

impl WelcomePreview {
    /// Opens a bare `Welcome` with the tree (`optional<Node> ratchet_tree<V>`) that came with it. Lifetimes in the tree are
    /// not looked at: old rooms have old leaves.
    ///
    /// # Errors
    /// Something does not hold; then the journal is as before.
    pub fn open(mls: &Mls<'_>, welcome: &[u8], tree: &[u8]) -> Result<Self, WelcomeError> {
        if suite::is_other_welcome(welcome) {
            return Err(WelcomeError::Suite);
        }
        let welcome = Welcome::tls_deserialize_exact(welcome).map_err(|_| WelcomeError::Malformed)?;
        let tree = RatchetTreeIn::tls_deserialize_exact(tree).map_err(|_| WelcomeError::Tree)?;
        let mark = mls.journal().mark();
        let opened = open(mls, welcome, tree);
        match opened {
            Ok((member, sender)) => Ok(Self { member, sender, mark }),
            Err(error) => {
                mls.journal().rollback(mark);
                Err(error)
            }
        }
    }

    /// The group as it is now, with us in it.
    pub fn view(&self) -> GroupView {
        self.member.view()
    }

    /// The member that added us.
    pub fn sender(&self) -> LeafIndex {
        self.sender
    }

    /// The leaf of the member that added us.
    pub fn sender_leaf(&self) -> Option<LeafView> {
        self.member.leaf(self.sender)
    }

    /// Stay. The KeyPackage is used up.
    pub fn accept(self) -> Member {
        self.member
    }

    /// Leave no trace: the KeyPackage can still be used. Do nothing else with the journal between opening and this.
    pub fn reject(self, mls: &Mls<'_>) {
        mls.journal().rollback(self.mark);
    }
}

fn open(mls: &Mls<'_>, welcome: Welcome, tree: RatchetTreeIn) -> Result<(Member, LeafIndex), WelcomeError> {
    let staged = StagedWelcome::build_from_welcome(mls, &join_config(), welcome)
        .map_err(refine)?
        .with_ratchet_tree(tree)
        .skip_lifetime_validation()
        .build()
        .map_err(refine)?;
    let sender = LeafIndex(staged.welcome_sender_index().u32());
    let group = staged.into_group(mls).map_err(refine)?;
    Ok((Member { group }, sender))
}

fn refine<E: std::fmt::Debug + std::fmt::Display>(error: MlsWelcomeError<E>) -> WelcomeError {
    match error {
        MlsWelcomeError::NoMatchingKeyPackage => WelcomeError::NoKeyPackage,
        MlsWelcomeError::GroupAlreadyExists => WelcomeError::AlreadyMember,
        other => WelcomeError::Mls(Fault::debug(other)),
    }
}
