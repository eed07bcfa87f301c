//! Joining from outside: ask for the GroupInfo, check everything in it, commit, try again when another was faster.

use doorstep_client_api::http::{GROUP_INFO, IN_ORDER, MailboxItem, StepKind, UPDATE, path_with};
use doorstep_content::Invite;
use doorstep_membership as membership;
use doorstep_mls::{Identity, JoinPreview, Mls};
use doorstep_page_api::view::{Happening, LinkText, Outcome, Problem};
use doorstep_wire::{
    Body, ClientUri, Dictionary, GroupUri, ProviderDomain, Refusal, RoomUri, UnixMillis,
    group_info::{GroupInfoCode, GroupInfoResponse},
    notify::FanoutMessage,
    update::{HandshakeBundle, UpdateRoomResponse},
};
use serde_bytes::ByteBuf;

use crate::{
    chat,
    context::{Answer, Context},
    group::{
        self, WarmRoom, epoch,
        group_info::{self, Asked, JoinError},
    },
    identity, issuers,
    job::Job,
    knock::{keepers, keys, knocker, let_in},
    link::{
        invite::{check_pins, read_invite},
        looking::Looks,
    },
    record::{
        JOINS, JoinRecord, JoinState, KeptInvite, KnockRole, Purpose, ROOMS, RoomKind, RoomRecord, Use,
        believed_at_first,
    },
    room::{answers, in_order, joins, purpose, repair, requests},
    step::Method,
    text::{room_uri, uuid},
};

/// How often somebody else may be faster before a join is given up.
const MAX_LOST: u32 = 200;
/// The longest pause before a moderator tries again to come into a knock room, seconds: an hour, once it is spread.
const LONGEST_PAUSE_TO_KEEP: u64 = 2400;

