//! Making a room: with its knock room, in one request, so that neither is there without the other.

use doorstep_client_api::http::{CREATE_ROOMS, CreateRooms, NewRoom, RoomsCreated};
use doorstep_credential::{Audience, KeyUse};
use doorstep_mls::{Lifespan, Member, Mls, NewGroup};
use doorstep_page_api::view::{Happening, Outcome, Preset, Problem, RoomDraft, Visibility};
use doorstep_policy::preset::{self, PresetInput};
use doorstep_wire::ext::door::{DisclosurePolicy, Pseudonyms};
use doorstep_wire::{ClientUri, Dictionary, GroupUri, Refusal, RoomUri, room::Optionality};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize, Serialize, VLByteVec};

use crate::{
    chat,
    context::{Answer, Context},
    event::DomainEvent,
    group, identity, issuers,
    job::Job,
    knock::keys,
    record::{ConnectionRole, MAKINGS, MadeFor, MakingRecord, MakingState, ROOMS, RoomKind, RoomRecord, Use},
    step::Method,
};

/// Seconds for which a room stays in which somebody is asked, at least and by chance besides: its hub ends it then. Longer
/// than anybody can answer, and told in advance, so that its end says nothing about the answer (docs/PRIVACY.md, "What
/// timing gives away").
const ASKED_FOR: u64 = 60 * DAY;
const ASKED_BESIDES: u64 = 30 * DAY;
const DAY: u64 = 86_400;

