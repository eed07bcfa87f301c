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

/// What a knock gives away: whoever has it can let the knocker in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pack {
    pub(crate) packages: Vec<Package>,
    /// Can be answered until, milliseconds.
    pub(crate) expires: u64,
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
    /// Pc1: who the knocker is in the knock room.
    pub(crate) visitor: ClientUri,
    /// Pc2: who the knocker will be in the room.
    pub(crate) client: ClientUri,
    pub(crate) request_id: [u8; 16],
    /// HPKE key pair the outcome is sealed to.
    pub(crate) answer_secret: [u8; 32],
    pub(crate) answer_key: [u8; 32],
    /// Say to the moderators who the knocker is.
    #[serde(default)]
    pub(crate) disclose: Option<doorstep_page_api::view::Claims>,
    /// Why it had to be sealed again: the commit that the knock room went back behind, or anything else.
    #[serde(default)]
    pub(crate) again: Vec<[u8; 32]>,
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
        let packages = self.state.packages();
        let refs = KeyPackageRefs { refs: packages.iter().map(entry).collect() };
        if packages.is_empty() { None } else { refs.tls_serialize_detached().ok() }
    }

    pub(crate) fn user(&self) -> UserUri {
        self.client.user()
    }

    /// Somebody may let the knocker in, and they would take it.
    pub(crate) fn may_be_let_in(&self) -> bool {
        self.state.pack().is_some()
    }

    /// It is the room that was knocked at, by its own word and by the knock room that was used, and the knocker is in
    /// its list.
    pub(crate) fn is_answered_by(&self, state: &RoomState) -> bool {
        state.room_uri() == &self.target
            && state.knock_room() == Some(&self.knock_room)
            && *state.purpose() == RoomPurpose::Standard
            && state.is_in(&self.user())
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
    /// Joins the knock room (a [`super::JoinRecord`] has the details). With the commit go, in order, where the Welcome goes,
    /// the sealed knock, and the leave. `sent`: when the hub accepted it, if it is sealed once more; milliseconds.
    Joining { pack: Pack, sent: Option<u64> },
    /// In the knock room, and not all of that was accepted: its room record has what is left in its queue.
    Delivering { pack: Pack, sent: Option<u64> },
    /// Sealed and sent: the hub accepted it at, milliseconds.
    Waiting { pack: Pack, sent: u64 },
    /// The knocker took it back, and tells the hub so. Nobody lets them in any more.
    Withdrawing { packages: Vec<Package> },
    /// Over. `pack`: the knocker may be let in all the same, by a moderator who did not hear of the other's no in time.
    /// The Welcome may be under way for days, and whoever is in the list without being able to open it is a ghost.
    Over { end: KnockEnd, pack: Option<Pack> },
}

/// What became of a knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KnockEnd {
    /// Let in.
    Accepted,
    /// Somebody said no.
    Declined { reason: String },
    /// Somebody said no for good.
    Banned { reason: String },
    /// The room is no more.
    RoomClosed,
    /// Nobody answered in time.
    Expired,
    /// The knocker took it back.
    Withdrawn,
    /// It could not be brought, or not be answered.
    Refused(Problem),
}

impl KnockState {
    /// What goes into the knock is made: into the knock room.
    pub(crate) fn set_out(self, pack: Pack) -> Self {
        match self {
            Self::Gathering => Self::Joining { pack, sent: None },
            other => other,
        }
    }

    /// In the knock room.
    pub(crate) fn come_in(self) -> Self {
        match self {
            Self::Joining { pack, sent } => Self::Delivering { pack, sent },
            other => other,
        }
    }

    /// The hub took it. Somebody may have been so fast that the answer to the knock is here before that.
    pub(crate) fn send(self, at: u64) -> Self {
        match self {
            Self::Joining { pack, .. } | Self::Delivering { pack, .. } | Self::Waiting { pack, .. } => {
                Self::Waiting { pack, sent: at }
            }
            other => other,
        }
    }

    /// Once more into the knock room, to be sealed again.
    pub(crate) fn go_back(self) -> Self {
        match self {
            Self::Joining { pack, sent } | Self::Delivering { pack, sent } => Self::Joining { pack, sent },
            Self::Waiting { pack, sent } => Self::Joining { pack, sent: Some(sent) },
            other => other,
        }
    }

    /// The knocker takes it back; also a no that may still become a yes.
    pub(crate) fn withdraw(self) -> Self {
        let packages = match self {
            Self::Gathering => Vec::new(),
            Self::Joining { pack, .. } | Self::Delivering { pack, .. } | Self::Waiting { pack, .. } => pack.packages,
            Self::Withdrawing { packages } => packages,
            Self::Over { pack, .. } => pack.map(|pack| pack.packages).unwrap_or_default(),
        };
        Self::Withdrawing { packages }
    }

