//! A room of mine: its group in memory, and its queue of things to be done, one request at a time.

use doorstep_client_api::{
    http::{IN_ORDER, SUBMIT_MESSAGE, UPDATE, path_with},
    view::{Delivery, Happening, Problem},
};
use doorstep_content::MimiContent;
use doorstep_credential::Audience;
use doorstep_membership as membership;
use doorstep_mls::{CommitError, Identity, LeafChange, Mls, Plan};
use doorstep_policy::RoomState;
use doorstep_wire::{
    Body, RoomUri, UserUri,
    submit::{SubmitMessageRequest, SubmitMessageResponse},
    update::{HandshakeBundle, UpdateRoomResponse},
};
use serde_bytes::ByteBuf;

use super::{WarmRoom, in_order::of_busy, unreached::AFTER_SAYING};
use crate::{
    engine::{Answer, Engine},
    few::Few,
    job::Job,
    record::{Busy, Intent, KNOCKS, Queued, ROOMS, RoomRecord},
    step::Method,
};

/// How often an entry of the queue meets a hub that is ahead before it is given up.
const MAX_TRIES: u32 = 60;

/// What came of the attempt to begin an entry of the queue.
pub(super) enum Begun {
    /// A request is ready.
    Busy(Busy),
    /// Nothing to do (any more).
    Nothing,
    /// Cannot be done.
    Refused(Problem),
    /// Not yet.
    Later,
}

impl Engine {
    pub(crate) fn enqueue(&mut self, room: &RoomUri, intent: Intent) {
        ROOMS.change(&self.journal, room.as_str(), |record| {
            if !record.queue.iter().any(|queued| queued.intent == intent) {
                record.queue.push(Queued { number: record.next, intent, tries: 0 });
                record.next += 1;
            }
        });
    }

    /// A knock that was taken back before it was sent is not sent; she leaves the knock room.
    pub(crate) fn unqueue_knock(&mut self, room: &RoomUri, knock: &str) {
        ROOMS.change(&self.journal, room.as_str(), |record| {
            let under_way = match &record.busy {
                Some(Busy::Message { number, .. }) => Some(*number),
                _ => None,
            };
            record.queue.retain(|queued| {
                Some(queued.number) == under_way || queued.intent != Intent::Knock { knock: knock.to_owned() }
            });
        });
    }

    pub(crate) fn pump_rooms(&mut self) {
        self.settle_what_waited();
        for (_, mut record) in ROOMS.all(&self.journal) {
            let may_have_been_said = matches!(record.busy, Some(Busy::Message { .. }));
            if record.is_lost() || (record.ended.is_some() && !may_have_been_said) {
                continue;
            }
            if record.ended.is_none() {
                self.pump_reject(&record);
            }
            let job = Job::Room(record.room.clone());
            if !self.is_due(&job) || (record.busy.is_none() && record.queue.is_empty()) {
                continue;
            }
            if record.busy.is_none() {
                self.begin(&mut record);
            }
            let (path, body) = match &record.busy {
                None => continue,
                Some(busy) if record.knock.is_some() => match of_busy(busy) {
                    Some(body) => (IN_ORDER, body),
                    None => continue,
                },
                Some(Busy::Message { request, .. }) => (SUBMIT_MESSAGE, request.to_vec()),
                Some(Busy::Commit { request, .. } | Busy::Leaving { request, .. }) => (UPDATE, request.to_vec()),
            };
            let bearer = self.bearer();
            self.request(job, Method::Post, path_with(path, record.room.as_str()), body, bearer);
        }
    }

    /// Turns the head of the queue into a request. What cannot be done is taken off and its owner told.
    fn begin(&mut self, record: &mut RoomRecord) {
        if !self.warm(&record.room, &record.group) {
            self.break_room(record);
            return;
        }
        let epoch = self.rooms.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
        if record.behind.is_some_and(|ahead| epoch < ahead) {
            self.mailbox_wanted = true;
            let job = Job::Room(record.room.clone());
            match self.miss(record) {
                Some(pause) => self.pause(job, pause),
                None => self.put_off(job, None),
            }
            return;
        }
        record.behind = None;
        while let Some(head) = record.queue.first().cloned() {
            let mark = self.journal.mark();
            match self.begin_one(record, &head) {
                Begun::Busy(busy) => {
                    record.busy = Some(busy);
                    ROOMS.put(&self.journal, record.room.as_str(), record);
                    return;
                }
                Begun::Later => {
                    self.journal.rollback(mark);
                    self.rooms.remove(&record.room);
                    self.pause(Job::Room(record.room.clone()), 1000);
                    return;
                }
                Begun::Nothing => record.queue.retain(|queued| queued.number != head.number),
                Begun::Refused(problem) => {
                    self.journal.rollback(mark);
                    self.rooms.remove(&record.room);
                    record.queue.retain(|queued| queued.number != head.number);
                    ROOMS.put(&self.journal, record.room.as_str(), record);
                    self.intent_refused(&record.room.clone(), &head.intent, problem);
                    if !self.warm(&record.room, &record.group) {
                        return;
                    }
                }
            }
            ROOMS.put(&self.journal, record.room.as_str(), record);
        }
    }