pub(crate) fn create_room(cx: &mut Context, command: String, draft: RoomDraft) {
    if MAKINGS.get(&cx.journal, &command).is_some() {
        return;
    }
    match plan_room(cx, draft) {
        Ok(making) => MAKINGS.put(&cx.journal, &command, &making),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

fn plan_room(cx: &mut Context, draft: RoomDraft) -> Result<MakingRecord, Problem> {
    if draft.name.trim().is_empty() || draft.name.chars().count() > 100 {
        return Err(Problem::new(Refusal::NameLength));
    }
    if draft.description.chars().count() > 2000 {
        return Err(Problem::new(Refusal::DescriptionLength));
    }
    cx.ensure_profile();
    let slug = match &draft.slug {
        Some(slug) => slug.clone(),
        None => uuid::Uuid::from_bytes(cx.entropy.uuid()).to_string(),
    };
    let room = RoomUri::new(&cx.config.domain, &slug).map_err(|_| Problem::new(Refusal::SlugInvalid))?;
    // What is there already, or is being made in another tab, would be written over.
    let is_being_made = MAKINGS.all(&cx.journal).iter().any(|(_, making)| making.room == room);
    if is_being_made || ROOMS.get(&cx.journal, room.as_str()).is_some() {
        return Err(Problem::new(Refusal::SlugTaken));
    }
    let knock_room = match draft.preset {
        Preset::Open => None,
        Preset::AskToJoin => {
            let slug = uuid::Uuid::from_bytes(cx.entropy.uuid()).to_string();
            Some(RoomUri::new(&cx.config.domain, &slug).map_err(|_| Problem::new(Refusal::SlugInvalid))?)
        }
    };
    let client = if draft.as_account || draft.pseudonyms == Pseudonyms::Forbidden {
        identity::account_client(cx, Use::Room(room.clone())).ok_or_else(|| Problem::new(Refusal::NeedsAccount))?
    } else {
        identity::pseudonym(cx, None, Use::Room(room.clone()))
    };
    let knock_client =
        knock_room.as_ref().map(|knock_room| identity::pseudonym(cx, None, Use::Room(knock_room.clone())));
    let (state, made_for) = (MakingState::Gathering, MadeFor::Page);
    Ok(MakingRecord { draft, room, knock_room, client, knock_client, state, made_for })
}

/// Makes a room for two, which nobody finds and which has no name: to ask somebody in it, or to talk.
pub(crate) fn make_for_two(cx: &mut Context, room: RoomUri, client: ClientUri, made_for: MadeFor) {
    let draft = RoomDraft {
        name: String::new(),
        description: String::new(),
        slug: None,
        preset: Preset::Open,
        visibility: Visibility::Private,
        noindex: true,
        guests: true,
        pseudonyms: match made_for {
            MadeFor::Pair(_) => Pseudonyms::Required,
            MadeFor::Ask(_) | MadeFor::Page => Pseudonyms::Optional,
        },
        as_account: false,
        disclosure: DisclosurePolicy::Optional,
    };
    let (knock_room, knock_client, state) = (None, None, MakingState::Gathering);
    let key = room.to_string();
    MAKINGS.put(&cx.journal, &key, &MakingRecord { draft, room, knock_room, client, knock_client, state, made_for });
}

pub(crate) fn pump_makings(cx: &mut Context) {
    for (command, mut making) in MAKINGS.all(&cx.journal) {
        if making.state == MakingState::Gathering {
            match make_groups(cx, &making) {
                Ok(Some(request)) => {
                    making.state = MakingState::Posting { request: ByteBuf::from(request) };
                    MAKINGS.put(&cx.journal, &command, &making);
                }
                Ok(None) => continue,
                Err(problem) => {
                    give_up_making(cx, &command, problem);
                    continue;
                }
            }
        }
        if let MakingState::Posting { request } = making.state {
            let bearer = cx.bearer();
            let body = request.into_vec();
            cx.request(Job::Make(command), Method::Post, CREATE_ROOMS.to_owned(), body, bearer);
        }
    }
}

/// The groups of the room and its knock room, once identities and hub keys are there.
fn make_groups(cx: &mut Context, making: &MakingRecord) -> Result<Option<Vec<u8>>, Problem> {
    let Some(keys) = issuers::hub_key_set(cx, &making.room.host()) else { return Ok(None) };
    let published = |usage| keys.of_use(usage).next().copied().ok_or_else(|| Problem::new(Refusal::HubKeys));
    let hub_key = published(KeyUse::ExternalSender)?;
    let franking_key = published(KeyUse::Franking)?;
    let draft = &making.draft;
    let input = PresetInput {
        room: making.room.clone(),
        creator: making.client.user(),
        name: draft.name.trim().to_owned(),
        description: draft.description.trim().to_owned(),
        pseudonyms: match draft.pseudonyms {
            Pseudonyms::Optional => Optionality::Optional,
            Pseudonyms::Required => Optionality::Required,
            Pseudonyms::Forbidden => Optionality::Forbidden,
        },
        disclosure: match draft.disclosure {
            DisclosurePolicy::Optional => Optionality::Optional,
            DisclosurePolicy::Required { .. } => Optionality::Required,
            DisclosurePolicy::Forbidden => Optionality::Forbidden,
        },
        disclosure_grace: match draft.disclosure {
            DisclosurePolicy::Required { grace } => grace,
            DisclosurePolicy::Optional | DisclosurePolicy::Forbidden => 0,
        },
        listed: draft.visibility == Visibility::Listed,
        franking_key,
    };
    let mut rooms = Vec::new();
    match (&making.knock_room, &making.knock_client) {
        (Some(knock_room), Some(knock_client)) => {
            let (target, knock) = preset::ask_to_join(&input, knock_room, &knock_client.user())
                .map_err(|_| Problem::new(Refusal::NameLength))?;
            rooms.push((making.room.clone(), making.client.clone(), target, None));
            rooms.push((knock_room.clone(), knock_client.clone(), knock, Some(making.room.clone())));
        }
        _ => {
            let besides = cx.entropy.below(ASKED_BESIDES) / DAY * DAY;
            let ends = cx.now.seconds().saturating_add(ASKED_FOR + besides);
            let dictionary = match making.made_for {
                MadeFor::Page => preset::open(&input),
                MadeFor::Ask(_) => preset::connection(&input, ends),
                MadeFor::Pair(_) => preset::pair(&input),
            };
            let dictionary = dictionary.map_err(|_| Problem::new(Refusal::NameLength))?;
            rooms.push((making.room.clone(), making.client.clone(), dictionary, None));
        }
    }
    if rooms.iter().any(|(_, client, _, _)| cx.identity_record(client).is_none_or(|i| i.token.is_none())) {
        return Ok(None);
    }
    let mut request = CreateRooms { rooms: Vec::new() };
    for (room, client, dictionary, target) in rooms {
        let kind = match &making.made_for {
            MadeFor::Ask(ask) => RoomKind::Connection(ConnectionRole::Asking(ask.clone())),
            MadeFor::Page | MadeFor::Pair(_) => target.map_or(RoomKind::Standard, RoomKind::moderated),
        };
        let new = make_group(cx, &room, &client, dictionary, kind, hub_key, draft)?;
        request.rooms.push(new);
    }
    request.tls_serialize_detached().map(Some).map_err(|_| Problem::new(Refusal::Internal))
}

fn make_group(
    cx: &mut Context,
    room: &RoomUri,
    client: &ClientUri,
    dictionary: Dictionary,
    kind: RoomKind,
    hub_key: [u8; 32],
    draft: &RoomDraft,
) -> Result<NewRoom, Problem> {
    let leaf = match kind.target() {
        Some(_) => keys::knock_sealing_leaf(cx, room),
        None => Dictionary::new(),
    };
    let identity =
        identity::identity(cx, client, &Audience::Room(room.clone())).ok_or_else(|| Problem::new(Refusal::Internal))?;
    let group = GroupUri::new(&room.host(), cx.entropy.uuid());
    let seed = cx.entropy.bytes();
    let mls = Mls::new(&cx.journal, seed);
    let new = NewGroup {
        group_id: group.as_bytes().to_vec(),
        dictionary,
        hub_domain: room.host(),
        hub_key,
        leaf_components: leaf,
        lifespan: Lifespan::starting(cx.now),
    };
    let (_, published) = Member::create(&mls, &identity, new)
        .map_err(|error| Problem { code: Refusal::Internal, detail: error.to_string() })?;
    let (name, now) = (draft.name.trim().to_owned(), cx.now.0);
    let record = RoomRecord { kind, ..RoomRecord::entered(room.clone(), group, client.clone(), name, now) };
    ROOMS.put(&cx.journal, room.as_str(), &record);
    Ok(NewRoom {
        room_uri: room.clone(),
        group_info: VLByteVec::new(published.group_info),
        ratchet_tree: VLByteVec::new(published.ratchet_tree),
        visibility: match draft.visibility {
            Visibility::Listed => 0,
            Visibility::Unlisted => 1,
            Visibility::Private => 2,
        },
        noindex: draft.noindex.into(),
        guests: draft.guests.into(),
        silent_decline: 0,
    })
}

pub(crate) fn rooms_made(cx: &mut Context, command: &str, answer: Answer<'_>) {
    let Some(making) = MAKINGS.get(&cx.journal, command) else { return };
    let verdict = RoomsCreated::tls_deserialize_exact(answer.body);
    match verdict {
        Ok(RoomsCreated::Ok) if answer.status == 200 => {
            MAKINGS.delete(&cx.journal, command);
            if making.made_for != MadeFor::Page {
                cx.tell(DomainEvent::Made { made_for: making.made_for, result: Ok(making.room) });
                return;
            }
            chat::happened(cx, &making.room, &making.client.user(), Happening::Created);
            cx.done(command, Ok(Outcome::Room { room: making.room.to_string() }));
            cx.room_changed(&making.room);
        }
        Ok(RoomsCreated::Taken) if answer.status == 200 => {
            give_up_making(cx, command, Problem::new(Refusal::SlugTaken));
        }
        _ => give_up_making(cx, command, answer.problem(Refusal::RoomRefused)),
    }
}

fn give_up_making(cx: &mut Context, command: &str, problem: Problem) {
    if let Some(making) = MAKINGS.get(&cx.journal, command) {
        for room in [Some(&making.room), making.knock_room.as_ref()].into_iter().flatten() {
            group::forget_room(cx, room);
        }
        if making.made_for != MadeFor::Page {
            MAKINGS.delete(&cx.journal, command);
            cx.tell(DomainEvent::Made { made_for: making.made_for, result: Err(problem) });
            return;
        }
    }
    MAKINGS.delete(&cx.journal, command);
    cx.done(command, Err(problem));
}

pub(crate) fn making_lost_identity(cx: &mut Context, client: &ClientUri, problem: &Problem) {
    for (command, making) in MAKINGS.all(&cx.journal) {
        if making.client == *client || making.knock_client.as_ref() == Some(client) {
            give_up_making(cx, &command, problem.clone());
        }
    }
}
