//! A room I am in.

use core::fmt;

use doorstep_page_api::view::RoomEnd;
use doorstep_wire::{ClientUri, GroupUri, RoomUri, UnixMillis, UserUri};
use serde::{Deserialize, Serialize};

/// A room of mine: its group, who I am in it, what waits to be done in it. Key: room URI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoomRecord {
    pub(crate) room: RoomUri,
    pub(crate) group: GroupUri,
    pub(crate) client: ClientUri,
    /// Name as last seen, for when the group is gone.
    pub(crate) name: String,
    pub(crate) kind: RoomKind,
    pub(crate) life: Life,
    /// I came in at, milliseconds.
    pub(crate) since: u64,
    /// Time of the last thing in it, milliseconds.
    pub(crate) at: u64,
    /// The hub's time of the last commit that was taken in, as far as it was believed; milliseconds.
    #[serde(default)]
    pub(crate) heard: u64,
    pub(crate) unread: u32,
    pub(crate) last: Option<(UserUri, String)>,
    /// What I want done, in order. One at a time is under way.
    pub(crate) queue: Vec<Queued>,
    pub(crate) busy: Option<Busy>,
    /// The hub is ahead of this group: nothing is sent before this epoch is reached.
    pub(crate) behind: Option<u64>,
    /// Hash of a commit nobody can follow, that this client told the hub to take back, and the request for it.
    pub(crate) rejecting: Option<serde_bytes::ByteBuf>,
    /// Hashes of commits that the hub went back behind, newest last: each once.
    #[serde(default)]
    pub(crate) taken_back: Vec<[u8; 32]>,
    /// The group is in doubt or lost, or was not long ago.
    #[serde(default)]
    pub(crate) repair: Option<Repair>,
    /// Counts queue entries.
    pub(crate) next: u64,
    /// Counts messages, for their order.
    pub(crate) messages: u64,
}

impl RoomRecord {
    /// A room that was just entered, or made; nothing was said in it yet.
    pub(crate) fn entered(room: RoomUri, group: GroupUri, client: ClientUri, name: String, at: u64) -> Self {
        Self {
            room,
            group,
            client,
            name,
            kind: RoomKind::Standard,
            life: Life::In,
            since: at,
            at,
            heard: at,
            unread: 0,
            last: None,
            queue: Vec::new(),
            busy: None,
            behind: None,
            rejecting: None,
            taken_back: Vec::new(),
            repair: None,
            next: 0,
            messages: 0,
        }
    }
}

impl RoomRecord {
    /// I am in it.
    pub(crate) fn is_in(&self) -> bool {
        self.life == Life::In
    }

    /// The entry of the queue that is to leave.
    pub(crate) fn number_of_leave(&self) -> Option<u64> {
        let leave = self.queue.iter().find(|queued| matches!(queued.intent, Intent::Leave { .. }));
        leave.map(|queued| queued.number)
    }

    /// The time by which a commit or proposal is judged: the hub's, so that whoever catches
    /// up late judges like those who were there; the own clock's if the hub's runs more than an hour ahead of that, or
    /// back behind what it said before.
    pub(crate) fn believed(&self, hub: u64, own: UnixMillis) -> UnixMillis {
        let back = hub.saturating_add(BELIEVED_WITHIN) < self.heard;
        if back { own } else { believed_at_first(hub, own) }
    }

    /// The time at which something that was said is kept: the hub's, also if it comes after newer commits, as what was long on
    /// its way does; the own clock's if that would be long before I came in, or more than an hour ahead.
    pub(crate) fn dated(&self, hub: u64, own: UnixMillis) -> UnixMillis {
        let before_me = hub.saturating_add(BELIEVED_WITHIN) < self.since;
        if before_me { own } else { believed_at_first(hub, own) }
    }
}

