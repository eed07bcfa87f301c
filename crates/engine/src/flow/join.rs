//! Joining from outside: ask for the GroupInfo, check everything in it, commit, try again when another was faster.

use doorstep_client_api::{
    http::{GROUP_INFO, IN_ORDER, MailboxItem, StepKind, UPDATE, path_with},
    view::{Happening, LinkText, Outcome, Problem},
};
use doorstep_content::Invite;
use doorstep_membership as membership;
use doorstep_mls::{Identity, JoinPreview, Mls};
use doorstep_wire::{
    Body, ClientUri, Dictionary, GroupUri, ProviderDomain, RoomUri,
    group_info::{GroupInfoCode, GroupInfoResponse},
    notify::FanoutMessage,
    update::{HandshakeBundle, UpdateRoomResponse},
};
use serde_bytes::ByteBuf;

use super::command::{room_uri, uuid};
use super::{
    group_info::Asked,
    invite::{check_pins, read_invite},
    mailbox::NotTaken,
};
use crate::{
    engine::{Answer, Engine},
    flow::WarmRoom,
    job::Job,
    record::{JOINS, JoinRecord, JoinState, KeptInvite, Purpose, ROOMS, RoomRecord, Use},
    step::Method,
};

/// How often somebody else may be faster before a join is given up.
const MAX_LOST: u32 = 200;