pub(crate) fn join_open(cx: &mut Context, command: String, room: &str, pseudonym: Option<&str>, as_account: bool) {
    match plan_join(cx, &command, room, pseudonym, as_account) {
        Ok(true) => {}
        Ok(false) => cx.done(&command, Ok(Outcome::Room { room: room.to_owned() })),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

/// False: I am in already.
fn plan_join(
    cx: &mut Context,
    command: &str,
    room: &str,
    pseudonym: Option<&str>,
    as_account: bool,
) -> Result<bool, Problem> {
    let room = room_uri(room)?;
    if cx.is_in(&room) {
        return Ok(false);
    }
    if let Some(join) = JOINS.get(&cx.journal, room.as_str()) {
        return is_begun_by(&join, command);
    }
    let id = pseudonym.map(uuid).transpose()?;
    cx.ensure_profile();
    let used = Use::Room(room.clone());
    let client = if as_account {
        identity::account_client(cx, used).ok_or_else(|| Problem::new(Refusal::NeedsAccount))?
    } else {
        identity::pseudonym(cx, id, used)
    };
    joins::begin_join(cx, room, client, Purpose::Stay { command: command.to_owned() });
    Ok(true)
}

/// The same command may come twice; another one, of another tab, has to wait for what comes of this.
fn is_begun_by(join: &JoinRecord, command: &str) -> Result<bool, Problem> {
    match &join.purpose {
        Purpose::Stay { command: begun } if begun == command => Ok(true),
        _ => Err(Problem::new(Refusal::AlreadyJoining)),
    }
}

pub(crate) fn join_by_link(
    cx: &mut Context,
    looks: &mut Looks,
    command: String,
    text: &LinkText,
    as_account: bool,
    pseudonym: Option<&str>,
    inviter_gone: bool,
) {
    let planned = read_invite(text).and_then(|invite| {
        let started = plan_join_by_link(cx, looks, &command, &invite, as_account, pseudonym, inviter_gone)?;
        Ok((invite.room.to_string(), started))
    });
    match planned {
        Ok((_, true)) => {}
        Ok((room, false)) => cx.done(&command, Ok(Outcome::Room { room })),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

/// False: I am in already.
fn plan_join_by_link(
    cx: &mut Context,
    looks: &mut Looks,
    command: &str,
    invite: &Invite,
    as_account: bool,
    pseudonym: Option<&str>,
    inviter_gone: bool,
) -> Result<bool, Problem> {
    let room = &invite.room;
    if cx.is_in(room) {
        return Ok(false);
    }
    joins::need_not_come_in_after_all(cx, room);
    if let Some(join) = JOINS.get(&cx.journal, room.as_str()) {
        return is_begun_by(&join, command);
    }
    let id = pseudonym.map(uuid).transpose()?;
    let link = KeptInvite::new(invite, inviter_gone).ok_or_else(|| Problem::new(Refusal::LinkDamaged))?;
    cx.ensure_profile();
    let client = identity::looking_client(cx, room, id, as_account)?;
    identity::use_for(cx, &client, Use::Room(room.clone()));
    let purpose = Purpose::Stay { command: command.to_owned() };
    let (state, seen) = match looks.was_seen(cx, invite, &client) {
        Some((asked, answer)) => (asking(asked), Some(answer)),
        None => (JoinState::Gathering, None),
    };
    let join = JoinRecord { room: room.clone(), client, purpose, link: Some(link), lost: 0, state };
    JOINS.put(&cx.journal, room.as_str(), &join);
    cx.home_changed();
    if let Some(body) = seen {
        group_info_came(cx, room, Answer { status: 200, reason: None, body: &body });
    }
    Ok(true)
}

pub(crate) fn pump_joins(cx: &mut Context) {
    for (_, mut join) in JOINS.all(&cx.journal) {
        if join.state == JoinState::Gathering
            && (!cx.is_due(&Job::Ask(join.room.clone())) || !ask_for_group_info(cx, &mut join))
        {
            continue;
        }
        let bearer = cx.bearer();
        match &join.state {
            JoinState::Gathering => {}
            JoinState::Asking { request, .. } => {
                let path = path_with(GROUP_INFO, join.room.as_str());
                cx.request(Job::Ask(join.room.clone()), Method::Post, path, request.to_vec(), bearer);
            }
            JoinState::Committing { request, then, .. } => {
                let (path, body) = match &join.purpose {
                    Purpose::Knock { knock } => (IN_ORDER, in_order::way_of_a_knock(cx, knock, request, then.as_ref())),
                    _ => (UPDATE, Some(request.to_vec())),
                };
                let (job, path) = (Job::Join(join.room.clone()), path_with(path, join.room.as_str()));
                if let Some(body) = body {
                    cx.request(job, Method::Post, path, body, bearer);
                }
            }
        }
    }
}

/// Makes the request once identity and keys are there.
fn ask_for_group_info(cx: &mut Context, join: &mut JoinRecord) -> bool {
    let invite = join.link.as_ref().and_then(KeptInvite::read);
    if join.link.is_some() && invite.is_none() {
        join_failed(cx, join, Problem::new(Refusal::LinkDamaged));
        return false;
    }
    let Some(asked) = group_info::ask_group_info(cx, &join.room, &join.client, invite.as_ref()) else { return false };
    join.state = asking(asked);
    JOINS.put(&cx.journal, join.room.as_str(), join);
    true
}

pub(crate) fn group_info_came(cx: &mut Context, room: &RoomUri, answer: Answer<'_>) {
    let Some(join) = JOINS.get(&cx.journal, room.as_str()) else { return };
    let JoinState::Asking { secret, credential, .. } = &join.state else { return };
    let response = match GroupInfoResponse::decode(answer.body) {
        Ok(response) if answer.status == 200 => response,
        Ok(_) | Err(_) => {
            let word = if join.link.is_some() { Refusal::LinkUnknown } else { Refusal::NoRoom };
            join_failed(cx, &join, answer.problem(word));
            return;
        }
    };
    let silence = match (response.status(), &join.link) {
        (GroupInfoCode::Success, _) => None,
        (_, Some(_)) => Some(Refusal::LinkUnknown),
        (GroupInfoCode::NotAuthorized, None) => Some(Refusal::NotAuthorized),
        (GroupInfoCode::NoSuchRoom, None) => Some(Refusal::NoRoom),
    };
    if let Some(word) = silence {
        join_failed(cx, &join, answer.problem(word));
        return;
    }
    let (secret, credential) = (*secret, credential.to_vec());
    let mark = cx.journal.mark();
    match commit_to_join(cx, &join, &secret, credential, &response) {
        Ok(()) => {}
        Err(JoinError::NeedsIssuer(domain)) => {
            cx.journal.rollback(mark);
            issuers::need_issuer(cx, &domain);
            // At once when there are newer keys.
            cx.pause(Job::Ask(join.room.clone()), issuers::next_look(cx, &domain));
            gather(cx, join);
        }
        Err(JoinError::Refused(problem)) => {
            cx.journal.rollback(mark);
            join_failed(cx, &join, problem);
        }
    }
}

/// Checks the room and makes the external commit.
fn commit_to_join(
    cx: &mut Context,
    join: &JoinRecord,
    secret: &[u8; 32],
    credential: Vec<u8>,
    response: &GroupInfoResponse,
) -> Result<(), JoinError> {
    let refuse = |word: Refusal| JoinError::Refused(Problem::new(word));
    let content = group_info::unseal_group_info(cx, &join.room, secret, response)?;
    let seed = cx.entropy.bytes();
    let record = cx.identity_record(&join.client).ok_or_else(|| refuse(Refusal::Internal))?;
    let identity = Identity::new(record.seed, credential);
    let self_removes = content.self_removes();
    let tree = content.ratchet_tree().ok_or_else(|| refuse(Refusal::HubForged))?;
    // Whoever reads knocks does so with a key in the leaf.
    let components =
        if purpose::reads_knocks(cx, join) { keys::knock_sealing_leaf(cx, &join.room) } else { Dictionary::new() };
    let opening = Mls::new(&cx.journal, seed);
    let preview = JoinPreview::open(&opening, &identity, content.group_info.as_bytes(), tree, &self_removes)
        .map_err(|_| refuse(Refusal::HubForged))?;
    let (state, roster) = group_info::verified_group(cx, &join.room, preview.view())?;
    purpose::check_purpose(cx, join, &state, &roster)?;
    purpose::check_return(cx, join, preview.view())?;
    let (issuers, now) = (issuers::known_issuers(cx), cx.now);
    let own = membership::own_leaf(&identity, &components)?;
    let leavers = preview.leavers();
    let update = match &join.link {
        None => membership::join_update(&state, &roster, &own, &leavers)?,
        Some(link) => {
            let invite = link.read().ok_or_else(|| refuse(Refusal::LinkDamaged))?;
            let gone = check_pins(&invite, preview.view(), &state)?;
            if gone && !link.without_inviter {
                return Err(refuse(Refusal::LinkInviterGone));
            }
            membership::join_update_by_link(&state, &roster, &own, invite.link_id, &leavers, now)?
        }
    };
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let mut judged = None;
    let (member, bundle) = preview
        .join(&mls, &identity, update, &components, |view| {
            let verdict = membership::judge_own(&state, &roster, view, &own, &issuers, now)?;
            judged = Some((verdict.next, verdict.roster));
            Ok::<_, membership::Denied>(verdict.changes)
        })
        .map_err(|error| JoinError::Refused(Problem { code: Refusal::CannotJoin, detail: error.to_string() }))?;
    let Some((state, delta)) = judged else { return Err(refuse(Refusal::Internal)) };
    let mut roster = roster;
    roster.apply(delta);
    let group = GroupUri::from_group_id(member.group_id()).map_err(|_| refuse(Refusal::RoomInvalid))?;
    let request = HandshakeBundle::commit(&bundle.commit, None, &bundle.group_info)
        .ok()
        .and_then(|bundle| bundle.encode().ok())
        .ok_or_else(|| refuse(Refusal::Internal))?;
    cx.groups.insert(join.room.clone(), WarmRoom::new(member, state, roster));
    let then = match &join.purpose {
        Purpose::Knock { knock } => requests::knock_ahead(cx, join, &group, knock),
        _ => None,
    };
    let mut next = join.clone();
    next.state = JoinState::Committing { group, request: ByteBuf::from(request), then };
    JOINS.put(&cx.journal, join.room.as_str(), &next);
    Ok(())
}

pub(crate) fn join_answered(cx: &mut Context, room: &RoomUri, answer: Answer<'_>) {
    let Some(join) = JOINS.get(&cx.journal, room.as_str()) else { return };
    let knocks = matches!(join.purpose, Purpose::Knock { .. });
    match in_order::answers_in_order(&answer).filter(|_| knocks) {
        None => commit_answer_came(cx, join, answer),
        Some(steps) => {
            let mut steps = steps.into_iter();
            while let Some(step) = steps.next() {
                let answer = in_order::answer(&step);
                if in_order::is_put_off_by(cx, &Job::Join(room.clone()), &step) {
                    return;
                }
                match step.kind {
                    StepKind::KeyPackageRefs if answer.status == 200 => {}
                    StepKind::Commit => {
                        commit_answer_came(cx, join, answer);
                        answers::steps_answered(cx, room, steps);
                        return;
                    }
                    _ => {
                        drop_joined_group(cx, &join);
                        join_failed(cx, &join, answer.problem(Refusal::NotRegistered));
                        return;
                    }
                }
            }
            // It did not get as far as the commit.
            cx.put_off_again(Job::Join(room.clone()), None);
        }
    }
}

fn commit_answer_came(cx: &mut Context, join: JoinRecord, answer: Answer<'_>) {
    let JoinState::Committing { group, .. } = &join.state else { return };
    match UpdateRoomResponse::decode(answer.body) {
        Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
            let group = group.clone();
            joined(cx, join, group, accepted_timestamp);
        }
        Ok(UpdateRoomResponse::WrongEpoch { .. }) => ask_again(cx, join),
        // The hub has forgotten that this client asked.
        _ if answer.reason == Some(Refusal::NoReservation) => ask_again(cx, join),
        _ => {
            drop_joined_group(cx, &join);
            join_failed(cx, &join, answer.problem(Refusal::NotAllowed));
        }
    }
}

/// An external commit of ours came back by fan-out before its answer did: it stands.
pub(crate) fn join_stands(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) {
    let Some(join) = JOINS.get(&cx.journal, item.room.as_str()) else { return };
    let JoinState::Committing { group, request, .. } = &join.state else { return };
    let ours = HandshakeBundle::decode(request).is_ok_and(|bundle| bundle.message_hash() == fanout.message.sha256());
    if ours && join.client == item.to {
        let group = group.clone();
        let job = Job::Join(join.room.clone());
        if matches!(join.purpose, Purpose::Knock { .. }) {
            // What went with it is still to be answered.
            cx.is_now(&job, &Job::Room(join.room.clone()));
        } else {
            cx.forget_job(&job);
        }
        joined(cx, join, group, fanout.timestamp);
    }
}

fn joined(cx: &mut Context, join: JoinRecord, group: GroupUri, hub_time: UnixMillis) {
    let then = match &join.state {
        JoinState::Committing { then, .. } => then.clone(),
        _ => None,
    };
    JOINS.delete(&cx.journal, join.room.as_str());
    if join.purpose == Purpose::Return {
        repair::returned(cx, &join, group, hub_time);
        return;
    }
    if !let_in::still_wants_in(cx, &join) {
        group::drop_group(cx, &join.room, &group);
        return;
    }
    let kind = match &join.purpose {
        Purpose::Stay { .. } | Purpose::LetIn { .. } | Purpose::Return => RoomKind::Standard,
        Purpose::Keep { target } => RoomKind::moderated(target.clone()),
        Purpose::Knock { knock } => RoomKind::KnockRoom(KnockRole::Knocker { knock: knock.clone() }),
    };
    let at = believed_at_first(hub_time.0, cx.now).0;
    group::warm(cx, &join.room, &group);
    epoch::ensure_epoch(cx, &join.room);
    let name = cx.groups.get(&join.room).map(|warm| warm.state.room_name().to_owned()).unwrap_or_default();
    // A room that was left before keeps its messages.
    let before = ROOMS.get(&cx.journal, join.room.as_str());
    let record = RoomRecord {
        kind,
        messages: before.map_or(0, |before| before.messages),
        ..RoomRecord::entered(join.room.clone(), group, join.client.clone(), name, at)
    };
    ROOMS.put(&cx.journal, join.room.as_str(), &record);
    match join.purpose {
        Purpose::Stay { command } => {
            chat::happened(cx, &join.room, &join.client.user(), Happening::Joined(join.client.user().to_string()));
            cx.done(&command, Ok(Outcome::Room { room: join.room.to_string() }));
            knocker::need_not_knock(cx, &join.room);
            cx.room_changed(&join.room);
        }
        Purpose::Knock { knock } => knocker::knock_room_joined(cx, &knock, then),
        Purpose::Keep { target } => keepers::tell_keeper(cx, &target, &join.room),
        Purpose::LetIn { knock, .. } => let_in::came_in_after_all(cx, &knock, &join.room),
        Purpose::Return => {}
    }
}

/// From the GroupInfo on again after a lost race, with a pause that grows.
fn ask_again(cx: &mut Context, mut join: JoinRecord) {
    drop_joined_group(cx, &join);
    join.lost += 1;
    if join.lost > MAX_LOST {
        join_failed(cx, &join, Problem::new(Refusal::TooBusy));
        return;
    }
    cx.pause(Job::Ask(join.room.clone()), 100 * u64::from(join.lost.min(10)));
    gather(cx, join);
}

fn gather(cx: &mut Context, mut join: JoinRecord) {
    join.state = JoinState::Gathering;
    JOINS.put(&cx.journal, join.room.as_str(), &join);
}

fn drop_joined_group(cx: &mut Context, join: &JoinRecord) {
    if let JoinState::Committing { group, .. } = &join.state {
        group::drop_group(cx, &join.room, group);
    }
}

pub(crate) fn join_failed(cx: &mut Context, join: &JoinRecord, problem: Problem) {
    JOINS.delete(&cx.journal, join.room.as_str());
    if join.link.is_some() {
        identity::keep_for_looking(cx, &join.client, &join.room);
    }
    match &join.purpose {
        Purpose::Stay { command } => cx.done(command, Err(problem)),
        Purpose::Knock { knock } => knocker::knock_not_taken(cx, knock, problem),
        // Who has left a moment ago may still have to be taken out by somebody, and what keeps me out now may not for ever:
        // ten seconds, and twice as long each time.
        Purpose::Keep { target } if keepers::is_to_keep(cx, target, &join.room) => {
            let again = JoinRecord { lost: join.lost.saturating_add(1), state: JoinState::Gathering, ..join.clone() };
            JOINS.put(&cx.journal, join.room.as_str(), &again);
            let pause = (10 << join.lost.min(8)).min(LONGEST_PAUSE_TO_KEEP);
            cx.put_off(Job::Ask(join.room.clone()), Some(pause));
            cx.room_changed(target);
        }
        Purpose::Keep { .. } => {}
        Purpose::LetIn { .. } => let_in::not_let_in_after_all(cx, join, problem),
        Purpose::Return => repair::return_failed(cx, &join.room, &problem),
    }
}

/// The own provider does not talk to this hub: whoever wants to go there for the first time is told. `by_link`: the word
/// for those who come by a link.
pub(crate) fn refuse_joins_to(cx: &mut Context, hub: &ProviderDomain, by_link: &Problem) {
    for (_, join) in JOINS.all(&cx.journal) {
        let first = matches!(join.purpose, Purpose::Stay { .. } | Purpose::Knock { .. });
        if first && join.room.host() == *hub && join.state == JoinState::Gathering {
            let word = if join.link.is_some() { by_link.clone() } else { Problem::new(Refusal::ProviderUnknown) };
            join_failed(cx, &join, word);
        }
    }
}

/// Nobody waits for this browser to be known any more.
pub(crate) fn refuse_all_waiting(cx: &mut Context, problem: &Problem) {
    for (_, join) in JOINS.all(&cx.journal) {
        join_lost_identity(cx, &join.client, problem);
    }
}

pub(crate) fn join_lost_identity(cx: &mut Context, client: &ClientUri, problem: &Problem) {
    for (_, join) in JOINS.all(&cx.journal) {
        if join.client == *client {
            join_failed(cx, &join, problem.clone());
        }
    }
}

fn asking(asked: Asked) -> JoinState {
    let Asked { secret, credential, request } = asked;
    JoinState::Asking { secret, credential: ByteBuf::from(credential), request: ByteBuf::from(request) }
}
