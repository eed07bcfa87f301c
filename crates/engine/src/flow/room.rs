//! A room of mine: its group in memory, and its queue of things to be done, one request at a time.

use std::collections::BTreeMap;

use doorstep_client_api::{
    http::{SUBMIT_MESSAGE, UPDATE, path_with},
    view::{Delivery, Happening, Outcome, Problem, RoomEnd},
};
use doorstep_content::MimiContent;
use doorstep_credential::Audience;
use doorstep_membership as membership;
use doorstep_mls::{CommitError, Identity, LeafChange, Member, Mls, Plan, ProposalContent, Proposer};
use doorstep_policy::{RoomState, Roster, RosterDelta};
use doorstep_wire::{
    Body, GroupUri, RoomUri, UserUri,
    capability::Capability,
    submit::{SubmitMessageRequest, SubmitMessageResponse},
    update::{HandshakeBundle, UpdateRoomResponse},
};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use super::command::{hex, room_uri};
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{Busy, Intent, KNOCKS, Queued, ROOMS, RoomRecord, UNDOS},
    step::Method,
};

/// How often an entry of the queue meets a hub that is ahead before it is given up.
const MAX_TRIES: u32 = 60;

/// A group in memory, with the policy state and roster that belong to its epoch.
pub(crate) struct WarmRoom {
    pub(crate) member: Member,
    pub(crate) state: RoomState,
    pub(crate) roster: Roster,
    /// State after the own commit that is under way, and what it does to the roster.
    pub(crate) pending: Option<(RoomState, RosterDelta)>,
}

impl WarmRoom {
    pub(crate) fn new(member: Member, state: RoomState, roster: Roster) -> Self {
        Self { member, state, roster, pending: None }
    }

    /// The keys of a user's clients in this room, for reading aloud: 8 groups of 4 hex digits.
    pub(crate) fn fingerprint(&self, user: &UserUri) -> String {
        let mut hash = Sha256::new();
        for (_, leaf) in self.roster.leaves_of(user) {
            hash.update(&leaf.signature_key);
        }
        let digest: [u8; 32] = hash.finalize().into();
        digest.chunks(2).take(8).map(hex).collect::<Vec<_>>().join(" ")
    }

    /// Users who asked to be let go, or whom the hub says to be gone.
    fn leaving(&self) -> BTreeMap<UserUri, bool> {
        let mut leaving = BTreeMap::new();
        leaving.extend(self.member.pending().into_iter().filter_map(|proposal| {
            let leaf = match (proposal.content, proposal.proposer) {
                (ProposalContent::SelfRemove, Proposer::Member(leaf)) => leaf,
                (ProposalContent::Remove(leaf), Proposer::External(_)) => leaf,
                _ => return None,
            };
            Some((self.roster.get(leaf)?.user.clone(), true))
        }));
        leaving
    }

    /// Somebody's proposal waits to be committed.
    pub(crate) fn has_proposals(&self) -> bool {
        !self.member.pending().is_empty()
    }

    /// State and roster read from the group.
    pub(crate) fn of(member: Member) -> Option<Self> {
        let state = RoomState::from_dictionary(&member.dictionary()).ok()?;
        let roster = membership::roster(member.leaves()).ok()?;
        Some(Self::new(member, state, roster))
    }
}

/// What came of the attempt to begin an entry of the queue.
enum Begun {
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
    /// Loads the group of a room unless it is in memory; says whether it is there.
    pub(crate) fn warm(&mut self, room: &RoomUri, group: &GroupUri) -> bool {
        if self.rooms.contains(room) {
            return true;
        }
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        match Member::load(&mls, group.as_bytes()).ok().flatten().and_then(WarmRoom::of) {
            Some(warm) => {
                self.rooms.insert(room.clone(), warm);
                self.ensure_epoch(room);
                true
            }
            None => false,
        }
    }