impl RoomRecord {
    /// Nothing can be sent: this client has to come in again first.
    pub(crate) fn is_lost(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| repair.stage == RepairStage::Lost)
    }

    /// What kept the person from coming in again may be over.
    pub(crate) fn try_now(&mut self, now: u64) {
        if let Some(repair) = self.repair.as_mut().filter(|repair| repair.stage == RepairStage::Lost) {
            repair.at = repair.at.min(now);
        }
    }

    /// The group went on to a new epoch: what was in doubt is not any more.
    pub(crate) fn trust(&mut self) {
        self.repair = self.repair.take().and_then(|repair| match repair.stage {
            RepairStage::Lost | RepairStage::Done => Some(repair),
            _ => (repair.tries > 0).then_some(Repair { stage: RepairStage::Done, ..repair }),
        });
    }

    /// Tries that still count.
    pub(crate) fn tries(&self, now: u64) -> u32 {
        match &self.repair {
            Some(Repair { stage: RepairStage::Done, at, .. }) if at.saturating_add(FORGIVEN_AFTER) <= now => 0,
            Some(repair) => repair.tries,
            None => 0,
        }
    }

    /// Nothing is wrong with the group.
    pub(crate) fn is_settled(&self) -> bool {
        self.repair.as_ref().is_none_or(|repair| repair.stage == RepairStage::Done)
    }
}

/// The same in a room of which nothing was heard before.
pub(crate) fn believed_at_first(hub: u64, own: UnixMillis) -> UnixMillis {
    if hub > own.0.saturating_add(BELIEVED_WITHIN) { own } else { UnixMillis(hub) }
}

/// What a room is to me.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RoomKind {
    /// People talk in it.
    Standard,
    /// Knocks at another room come in here.
    KnockRoom(KnockRole),
    /// Somebody asks another whether they want to talk; nobody talks here.
    Connection(ConnectionRole),
}

/// Who I am in a room in which somebody asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ConnectionRole {
    /// Who asks; the id of the ask.
    Asking(String),
    /// Who is asked.
    Asked,
}

/// Who I am in a knock room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KnockRole {
    /// I read the knocks at `target`.
    Moderator {
        target: RoomUri,
        /// Who else reads them: their user in `target`, and here. Me too once I have told the others.
        keepers: Vec<(UserUri, UserUri)>,
    },
    /// I am here for as long as it takes to leave this knock of mine, which says at which room.
    Knocker { knock: String },
}

impl RoomKind {
    /// The knock room of `target`, whose knocks I am going to read.
    pub(crate) fn moderated(target: RoomUri) -> Self {
        Self::KnockRoom(KnockRole::Moderator { target, keepers: Vec::new() })
    }

    /// The room whose knocks I read here.
    pub(crate) fn target(&self) -> Option<&RoomUri> {
        match self {
            Self::KnockRoom(KnockRole::Moderator { target, .. }) => Some(target),
            _ => None,
        }
    }

    /// Those who read knocks here, if I do.
    pub(crate) fn keepers(&self) -> &[(UserUri, UserUri)] {
        match self {
            Self::KnockRoom(KnockRole::Moderator { keepers, .. }) => keepers,
            _ => &[],
        }
    }

    /// Changes who reads knocks here.
    pub(crate) fn change_keepers(&mut self, change: impl FnOnce(&mut Vec<(UserUri, UserUri)>)) {
        if let Self::KnockRoom(KnockRole::Moderator { keepers, .. }) = self {
            change(keepers);
        }
    }

    /// The knock of mine that I am here for.
    pub(crate) fn knock(&self) -> Option<&str> {
        match self {
            Self::KnockRoom(KnockRole::Knocker { knock }) => Some(knock),
            _ => None,
        }
    }
}

/// Whether I am in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Life {
    /// I am in it.
    In,
    /// The hub has heard that I leave. It is over for me; what still comes of it shows whether the others heard it too.
    Leaving {
        /// The epoch in which it heard so.
        epoch: u64,
        /// When it heard so, by its clock, milliseconds.
        at: u64,
        /// The first epoch that a member has ended since.
        settled: Option<u64>,
    },
    /// It is over for me.
    Ended(RoomEnd),
}

impl Life {
    /// The hub has heard that I leave.
    pub(crate) fn leave(self, epoch: u64, at: u64) -> Self {
        match self {
            Self::In => Self::Leaving { epoch, at, settled: None },
            over => over,
        }
    }

    /// A member has ended this epoch.
    pub(crate) fn settle(self, ended: u64) -> Self {
        match self {
            Self::Leaving { epoch, at, settled } => Self::Leaving { epoch, at, settled: settled.or(Some(ended)) },
            other => other,
        }
    }

