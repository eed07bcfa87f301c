//! What is to be done in a room, one request at a time: the head of its queue is made into a message, a commit, or a
//! leave.

use doorstep_client_api::http::{END_ROOM, IN_ORDER, SUBMIT_MESSAGE, UPDATE, path_with};
use doorstep_content::MimiContent;
use doorstep_credential::Audience;
use doorstep_membership as membership;
use doorstep_mls::{CommitError, Identity, LeafChange, Mls, Plan};
use doorstep_page_api::view::Problem;
use doorstep_wire::{Body, GroupUri, Refusal, submit::SubmitMessageRequest, update::HandshakeBundle};
use serde_bytes::ByteBuf;

use crate::{
    connection::{answering, material, request, yes},
    context::Context,
    disclosure::saying,
    group::{self, WarmRoom, epoch},
    identity::{self, account},
    issuers,
    job::Job,
    knock::sealed,
    record::{Busy, Intent, JoinRecord, KNOCKS, KnockRole, Queued, ROOMS, RoomKind, RoomRecord, labels::WORKS},
    room::{
        ending,
        in_order::{knock_and_leave, of_busy},
        intent, plan, recovery, repair,
    },
    step::Method,
};

/// What came of the attempt to begin an entry of the queue.
pub(crate) enum Begun {
    /// A request is ready.
    Busy(Busy),
    /// Nothing to do (any more).
    Nothing,
    /// Cannot be done.
    Refused(Problem),
    /// Not yet.
    Later,
}

pub(crate) fn pump_rooms(cx: &mut Context) {
    for (_, mut record) in ROOMS.having(&cx.journal, WORKS) {
        let may_have_been_said = matches!(record.busy, Some(Busy::Message { .. }));
        if record.is_lost() || (!record.is_in() && !may_have_been_said) {
            continue;
        }
        if record.is_in() {
            recovery::pump_reject(cx, &record);
        }
        let job = Job::Room(record.room.clone());
        if !cx.is_due(&job) || (record.busy.is_none() && record.queue.is_empty()) {
            continue;
        }
        if record.busy.is_none() {
            begin(cx, &mut record);
        }
        let (path, body) = match &record.busy {
            None => continue,
            Some(busy) if record.kind.knock().is_some() => match of_busy(busy) {
                Some(body) => (IN_ORDER, body),
                None => continue,
            },
            Some(Busy::Message { request, .. }) => (SUBMIT_MESSAGE, request.to_vec()),
            Some(Busy::Commit { request, .. } | Busy::Leaving { request, .. }) => (UPDATE, request.to_vec()),
            Some(Busy::Ending { request, .. }) => (END_ROOM, request.to_vec()),
        };
        let bearer = cx.bearer();
        cx.request(job, Method::Post, path_with(path, record.room.as_str()), body, bearer);
    }
}

/// Turns the head of the queue into a request. What cannot be done is taken off and its owner told.
fn begin(cx: &mut Context, record: &mut RoomRecord) {
    if !group::warm(cx, &record.room, &record.group) {
        repair::break_room(cx, record);
        return;
    }
    let epoch = cx.groups.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
    if record.behind.is_some_and(|ahead| epoch < ahead) {
        cx.mailbox_wanted = true;
        let job = Job::Room(record.room.clone());
        match repair::miss(cx, record) {
            Some(pause) => cx.pause(job, pause),
            None => cx.put_off(job, None),
        }
        return;
    }
    record.behind = None;
    while let Some(head) = record.queue.first().cloned() {
        let mark = cx.journal.mark();
        match begin_one(cx, record, &head) {
            Begun::Busy(busy) => {
                record.busy = Some(busy);
                ROOMS.put(&cx.journal, record.room.as_str(), record);
                return;
            }
            Begun::Later => {
                cx.journal.rollback(mark);
                cx.groups.remove(&record.room);
                cx.pause(Job::Room(record.room.clone()), 1000);
                return;
            }
            Begun::Nothing => {
                record.queue.retain(|queued| queued.number != head.number);
                intent::needless(cx, &head.intent);
            }
            Begun::Refused(problem) => {
                cx.journal.rollback(mark);
                cx.groups.remove(&record.room);
                record.queue.retain(|queued| queued.number != head.number);
                ROOMS.put(&cx.journal, record.room.as_str(), record);
                intent::refused(cx, &record.room.clone(), &head.intent, problem);
                if !group::warm(cx, &record.room, &record.group) {
                    return;
                }
            }
        }
        ROOMS.put(&cx.journal, record.room.as_str(), record);
    }
}

