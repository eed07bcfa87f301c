//! Asking somebody, from the click to the answer: are they to be found, a room to ask in, their KeyPackages, they are
//! added, and told who asks and how they can answer.

use doorstep_client_api::http::{IDENTIFIER_QUERY, KEY_PACKAGE_REFS, KeyPackageRefEntry, KeyPackageRefs, path_with};
use doorstep_content::MAX_NOTE_CHARS;
use doorstep_credential::Audience;
use doorstep_mls::{Lifespan, Mls, key_package};
use doorstep_page_api::view::{AskDraft, DiscloseTo, Outcome, Problem};
use doorstep_wire::{
    Body, ClientUri, Refusal, RoomUri, UnixMillis,
    ext::kp_usage::KpUsage,
    identifier::{IdentifierQueryCode, IdentifierRequest, IdentifierResponse},
};
use serde_bytes::ByteBuf;
use tls_codec::{Serialize as _, VLByteVec};

use crate::{
    connection::{address, answering, material, settings},
    context::{Answer, Context},
    identity::{self, account},
    issuers,
    job::Job,
    knock::keys,
    record::{
        ASKS, AskEnd, AskRecord, AskState, DISCLOSURES, DisclosureState, Intent, MadeFor, MyDisclosureRecord, PAIRS,
        Pack, Package, Use,
        labels::{CLIENT, ENDS, OPEN},
    },
    room::{making, queue},
    step::Method,
    text::uuid,
};

/// Asks somebody.
pub(crate) fn ask(cx: &mut Context, draft: AskDraft) -> Result<Outcome, Problem> {
    uuid(&draft.id).map_err(|_| Problem::new(Refusal::NotAnAsk))?;
    if ASKS.get(&cx.journal, &draft.id).is_some() {
        return Ok(Outcome::Ok);
    }
    if draft.greeting.chars().count() > MAX_NOTE_CHARS {
        return Err(Problem::new(Refusal::NoteLength));
    }
    let user = address::account(&draft.who, &cx.config.domain).ok_or_else(|| Problem::new(Refusal::NotAUser))?;
    cx.ensure_profile();
    let me = account::account_identity(cx).ok_or_else(|| Problem::new(Refusal::NeedsAccount))?;
    if me.user == user {
        return Err(Problem::new(Refusal::ThatIsMe));
    }
    let pairs = PAIRS.all(&cx.journal).into_iter();
    if pairs.into_iter().any(|(room, pair)| pair.with == user && room.parse().is_ok_and(|room| cx.is_in(&room))) {
        return Err(Problem::new(Refusal::AlreadyConnected));
    }
    if ASKS.having(&cx.journal, OPEN).iter().any(|(_, other)| other.user == user) {
        return Err(Problem::new(Refusal::AlreadyAsked));
    }
    settings::block(cx, &user, false);
    if answering::accept_if_asked(cx, &user)? {
        return Ok(Outcome::SaidYes);
    }
    let slug = uuid::Uuid::from_bytes(cx.entropy.uuid()).to_string();
    let room = RoomUri::new(&cx.config.domain, &slug).map_err(|_| Problem::new(Refusal::Internal))?;
    let first = identity::pseudonym(cx, None, Use::Room(room.clone()));
    let second = identity::pseudonym(cx, None, Use::Ask(draft.id.clone()));
    issuers::need_hub(cx, &cx.config.domain.clone());
    let ask = AskRecord {
        user,
        greeting: draft.greeting,
        claims: draft.claims,
        at: cx.now.0,
        room,
        first,
        second,
        request_id: cx.entropy.bytes(),
        state: AskState::Looking,
    };
    keep(cx, &draft.id, &ask);
    Ok(Outcome::Ok)
}

pub(crate) fn keep(cx: &mut Context, id: &str, ask: &AskRecord) {
    ASKS.put(&cx.journal, id, ask);
    cx.home_changed();
}

/// Goes on with everybody who was asked.
pub(crate) fn pump_asks(cx: &mut Context) {
    for (id, ask) in ASKS.having(&cx.journal, OPEN) {
        match &ask.state {
            AskState::Looking => look_up(cx, &id, &ask),
            AskState::Fetching { .. } => material::fetch(cx, &id, &ask),
            AskState::Announcing { pack } => announce(cx, &id, &ask, pack),
            AskState::Making
            | AskState::Adding { .. }
            | AskState::Saying { .. }
            | AskState::Waiting { .. }
            | AskState::LetIn { .. }
            | AskState::Connected { .. }
            | AskState::Over(_) => {}
        }
    }
}

