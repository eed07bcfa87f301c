//! Let in by somebody, and the Welcome was spoiled on its way or never brought. Who is in the room's list comes in all the
//! same, by an external commit of the same client with the same key, which takes the leaf that nobody can use out
//! (docs/PROTOCOL.md, "Coming in again"). When that fails too, she is told, and it is tried on for a while.

use doorstep_client_api::{
    http::{MailboxItem, MailboxKind},
    view::{Happening, Notice, Problem},
};
use doorstep_policy::RoomState;
use doorstep_wire::RoomUri;

use crate::{
    engine::Engine,
    job::Job,
    record::{JOINS, JoinRecord, JoinState, KNOCKS, KnockRecord, KnockState, Purpose},
};

/// Milliseconds before each try.
const PAUSES: [u64; 5] = [5_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000];
/// She is told when so many have failed.
const TOLD_AFTER: u32 = 3;

impl Engine {
    /// An item was not taken. If it came for who she will be in a room she knocked at, she was let in: nothing of a room
    /// goes to anybody else.
    pub(crate) fn miss_welcome(&mut self, item: &MailboxItem) {
        if item.kind != MailboxKind::Fanout {
            return;
        }
        let Some((id, knock)) = self.knock_of(&item.room, &item.to.user()).filter(|(_, knock)| knock.may_be_let_in())
        else {
            return;
        };
        let named = names_package_of(item, &knock);
        if self.is_in(&item.room) {
            if named {
                self.take_back(&id);
            }
        } else if JOINS.get(&self.journal, item.room.as_str()).is_none() {
            self.begin_join(item.room.clone(), knock.client, Purpose::LetIn { knock: id, named });
            // The right one may be behind it.
            self.pause(Job::Ask(item.room.clone()), PAUSES[0]);
        }
    }

    /// It is the room she knocked at, and somebody let her in.
    pub(crate) fn was_let_in(&self, knock: &str, state: &RoomState) -> bool {
        KNOCKS.get(&self.journal, knock).is_some_and(|knock| knock.is_answered_by(state))
    }

    /// Whether somebody who comes in like this still wants to.
    pub(crate) fn still_wants_in(&self, join: &JoinRecord) -> bool {
        match &join.purpose {
            Purpose::LetIn { knock, .. } => KNOCKS.get(&self.journal, knock).is_some_and(|knock| knock.may_be_let_in()),
            _ => true,
        }
    }

    /// In after all.
    pub(crate) fn came_in_after_all(&mut self, id: &str, room: &RoomUri) {
        let Some(knock) = KNOCKS.get(&self.journal, id) else { return };
        let me = knock.user();
        // Nobody used them.
        self.drop_packages(id, knock);
        self.happened(room, &me, Happening::Returned(me.to_string()));
        self.let_in(id, room);
    }

    /// What follows from being let in, whichever way she came.
    pub(crate) fn let_in(&mut self, id: &str, room: &RoomUri) {
        self.end_knock(id, KnockState::Accepted);
        self.need_not_knock(room);
        self.need_not_join(room);
        let room_name = self.room_name(room);
        self.notice(Notice::Accepted { room: room.to_string(), room_name });
        self.room_changed(room);
    }

    /// That way is closed as well, for now.
    pub(crate) fn not_let_in_after_all(&mut self, join: &JoinRecord, problem: Problem) {
        let Purpose::LetIn { knock: id, named } = &join.purpose else { return };
        if !self.still_wants_in(join) {
            return;
        }
        let tries = join.lost.saturating_add(1);
        if *named && tries >= TOLD_AFTER {
            self.end_knock(id, KnockState::Refused(Problem { code: SPOILED.to_owned(), detail: problem.code }));
        }
        if let Some(pause) = usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)) {
            let next = JoinRecord { lost: tries, state: JoinState::Gathering, ..join.clone() };
            JOINS.put(&self.journal, join.room.as_str(), &next);
            self.pause(Job::Ask(join.room.clone()), *pause);
        }
    }

    /// She comes in another way, or not at all.
    pub(crate) fn need_not_come_in_after_all(&mut self, room: &RoomUri) {
        if let Some(join) = JOINS.get(&self.journal, room.as_str())
            && matches!(join.purpose, Purpose::LetIn { .. })
            && !join.is_committing()
        {
            JOINS.delete(&self.journal, room.as_str());
            self.forget_job(&Job::Ask(room.clone()));
        }
    }
}

/// The word for a knock whose Welcome leads nowhere.
pub(crate) const SPOILED: &str = "welcome-spoiled";

/// It is for the KeyPackage that travelled in this knock, whose reference nobody but moderators and the own provider know.
fn names_package_of(item: &MailboxItem, knock: &KnockRecord) -> bool {
    let mut parts = item.body.as_slice().windows(32);
    parts.any(|part| knock.packages.iter().any(|package| part == package.reference))
}