pub(crate) fn begin_one(cx: &mut Context, record: &RoomRecord, head: &Queued) -> Begun {
    let Some(identity) = identity::identity(cx, &record.client, &Audience::Room(record.room.clone())) else {
        return Begun::Refused(Problem::new(Refusal::NoIdentity));
    };
    let pending = cx.groups.get(&record.room).is_some_and(|warm| warm.has_proposals());
    match &head.intent {
        // Nothing can be sent while a proposal waits: commit it first.
        Intent::Say { .. }
        | Intent::Knock { .. }
        | Intent::Disclose { .. }
        | Intent::SayAsk { .. }
        | Intent::SayYes { .. }
            if pending =>
        {
            begin_commit(cx, record, None, &identity, Plan::default())
        }
        Intent::Say { framed, .. } => begin_message(cx, record, head.number, &identity, &framed.clone()),
        Intent::Knock { knock } => {
            let Some(knock) = KNOCKS.get(&cx.journal, knock) else { return Begun::Nothing };
            if knock.disclose.is_some() {
                let forbidden = cx.groups.get(&record.room).is_none_or(|warm| !warm.hears_names());
                if forbidden {
                    return Begun::Refused(Problem::new(Refusal::DisclosureForbidden));
                }
                if !account::account_is_ready(cx) {
                    return Begun::Later;
                }
            }
            match sealed::sealed_knock(cx, &knock) {
                Some(framed) => begin_message(cx, record, head.number, &identity, &framed),
                None => Begun::Refused(Problem::new(Refusal::NobodyReadsKnocks)),
            }
        }
        Intent::Disclose { disclosure } => {
            let message = saying::disclosure_message(cx, record, disclosure);
            begin_proof(cx, record, head.number, &identity, message)
        }
        // What is not to be said any more must not stand in the way of what comes after it.
        Intent::SayAsk { ask } if !request::is_wanted(cx, ask) => Begun::Nothing,
        Intent::SayYes { request } if !yes::is_wanted(cx, request) => Begun::Nothing,
        Intent::SayAsk { ask } => {
            let message = request::message(cx, record, ask);
            begin_proof(cx, record, head.number, &identity, message)
        }
        Intent::SayYes { request } => {
            let message = yes::message(cx, record, request);
            begin_proof(cx, record, head.number, &identity, message)
        }
        Intent::AddAsked { ask } => {
            let plan = material::plan(cx, &record.room, ask);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::AddPair { request } => {
            let plan = answering::plan(cx, &record.room, request);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::Settle if pending => begin_commit(cx, record, Some(head.number), &identity, Plan::default()),
        Intent::Settle => Begun::Nothing,
        Intent::Refresh => {
            // With the credential of now: it may have been renewed.
            let credential = Some(identity.credential().to_vec());
            let leaf = Some(LeafChange { credential, ..LeafChange::default() });
            let plan = Plan { leaf, path: true, ..Plan::default() };
            begin_commit(cx, record, Some(head.number), &identity, plan)
        }
        Intent::Accept { request } => {
            let plan = plan::plan_accept(cx, &record.room, request);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::KeepOut { request } => {
            let plan = plan::plan_keep_out(cx, &record.room, request);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::Remove { user, ban, .. } => {
            let plan = plan::plan_remove(cx, &record.room, user, *ban);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::SetRole { user, role, .. } => {
            let plan = plan::plan_role(cx, &record.room, user, *role);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        // Roles and the list of people do not change together: whoever leaves is let go first.
        Intent::PauseLinks { .. } if pending => begin_commit(cx, record, None, &identity, Plan::default()),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            let plan = plan::plan_link_intent(cx, &record.room, &head.intent);
            begin_plan(cx, record, head.number, &identity, plan)
        }
        Intent::Leave { .. } => begin_leaving(cx, record, head.number, &identity),
        Intent::End { .. } => ending::begin_end(cx, record, head.number),
    }
}

/// Seals the knock with the group that is about to be joined, and leaves it: both count if the commit is accepted, and
/// go with the group if it is not. None: that cannot be done now, and is tried once the knocker is in.
pub(crate) fn knock_ahead(cx: &mut Context, join: &JoinRecord, group: &GroupUri, id: &str) -> Option<Busy> {
    if KNOCKS.get(&cx.journal, id).is_none_or(|knock| !knock.state.is_wanted()) {
        return None;
    }
    epoch::ensure_epoch(cx, &join.room);
    let (room, client) = (join.room.clone(), join.client.clone());
    let mut record = RoomRecord::entered(room, group.clone(), client, String::new(), cx.now.0);
    record.kind = RoomKind::KnockRoom(KnockRole::Knocker { knock: id.to_owned() });
    for (number, intent) in (0..).zip(knock_and_leave(id)) {
        record.queue.push(Queued { number, intent, tries: 0 });
    }
    let head = record.queue.first()?.clone();
    let mark = cx.journal.mark();
    match begin_one(cx, &record, &head) {
        Begun::Busy(busy @ Busy::Message { .. }) => Some(busy),
        _ => {
            cx.journal.rollback(mark);
            cx.groups.remove(&join.room);
            None
        }
    }
}

fn begin_message(cx: &mut Context, record: &RoomRecord, number: u64, identity: &Identity, framed: &[u8]) -> Begun {
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let Some(warm) = cx.groups.get_mut(&record.room) else { return Begun::Later };
    let tag = MimiContent::unpack(framed, &record.client.user(), &record.room).ok().map(|packed| packed.franking_tag);
    let Ok(message) = warm.member.send(&mls, identity, framed, tag) else { return Begun::Later };
    let request = SubmitMessageRequest::new(&message, &record.client.user());
    let Some(request) = request.ok().and_then(|request| request.encode().ok()) else {
        return Begun::Refused(Problem::new(Refusal::Internal));
    };
    // Whoever is only to knock goes as soon as it is said.
    let goes = record.kind.knock().and_then(|_| record.number_of_leave());
    let leave = match goes.map(|number| begin_leaving(cx, record, number, identity)) {
        Some(Begun::Busy(Busy::Leaving { request, .. })) => Some(request),
        _ => None,
    };
    Begun::Busy(Busy::Message { number, request: ByteBuf::from(request), leave })
}

/// Sends a message that shows who I am; none: the account cannot be shown yet.
fn begin_proof(
    cx: &mut Context,
    record: &RoomRecord,
    number: u64,
    identity: &Identity,
    message: Result<Option<Vec<u8>>, Problem>,
) -> Begun {
    match message {
        Ok(Some(framed)) => begin_message(cx, record, number, identity, &framed),
        Ok(None) => Begun::Later,
        Err(problem) => Begun::Refused(problem),
    }
}

/// Makes the commit that was planned; none: there is nothing to do.
fn begin_plan(
    cx: &mut Context,
    record: &RoomRecord,
    number: u64,
    identity: &Identity,
    plan: Result<Option<Plan>, Problem>,
) -> Begun {
    match plan {
        Ok(Some(plan)) => begin_commit(cx, record, Some(number), identity, plan),
        Ok(None) => Begun::Nothing,
        Err(problem) => Begun::Refused(problem),
    }
}

/// Makes a commit of `plan` and everything that was proposed.
fn begin_commit(cx: &mut Context, record: &RoomRecord, number: Option<u64>, identity: &Identity, plan: Plan) -> Begun {
    let issuers = issuers::known_issuers(cx);
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let now = cx.now;
    let Some(warm) = cx.groups.get_mut(&record.room) else { return Begun::Later };
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
                CommitError::Refused(denied) => denied.refusal(),
                CommitError::KeyPackage { .. } => Refusal::BadKeyPackage,
                _ => Refusal::Internal,
            };
            return Begun::Refused(Problem { code, detail: error.to_string() });
        }
    };
    *pending = judged;
    let bundle = HandshakeBundle::commit(&bundle.commit, bundle.welcome.as_deref(), &bundle.group_info);
    match bundle.ok().and_then(|bundle| Some((bundle.message_hash(), bundle.encode().ok()?))) {
        Some((hash, request)) => Begun::Busy(Busy::Commit { number, hash, request: ByteBuf::from(request) }),
        None => Begun::Refused(Problem::new(Refusal::Internal)),
    }
}

pub(crate) fn begin_leaving(cx: &mut Context, record: &RoomRecord, number: u64, identity: &Identity) -> Begun {
    // The proposal is not kept here: the leaver is gone once the hub has it, and until then nothing must stand in their
    // way.
    let mark = cx.journal.mark();
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let Some(mut warm) = cx.groups.remove(&record.room) else { return Begun::Later };
    let proposal = warm.member.self_remove(&mls, identity);
    cx.journal.rollback(mark);
    let Ok(proposal) = proposal else { return Begun::Later };
    match HandshakeBundle::proposal(&proposal).ok().and_then(|bundle| bundle.encode().ok()) {
        Some(request) => Begun::Busy(Busy::Leaving { number, request: ByteBuf::from(request) }),
        None => Begun::Refused(Problem::new(Refusal::Internal)),
    }
}
