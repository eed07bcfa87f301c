//! Knocking, from the click to the answer: two pseudonyms, KeyPackages for the one room only, into the knock room, one
//! sealed message, out again, wait. What is done there goes out at once: `in_order.rs`.

use doorstep_client_api::{
    http::UPDATE_CONSENT,
    view::{KnockDraft, Outcome, Problem},
};
use doorstep_credential::Audience;
use doorstep_mls::{Lifespan, Mls, drop_key_package, hpke_keypair, key_package};
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::{
    Body, ClientUri, RoomUri, UnixMillis,
    consent::{ConsentEntry, ConsentOperation},
    ext::{kp_usage::KpUsage, policy::RoomPurpose},
};
use serde_bytes::ByteBuf;

use super::{
    command::{room_uri, unhex, uuid},
    in_order::knock_and_leave,
    join::JoinError,
    let_in::SPOILED,
};
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{Busy, Intent, JOINS, JoinRecord, KNOCKS, KnockRecord, KnockState, Package, Purpose, ROOMS, Use},
    step::Method,
};

/// KeyPackages in a knock.
const PACKAGES: usize = 1;
/// How often a knock is sealed again.
const MAX_AGAIN: usize = 5;
/// Seconds: a package cannot be used for an Add in its last 28 days.
const USABLE_UNTIL_BEFORE_END: u64 = 28 * 86_400;

impl Engine {
    pub(crate) fn knock(&mut self, draft: KnockDraft) -> Result<Outcome, Problem> {
        uuid(&draft.id).map_err(|_| Problem::new("not-a-knock"))?;
        if KNOCKS.get(&self.journal, &draft.id).is_some() {
            return Ok(Outcome::Ok);
        }
        let target = room_uri(&draft.room)?;
        let knock_room = room_uri(&draft.knock_room)?;
        let pseudonym = uuid(&draft.pseudonym)?;
        if draft.note.chars().count() > 1000 {
            return Err(Problem::new("note-length"));
        }
        let link = match &draft.link {
            Some(link) => Some(unhex(link).ok_or_else(|| Problem::new("not-a-link"))?),
            None => None,
        };
        if knock_room.host() != target.host() || knock_room == target {
            return Err(Problem::new("wrong-knock-room"));
        }
        let others = KNOCKS.all(&self.journal);
        if others.iter().any(|(_, other)| other.target == target && !other.state.is_over()) {
            return Err(Problem::new("already-knocked"));
        }
        if self.is_in(&target) {
            return Err(Problem::new("already-in"));
        }
        self.ensure_profile();
        if draft.disclose.is_some() && self.account_identity().is_none() {
            return Err(Problem::new("needs-account"));
        }
        let client = self.pseudonym(Some(pseudonym), Use::Room(target.clone()));
        let visitor = self.pseudonym(None, Use::Room(knock_room.clone()));
        let answer = hpke_keypair(&self.turn.entropy.bytes()).map_err(|_| Problem::new("internal"))?;
        let knock = KnockRecord {
            target,
            target_name: draft.room_name,
            knock_room,
            note: draft.note,
            link,
            at: self.turn.now.0,
            visitor,
            client,
            request_id: self.turn.entropy.bytes(),
            answer_secret: answer.secret,
            answer_key: answer.public,
            packages: Vec::new(),
            disclose: draft.disclose,
            expires: 0,
            sent: None,
            again: Vec::new(),
            withdrawing: false,
            state: KnockState::Gathering,
        };
        self.keep_knock(&draft.id, &knock);
        Ok(Outcome::Ok)
    }

    fn keep_knock(&mut self, id: &str, knock: &KnockRecord) {
        KNOCKS.put(&self.journal, id, knock);
        self.home_changed();
    }

    pub(crate) fn pump_knocks(&mut self) {
        for (id, knock) in KNOCKS.all(&self.journal) {
            match knock.state {
                KnockState::Gathering => self.set_out(id, knock),
                KnockState::Registering | KnockState::Joining => self.go_in(id, knock),
                KnockState::Withdrawing => self.tell_withdrawn(&id, &knock),
                _ => {}
            }
        }
    }