/// Whether they are to be found, of their provider.
fn look_up(cx: &mut Context, id: &str, ask: &AskRecord) {
    let Ok(body) = IdentifierRequest::handle(ask.user.as_str()).encode() else { return };
    let path = path_with(IDENTIFIER_QUERY, ask.user.host().as_str());
    let bearer = cx.bearer();
    cx.request(Job::Query(id.to_owned()), Method::Post, path, body, bearer);
}

pub(crate) fn looked_up(cx: &mut Context, id: &str, answer: &Answer<'_>) {
    let Some(mut ask) = ASKS.get(&cx.journal, id).filter(|ask| ask.state == AskState::Looking) else { return };
    let found = match IdentifierResponse::decode(answer.body) {
        Ok(response) if answer.status == 200 => {
            let theirs = response.uris.iter().chain(response.profiles.iter().map(|profile| &profile.stable_uri));
            response.code == IdentifierQueryCode::Success && theirs.into_iter().any(|user| *user == ask.user)
        }
        // Nobody is at a provider that the own one does not know.
        _ if answer.is_no() => false,
        _ => {
            cx.put_off_again(Job::Query(id.to_owned()), None);
            return;
        }
    };
    if !found {
        end(cx, id, AskEnd::NotReached);
        return;
    }
    issuers::need_issuer(cx, &ask.user.host());
    ask.state = AskState::Making;
    keep(cx, id, &ask);
    making::make_for_two(cx, ask.room, ask.first, MadeFor::Ask(id.to_owned()));
}

/// The room to ask in is there, or is not.
pub(crate) fn room_made(cx: &mut Context, id: &str, result: Result<RoomUri, Problem>) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    match (&ask.state, result) {
        (AskState::Making, Ok(_)) => {
            ask.state = AskState::Fetching { exhausted: 0 };
            keep(cx, id, &ask);
        }
        (AskState::Making, Err(problem)) => end(cx, id, AskEnd::Refused(problem)),
        // Taken back meanwhile.
        (_, Ok(room)) => queue::enqueue(cx, &room, Intent::End { command: None }),
        (_, Err(_)) => {}
    }
}

/// They are in the room.
pub(crate) fn added(cx: &mut Context, id: &str) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    if !matches!(ask.state, AskState::Adding { .. }) {
        return;
    }
    match make_pack(cx, &ask) {
        Some(pack) => {
            ask.state = AskState::Announcing { pack };
            keep(cx, id, &ask);
        }
        None => end(cx, id, AskEnd::Refused(Problem::new(Refusal::NoIdentity))),
    }
}

/// They, or what was to be said, were not taken.
pub(crate) fn not_taken(cx: &mut Context, id: &str, problem: Problem) {
    end(cx, id, AskEnd::Refused(problem));
}

/// KeyPackages for whoever is asked: neither the room that they will make nor their name in it is known yet.
fn make_pack(cx: &mut Context, ask: &AskRecord) -> Option<Pack> {
    let identity = identity::identity(cx, &ask.second, &Audience::KeyPackage)?;
    let lifespan = Lifespan::starting(cx.now);
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let package = key_package(&mls, &identity, &KpUsage::Any, lifespan).ok()?;
    let package =
        Package { bytes: ByteBuf::from(package.bytes), reference: package.reference, not_after: lifespan.not_after };
    let token_ends = cx.identity_record(&ask.second).map_or(0, |identity| identity.expires);
    let expires = keys::end_of(&package).min(token_ends);
    Some(Pack { packages: vec![package], expires })
}

/// Tells the own provider where the Welcome for the KeyPackages goes, before anybody has them.
fn announce(cx: &mut Context, id: &str, ask: &AskRecord, pack: &Pack) {
    let entry = |package: &Package| KeyPackageRefEntry {
        reference: VLByteVec::new(package.reference.to_vec()),
        user: ask.second.user(),
        not_after: package.not_after,
    };
    let refs = KeyPackageRefs { refs: pack.packages.iter().map(entry).collect() };
    let Ok(body) = refs.tls_serialize_detached() else { return };
    let bearer = cx.bearer();
    cx.request(Job::Announce(id.to_owned()), Method::Post, KEY_PACKAGE_REFS.to_owned(), body, bearer);
}

pub(crate) fn announced(cx: &mut Context, id: &str, answer: &Answer<'_>) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    let AskState::Announcing { pack } = ask.state else { return };
    if answer.status != 200 {
        end(cx, id, AskEnd::Refused(answer.problem(Refusal::NotAllowed)));
        return;
    }
    let room = ask.room.clone();
    ask.state = AskState::Saying { pack, hash: None };
    keep(cx, id, &ask);
    queue::enqueue(cx, &room, Intent::SayAsk { ask: id.to_owned() });
}

