//! Making a room: with its knock room, in one request, so that neither is there without the other.

use doorstep_client_api::{
    door::{DisclosurePolicy, Pseudonyms},
    http::{CREATE_ROOMS, CreateRooms, NewRoom, RoomsCreated},
    view::{Happening, Outcome, Preset, Problem, RoomDraft, Visibility},
};
use doorstep_credential::{Audience, KeyUse};
use doorstep_mls::{Lifespan, Member, Mls, NewGroup, hpke_keypair};
use doorstep_policy::preset::{self, PresetInput};
use doorstep_wire::{
    ClientUri, Dictionary, GroupUri, RoomUri, component::KNOCK_SEALING_KEY, ext::knock::KnockSealingKey,
    room::Optionality,
};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize, Serialize, VLByteVec};

use super::command::hex;
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{KNOCK_KEYS, KnockKey, MAKINGS, MakingRecord, MakingState, ROOMS, RoomRecord, Use},
    step::Method,
};

impl Engine {
    pub(crate) fn create_room(&mut self, command: String, draft: RoomDraft) {
        if MAKINGS.get(&self.journal, &command).is_some() {
            return;
        }
        match self.plan_room(draft) {
            Ok(making) => MAKINGS.put(&self.journal, &command, &making),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    fn plan_room(&mut self, draft: RoomDraft) -> Result<MakingRecord, Problem> {
        if draft.name.trim().is_empty() || draft.name.chars().count() > 100 {
            return Err(Problem::new("name-length"));
        }
        if draft.description.chars().count() > 2000 {
            return Err(Problem::new("description-length"));
        }
        self.ensure_profile();
        let slug = match &draft.slug {
            Some(slug) => slug.clone(),
            None => uuid::Uuid::from_bytes(self.turn.entropy.uuid()).to_string(),
        };
        let room = RoomUri::new(&self.config.domain, &slug).map_err(|_| Problem::new("slug-invalid"))?;
        let knock_room = match draft.preset {
            Preset::Open => None,
            Preset::AskToJoin => {
                let slug = uuid::Uuid::from_bytes(self.turn.entropy.uuid()).to_string();
                Some(RoomUri::new(&self.config.domain, &slug).map_err(|_| Problem::new("slug-invalid"))?)
            }
        };
        let client = if draft.as_account || draft.pseudonyms == Pseudonyms::Forbidden {
            self.account_client(Use::Room(room.clone())).ok_or_else(|| Problem::new("needs-account"))?
        } else {
            self.pseudonym(None, Use::Room(room.clone()))
        };
        let knock_client = knock_room.as_ref().map(|knock_room| self.pseudonym(None, Use::Room(knock_room.clone())));
        Ok(MakingRecord { draft, room, knock_room, client, knock_client, state: MakingState::Gathering })
    }

    pub(crate) fn pump_makings(&mut self) {
        for (command, mut making) in MAKINGS.all(&self.journal) {
            if making.state == MakingState::Gathering {
                match self.make_groups(&making) {
                    Ok(Some(request)) => {
                        making.state = MakingState::Posting { request: ByteBuf::from(request) };
                        MAKINGS.put(&self.journal, &command, &making);
                    }
                    Ok(None) => continue,
                    Err(problem) => {
                        self.give_up_making(&command, problem);
                        continue;
                    }
                }
            }
            if let MakingState::Posting { request } = making.state {
                let bearer = self.bearer();
                let body = request.into_vec();
                self.request(Job::Make(command), Method::Post, CREATE_ROOMS.to_owned(), body, bearer);
            }
        }
    }

    /// The groups of the room and its knock room, once identities and hub keys are there.
    fn make_groups(&mut self, making: &MakingRecord) -> Result<Option<Vec<u8>>, Problem> {
        let Some(keys) = self.hub_key_set(&making.room.host()) else { return Ok(None) };
        let published = |usage| keys.of_use(usage).next().copied().ok_or_else(|| Problem::new("hub-keys"));
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
                    .map_err(|_| Problem::new("name-length"))?;
                rooms.push((making.room.clone(), making.client.clone(), target, None));
                rooms.push((knock_room.clone(), knock_client.clone(), knock, Some(making.room.clone())));
            }
            _ => {
                let open = preset::open(&input).map_err(|_| Problem::new("name-length"))?;
                rooms.push((making.room.clone(), making.client.clone(), open, None));
            }
        }
        if rooms.iter().any(|(_, client, _, _)| self.identity_record(client).is_none_or(|i| i.token.is_none())) {
            return Ok(None);
        }
        let mut request = CreateRooms { rooms: Vec::new() };
        for (room, client, dictionary, target) in rooms {
            let new = self.make_group(&room, &client, dictionary, target, hub_key, draft)?;
            request.rooms.push(new);
        }
        request.tls_serialize_detached().map(Some).map_err(|_| Problem::new("internal"))
    }