impl Engine {
    pub(crate) fn join_open(&mut self, command: String, room: &str, pseudonym: Option<&str>, as_account: bool) {
        match self.plan_join(&command, room, pseudonym, as_account) {
            Ok(true) => {}
            Ok(false) => self.done(&command, Ok(Outcome::Room { room: room.to_owned() })),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    /// False: I am in already.
    fn plan_join(
        &mut self,
        command: &str,
        room: &str,
        pseudonym: Option<&str>,
        as_account: bool,
    ) -> Result<bool, Problem> {
        let room = room_uri(room)?;
        if ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.ended.is_none()) {
            return Ok(false);
        }
        if JOINS.get(&self.journal, room.as_str()).is_some() {
            return Ok(true);
        }
        let id = pseudonym.map(uuid).transpose()?;
        self.ensure_profile();
        let used = Use::Room(room.clone());
        let client = if as_account {
            self.account_client(used).ok_or_else(|| Problem::new("needs-account"))?
        } else {
            self.pseudonym(id, used)
        };
        self.begin_join(room, client, Purpose::Stay { command: command.to_owned() });
        Ok(true)
    }

    pub(crate) fn join_by_link(
        &mut self,
        command: String,
        text: &LinkText,
        as_account: bool,
        pseudonym: Option<&str>,
        inviter_gone: bool,
    ) {
        let planned = read_invite(text).and_then(|invite| {
            let started = self.plan_join_by_link(&command, &invite, as_account, pseudonym, inviter_gone)?;
            Ok((invite.room.to_string(), started))
        });
        match planned {
            Ok((_, true)) => {}
            Ok((room, false)) => self.done(&command, Ok(Outcome::Room { room })),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    /// False: I am in already.
    fn plan_join_by_link(
        &mut self,
        command: &str,
        invite: &Invite,
        as_account: bool,
        pseudonym: Option<&str>,
        inviter_gone: bool,
    ) -> Result<bool, Problem> {
        let room = &invite.room;
        if self.is_in(room) {
            return Ok(false);
        }
        self.need_not_come_in_after_all(room);
        if let Some(join) = JOINS.get(&self.journal, room.as_str()) {
            let same = join.purpose == Purpose::Stay { command: command.to_owned() };
            return if same { Ok(true) } else { Err(Problem::new("already-joining")) };
        }
        let id = pseudonym.map(uuid).transpose()?;
        let link = KeptInvite::new(invite, inviter_gone).ok_or_else(|| Problem::new("link-damaged"))?;
        self.ensure_profile();
        let client = self.looking_client(room, id, as_account)?;
        self.use_for(&client, Use::Room(room.clone()));
        let purpose = Purpose::Stay { command: command.to_owned() };
        let (state, seen) = match self.was_seen(invite, &client) {
            Some((asked, answer)) => (asking(asked), Some(answer)),
            None => (JoinState::Gathering, None),
        };
        let join = JoinRecord { room: room.clone(), client, purpose, link: Some(link), lost: 0, state };
        JOINS.put(&self.journal, room.as_str(), &join);
        self.home_changed();
        if let Some(body) = seen {
            self.group_info_came(room, Answer { status: 200, reason: None, body: &body });
        }
        Ok(true)
    }

    pub(crate) fn begin_join(&mut self, room: RoomUri, client: ClientUri, purpose: Purpose) {
        let key = room.to_string();
        let join = JoinRecord { room, client, purpose, link: None, lost: 0, state: JoinState::Gathering };
        JOINS.put(&self.journal, &key, &join);
        self.home_changed();
    }

    pub(crate) fn pump_joins(&mut self) {
        for (_, mut join) in JOINS.all(&self.journal) {
            if join.state == JoinState::Gathering
                && (!self.is_due(&Job::Ask(join.room.clone())) || !self.ask_for_group_info(&mut join))
            {
                continue;
            }
            let bearer = self.bearer();
            match &join.state {
                JoinState::Gathering => {}
                JoinState::Asking { request, .. } => {
                    let path = path_with(GROUP_INFO, join.room.as_str());
                    self.request(Job::Ask(join.room.clone()), Method::Post, path, request.to_vec(), bearer);
                }
                JoinState::Committing { request, then, .. } => {
                    let (path, body) = match &join.purpose {
                        Purpose::Knock { knock } => (IN_ORDER, self.way_of_a_knock(knock, request, then.as_ref())),
                        _ => (UPDATE, Some(request.to_vec())),
                    };
                    let (job, path) = (Job::Join(join.room.clone()), path_with(path, join.room.as_str()));
                    if let Some(body) = body {
                        self.request(job, Method::Post, path, body, bearer);
                    }
                }
            }
        }
    }

    /// Makes the request once identity and keys are there.
    fn ask_for_group_info(&mut self, join: &mut JoinRecord) -> bool {
        let invite = join.link.as_ref().and_then(KeptInvite::read);
        if join.link.is_some() && invite.is_none() {
            self.join_failed(join, Problem::new("link-damaged"));
            return false;
        }
        let Some(asked) = self.ask_group_info(&join.room, &join.client, invite.as_ref()) else { return false };
        join.state = asking(asked);
        JOINS.put(&self.journal, join.room.as_str(), join);
        true
    }

    pub(crate) fn group_info_came(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(join) = JOINS.get(&self.journal, room.as_str()) else { return };
        let JoinState::Asking { secret, credential, .. } = &join.state else { return };
        let response = match GroupInfoResponse::decode(answer.body) {
            Ok(response) if answer.status == 200 => response,
            Ok(_) | Err(_) => {
                let word = if join.link.is_some() { "link-unknown" } else { "no-room" };
                self.join_failed(&join, answer.problem(word));
                return;
            }
        };
        let silence = match (response.status(), &join.link) {
            (GroupInfoCode::Success, _) => None,
            (_, Some(_)) => Some("link-unknown"),
            (GroupInfoCode::NotAuthorized, None) => Some("not-authorized"),
            (GroupInfoCode::NoSuchRoom, None) => Some("no-room"),
        };
        if let Some(word) = silence {
            self.join_failed(&join, answer.problem(word));
            return;
        }
        let (secret, credential) = (*secret, credential.to_vec());
        let mark = self.journal.mark();
        match self.commit_to_join(&join, &secret, credential, &response) {
            Ok(()) => {}
            Err(JoinError::NeedsIssuer(domain)) => {
                self.journal.rollback(mark);
                self.need_issuer(&domain);
                // At once when there are newer keys.
                self.pause(Job::Ask(join.room.clone()), self.next_look(&domain));
                self.gather(join);
            }
            Err(JoinError::Refused(problem)) => {
                self.journal.rollback(mark);
                self.join_failed(&join, problem);
            }
        }
    }

    /// Checks the room and makes the external commit.
    fn commit_to_join(
        &mut self,
        join: &JoinRecord,
        secret: &[u8; 32],
        credential: Vec<u8>,
        response: &GroupInfoResponse,
    ) -> Result<(), JoinError> {
        let refuse = |word: &str| JoinError::Refused(Problem::new(word));
        let content = self.unseal_group_info(&join.room, secret, response)?;
        let seed = self.turn.entropy.bytes();
        let record = self.identity_record(&join.client).ok_or_else(|| refuse("internal"))?;
        let identity = Identity::new(record.seed, credential);
        let self_removes = content.self_removes();
        let tree = content.ratchet_tree().ok_or_else(|| refuse("hub-forged"))?;
        // Whoever reads knocks does so with a key in the leaf.
        let components = if self.reads_knocks(join) { self.knock_sealing_leaf(&join.room) } else { Dictionary::new() };
        let opening = Mls::new(&self.journal, seed);
        let preview = JoinPreview::open(&opening, &identity, content.group_info.as_bytes(), tree, &self_removes)
            .map_err(|_| refuse("hub-forged"))?;
        let (state, roster) = self.verified_group(&join.room, preview.view())?;
        self.check_purpose(join, &state, &roster)?;
        self.check_return(join, preview.view())?;
        let (issuers, now) = (self.known_issuers(), self.turn.now);
        let own = membership::own_leaf(&identity, &components)?;
        let leavers = preview.leavers();
        let update = match &join.link {
            None => membership::join_update(&state, &roster, &own, &leavers)?,
            Some(link) => {
                let invite = link.read().ok_or_else(|| refuse("link-damaged"))?;
                let gone = check_pins(&invite, preview.view(), &state)?;
                if gone && !link.without_inviter {
                    return Err(refuse("link-inviter-gone"));
                }
                membership::join_update_by_link(&state, &roster, &own, invite.link_id, &leavers, now)?
            }
        };
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let mut judged = None;
        let (member, bundle) = preview
            .join(&mls, &identity, update, &components, |view| {
                let verdict = membership::judge_own(&state, &roster, view, &own, &issuers, now)?;
                judged = Some((verdict.next, verdict.roster));
                Ok::<_, membership::Denied>(verdict.changes)
            })
            .map_err(|error| JoinError::Refused(Problem { code: "cannot-join".into(), detail: error.to_string() }))?;
        let Some((state, delta)) = judged else { return Err(refuse("internal")) };
        let mut roster = roster;
        roster.apply(delta);
        let group = GroupUri::from_group_id(member.group_id()).map_err(|_| refuse("room-invalid"))?;
        let request = HandshakeBundle::commit(&bundle.commit, None, &bundle.group_info)
            .ok()
            .and_then(|bundle| bundle.encode().ok())
            .ok_or_else(|| refuse("internal"))?;
        self.rooms.insert(join.room.clone(), WarmRoom::new(member, state, roster));
        let then = match &join.purpose {
            Purpose::Knock { knock } => self.knock_ahead(join, &group, knock),
            _ => None,
        };
        let mut next = join.clone();
        next.state = JoinState::Committing { group, request: ByteBuf::from(request), then };
        JOINS.put(&self.journal, join.room.as_str(), &next);
        Ok(())
    }

    pub(crate) fn join_answered(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let Some(join) = JOINS.get(&self.journal, room.as_str()) else { return };
        let knocks = matches!(join.purpose, Purpose::Knock { .. });
        match Self::answers_in_order(&answer).filter(|_| knocks) {
            None => self.commit_answer_came(join, answer),
            Some(steps) => {
                let mut steps = steps.into_iter();
                while let Some(step) = steps.next() {
                    let answer = super::in_order::answer(&step);
                    if self.is_put_off_by(&Job::Join(room.clone()), &step) {
                        return;
                    }
                    match step.kind {
                        StepKind::KeyPackageRefs if answer.status == 200 => {}
                        StepKind::Commit => {
                            self.commit_answer_came(join, answer);
                            self.steps_answered(room, steps);
                            return;
                        }
                        _ => {
                            self.drop_joined_group(&join);
                            self.join_failed(&join, answer.problem("not-registered"));
                            return;
                        }
                    }
                }
                // It did not get as far as the commit.
                self.put_off_again(Job::Join(room.clone()), None);
            }
        }
    }

    fn commit_answer_came(&mut self, join: JoinRecord, answer: Answer<'_>) {
        let JoinState::Committing { group, .. } = &join.state else { return };
        match UpdateRoomResponse::decode(answer.body) {
            Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
                let group = group.clone();
                self.joined(join, group, accepted_timestamp.0);
            }
            Ok(UpdateRoomResponse::WrongEpoch { .. }) => self.ask_again(join),
            // The hub has forgotten that she asked.
            _ if answer.reason.as_deref() == Some("no-reservation") => self.ask_again(join),
            _ => {
                self.drop_joined_group(&join);
                self.join_failed(&join, answer.problem("not-allowed"));
            }
        }
    }

    /// An external commit of ours came back by fan-out before its answer did: it stands.
    pub(crate) fn join_stands(&mut self, item: &MailboxItem, fanout: &FanoutMessage) {
        let Some(join) = JOINS.get(&self.journal, item.room.as_str()) else { return };
        let JoinState::Committing { group, request, .. } = &join.state else { return };
        let ours =
            HandshakeBundle::decode(request).is_ok_and(|bundle| bundle.message_hash() == fanout.message.sha256());
        if ours && join.client == item.to {
            let group = group.clone();
            let job = Job::Join(join.room.clone());
            if matches!(join.purpose, Purpose::Knock { .. }) {
                // What went with it is still to be answered.
                self.is_now(&job, &Job::Room(join.room.clone()));
            } else {
                self.forget_job(&job);
            }
            self.joined(join, group, fanout.timestamp.0);
        }
    }

    fn joined(&mut self, join: JoinRecord, group: GroupUri, at: u64) {
        let then = match &join.state {
            JoinState::Committing { then, .. } => then.clone(),
            _ => None,
        };
        JOINS.delete(&self.journal, join.room.as_str());
        if join.purpose == Purpose::Return {
            self.returned(&join, group, at);
            return;
        }
        if !self.still_wants_in(&join) {
            self.drop_group(&join.room, &group);
            return;
        }
        let knock = match &join.purpose {
            Purpose::Stay { .. } | Purpose::LetIn { .. } | Purpose::Keep { .. } | Purpose::Return => None,
            Purpose::Knock { knock } => Some(knock.clone()),
        };
        self.warm(&join.room, &group);
        self.ensure_epoch(&join.room);
        let name = self.rooms.get(&join.room).map(|warm| warm.state.room_name().to_owned()).unwrap_or_default();
        // A room that was left before keeps its messages.
        let before = ROOMS.get(&self.journal, join.room.as_str());
        let record = RoomRecord {
            knock: knock.clone(),
            target: match &join.purpose {
                Purpose::Keep { target } => Some(target.clone()),
                _ => None,
            },
            messages: before.map_or(0, |before| before.messages),
            ..RoomRecord::entered(join.room.clone(), group, join.client.clone(), name, at)
        };
        ROOMS.put(&self.journal, join.room.as_str(), &record);
        match (join.purpose, knock) {
            (Purpose::Stay { command }, _) => {
                self.happened(&join.room, &join.client.user(), Happening::Joined(join.client.user().to_string()));
                self.done(&command, Ok(Outcome::Room { room: join.room.to_string() }));
                self.need_not_knock(&join.room);
                self.room_changed(&join.room);
            }
            (Purpose::Knock { knock }, _) => self.knock_room_joined(&knock, then),
            (Purpose::Keep { target }, _) => self.tell_keeper(&target, &join.room),
            (Purpose::LetIn { knock, .. }, _) => self.came_in_after_all(&knock, &join.room),
            (Purpose::Return, _) => {}
        }
    }

    /// She was let in while she looked for another way into this room.
    pub(crate) fn need_not_join(&mut self, room: &RoomUri) {
        self.need_not_come_in_after_all(room);
        if let Some(JoinRecord { purpose: Purpose::Stay { command }, .. }) = JOINS.get(&self.journal, room.as_str()) {
            JOINS.delete(&self.journal, room.as_str());
            self.forget_job(&Job::Ask(room.clone()));
            self.done(&command, Ok(Outcome::Room { room: room.to_string() }));
        }
    }

    /// From the GroupInfo on again after a lost race, with a pause that grows.
    fn ask_again(&mut self, mut join: JoinRecord) {
        self.drop_joined_group(&join);
        join.lost += 1;
        if join.lost > MAX_LOST {
            self.join_failed(&join, Problem::new("too-busy"));
            return;
        }
        self.pause(Job::Ask(join.room.clone()), 100 * u64::from(join.lost.min(10)));
        self.gather(join);
    }

    fn gather(&mut self, mut join: JoinRecord) {
        join.state = JoinState::Gathering;
        JOINS.put(&self.journal, join.room.as_str(), &join);
    }

    fn drop_joined_group(&mut self, join: &JoinRecord) {
        if let JoinState::Committing { group, .. } = &join.state {
            self.drop_group(&join.room, group);
        }
    }

    pub(crate) fn join_failed(&mut self, join: &JoinRecord, problem: Problem) {
        JOINS.delete(&self.journal, join.room.as_str());
        if join.link.is_some() {
            self.keep_for_looking(&join.client, &join.room);
        }
        match &join.purpose {
            Purpose::Stay { command } => self.done(command, Err(problem)),
            Purpose::Knock { knock } => self.knock_not_taken(knock, problem),
            // Tried again when something happens in the room.
            Purpose::Keep { .. } => {}
            Purpose::LetIn { .. } => self.not_let_in_after_all(join, problem),
            Purpose::Return => self.return_failed(&join.room, &problem),
        }
    }

    pub(crate) fn join_lost_identity(&mut self, client: &ClientUri, problem: &Problem) {
        for (_, join) in JOINS.all(&self.journal) {
            if join.client == *client {
                self.join_failed(&join, problem.clone());
            }
        }
    }
}

fn asking(asked: Asked) -> JoinState {
    let Asked { secret, credential, request } = asked;
    JoinState::Asking { secret, credential: ByteBuf::from(credential), request: ByteBuf::from(request) }
}

/// Why a join did not get to its commit.
pub(crate) enum JoinError {
    NeedsIssuer(ProviderDomain),
    Refused(Problem),
}

impl From<Problem> for JoinError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<membership::Denied> for JoinError {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            denied => Self::Refused(Problem { code: denied.code().to_owned(), detail: denied.to_string() }),
        }
    }
}

impl From<membership::Denied> for NotTaken {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            _ => Self::Useless,
        }
    }
}