/// The hub took what is said to them.
pub(crate) fn said(cx: &mut Context, id: &str, at: UnixMillis) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    let AskState::Saying { pack, hash: Some(hash) } = ask.state else { return };
    ask.state = AskState::Waiting { pack, hash, sent: at.0 };
    let account = account::account_identity(cx).map(|account| account.user);
    if let Some(user) = account {
        let told = MyDisclosureRecord {
            room: ask.room.clone(),
            room_name: String::new(),
            client: ask.first.clone(),
            user,
            to: DiscloseTo::Member(ask.user.to_string()),
            claims: ask.claims,
            readers: 1,
            in_knock: false,
            at: at.0,
            last: at.0,
            again: None,
            over: true,
            state: DisclosureState::Sent,
        };
        DISCLOSURES.put(&cx.journal, id, &told);
    }
    keep(cx, id, &ask);
}

/// Takes back what was not answered, or drops from the list what is over.
pub(crate) fn drop_ask(cx: &mut Context, id: &str) -> Result<Outcome, Problem> {
    match ASKS.get(&cx.journal, id) {
        Some(ask) if ask.state.is_over() => ASKS.delete(&cx.journal, id),
        Some(_) => end(cx, id, AskEnd::Withdrawn),
        None => {}
    }
    cx.home_changed();
    Ok(Outcome::Ok)
}

/// Ends it: its KeyPackages open nothing any more, and the room goes at once.
pub(crate) fn end(cx: &mut Context, id: &str, why: AskEnd) {
    let Some(mut ask) = ASKS.get(&cx.journal, id).filter(|ask| !ask.state.is_over()) else { return };
    for job in [Job::Query(id.to_owned()), Job::Material(id.to_owned()), Job::Announce(id.to_owned())] {
        cx.forget_job(&job);
    }
    if let Some(pack) = ask.state.pack() {
        keys::erase(cx, &pack.packages);
    }
    if let AskState::LetIn { room, .. } = &ask.state {
        queue::enqueue(cx, room, Intent::Leave { command: None });
    }
    ask.state = AskState::Over(why);
    keep(cx, id, &ask);
    if cx.is_in(&ask.room) {
        queue::enqueue(cx, &ask.room, Intent::End { command: None });
    }
}

/// We talk. The room in which I asked stays until its hub ends it, as it would have without an answer.
pub(crate) fn connected(cx: &mut Context, id: &str, room: &RoomUri) {
    let Some(mut ask) = ASKS.get(&cx.journal, id) else { return };
    if let Some(pack) = ask.state.pack() {
        keys::erase(cx, &pack.packages);
    }
    ask.state = AskState::Connected { room: room.clone() };
    keep(cx, id, &ask);
}

/// The ask whose KeyPackages this client's are.
pub(crate) fn ask_of(cx: &Context, second: &ClientUri) -> Option<(String, AskRecord)> {
    ASKS.having(&cx.journal, &format!("{CLIENT}{second}")).into_iter().next()
}

/// Waits no longer for those who do not show who they are.
pub(crate) fn expire_asks(cx: &mut Context) {
    for (id, _) in ASKS.having_up_to(&cx.journal, ENDS, cx.now.0) {
        end(cx, &id, AskEnd::Refused(Problem::new(Refusal::IdentityUnproven)));
    }
}

/// The browser was closed, and what came meanwhile has not been heard yet: whoever has to show who they are has time anew.
pub(crate) fn open_again(cx: &mut Context) {
    for (id, mut ask) in ASKS.having(&cx.journal, OPEN) {
        if let AskState::LetIn { since, .. } = &mut ask.state {
            *since = cx.now.0;
            ASKS.put(&cx.journal, &id, &ask);
        }
    }
}

/// When the next one is due.
pub(crate) fn next_end(cx: &Context) -> Option<u64> {
    ASKS.first_number_after(&cx.journal, ENDS, cx.now.0)
}

/// The provider does not vouch for a name of mine that it needs.
pub(crate) fn lost_identity(cx: &mut Context, client: &ClientUri, problem: &Problem) {
    for (id, ask) in ASKS.having(&cx.journal, OPEN) {
        let account = cx.identity_record(client).is_some_and(|identity| identity.used == Use::Account);
        if account || ask.first == *client || ask.second == *client {
            end(cx, &id, AskEnd::Refused(problem.clone()));
        }
    }
}

/// A room is over for me. Its row stays for a while, so that a Welcome into it that comes twice is not taken for a new one.
pub(crate) fn room_over(cx: &mut Context, room: &RoomUri) {
    // Before anything could be said in it.
    for (id, ask) in ASKS.having(&cx.journal, OPEN) {
        let before_said = !matches!(ask.state, AskState::Waiting { .. } | AskState::LetIn { .. });
        if ask.room == *room && before_said {
            end(cx, &id, AskEnd::Refused(Problem::new(Refusal::RoomOver)));
        }
    }
}
