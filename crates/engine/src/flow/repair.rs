//! A group that this client lost: something is missing, a fork, lost or old data. It comes in again by an external commit
//! with the same key (docs/PROTOCOL.md, "Coming in again"), a few times, ever more slowly; only then the room is over here.
//! What was said stays. What breaks the room's rules is not gone around like that: it is refused and told.

use doorstep_client_api::view::{Happening, Problem, RoomEnd};
use doorstep_mls::{GroupView, Mark, Member, Mls, ProcessError};
use doorstep_policy::RoomState;
use doorstep_wire::{GroupUri, RoomUri, UserUri, ext::policy::RoomPurpose};

use super::join::JoinError;
use crate::{
    engine::Engine,
    job::Job,
    record::{FUTURE, JOINS, JoinRecord, JoinState, Purpose, ROOMS, Repair, RepairStage, RoomRecord, UNDOS},
};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Milliseconds before each try to come in again. When the last has failed, the room is over for this browser.
const PAUSES: [u64; 6] = [5 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];
/// How long missing commits are waited for.
const PATIENCE: u64 = HOUR;
/// How much longer in a room of another provider, whose mail may be under way for days, as long as nothing came that was
/// sent after what is missing: it arrives in order, and whoever came in again would never read it.
const PATIENCE_WITH_LETTERS: u64 = 6 * 24 * HOUR;
/// For so long after a missing commit was noticed it is asked for eagerly: mostly it is only late.
const EAGER: u64 = 10 * SECOND;
/// How long the word of the hub that it went back to an earlier epoch is waited for.
const RESTORED_WITHIN: u64 = MINUTE;
/// When all was well for so long, the next loss begins to count anew.
const FORGIVEN_AFTER: u64 = 24 * HOUR;

impl RoomRecord {
    /// Nothing can be sent: this client has to come in again first.
    pub(crate) fn is_lost(&self) -> bool {
        self.repair.as_ref().is_some_and(|repair| repair.stage == RepairStage::Lost)
    }

    /// What kept her from coming in again may be over.
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
    fn tries(&self, now: u64) -> u32 {
        match &self.repair {
            Some(Repair { stage: RepairStage::Done, at, .. }) if at.saturating_add(FORGIVEN_AFTER) <= now => 0,
            Some(repair) => repair.tries,
            None => 0,
        }
    }

    fn is_settled(&self) -> bool {
        self.repair.as_ref().is_none_or(|repair| repair.stage == RepairStage::Done)
    }
}

impl Engine {
    /// The group cannot be used any more.
    pub(crate) fn break_room(&mut self, record: &mut RoomRecord) {
        if let Some(knock) = record.knock.clone() {
            self.forget_room(&record.room);
            let why = self.turn.entropy.bytes();
            self.knock_again(&knock, why);
            return;
        }
        if record.ended.is_some() || record.is_lost() {
            return;
        }
        record.busy = None;
        record.behind = None;
        record.rejecting = None;
        self.forget_job(&Job::Room(record.room.clone()));
        self.forget_job(&Job::Reject(record.room.clone()));
        let tries = record.tries(self.turn.now.0);
        self.try_to_return(record, tries);
    }

    /// At the start: rooms whose group is not there.
    pub(crate) fn miss_groups(&mut self) {
        for (_, mut record) in ROOMS.all(&self.journal) {
            let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
            if record.ended.is_none() && !doorstep_mls::is_stored(&mls, record.group.as_bytes()) {
                self.break_room(&mut record);
            }
        }
    }

