//! Answering knocks: let in, say no, keep out. Any moderator can; whoever is first is right, and the others see it.

use doorstep_client_api::view::{self, Outcome, Problem, RequestState, RoomEnd};
use doorstep_content::MAX_REASON_CHARS;
use doorstep_membership::list_update;
use doorstep_mls::Plan;
use doorstep_wire::{RoomUri, UserUri, room::UserRolePair};

use super::{command::hex, outcome::withdrawn_key};
use crate::{
    engine::Engine,
    record::{Intent, OUTCOMES, OutcomeRecord, REQUESTS, ROOMS, RequestRecord, RoomRecord, Use, WITHDRAWN},
};

impl Engine {
    pub(crate) fn answer(&mut self, request: &str, answer: view::Answer) -> Result<Outcome, Problem> {
        let Some(mut record) = REQUESTS.get(&self.journal, request) else { return Err(Problem::new("no-request")) };
        match &record.state {
            RequestState::Open | RequestState::Failed(_) => {}
            RequestState::Answering(_) => return Ok(Outcome::Ok),
            RequestState::Answered { .. } => return Err(Problem::new("answered-already")),
            RequestState::Withdrawn => return Err(Problem::new("withdrawn")),
            RequestState::Expired => return Err(Problem::new("expired")),
        }
        if !self.is_in(&record.target) {
            return Err(Problem::new("no-room"));
        }
        match &answer {
            view::Answer::Accept => {
                self.enqueue(&record.target, Intent::Accept { request: request.to_owned() });
            }
            view::Answer::Decline { reason } => self.say_no(request, false, reason)?,
            view::Answer::Ban { reason } => {
                self.say_no(request, true, reason)?;
                self.enqueue(&record.target, Intent::KeepOut { request: request.to_owned() });
            }
        }
        record.state = RequestState::Answering(answer);
        self.keep_request(request, &record);
        Ok(Outcome::Ok)
    }

    pub(crate) fn keep_request(&mut self, id: &str, record: &RequestRecord) {
        REQUESTS.put(&self.journal, id, record);
        self.home_changed();
    }

    fn say_no(&mut self, request: &str, banned: bool, reason: &str) -> Result<(), Problem> {
        if reason.chars().count() > MAX_REASON_CHARS {
            return Err(Problem::new("reason-length"));
        }
        let sender = self.pseudonym(None, Use::Outcome);
        let record = OutcomeRecord { sender, entries: Vec::new(), sent: 0, banned, reason: reason.to_owned() };
        OUTCOMES.put(&self.journal, request, &record);
        // Of a ban the moderators hear by the commit, if the hub takes it.
        if !banned {
            self.tell_no(request);
        }
        Ok(())
    }

    /// The commit that lets a knocker in; none when she is in already.
    pub(crate) fn plan_accept(&mut self, room: &RoomUri, request: &str) -> Result<Option<Plan>, Problem> {
        let record = REQUESTS.get(&self.journal, request).ok_or_else(|| Problem::new("no-request"))?;
        let now = self.turn.now;
        let Some(warm) = self.rooms.get(room) else { return Err(Problem::new("no-room")) };
        // In, or let in by another moderator and gone again by now: her knock has had its answer.
        let had = matches!(record.state, RequestState::Answered { accepted: true, .. });
        if had || warm.state.role_of(&record.user).is_some() {
            return Ok(None);
        }
        if record.expires <= now.0 {
            return Err(Problem::new("expired"));
        }
        let role = warm.state.member_role().ok_or_else(|| Problem::new("not-allowed"))?;
        let adds = record.packages.iter().map(|package| package.to_vec()).collect();
        let added = warm.state.add_update(vec![UserRolePair { user: record.user, role_index: role }]);
        let update = list_update(&added).map_err(|_| Problem::new("internal"))?;
        Ok(Some(Plan { adds, updates: vec![update], ..Plan::default() }))
    }

    /// The commit that puts a knocker on the list as banned; none when she is there already.
    pub(crate) fn plan_keep_out(&mut self, room: &RoomUri, request: &str) -> Result<Option<Plan>, Problem> {
        let record = REQUESTS.get(&self.journal, request).ok_or_else(|| Problem::new("no-request"))?;
        let Some(warm) = self.rooms.get(room) else { return Err(Problem::new("no-room")) };
        if warm.state.role_of(&record.user).is_some() {
            return Ok(None);
        }
        let update = warm.state.ban_update(&record.user).ok_or_else(|| Problem::new("not-allowed"))?;
        let update = list_update(&update).map_err(|_| Problem::new("internal"))?;
        Ok(Some(Plan { updates: vec![update], ..Plan::default() }))
    }