    /// It is over, or over in another way than before; and the packages whose private halves are to be deleted: all,
    /// unless somebody who has them may let the knocker in all the same.
    pub(crate) fn end(self, end: KnockEnd) -> (Self, Vec<Package>) {
        let (pack, sent) = match self {
            Self::Gathering => (None, false),
            Self::Joining { pack, sent } | Self::Delivering { pack, sent } => (Some(pack), sent.is_some()),
            Self::Waiting { pack, .. } => (Some(pack), true),
            Self::Withdrawing { packages } => return (Self::Over { end, pack: None }, packages),
            // What is kept after a no was sent.
            Self::Over { pack, .. } => (pack, true),
        };
        let keeps = match &end {
            KnockEnd::Declined { .. } | KnockEnd::Banned { .. } => true,
            KnockEnd::Refused(_) => sent,
            KnockEnd::Accepted | KnockEnd::RoomClosed | KnockEnd::Expired | KnockEnd::Withdrawn => false,
        };
        match pack {
            Some(pack) if !keeps => (Self::Over { end, pack: None }, pack.packages),
            pack => (Self::Over { end, pack }, Vec::new()),
        }
    }

    /// Its time is over: nobody can let the knocker in any more. And the packages whose private halves are to be
    /// deleted.
    pub(crate) fn expire(self) -> (Self, Vec<Package>) {
        match self {
            Self::Over { end, pack } => {
                (Self::Over { end, pack: None }, pack.map(|pack| pack.packages).unwrap_or_default())
            }
            Self::Waiting { .. } => self.end(KnockEnd::Expired),
            other => (other, Vec::new()),
        }
    }

    /// When its time is over.
    pub(crate) fn expires(&self) -> Option<u64> {
        match self {
            Self::Waiting { pack, .. } | Self::Over { pack: Some(pack), .. } => Some(pack.expires),
            _ => None,
        }
    }

    /// What it gives away; none: nobody can let the knocker in, or they would not take it.
    pub(crate) fn pack(&self) -> Option<&Pack> {
        match self {
            Self::Joining { pack, .. } | Self::Delivering { pack, .. } | Self::Waiting { pack, .. } => Some(pack),
            Self::Over { pack, .. } => pack.as_ref(),
            Self::Gathering | Self::Withdrawing { .. } => None,
        }
    }

    /// The packages whose private halves are still here.
    pub(crate) fn packages(&self) -> &[Package] {
        match self {
            Self::Withdrawing { packages } => packages,
            _ => self.pack().map_or(&[], |pack| &pack.packages),
        }
    }

    /// When the hub accepted it, as far as that is known; milliseconds.
    pub(crate) fn sent(&self) -> Option<u64> {
        match self {
            Self::Joining { sent, .. } | Self::Delivering { sent, .. } => *sent,
            Self::Waiting { sent, .. } => Some(*sent),
            Self::Gathering | Self::Withdrawing { .. } | Self::Over { .. } => None,
        }
    }

    /// It is to be brought, or waits for its answer.
    pub(crate) fn is_wanted(&self) -> bool {
        !matches!(self, Self::Withdrawing { .. } | Self::Over { .. })
    }

    /// Nothing more will happen, unless the knocker is let in all the same.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Over { .. })
    }
}

#[cfg(test)]
mod tests {
    use doorstep_wire::Refusal;

    use super::*;

    fn pack() -> Pack {
        let package = Package { bytes: Default::default(), reference: [1; 32], not_after: 2 };
        Pack { packages: vec![package], expires: 3 }
    }

    fn refused() -> KnockEnd {
        KnockEnd::Refused(Problem::new(Refusal::LostState))
    }

    #[test]
    fn keys_are_kept_only_where_somebody_may_let_her_in_all_the_same() {
        let no = || KnockEnd::Declined { reason: String::new() };
        let on_the_way = || KnockState::Gathering.set_out(pack()).come_in();
        let waiting = || on_the_way().send(5);
        let kept = |end| (KnockState::Over { end, pack: Some(pack()) }, Vec::new());
        let erased = |end| (KnockState::Over { end, pack: None }, pack().packages);
        for end in [KnockEnd::Accepted, KnockEnd::RoomClosed, KnockEnd::Expired, KnockEnd::Withdrawn] {
            assert_eq!(on_the_way().end(end.clone()), erased(end.clone()));
            assert_eq!(waiting().end(no()).0.end(end.clone()), erased(end));
        }
        // A no was read by somebody; what was refused may have been.
        assert_eq!(on_the_way().end(no()), kept(no()));
        assert_eq!((on_the_way().end(refused()), waiting().end(refused())), (erased(refused()), kept(refused())));
        assert_eq!(waiting().go_back().end(refused()), kept(refused()));
        assert_eq!(waiting().end(no()).0.end(refused()), kept(refused()));
        assert_eq!(waiting().withdraw().end(no()), erased(no()));
        assert_eq!(kept(no()).0.expire(), erased(no()));
        assert_eq!(waiting().expire(), erased(KnockEnd::Expired));
        assert_eq!(on_the_way().expire(), (on_the_way(), Vec::new()));
    }

    #[test]
    fn what_is_over_or_taken_back_does_not_go_on() {
        let over = || KnockState::Gathering.end(refused()).0;
        let back = || KnockState::Gathering.set_out(pack()).withdraw();
        for state in [over, back] {
            assert_eq!(state().set_out(pack()).come_in().send(5).go_back(), state());
            assert!(state().pack().is_none() && state().expires().is_none() && !state().is_wanted());
        }
        // But the knocker can take back what may still become a yes.
        assert_eq!(KnockState::Gathering.set_out(pack()).send(5).end(refused()).0.withdraw(), back());
    }
}