    /// The next try, or the end.
    fn try_to_return(&mut self, record: &mut RoomRecord, tries: u32) {
        match usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)) {
            Some(pause) => {
                // When a whole room breaks, not all come back in the same moment.
                let at = self.turn.now.0 + pause / 2 + self.turn.entropy.below(pause / 2);
                record.repair = Some(Repair { tries, at, stage: RepairStage::Lost });
            }
            None => {
                self.end_queue(record);
                record.ended = Some(RoomEnd::Broken);
            }
        }
        ROOMS.put(&self.journal, record.room.as_str(), record);
        self.rooms.remove(&record.room);
        self.room_changed(&record.room);
    }

    /// Something is missing or cannot be followed. If after `patience` the hub has gone on without this client, its group
    /// is lost.
    pub(crate) fn doubt(&mut self, record: &mut RoomRecord, patience: u64) {
        self.suspect(record, patience, RepairStage::Doubtful);
    }

    fn suspect(&mut self, record: &mut RoomRecord, patience: u64, stage: RepairStage) {
        if record.knock.is_none() && record.is_settled() {
            let tries = record.tries(self.turn.now.0);
            record.repair = Some(Repair { tries, at: self.turn.now.0.saturating_add(patience), stage });
            ROOMS.put(&self.journal, record.room.as_str(), record);
        }
    }

    /// There are messages of later epochs, or the hub has named one.
    fn hub_went_on(&mut self, record: &RoomRecord) -> bool {
        self.warm(&record.room, &record.group);
        let epoch = self.rooms.get(&record.room).map(|warm| warm.member.epoch().0);
        record.behind.is_some_and(|ahead| epoch.is_none_or(|epoch| epoch < ahead))
            || !FUTURE.scan(&self.journal, &format!("{}#", record.room)).is_empty()
    }

    /// A commit that leads on from this epoch has not come. Milliseconds until it is asked for again; none: ever more.
    pub(crate) fn miss(&mut self, record: &mut RoomRecord) -> Option<u64> {
        self.doubt(record, PATIENCE);
        // Nobody doubts a knock room that is not hers to look after.
        let repair = record.repair.as_ref()?;
        let eager = repair.at + EAGER > self.turn.now.0 + PATIENCE;
        Some(if eager { 400 } else { 30 * SECOND })
    }

    /// What has come is of later epochs.
    pub(crate) fn miss_what_is_between(&mut self, room: &RoomUri) {
        if let Some(mut record) = ROOMS.get(&self.journal, room.as_str())
            && record.ended.is_none()
            && !FUTURE.scan(&self.journal, &format!("{room}#")).is_empty()
        {
            self.miss(&mut record);
        }
    }

    /// True if this group is in an epoch that the hub has not reached.
    pub(crate) fn is_ahead(&self, room: &RoomUri, hub_epoch: u64) -> bool {
        self.rooms.get(room).is_some_and(|warm| warm.member.epoch().0 > hub_epoch)
    }

    /// The hub is in an earlier epoch than this group: it went back on somebody's word, which comes soon, or has lost data.
    pub(crate) fn hub_is_behind(&mut self, mut record: RoomRecord) {
        if record.knock.is_some() {
            self.break_room(&mut record);
            return;
        }
        record.busy = None;
        record.behind = None;
        self.mailbox_wanted = true;
        self.suspect(&mut record, RESTORED_WITHIN, RepairStage::Ahead);
        self.pause(Job::Room(record.room.clone()), 5 * SECOND);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
    }

    /// A commit of this epoch that is none: forged on the way, or of a group that is not this one any more.
    pub(crate) fn odd_commit(&mut self, mut record: RoomRecord, mark: Mark, error: &ProcessError) {
        self.journal.rollback(mark);
        self.rooms.remove(&record.room);
        self.warm(&record.room, &record.group);
        if matches!(error, ProcessError::UnknownOwnCommit) {
            // Signed with this leaf's key, and not known here: these are old data.
            self.break_room(&mut record);
        } else {
            self.doubt(&mut record, PATIENCE);
        }
    }

    /// The hub handed out a commit that breaks the room's rules. If a good one takes its place, all is well.
    pub(crate) fn forbidden(&mut self, mut record: RoomRecord, by: Option<UserUri>, word: &str, at: u64) {
        let group = record.group.clone();
        self.warm(&record.room, &group);
        if record.repair.as_ref().is_some_and(|repair| repair.stage == RepairStage::Forbidden) {
            return;
        }
        record.trust();
        self.suspect(&mut record, PATIENCE, RepairStage::Forbidden);
        let by = by.unwrap_or_else(|| record.client.user());
        self.happened_at(&record.room, &by, Happening::Refused(word.to_owned()), at);
    }

    /// When something has to be done about a room whose group is in doubt or lost.
    fn repair_due(&self, record: &RoomRecord) -> Option<u64> {
        let repair = record.repair.as_ref().filter(|_| record.ended.is_none())?;
        let mail_may_come = repair.stage == RepairStage::Doubtful
            && record.room.host() != self.config.domain
            && FUTURE.scan(&self.journal, &format!("{}#", record.room)).is_empty();
        Some(if mail_may_come { repair.at.saturating_add(PATIENCE_WITH_LETTERS) } else { repair.at })
    }

    pub(crate) fn pump_repairs(&mut self) {
        let now = self.turn.now.0;
        for (_, mut record) in ROOMS.all(&self.journal) {
            let due = self.repair_due(&record).is_some_and(|due| due <= now);
            let Some(repair) = record.repair.clone().filter(|_| due) else { continue };
            match repair.stage {
                RepairStage::Done => {}
                RepairStage::Ahead => self.break_room(&mut record),
                // A forgery that led nowhere is over.
                RepairStage::Doubtful | RepairStage::Forbidden if !self.hub_went_on(&record) => {
                    record.trust();
                    ROOMS.put(&self.journal, record.room.as_str(), &record);
                }
                RepairStage::Doubtful => self.break_room(&mut record),
                RepairStage::Forbidden => {
                    self.end_queue(&mut record);
                    record.ended = Some(RoomEnd::Broken);
                    ROOMS.put(&self.journal, record.room.as_str(), &record);
                    self.rooms.remove(&record.room);
                    self.room_changed(&record.room);
                }
                RepairStage::Lost => {
                    if JOINS.get(&self.journal, record.room.as_str()).is_none() {
                        self.begin_join(record.room, record.client, Purpose::Return);
                    }
                }
            }
        }
    }

    /// When patience with a room ends, or the next try is due.
    pub(crate) fn next_repairs(&self) -> impl Iterator<Item = u64> {
        let records = ROOMS.all(&self.journal).into_iter().map(|(_, record)| record);
        let waiting = records.filter(|record| !record.is_settled());
        waiting.filter_map(|record| self.repair_due(&record)).collect::<Vec<_>>().into_iter()
    }

    /// The group in the place of the lost one is made and not yet accepted: nothing is taken in with it.
    pub(crate) fn is_returning(&self, room: &RoomUri) -> bool {
        JOINS
            .get(&self.journal, room.as_str())
            .is_some_and(|join| join.purpose == Purpose::Return && matches!(join.state, JoinState::Committing { .. }))
    }

    /// The group is good again.
    pub(crate) fn need_not_return(&mut self, room: &RoomUri) {
        if JOINS.get(&self.journal, room.as_str()).is_some_and(|join| join.purpose == Purpose::Return) {
            JOINS.delete(&self.journal, room.as_str());
            self.forget_job(&Job::Ask(room.clone()));
        }
    }

    /// Whether this client answers knocks in the room it comes into.
    pub(crate) fn reads_knocks(&self, join: &JoinRecord) -> bool {
        matches!(join.purpose, Purpose::Keep { .. })
            || join.purpose == Purpose::Return
                && ROOMS.get(&self.journal, join.room.as_str()).is_some_and(|record| record.target.is_some())
    }

    /// The room is what it was, and she is still in its list.
    pub(crate) fn check_return_purpose(
        &self,
        join: &JoinRecord,
        state: &RoomState,
        purpose: &RoomPurpose,
    ) -> Result<(), JoinError> {
        let refuse = |word: &str| Err(JoinError::Refused(Problem::new(word)));
        let Some(record) = ROOMS.get(&self.journal, join.room.as_str()) else { return refuse("no-room") };
        let same = match (&record.target, purpose) {
            (None, RoomPurpose::Standard) => true,
            (Some(target), RoomPurpose::Knock(terms)) => terms.target_room == *target,
            _ => false,
        };
        if !same {
            return refuse("wrong-purpose");
        }
        // Whoever was let go does not come in by herself, even where the door is open.
        if state.is_in(&join.client.user()) { Ok(()) } else { refuse("not-participant") }
    }

    /// It is the group that was lost, and no older one than this browser has seen.
    pub(crate) fn check_return(&self, join: &JoinRecord, view: &GroupView) -> Result<(), JoinError> {
        if join.purpose != Purpose::Return {
            return Ok(());
        }
        let refuse = |word: &str| Err(JoinError::Refused(Problem::new(word)));
        let Some(record) = ROOMS.get(&self.journal, join.room.as_str()) else { return refuse("no-room") };
        if view.group_id != record.group.as_bytes() {
            return refuse("wrong-room");
        }
        // Seed: nothing is made with it.
        let mls = Mls::new(&self.journal, [0; 32]);
        let seen = Member::load(&mls, record.group.as_bytes()).ok().flatten().map(|member| member.epoch());
        if seen.is_some_and(|seen| seen > view.epoch) { refuse("epoch-backwards") } else { Ok(()) }
    }

    /// In again.
    pub(crate) fn returned(&mut self, join: &JoinRecord, group: GroupUri, at: u64) {
        let Some(mut record) = ROOMS.get(&self.journal, join.room.as_str()) else { return };
        for (key, _) in FUTURE.scan(&self.journal, &format!("{}#", record.room)) {
            FUTURE.delete(&self.journal, &key);
        }
        for (key, _) in UNDOS.scan(&self.journal, &format!("{}#", record.room)) {
            UNDOS.delete(&self.journal, &key);
        }
        let tries = record.tries(self.turn.now.0).saturating_add(1);
        record.repair = Some(Repair { tries, at: self.turn.now.0, stage: RepairStage::Done });
        record.group = group;
        record.busy = None;
        record.behind = None;
        record.rejecting = None;
        self.warm(&record.room, &record.group);
        // Secrets of the group that was lost open nothing any more.
        self.forget_epochs(&record.room);
        self.enter_epoch(&record.room);
        if let Some(warm) = self.rooms.get(&record.room) {
            record.name = warm.state.room_name().to_owned();
        }
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if record.target.is_none() {
            let me = record.client.user();
            self.happened_at(&record.room, &me, Happening::Returned(me.to_string()), at);
            // Who was let in or kept out meanwhile.
            self.note_answers(&record.room, &me);
        }
        self.room_changed(&record.room);
    }

    /// The hub did not let her in again. Whoever is not in the list any more was removed meanwhile.
    pub(crate) fn return_failed(&mut self, room: &RoomUri, problem: &Problem) {
        let Some(mut record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        match problem.code.as_str() {
            "banned" => self.left(record, RoomEnd::Banned),
            "cannot-join" | "not-participant" => self.left(record, RoomEnd::Removed),
            _ => {
                let tries = record.tries(self.turn.now.0).saturating_add(1);
                self.try_to_return(&mut record, tries);
            }
        }
    }
}