    /// A request was answered by `by`: her packages go.
    pub(crate) fn request_answered(&mut self, request: &str, by: &UserUri, accepted: bool) {
        let Some(mut record) = REQUESTS.get(&self.journal, request) else { return };
        self.let_in_with_name(&record);
        record.state = RequestState::Answered { by: by.to_string(), accepted };
        record.packages.clear();
        if accepted && OUTCOMES.get(&self.journal, request).is_some_and(|outcome| outcome.sent == 0) {
            // My no comes too late, and is not sent.
            OUTCOMES.delete(&self.journal, request);
        }
        self.keep_request(request, &record);
    }

    pub(crate) fn answer_refused(&mut self, request: &str, problem: Problem) {
        let Some(mut record) = REQUESTS.get(&self.journal, request) else { return };
        if OUTCOMES.get(&self.journal, request).is_some_and(|outcome| outcome.sent == 0) {
            OUTCOMES.delete(&self.journal, request);
        }
        // She may have taken it back while it was being answered.
        let withdrawn = WITHDRAWN.get(&self.journal, &withdrawn_key(&record.target, &record.user)).is_some();
        record.state = match problem.code.as_str() {
            _ if withdrawn => RequestState::Withdrawn,
            "withdrawn" => RequestState::Withdrawn,
            "expired" => RequestState::Expired,
            _ => RequestState::Failed(problem),
        };
        self.keep_request(request, &record);
    }

    /// After a commit in a room: requests whose users are on the list now were answered by its maker.
    pub(crate) fn note_answers(&mut self, room: &RoomUri, by: &UserUri) {
        for (id, record) in REQUESTS.all(&self.journal) {
            if record.target != *room {
                continue;
            }
            let Some(warm) = self.rooms.get(room) else { return };
            if let Some(role) = warm.state.role_of(&record.user) {
                let accepted = !warm.state.is_banned_role(role);
                // What the room says counts more than what a moderator said; the first who said it stays.
                let known = match record.state {
                    RequestState::Answered { accepted: before, .. } => before || before == accepted,
                    _ => false,
                };
                if !known {
                    self.request_answered(&id, by, accepted);
                }
            }
        }
    }

    /// A knock came in and was checked.
    pub(crate) fn request_came(&mut self, mut record: RequestRecord) {
        let id = hex(&record.request_id);
        if REQUESTS.get(&self.journal, &id).is_none() {
            if WITHDRAWN.get(&self.journal, &withdrawn_key(&record.target, &record.user)).is_some() {
                record.state = RequestState::Withdrawn;
                record.packages.clear();
                self.keep_request(&id, &record);
                return;
            }
            let room_name = self.room_name(&record.target);
            self.keep_request(&id, &record);
            // Another moderator may have let her in before this browser could read her knock.
            if let Some(room) = ROOMS.get(&self.journal, record.target.as_str())
                && self.warm(&room.room, &room.group)
            {
                self.note_answers(&room.room, &room.client.user());
            }
            if REQUESTS.get(&self.journal, &id).is_some_and(|request| request.state == RequestState::Open) {
                self.notice(view::Notice::Knock { room_name });
            }
        }
    }

    /// Requests nobody answered in time, and those of a room whose knocks I do not read any more: what became of them I would
    /// not hear.
    pub(crate) fn expire_requests(&mut self) {
        for (id, mut record) in REQUESTS.all(&self.journal) {
            if !matches!(record.state, RequestState::Open | RequestState::Failed(_)) {
                continue;
            }
            let out = self.knock_room_of(&record.target).and_then(|knock| knock.ended);
            if out.is_some_and(|end| end != RoomEnd::Broken) {
                REQUESTS.delete(&self.journal, &id);
                self.home_changed();
            } else if record.expires <= self.turn.now.0 {
                record.state = RequestState::Expired;
                record.packages.clear();
                self.keep_request(&id, &record);
            }
        }
    }

    /// The knock room of a room, as far as I was ever in it.
    pub(super) fn knock_room_of(&self, target: &RoomUri) -> Option<RoomRecord> {
        let mut rooms = ROOMS.all(&self.journal).into_iter().map(|(_, record)| record);
        rooms.find(|room| room.target.as_ref() == Some(target))
    }
}