    /// It is over, unless it was before.
    pub(crate) fn end(self, end: RoomEnd) -> Self {
        match self {
            Self::In => Self::Ended(end),
            over => over,
        }
    }

    /// Nothing more of it is looked at.
    pub(crate) fn close(self) -> Self {
        match self {
            Self::Leaving { .. } => Self::Ended(RoomEnd::Left),
            other => other,
        }
    }

    /// Why it is over for me.
    pub(crate) fn ended(self) -> Option<RoomEnd> {
        match self {
            Self::In => None,
            Self::Leaving { .. } => Some(RoomEnd::Left),
            Self::Ended(end) => Some(end),
        }
    }
}

/// Milliseconds by which a hub's clock may be wrong.
const BELIEVED_WITHIN: u64 = 3_600_000;
/// When all was well for so many milliseconds, the next loss of a group begins to count anew.
const FORGIVEN_AFTER: u64 = 24 * 3_600_000;

/// What is wrong with a group, and the way back into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repair {
    /// How often the way back was tried, or taken, of late.
    pub(crate) tries: u32,
    /// When patience ends or the next try is due; when it was done. Milliseconds.
    pub(crate) at: u64,
    pub(crate) stage: RepairStage,
}

/// What is wrong with a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RepairStage {
    /// Something is missing or cannot be followed. It may still come, or be taken back.
    Doubtful,
    /// It is in an epoch that the hub has not reached. The hub may have gone back for a reason that it will tell.
    Ahead,
    /// The hub handed out a commit that breaks the room's rules. Where it leads nobody follows.
    Forbidden,
    /// Of no use any more: nothing is sent until this client has come in again.
    Lost,
    /// Came in again.
    Done,
}

/// A queue entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queued {
    pub(crate) number: u64,
    pub(crate) intent: Intent,
    /// Times the hub was ahead.
    pub(crate) tries: u32,
}

/// Something I want done in a room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intent {
    /// Send these framed MIMI content bytes; the same bytes at every try, hence the same message id.
    Say { message: [u8; 32], framed: serde_bytes::ByteBuf },
    /// Seal the knock and send it; sealed anew at every try.
    Knock { knock: String },
    /// Commit what others proposed.
    Settle,
    /// Add the knocker of this request (hex id).
    Accept { request: String },
    /// Put the knocker of this request (hex id) into the list as banned.
    KeepOut { request: String },
    /// Remove a user, or ban them. `command`: who asked for it is told what became of it.
    Remove {
        user: UserUri,
        ban: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
    },
    /// Give a user another role.
    SetRole {
        user: UserUri,
        role: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
    },
    /// Leave.
    Leave { command: Option<String> },
    /// New keys in the own leaf.
    Refresh,
    /// Put this join link (hex id) of mine into the room.
    MakeLink { link: String },
    /// Take this join link (hex id) out of the room.
    RevokeLink { command: String, link: String },
    /// Let nobody use links, or let them again.
    PauseLinks { command: String, paused: bool },
    /// Say who I am; made anew at every try.
    Disclose { disclosure: String },
    /// End the room for everybody.
    End { command: Option<String> },
    /// Add whom this ask of mine is for.
    AddAsked { ask: String },
    /// Say to them who asks, and how they can answer; made anew at every try.
    SayAsk { ask: String },
    /// Add who asked with this request (hex id) to the room for the two of us.
    AddPair { request: String },
    /// Say to them whom they talk with; made anew at every try.
    SayYes { request: String },
}

impl Intent {
    /// The command that waits for what becomes of it and that has no row of its own.
    pub(crate) fn command(&self) -> Option<&str> {
        match self {
            Self::Remove { command, .. }
            | Self::SetRole { command, .. }
            | Self::Leave { command }
            | Self::End { command } => command.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Say { .. } => "Say",
            Self::Knock { .. } => "Knock",
            Self::Settle => "Settle",
            Self::Accept { .. } => "Accept",
            Self::KeepOut { .. } => "KeepOut",
            Self::Remove { .. } => "Remove",
            Self::SetRole { .. } => "SetRole",
            Self::Leave { .. } => "Leave",
            Self::Refresh => "Refresh",
            Self::MakeLink { .. } => "MakeLink",
            Self::RevokeLink { .. } => "RevokeLink",
            Self::PauseLinks { .. } => "PauseLinks",
            Self::Disclose { .. } => "Disclose",
            Self::End { .. } => "End",
            Self::AddAsked { .. } => "AddAsked",
            Self::SayAsk { .. } => "SayAsk",
            Self::AddPair { .. } => "AddPair",
            Self::SayYes { .. } => "SayYes",
        })
    }
}