    /// The knock begins once its packages are made.
    fn set_out(&mut self, id: String, mut knock: KnockRecord) {
        if self.pack(&mut knock) {
            self.go_in(id, knock);
        }
    }

    fn go_in(&mut self, id: String, mut knock: KnockRecord) {
        if knock.state != KnockState::Joining {
            knock.state = KnockState::Joining;
            self.keep_knock(&id, &knock);
        }
        if JOINS.get(&self.journal, knock.knock_room.as_str()).is_none() {
            self.begin_join(knock.knock_room, knock.visitor, Purpose::Knock { knock: id });
            self.pump_joins();
        }
    }

    /// Makes the KeyPackages once both identities are minted.
    fn pack(&mut self, knock: &mut KnockRecord) -> bool {
        if self.identity_record(&knock.visitor).is_none_or(|visitor| visitor.token.is_none()) {
            return false;
        }
        if knock.disclose.is_some() && !self.account_is_ready() {
            return false;
        }
        let Some(identity) = self.identity(&knock.client, &Audience::KeyPackage) else { return false };
        let lifespan = Lifespan::starting(self.turn.now);
        let usage = KpUsage::RoomBound(knock.target.clone());
        for _ in knock.packages.len()..PACKAGES {
            let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
            let Ok(package) = key_package(&mls, &identity, &usage, lifespan) else { return false };
            knock.packages.push(Package {
                bytes: ByteBuf::from(package.bytes),
                reference: package.reference,
                not_after: lifespan.not_after,
            });
        }
        let token_end = self.identity_record(&knock.client).map_or(0, |identity| identity.expires);
        let package_end = lifespan.not_after.saturating_sub(USABLE_UNTIL_BEFORE_END).saturating_mul(1000);
        knock.expires = package_end.min(token_end);
        true
    }

    /// What a knock room must be before anything is said in it: the one of this room, where only those who answer
    /// knocks can read, and at least one of them does.
    pub(crate) fn check_purpose(&self, join: &JoinRecord, state: &RoomState, roster: &Roster) -> Result<(), JoinError> {
        let refuse = |word: &str| Err(JoinError::Refused(Problem::new(word)));
        match (&join.purpose, state.purpose()) {
            (Purpose::Knock { knock }, RoomPurpose::Knock(purpose)) => {
                let Some(knock) = KNOCKS.get(&self.journal, knock) else { return refuse("internal") };
                if purpose.target_room != knock.target {
                    return refuse("wrong-knock-room");
                }
                if state.knock_readers(roster).next().is_none() {
                    return refuse("nobody-reads-knocks");
                }
                if !state.only_moderators_receive() {
                    return refuse("knock-room-unsafe");
                }
                Ok(())
            }
            (Purpose::Stay { .. }, RoomPurpose::Standard) => Ok(()),
            (Purpose::LetIn { knock, .. }, _) if self.was_let_in(knock, state) && self.still_wants_in(join) => Ok(()),
            (Purpose::Keep { target }, RoomPurpose::Knock(terms)) if terms.target_room == *target => Ok(()),
            (Purpose::Return, purpose) => self.check_return_purpose(join, state, purpose),
            _ => refuse("wrong-purpose"),
        }
    }

