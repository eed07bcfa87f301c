//! A knock of mine.

use core::fmt;

use doorstep_client_api::http::{KeyPackageRefEntry, KeyPackageRefs};
use doorstep_page_api::view::Problem;
use doorstep_policy::RoomState;
use doorstep_wire::{ClientUri, RoomUri, UserUri, ext::policy::RoomPurpose};
use serde::{Deserialize, Serialize};
use tls_codec::{Serialize as _, VLByteVec};

/// A KeyPackage that travels in a knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    pub(crate) bytes: serde_bytes::ByteBuf,
    pub(crate) reference: [u8; 32],
    /// Seconds since the UNIX epoch.
    pub(crate) not_after: u64,
}

/// A knock of mine, from the click to its end. Key: the id the page gave.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnockRecord {
    pub(crate) target: RoomUri,
    pub(crate) target_name: String,
    pub(crate) knock_room: RoomUri,
    pub(crate) note: String,
    /// The dead link that led here.
    #[serde(default)]
    pub(crate) link: Option<[u8; 16]>,
    /// When it was clicked, milliseconds.
    pub(crate) at: u64,
    /// Pc1: who she is in the knock room.
    pub(crate) visitor: ClientUri,
    /// Pc2: who she will be in the room.
    pub(crate) client: ClientUri,
    pub(crate) request_id: [u8; 16],
    /// HPKE key pair the outcome is sealed to.
    pub(crate) answer_secret: [u8; 32],
    pub(crate) answer_key: [u8; 32],
    /// Made once the identity is minted.
    pub(crate) packages: Vec<Package>,
    /// Say to the moderators who she is.
    #[serde(default)]
    pub(crate) disclose: Option<doorstep_page_api::view::Claims>,
    /// Can be answered until, milliseconds; 0 before the packages are made.
    pub(crate) expires: u64,
    /// The sealed knock was accepted by the hub at, milliseconds.
    pub(crate) sent: Option<u64>,
    /// Why it had to be sealed again: the commit that the knock room went back behind, or anything else.
    #[serde(default)]
    pub(crate) again: Vec<[u8; 32]>,
    /// She took it back; what is still to be done is done.
    pub(crate) withdrawing: bool,
    pub(crate) state: KnockState,
}

impl KnockRecord {
    /// `KeyPackageRefs` of its packages; none: it has none.
    pub(crate) fn references(&self) -> Option<Vec<u8>> {
        let entry = |package: &Package| KeyPackageRefEntry {
            reference: VLByteVec::new(package.reference.to_vec()),
            user: self.user(),
            not_after: package.not_after,
        };
        let refs = KeyPackageRefs { refs: self.packages.iter().map(entry).collect() };
        if self.packages.is_empty() { None } else { refs.tls_serialize_detached().ok() }
    }

    pub(crate) fn user(&self) -> UserUri {
        self.client.user()
    }

    /// Somebody may let her in, and she would take it.
    pub(crate) fn may_be_let_in(&self) -> bool {
        (!self.state.is_over() || self.awaits_end()) && !self.withdrawing
    }

    /// It is the room she knocked at, by its own word and by the knock room she used, and she is in its list.
    pub(crate) fn is_answered_by(&self, state: &RoomState) -> bool {
        state.room_uri() == &self.target
            && state.knock_room() == Some(&self.knock_room)
            && *state.purpose() == RoomPurpose::Standard
            && state.is_in(&self.user())
    }

    /// Over, but she may be let in all the same, by a moderator who did not hear of the other's no in time. Her Welcome may
    /// be under way for days, and whoever is in the list without being able to open it is a ghost.
    pub(crate) fn awaits_end(&self) -> bool {
        let may_be_let_in = match self.state {
            KnockState::Declined { .. } | KnockState::Banned { .. } => true,
            KnockState::Refused(_) => self.sent.is_some(),
            _ => false,
        };
        may_be_let_in && !self.packages.is_empty()
    }
}

impl fmt::Debug for KnockRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnockRecord").field("target", &self.target).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KnockState {
    /// Waits for both identities.
    Gathering,
    /// Of former versions, which told the provider where the Welcome goes before anything else. Goes on as `Joining`.
    Registering,
    /// Joins the knock room (a [`super::JoinRecord`] has the details). With the commit go, in order, where the Welcome goes,
    /// the sealed knock, and her leave.
    Joining,
    /// In the knock room, and not all of that was accepted: its room record has what is left in its queue.
    Delivering,
    /// Sealed and sent.
    Waiting,
    /// Tells the hub that it is taken back.
    Withdrawing,
    /// Over: let in.
    Accepted,
    /// Over.
    Declined { reason: String },
    /// Over.
    Banned { reason: String },
    /// Over.
    RoomClosed,
    /// Over.
    Expired,
    /// Over.
    Withdrawn,
    /// Over.
    Refused(Problem),
}

impl KnockState {
    /// Nothing more will happen.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(
            self,
            Self::Gathering | Self::Registering | Self::Joining | Self::Delivering | Self::Waiting | Self::Withdrawing
        )
    }
}