/// The request under way in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Busy {
    /// `SubmitMessageRequest` for the entry at the head of the queue. `leave`: in a knock room, `HandshakeBundle` with my
    /// SelfRemove, which goes with it and counts once it was accepted.
    Message {
        number: u64,
        request: serde_bytes::ByteBuf,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leave: Option<serde_bytes::ByteBuf>,
    },
    /// `HandshakeBundle` with a commit. `hash`: SHA-256 of its MLSMessage. `number`: the entry it is for, if any.
    Commit { number: Option<u64>, hash: [u8; 32], request: serde_bytes::ByteBuf },
    /// `HandshakeBundle` with my SelfRemove.
    Leaving { number: u64, request: serde_bytes::ByteBuf },
    /// `EndRoom`.
    Ending { number: u64, request: serde_bytes::ByteBuf },
}

/// Undoes one merged commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// SHA-256 of the commit's MLSMessage.
    pub(crate) commit: [u8; 32],
    /// Milliseconds.
    pub(crate) at: u64,
    /// Who made it.
    pub(crate) by: UserUri,
    /// Rows as they were before: key, value or none.
    pub(crate) rows: Vec<(serde_bytes::ByteBuf, Option<serde_bytes::ByteBuf>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_believed_about_the_time_within_an_hour() {
        const HOUR: u64 = 3_600_000;
        let host = "a.example".parse().unwrap();
        let id = doorstep_wire::uri::uuid_v4([7; 16]);
        let room = RoomRecord::entered(
            "mimi://a.example/r/club".parse().unwrap(),
            GroupUri::new(&host, id),
            ClientUri::pseudonym(&host, id, id),
            String::new(),
            100 * HOUR,
        );
        let own = UnixMillis(500 * HOUR);
        // What lies between what it said before and now, and an hour around that.
        for hub in [99 * HOUR, 100 * HOUR, 300 * HOUR, 500 * HOUR, 501 * HOUR] {
            assert_eq!(room.believed(hub, own), UnixMillis(hub));
        }
        for hub in [0, 99 * HOUR - 1, 501 * HOUR + 1, u64::MAX] {
            assert_eq!(room.believed(hub, own), own);
            assert_eq!(room.dated(hub, own), own);
        }
        // What was long on its way is as old as it is.
        let later = RoomRecord { heard: 300 * HOUR, ..room };
        assert_eq!((later.believed(150 * HOUR, own), later.dated(150 * HOUR, own)), (own, UnixMillis(150 * HOUR)));
        assert_eq!([0, 501 * HOUR].map(|hub| believed_at_first(hub, own).0), [0, 501 * HOUR]);
        assert_eq!([501 * HOUR + 1, u64::MAX].map(|hub| believed_at_first(hub, own)), [own, own]);
    }

    #[test]
    fn whoever_is_out_stays_out_for_the_reason_that_was_first() {
        let left = Life::In.leave(4, 5);
        assert_eq!((left.ended(), Life::In.ended()), (Some(RoomEnd::Left), None));
        assert_eq!((left.end(RoomEnd::Removed), left.leave(6, 7)), (left, left));
        let settled = Life::Leaving { epoch: 4, at: 5, settled: Some(6) };
        assert_eq!((left.settle(6), settled.settle(7)), (settled, settled));
        assert_eq!(settled.close(), Life::Ended(RoomEnd::Left));
        let removed = Life::In.end(RoomEnd::Removed);
        assert_eq!((removed.leave(4, 5), removed.end(RoomEnd::Broken), removed.close()), (removed, removed, removed));
        assert_eq!((removed.settle(6), Life::In.settle(6), Life::In.close()), (removed, Life::In, Life::In));
    }
}