    fn make_group(
        &mut self,
        room: &RoomUri,
        client: &ClientUri,
        dictionary: Dictionary,
        target: Option<RoomUri>,
        hub_key: [u8; 32],
        draft: &RoomDraft,
    ) -> Result<NewRoom, Problem> {
        let leaf = match target {
            Some(_) => self.knock_sealing_leaf(room),
            None => Dictionary::new(),
        };
        let identity = self.identity(client, &Audience::Room(room.clone())).ok_or_else(|| Problem::new("internal"))?;
        let group = GroupUri::new(&room.host(), self.turn.entropy.uuid());
        let seed = self.turn.entropy.bytes();
        let mls = Mls::new(&self.journal, seed);
        let new = NewGroup {
            group_id: group.as_bytes().to_vec(),
            dictionary,
            hub_domain: room.host(),
            hub_key,
            leaf_components: leaf,
            lifespan: Lifespan::starting(self.turn.now),
        };
        let (_, published) = Member::create(&mls, &identity, new)
            .map_err(|error| Problem { code: "internal".to_owned(), detail: error.to_string() })?;
        let (name, now) = (draft.name.trim().to_owned(), self.turn.now.0);
        let record = RoomRecord { target, ..RoomRecord::entered(room.clone(), group, client.clone(), name, now) };
        ROOMS.put(&self.journal, room.as_str(), &record);
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

    /// Leaf components of somebody who reads knocks: a fresh sealing key, whose private half is kept.
    pub(crate) fn knock_sealing_leaf(&mut self, room: &RoomUri) -> Dictionary {
        let mut leaf = Dictionary::new();
        let Ok(pair) = hpke_keypair(&self.turn.entropy.bytes()) else { return leaf };
        KNOCK_KEYS.put(&self.journal, &hex(&pair.public), &KnockKey { room: room.clone(), secret: pair.secret });
        let component = KnockSealingKey { knock_key: VLByteVec::from(pair.public.as_slice()) };
        if let Ok(bytes) = component.tls_serialize_detached() {
            leaf.insert(KNOCK_SEALING_KEY, bytes);
        }
        leaf
    }

    pub(crate) fn rooms_made(&mut self, command: &str, answer: Answer<'_>) {
        let Some(making) = MAKINGS.get(&self.journal, command) else { return };
        let verdict = RoomsCreated::tls_deserialize_exact(answer.body);
        match verdict {
            Ok(RoomsCreated::Ok) if answer.status == 200 => {
                MAKINGS.delete(&self.journal, command);
                self.happened(&making.room, &making.client.user(), Happening::Created);
                self.done(command, Ok(Outcome::Room { room: making.room.to_string() }));
                self.room_changed(&making.room);
            }
            Ok(RoomsCreated::Taken) if answer.status == 200 => {
                self.give_up_making(command, Problem::new("slug-taken"));
            }
            _ => self.give_up_making(command, answer.problem("room-refused")),
        }
    }

    fn give_up_making(&mut self, command: &str, problem: Problem) {
        if let Some(making) = MAKINGS.get(&self.journal, command) {
            for room in [Some(&making.room), making.knock_room.as_ref()].into_iter().flatten() {
                self.forget_room(room);
            }
        }
        MAKINGS.delete(&self.journal, command);
        self.done(command, Err(problem));
    }

    pub(crate) fn making_lost_identity(&mut self, client: &ClientUri, problem: &Problem) {
        for (command, making) in MAKINGS.all(&self.journal) {
            if making.client == *client || making.knock_client.as_ref() == Some(client) {
                self.give_up_making(&command, problem.clone());
            }
        }
    }
}