    pub(crate) fn is_in(&self, room: &RoomUri) -> bool {
        ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.ended.is_none())
    }

    /// Deletes group and row of a room; messages stay.
    pub(crate) fn forget_room(&mut self, room: &RoomUri) {
        if let Some(record) = ROOMS.get(&self.journal, room.as_str()) {
            self.drop_group(room, &record.group);
        }
        ROOMS.delete(&self.journal, room.as_str());
        self.forget_job(&Job::Room(room.clone()));
        self.home_changed();
    }

    pub(crate) fn drop_group(&mut self, room: &RoomUri, group: &GroupUri) {
        self.rooms.remove(room);
        doorstep_mls::delete(&Mls::new(&self.journal, self.turn.entropy.bytes()), group.as_bytes());
        self.forget_epochs(room);
        for (key, _) in UNDOS.scan(&self.journal, &format!("{room}#")) {
            UNDOS.delete(&self.journal, &key);
        }
    }

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
            if record.ended.is_some() || record.is_lost() {
                continue;
            }
            self.pump_reject(&record);
            let job = Job::Room(record.room.clone());
            if !self.is_due(&job) || (record.busy.is_none() && record.queue.is_empty()) {
                continue;
            }
            if record.busy.is_none() {
                self.begin(&mut record);
            }
            let (path, body) = match &record.busy {
                None => continue,
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
            let pause = self.miss(record);
            self.pause(Job::Room(record.room.clone()), pause);
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

    fn begin_one(&mut self, record: &RoomRecord, head: &Queued) -> Begun {
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
        match request.ok().and_then(|request| request.encode().ok()) {
            Some(request) => Begun::Busy(Busy::Message { number, request: ByteBuf::from(request) }),
            None => Begun::Refused(Problem::new("internal")),
        }
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

    fn begin_leaving(&mut self, record: &RoomRecord, number: u64, identity: &Identity) -> Begun {
        // The proposal is not kept here: she is gone once the hub has it, and until then nothing must stand in her way.
        let mark = self.journal.mark();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let Some(mut warm) = self.rooms.remove(&record.room) else { return Begun::Later };
        let proposal = warm.member.self_remove(&mls, identity);
        self.journal.rollback(mark);
        let Ok(proposal) = proposal else { return Begun::Later };
        match HandshakeBundle::proposal(&proposal).ok().and_then(|bundle| bundle.encode().ok()) {
            Some(request) => Begun::Busy(Busy::Leaving { number, request: ByteBuf::from(request) }),
            None => Begun::Refused(Problem::new("internal")),
        }
    }

    pub(crate) fn room_answered(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        match record.busy.clone() {
            None => {}
            Some(Busy::Message { number, .. }) => self.message_answered(record, number, &answer),
            Some(Busy::Commit { number, .. }) => self.commit_answered(record, number, &answer),
            Some(Busy::Leaving { number, .. }) => self.leaving_answered(record, number, &answer),
        }
    }

    fn message_answered(&mut self, mut record: RoomRecord, number: u64, answer: &Answer<'_>) {
        let head = record.queue.iter().find(|queued| queued.number == number).cloned();
        match SubmitMessageResponse::decode(answer.body) {
            Ok(SubmitMessageResponse::Accepted { accepted_timestamp, .. }) if answer.status == 200 => {
                record.busy = None;
                record.queue.retain(|queued| queued.number != number);
                record.at = record.at.max(accepted_timestamp.0);
                ROOMS.put(&self.journal, record.room.as_str(), &record);
                match head.map(|head| head.intent) {
                    Some(Intent::Say { message, .. }) => {
                        self.set_delivery(&record.room, &message, Delivery::Sent, Some(accepted_timestamp.0));
                    }
                    Some(Intent::Knock { knock }) => self.knock_sent(&knock, accepted_timestamp),
                    Some(Intent::Disclose { disclosure }) => self.disclosure_sent(&disclosure, accepted_timestamp.0),
                    _ => {}
                }
            }
            Ok(SubmitMessageResponse::EpochTooOld { current_epoch }) => {
                self.try_again(record, Some(number), Some(current_epoch.0));
            }
            _ if answer.reason.as_deref() == Some("pending") => self.try_again(record, Some(number), None),
            _ if answer.reason.as_deref() == Some("future-epoch") => self.hub_is_behind(record),
            _ => self.refuse_entry(record, number, answer.problem("not-allowed")),
        }
    }

    fn commit_answered(&mut self, record: RoomRecord, number: Option<u64>, answer: &Answer<'_>) {
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

    fn leaving_answered(&mut self, record: RoomRecord, number: u64, answer: &Answer<'_>) {
        match UpdateRoomResponse::decode(answer.body) {
            Ok(UpdateRoomResponse::Success { .. }) if answer.status == 200 => self.left(record, RoomEnd::Left),
            Ok(UpdateRoomResponse::WrongEpoch { current_epoch, .. }) => {
                self.try_again(record, Some(number), Some(current_epoch.0));
            }
            _ if answer.reason.as_deref() == Some("pending") => {
                self.try_again(record, Some(number), None);
            }
            // Already out.
            _ if record.knock.is_some() => self.left(record, RoomEnd::Left),
            _ => {
                self.refuse_entry(record, number, answer.problem("not-allowed"));
            }
        }
    }

    /// I am out of a room. Of a knock room nothing is kept; of others what was said stays.
    pub(crate) fn left(&mut self, mut record: RoomRecord, end: RoomEnd) {
        if record.knock.is_some() {
            self.forget_room(&record.room);
            return;
        }
        let leave_command = record.queue.iter().find_map(|queued| match &queued.intent {
            Intent::Leave { command } => command.clone(),
            _ => None,
        });
        for queued in core::mem::take(&mut record.queue) {
            self.link_intent_refused(&queued.intent, Problem::new("no-room"));
        }
        self.forget_links_of(&record.room);
        record.ended = Some(end);
        record.busy = None;
        self.end_disclosures(&record.room);
        self.forget_disclosed(&record.room);
        self.drop_group(&record.room, &record.group);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if let Some(command) = leave_command {
            self.done(&command, Ok(Outcome::Ok));
        }
        self.room_changed(&record.room);
    }

    /// The entry stays; it is begun anew once this group has caught up.
    fn try_again(&mut self, mut record: RoomRecord, number: Option<u64>, ahead: Option<u64>) {
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

    fn refuse_entry(&mut self, mut record: RoomRecord, number: u64, problem: Problem) {
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
            Intent::Knock { knock } => self.knock_refused(knock, problem),
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
        gone: &BTreeMap<UserUri, bool>,
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

    pub(crate) fn leave(&mut self, room: &str) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        if !self.is_in(&room) {
            return Ok(Outcome::Ok);
        }
        if self.is_needed(&room) {
            return Err(Problem::new("role-too-small"));
        }
        self.enqueue(&room, Intent::Leave { command: None });
        // Whoever leaves a room no longer answers its knocks.
        for (_, record) in ROOMS.all(&self.journal) {
            if record.target.as_ref() == Some(&room) && record.ended.is_none() {
                self.enqueue(&record.room, Intent::Leave { command: None });
            }
        }
        Ok(Outcome::Ok)
    }

    /// The room's rules let nobody go who has my role, because there are too few of them.
    fn is_needed(&mut self, room: &RoomUri) -> bool {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return false };
        self.warm(room, &record.group);
        self.rooms.get(room).is_some_and(|warm| {
            let index = warm.state.role_index(&record.client.user());
            let holders = warm.state.participants().holders(index);
            warm.state.role(index).is_some_and(|role| holders <= role.minimum_participants)
        })
    }

    pub(crate) fn remove(&mut self, room: &str, user: &str, ban: bool) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let user: UserUri = user.parse().map_err(|_| Problem::new("not-a-user"))?;
        let record = ROOMS.get(&self.journal, room.as_str()).ok_or_else(|| Problem::new("no-room"))?;
        if !self.warm(&room, &record.group) {
            return Err(Problem::new("no-room"));
        }
        let wanted = if ban { Capability::CAN_BAN } else { Capability::CAN_REMOVE_PARTICIPANT };
        let allowed = self.rooms.get(&room).is_some_and(|warm| warm.state.has(&record.client.user(), wanted));
        if !allowed || user == record.client.user() {
            return Err(Problem::new("not-allowed"));
        }
        self.enqueue(&room, Intent::Remove { user, ban });
        Ok(Outcome::Ok)
    }

    fn plan_remove(&mut self, room: &RoomUri, user: &UserUri, ban: bool) -> Result<Option<Plan>, Problem> {
        let Some(warm) = self.rooms.get(room) else { return Err(Problem::new("no-room")) };
        let Some(role) = warm.state.role_of(user) else { return Ok(None) };
        if ban && warm.state.is_banned_role(role) {
            return Ok(None);
        }
        let update = if ban { warm.state.ban_update(user) } else { warm.state.remove_update(user) };
        let Some(update) = update else { return Ok(None) };
        let update = membership::list_update(&update).map_err(|_| Problem::new("internal"))?;
        let removes = warm.roster.leaves_of(user).map(|(leaf, _)| leaf).collect();
        Ok(Some(Plan { removes, updates: vec![update], ..Plan::default() }))
    }
}