    pub(super) fn begin_one(&mut self, record: &RoomRecord, head: &Queued) -> Begun {
        let Some(identity) = self.identity(&record.client, &Audience::Room(record.room.clone())) else {
            return Begun::Refused(Problem::new("no-identity"));
        };
        let pending = self.rooms.get(&record.room).is_some_and(|warm| warm.has_proposals());
        match &head.intent {
            // Nothing can be sent while a proposal waits: commit it first.
            Intent::Say { .. } | Intent::Knock { .. } | Intent::Disclose { .. } if pending => {
                self.begin_commit(record, None, &identity, Plan::default())
            }
            Intent::Say { framed, .. } => self.begin_message(record, head.number, &identity, &framed.clone()),
            Intent::Knock { knock } => {
                let Some(knock) = KNOCKS.get(&self.journal, knock) else { return Begun::Nothing };
                if knock.disclose.is_some() {
                    let forbidden = self.rooms.get(&record.room).is_none_or(|warm| !warm.hears_names());
                    if forbidden {
                        return Begun::Refused(Problem::new("disclosure-forbidden"));
                    }
                    if !self.account_is_ready() {
                        return Begun::Later;
                    }
                }
                match self.sealed_knock(&knock) {
                    Some(framed) => self.begin_message(record, head.number, &identity, &framed),
                    None => Begun::Refused(Problem::new("nobody-reads-knocks")),
                }
            }
            Intent::Disclose { disclosure } => match self.disclosure_message(record, disclosure) {
                Ok(Some(framed)) => self.begin_message(record, head.number, &identity, &framed),
                Ok(None) => Begun::Later,
                Err(problem) => Begun::Refused(problem),
            },
            Intent::Settle if pending => self.begin_commit(record, Some(head.number), &identity, Plan::default()),
            Intent::Settle => Begun::Nothing,
            Intent::Refresh => {
                // With the credential of now: it may have been renewed.
                let credential = Some(identity.credential().to_vec());
                let leaf = Some(LeafChange { credential, ..LeafChange::default() });
                let plan = Plan { leaf, path: true, ..Plan::default() };
                self.begin_commit(record, Some(head.number), &identity, plan)
            }
            Intent::Accept { request } => match self.plan_accept(&record.room, request) {
                Ok(Some(plan)) => self.begin_commit(record, Some(head.number), &identity, plan),
                Ok(None) => Begun::Nothing,
                Err(problem) => Begun::Refused(problem),
            },
            Intent::KeepOut { request } => match self.plan_keep_out(&record.room, request) {
                Ok(Some(plan)) => self.begin_commit(record, Some(head.number), &identity, plan),
                Ok(None) => Begun::Nothing,
                Err(problem) => Begun::Refused(problem),
            },
            Intent::Remove { user, ban } => match self.plan_remove(&record.room, user, *ban) {
                Ok(Some(plan)) => self.begin_commit(record, Some(head.number), &identity, plan),
                Ok(None) => Begun::Nothing,
                Err(problem) => Begun::Refused(problem),
            },
            Intent::SetRole { user, role } => match self.plan_role(&record.room, user, *role) {
                Ok(Some(plan)) => self.begin_commit(record, Some(head.number), &identity, plan),
                Ok(None) => Begun::Nothing,
                Err(problem) => Begun::Refused(problem),
            },
            // Roles and the list of people do not change together: whoever leaves is let go first.
            Intent::PauseLinks { .. } if pending => self.begin_commit(record, None, &identity, Plan::default()),
            Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
                match self.plan_link_intent(&record.room, &head.intent) {
                    Ok(Some(plan)) => self.begin_commit(record, Some(head.number), &identity, plan),
                    Ok(None) => Begun::Nothing,
                    Err(problem) => Begun::Refused(problem),
                }
            }
            Intent::Leave { .. } => self.begin_leaving(record, head.number, &identity),
        }
    }

    fn begin_message(&mut self, record: &RoomRecord, number: u64, identity: &Identity, framed: &[u8]) -> Begun {
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let Some(warm) = self.rooms.get_mut(&record.room) else { return Begun::Later };
        let tag =
            MimiContent::unpack(framed, &record.client.user(), &record.room).ok().map(|packed| packed.franking_tag);
        let Ok(message) = warm.member.send(&mls, identity, framed, tag) else { return Begun::Later };
        let request = SubmitMessageRequest::new(&message, &record.client.user());
        let Some(request) = request.ok().and_then(|request| request.encode().ok()) else {
            return Begun::Refused(Problem::new("internal"));
        };
        // Whoever is only to knock goes as soon as it is said.
        let goes = record.knock.as_ref().and_then(|_| number_of_leave(record));
        let leave = match goes.map(|number| self.begin_leaving(record, number, identity)) {
            Some(Begun::Busy(Busy::Leaving { request, .. })) => Some(request),
            _ => None,
        };
        Begun::Busy(Busy::Message { number, request: ByteBuf::from(request), leave })
    }

    /// Makes a commit of `plan` and everything that was proposed.
    fn begin_commit(&mut self, record: &RoomRecord, number: Option<u64>, identity: &Identity, plan: Plan) -> Begun {
        let issuers = self.known_issuers();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let now = self.turn.now;
        let Some(warm) = self.rooms.get_mut(&record.room) else { return Begun::Later };
        let WarmRoom { member, state, roster, pending } = warm;
        let Some(components) = member.leaf(member.own_leaf()).map(|leaf| leaf.components) else { return Begun::Later };
        let Ok(own) = membership::own_leaf(identity, &components) else { return Begun::Later };
        let plan = membership::with_clean_up(plan, state, roster, member);
        let mut judged = None;
        let made = member.commit(&mls, identity, plan, |view| {
            let verdict = membership::judge_own(state, roster, view, &own, &issuers, now)?;
            judged = Some((verdict.next, verdict.roster));
            Ok::<_, membership::Denied>(verdict.changes)
        });
        let bundle = match made {
            Ok(bundle) => bundle,
            Err(error) => {
                let code = match &error {
                    CommitError::Refused(denied) => denied.code(),
                    CommitError::KeyPackage { .. } => "bad-key-package",
                    _ => "internal",
                };
                return Begun::Refused(Problem { code: code.to_owned(), detail: error.to_string() });
            }
        };
        *pending = judged;
        let bundle = HandshakeBundle::commit(&bundle.commit, bundle.welcome.as_deref(), &bundle.group_info);
        match bundle.ok().and_then(|bundle| Some((bundle.message_hash(), bundle.encode().ok()?))) {
            Some((hash, request)) => Begun::Busy(Busy::Commit { number, hash, request: ByteBuf::from(request) }),
            None => Begun::Refused(Problem::new("internal")),
        }
    }

    pub(crate) fn room_answered(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        if record.knock.is_some()
            && let Some(steps) = Self::answers_in_order(&answer)
        {
            self.steps_answered(room, steps);
            let after = ROOMS.get(&self.journal, room.as_str()).and_then(|record| record.busy);
            let job = Job::Room(room.clone());
            if after.is_some() && after == record.busy && self.is_due(&job) {
                self.put_off_again(job, None);
            }
            return;
        }
        match record.busy.clone() {
            None => {}
            Some(Busy::Message { number, .. }) => self.message_answered(record, number, &answer),
            Some(Busy::Commit { number, .. }) => self.commit_answered(record, number, &answer),
            Some(Busy::Leaving { number, .. }) => self.leaving_answered(record, number, &answer),
        }
    }

    pub(super) fn message_answered(&mut self, mut record: RoomRecord, number: u64, answer: &Answer<'_>) {
        let head = record.queue.iter().find(|queued| queued.number == number).cloned();
        match SubmitMessageResponse::decode(answer.body) {
            Ok(SubmitMessageResponse::Accepted { accepted_timestamp, .. }) if answer.status == 200 => {
                let leave = match record.busy.take() {
                    Some(Busy::Message { leave, .. }) => leave,
                    _ => None,
                };
                record.busy =
                    number_of_leave(&record).zip(leave).map(|(number, request)| Busy::Leaving { number, request });
                record.queue.retain(|queued| queued.number != number);
                record.at = record.at.max(accepted_timestamp.0);
                ROOMS.put(&self.journal, record.room.as_str(), &record);
                match head.map(|head| head.intent) {
                    Some(Intent::Say { message, .. }) => {
                        self.set_delivery(&record.room, &message, Delivery::Sent, Some(accepted_timestamp.0));
                        self.want_unreached(&record.room, AFTER_SAYING);
                    }
                    Some(Intent::Knock { knock }) => self.knock_sent(&knock, accepted_timestamp),
                    Some(Intent::Disclose { disclosure }) => self.disclosure_sent(&disclosure, accepted_timestamp.0),
                    _ => {}
                }
            }
            _ if record.ended.is_some() => self.refuse_entry(record, number, Problem::new("room-over")),
            Ok(SubmitMessageResponse::EpochTooOld { current_epoch }) => {
                self.try_again(record, Some(number), Some(current_epoch.0));
            }
            _ if answer.reason.as_deref() == Some("pending") => self.try_again(record, Some(number), None),
            _ if answer.reason.as_deref() == Some("future-epoch") => self.hub_is_behind(record),
            _ => self.refuse_entry(record, number, answer.problem("not-allowed")),
        }
    }

    pub(super) fn commit_answered(&mut self, record: RoomRecord, number: Option<u64>, answer: &Answer<'_>) {
        match UpdateRoomResponse::decode(answer.body) {
            Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
                self.own_commit_stands(record, accepted_timestamp.0);
            }
            Ok(UpdateRoomResponse::WrongEpoch { current_epoch, .. }) => {
                self.clear_commit(&record);
                if self.is_ahead(&record.room, current_epoch.0) {
                    self.hub_is_behind(record);
                } else {
                    self.try_again(record, number, Some(current_epoch.0));
                }
            }
            _ if answer.reason.as_deref() == Some("pending") => {
                self.clear_commit(&record);
                self.try_again(record, number, None);
            }
            _ => {
                self.clear_commit(&record);
                match number {
                    Some(number) => self.refuse_entry(record, number, answer.problem("not-allowed")),
                    None => self.try_again(record, None, None),
                }
            }
        }
    }

    fn clear_commit(&mut self, record: &RoomRecord) {
        if self.warm(&record.room, &record.group) {
            let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
            if let Some(warm) = self.rooms.get_mut(&record.room) {
                warm.pending = None;
                if warm.member.clear_pending(&mls).is_err() {
                    self.rooms.remove(&record.room);
                }
            }
        }
    }

    /// The hub took the own commit: its answer said so, or the commit came back by fan-out.
    pub(crate) fn own_commit_stands(&mut self, mut record: RoomRecord, at: u64) {
        let Some(Busy::Commit { number, hash, .. }) = record.busy.take() else { return };
        if !self.warm(&record.room, &record.group) {
            self.break_room(&mut record);
            return;
        }
        let mark = self.journal.mark();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let Some(warm) = self.rooms.get_mut(&record.room) else { return };
        let epoch = warm.member.epoch().0;
        let before = warm.state.clone();
        let gone = warm.leaving();
        if warm.member.merge_pending(&mls).is_err() {
            self.break_room(&mut record);
            return;
        }
        match warm.pending.take() {
            Some((state, roster)) => {
                warm.state = state;
                warm.roster.apply(roster);
            }
            // Loaded again since the commit was made.
            None => {
                let group = record.group.clone();
                self.rooms.remove(&record.room);
                self.warm(&record.room, &group);
            }
        }
        let me = record.client.user();
        self.enter_epoch(&record.room);
        self.keep_undo(&record.room, epoch, hash, &me, mark);
        let intent = record.queue.iter().find(|queued| Some(queued.number) == number).map(|q| q.intent.clone());
        record.queue.retain(|queued| Some(queued.number) != number);
        record.at = record.at.max(at);
        record.trust();
        record.heard = record.heard.max(record.believed(at, self.turn.now).0);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if let Some(Intent::Accept { request } | Intent::KeepOut { request }) = &intent {
            let accepted = matches!(intent, Some(Intent::Accept { .. }));
            self.request_answered(request, &me, accepted);
        }
        if let Some(intent) = &intent {
            self.link_intent_stands(&record.room, intent);
        }
        self.tell_changes(&record.room, &before, &me, &gone, at);
        self.take_future(&record.room);
    }

    /// The entry stays; it is begun anew once this group has caught up.
    pub(super) fn try_again(&mut self, mut record: RoomRecord, number: Option<u64>, ahead: Option<u64>) {
        record.busy = None;
        record.behind = ahead;
        self.mailbox_wanted = true;
        let tries = match record.queue.iter_mut().find(|queued| number.is_none_or(|n| queued.number == n)) {
            Some(queued) => {
                queued.tries += 1;
                queued.tries
            }
            None => 0,
        };
        if tries > MAX_TRIES
            && let Some(number) = number.or_else(|| record.queue.first().map(|queued| queued.number))
        {
            self.refuse_entry(record, number, Problem::new("too-busy"));
            return;
        }
        self.pause(Job::Room(record.room.clone()), 60 * u64::from(tries.clamp(1, 12)));
        ROOMS.put(&self.journal, record.room.as_str(), &record);
    }

    pub(super) fn refuse_entry(&mut self, mut record: RoomRecord, number: u64, problem: Problem) {
        record.busy = None;
        let refused = record.queue.iter().find(|queued| queued.number == number).map(|queued| queued.intent.clone());
        record.queue.retain(|queued| queued.number != number);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if let Some(intent) = refused {
            self.intent_refused(&record.room, &intent, problem);
        }
    }

    fn intent_refused(&mut self, room: &RoomUri, intent: &Intent, problem: Problem) {
        match intent {
            Intent::Say { message, .. } => self.set_delivery(room, message, Delivery::Failed(problem), None),
            Intent::Knock { knock } => self.knock_not_taken(knock, problem),
            Intent::Accept { request } | Intent::KeepOut { request } => self.answer_refused(request, problem),
            Intent::Disclose { disclosure } => self.disclosure_failed(disclosure, problem),
            Intent::Leave { command: Some(command) } => self.done(command, Err(problem)),
            Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
                self.link_intent_refused(intent, problem);
            }
            Intent::Settle
            | Intent::Refresh
            | Intent::Remove { .. }
            | Intent::SetRole { .. }
            | Intent::Leave { command: None } => {}
        }
        self.room_changed(room);
    }

    /// Writes what happened to the list of people as lines into the chat.
    pub(crate) fn tell_changes(
        &mut self,
        room: &RoomUri,
        before: &RoomState,
        by: &UserUri,
        gone: &Few<UserUri, bool>,
        at: u64,
    ) {
        let Some(warm) = self.rooms.get(room) else { return };
        let mut happenings = Vec::new();
        let mut came = Vec::new();
        let now_required = warm.requires_names() && before.settings().pseudonyms != warm.state.settings().pseudonyms;
        for change in before.differences(&warm.state) {
            let user = change.user.to_string();
            if change.before.is_none() && change.after.is_some_and(|role| !warm.state.is_banned_role(role)) {
                came.push(change.user.clone());
            }
            happenings.push(match (change.before, change.after) {
                (None, Some(role)) if warm.state.is_banned_role(role) => Happening::Banned(user),
                (None, Some(_)) if change.user == *by => Happening::Joined(user),
                (None, Some(_)) => Happening::Added(user),
                (Some(_), None) if gone.get(&change.user) == Some(&true) => Happening::Left(user),
                (Some(_), None) => Happening::Removed(user),
                (Some(_), Some(role)) if warm.state.is_banned_role(role) => Happening::Banned(user),
                _ => continue,
            });
        }
        let name = warm.state.room_name().to_owned();
        ROOMS.change(&self.journal, room.as_str(), |record| record.name = name);
        let hidden = ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.target.is_some());
        if !hidden {
            for happening in happenings {
                self.happened_at(room, by, happening, at);
            }
        }
        self.people_changed(room, &came, now_required, at);
        if !hidden && !came.is_empty() {
            self.tell_newcomers(room);
        }
        self.note_answers(room, by);
        self.keep_knock_room(room);
        self.forget_gone_links(room);
        self.want_link_uses(room);
        self.room_changed(room);
    }
}

/// The entry of the queue that is to leave.
fn number_of_leave(record: &RoomRecord) -> Option<u64> {
    let leave = record.queue.iter().find(|queued| matches!(queued.intent, Intent::Leave { .. }));
    leave.map(|queued| queued.number)
}