    /// She is in; `then` went with the commit, and waits for its answer.
    pub(crate) fn knock_room_joined(&mut self, id: &str, then: Option<Busy>) {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return };
        let room = knock.knock_room.clone();
        if knock.withdrawing {
            self.enqueue(&room, Intent::Leave { command: None });
            return;
        }
        knock.state = KnockState::Delivering;
        self.keep_knock(id, &knock);
        for intent in knock_and_leave(id) {
            self.enqueue(&room, intent);
        }
        ROOMS.change(&self.journal, room.as_str(), |record| record.busy = then);
    }

    /// The knock room went back to before she was in it, or her group in it is lost: in again, and sealed again.
    pub(crate) fn knock_again(&mut self, id: &str, why: [u8; 32]) {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return };
        if knock.state.is_over() || knock.again.contains(&why) {
            return;
        }
        knock.again.push(why);
        if knock.again.len() > MAX_AGAIN || knock.withdrawing {
            self.knock_refused(id, Problem::new("lost-state"));
            return;
        }
        self.forget_room(&knock.knock_room);
        knock.state = KnockState::Joining;
        self.keep_knock(id, &knock);
    }

    /// The hub took the sealed knock.
    pub(crate) fn knock_sent(&mut self, id: &str, at: UnixMillis) {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return };
        knock.sent = Some(at.0);
        self.disclosed_in_knock(id, &knock, at.0);
        // Somebody may have been so fast that the answer to the knock is here before the hub's word that it took it.
        if matches!(knock.state, KnockState::Joining | KnockState::Delivering) {
            knock.state = KnockState::Waiting;
        }
        self.keep_knock(id, &knock);
    }

    /// The hub does not take the knock. If it has had one of hers, it says so, and that one stands: it was sealed again
    /// because the room went back to an epoch in which hers could still be read, or because its answer got lost.
    pub(crate) fn knock_not_taken(&mut self, id: &str, problem: Problem) {
        let sent = KNOCKS.get(&self.journal, id).and_then(|knock| knock.sent).unwrap_or(self.turn.now.0);
        if problem.code == "knock-limit" {
            self.knock_sent(id, UnixMillis(sent));
        } else {
            self.knock_refused(id, problem);
        }
    }

    /// A knock that cannot be delivered ends here; her keys for it go.
    pub(crate) fn knock_refused(&mut self, id: &str, problem: Problem) {
        let state = match KNOCKS.get(&self.journal, id) {
            Some(knock) if knock.state.is_over() => return,
            Some(knock) if knock.withdrawing => KnockState::Withdrawn,
            _ => KnockState::Refused(problem),
        };
        self.end_knock(id, state);
    }

    /// Ends a knock. The private halves of its packages are deleted, unless it was accepted or somebody may let her in
    /// all the same.
    pub(crate) fn end_knock(&mut self, id: &str, state: KnockState) {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return };
        let accepted = state == KnockState::Accepted;
        knock.state = state;
        if accepted {
            knock.packages.clear();
            self.keep_knock(id, &knock);
        } else if knock.awaits_end() {
            self.keep_knock(id, &knock);
        } else {
            self.drop_packages(id, knock);
        }
        self.forget_job(&Job::Withdraw(id.to_owned()));
    }

    pub(crate) fn drop_packages(&mut self, id: &str, mut knock: KnockRecord) {
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        for package in &knock.packages {
            drop_key_package(&mls, &package.reference);
        }
        knock.packages.clear();
        self.keep_knock(id, &knock);
    }

    pub(crate) fn withdraw(&mut self, id: &str) -> Result<Outcome, Problem> {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return Err(Problem::new("no-knock")) };
        if knock.state.is_over() {
            return match knock.state {
                KnockState::Withdrawn => Ok(Outcome::Ok),
                _ => Err(Problem::new("knock-over")),
            };
        }
        knock.withdrawing = true;
        self.need_not_come_in_after_all(&knock.target);
        if self.said_nothing(id, &knock) {
            JOINS.delete(&self.journal, knock.knock_room.as_str());
            self.forget_job(&Job::Ask(knock.knock_room.clone()));
            self.keep_knock(id, &knock);
            self.end_knock(id, KnockState::Withdrawn);
        } else {
            // It may have been sent, or be on its way: the hub is told either way, and she leaves the knock room.
            self.unqueue_knock(&knock.knock_room, id);
            knock.state = KnockState::Withdrawing;
            self.keep_knock(id, &knock);
        }
        Ok(Outcome::Ok)
    }

    /// Nobody can have heard of this knock: no commit has led into the knock room.
    fn said_nothing(&self, id: &str, knock: &KnockRecord) -> bool {
        match knock.state {
            KnockState::Gathering | KnockState::Registering => true,
            KnockState::Joining if knock.again.is_empty() => {
                let join = JOINS.get(&self.journal, knock.knock_room.as_str());
                let hers = |join: &JoinRecord| join.purpose == Purpose::Knock { knock: id.to_owned() };
                join.is_none_or(|join| hers(&join) && join.lost == 0 && !join.is_committing())
            }
            _ => false,
        }
    }

    /// She is in the room by another way, under another name: what she asked for under this one is not wanted any more. The
    /// hub takes a name that was let in all the same out of the list.
    pub(crate) fn take_back(&mut self, id: &str) {
        let Some(mut knock) = KNOCKS.get(&self.journal, id) else { return };
        knock.withdrawing = true;
        knock.state = KnockState::Withdrawing;
        self.keep_knock(id, &knock);
    }

    /// She is in a room: knocks at it that nobody answered yet are taken back, and those with a yes that led nowhere.
    pub(crate) fn need_not_knock(&mut self, room: &RoomUri) {
        for (id, knock) in KNOCKS.all(&self.journal) {
            if knock.target != *room || knock.withdrawing {
                continue;
            }
            if matches!(&knock.state, KnockState::Refused(problem) if problem.code == SPOILED) {
                self.take_back(&id);
            } else if !knock.state.is_over() {
                let _ = self.withdraw(&id);
            }
        }
    }

    fn tell_withdrawn(&mut self, id: &str, knock: &KnockRecord) {
        let entry = ConsentEntry {
            operation: ConsentOperation::Revoke,
            requester: knock.target.host().uri(),
            target: knock.user(),
            room: Some(knock.target.clone()),
            key_packages: Vec::new(),
            extensions: Default::default(),
        };
        let Ok(body) = entry.encode() else { return };
        let bearer = self.bearer();
        self.request(Job::Withdraw(id.to_owned()), Method::Post, UPDATE_CONSENT.to_owned(), body, bearer);
    }

    pub(crate) fn withdraw_answered(&mut self, id: &str, answer: Answer<'_>) {
        if answer.status == 201 {
            self.end_knock(id, KnockState::Withdrawn);
        } else {
            self.put_off(Job::Withdraw(id.to_owned()), Some(30));
        }
    }

    pub(crate) fn dismiss_knock(&mut self, id: &str) -> Result<Outcome, Problem> {
        match KNOCKS.get(&self.journal, id) {
            Some(knock) if !knock.state.is_over() => return Err(Problem::new("knock-not-over")),
            Some(knock) => {
                self.need_not_come_in_after_all(&knock.target);
                self.drop_packages(id, knock);
                KNOCKS.delete(&self.journal, id);
            }
            None => {}
        }
        self.home_changed();
        Ok(Outcome::Ok)
    }

    pub(crate) fn knock_lost_identity(&mut self, client: &ClientUri, problem: &Problem) {
        for (id, knock) in KNOCKS.all(&self.journal) {
            let shows = knock.disclose.is_some()
                && self.identity_record(client).is_some_and(|identity| identity.used == Use::Account);
            if !knock.state.is_over() && (knock.client == *client || knock.visitor == *client || shows) {
                self.knock_refused(&id, problem.clone());
            }
        }
    }

    /// The provider takes no guests: whatever waits for this browser to be known is told.
    pub(crate) fn refuse_all_waiting(&mut self, word: &str) {
        for (id, knock) in KNOCKS.all(&self.journal) {
            if !knock.state.is_over() {
                self.knock_refused(&id, Problem::new(word));
            }
        }
        for (_, join) in JOINS.all(&self.journal) {
            self.join_lost_identity(&join.client, &Problem::new(word));
        }
        for client in self.looking_clients() {
            self.look_lost_identity(&client, &Problem::new(word));
        }
    }

    /// The knock of mine that was at this room under this user, if any.
    pub(crate) fn knock_of(&self, room: &RoomUri, user: &doorstep_wire::UserUri) -> Option<(String, KnockRecord)> {
        KNOCKS.all(&self.journal).into_iter().find(|(_, knock)| knock.target == *room && knock.user() == *user)
    }

    /// Ends knocks nobody answered in time.
    pub(crate) fn expire_knocks(&mut self) {
        for (id, knock) in KNOCKS.all(&self.journal) {
            if knock.state == KnockState::Waiting && knock.expires <= self.turn.now.0 {
                self.end_knock(&id, KnockState::Expired);
            } else if knock.awaits_end() && knock.expires <= self.turn.now.0 {
                self.drop_packages(&id, knock);
            }
        }
    }
}
