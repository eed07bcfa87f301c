//! For tests alone: what two members of a room have to agree on, and what somebody has in hand who got hold of a
//! member's browser.

use doorstep_credential::Audience;
use doorstep_mls::{Identity, Journal, Member, Mls};
use doorstep_page_api::view::{Delivery, RequestState};
use doorstep_wire::{ClientUri, RoomUri, UserUri, dictionary, uri::uuid_v4};

use crate::{
    Engine, identity,
    record::{
        Body, FUTURE, KNOCKS, MESSAGE_IDS, MESSAGES, PARKED, PROOFS, Profile, REQUESTS, ROOMS, RepairStage,
        RequestRecord, RoomKind, StoredMessage, message_key, migration,
    },
    room::joins,
};

/// What a member knows of the epoch a room is in. Equal for all members, or the room has split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its number.
    pub number: u64,
    /// A secret exported from it: equal only if everything that went into the key schedule was, tree and transcript
    /// included.
    pub secret: Vec<u8>,
    /// The ratchet tree as it travels.
    pub tree: Vec<u8>,
    /// The participant list, settings and all: the dictionary.
    pub dictionary: Vec<u8>,
}

/// A member's group and keys.
pub struct Insider {
    /// Every row.
    pub journal: Journal,
    /// Id of the group.
    pub group: Vec<u8>,
    /// Key and credential.
    pub identity: Identity,
}

/// The rows of a browser profile as version 1 of them would be, in which people's browsers still have them.
pub fn rows_of_version_1(rows: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let journal = Journal::load(rows);
    migration::back(&journal);
    journal.scan_prefix(b"").into_iter().map(|(key, row)| (key, row.to_vec())).collect()
}

impl Engine {
    /// The epoch of every room, knock rooms too, that this client is in and whose group it holds to be good.
    pub fn epochs(&self) -> Vec<(RoomUri, Epoch)> {
        let mls = Mls::new(&self.cx.journal, [0; 32]);
        let rooms = ROOMS.all(&self.cx.journal).into_iter().map(|(_, record)| record);
        let good = rooms.filter(|record| {
            record.is_in()
                && record.repair.as_ref().is_none_or(|repair| repair.stage == RepairStage::Done)
                && !joins::is_returning(&self.cx, &record.room)
        });
        good.filter_map(|record| {
            let member = Member::load(&mls, record.group.as_bytes()).ok()??;
            let epoch = Epoch {
                number: member.epoch().0,
                secret: member.export(&mls, "doorstep fork check", b"", 32).ok()?,
                tree: member.ratchet_tree().ok()?,
                dictionary: dictionary::encode(&member.dictionary()),
            };
            Some((record.room, epoch))
        })
        .collect()
    }

    /// A copy of all that a member of a room has.
    pub fn insider(&mut self, room: &RoomUri) -> Option<Insider> {
        let record = ROOMS.get(&self.cx.journal, room.as_str())?;
        let identity = identity::identity(&mut self.cx, &record.client, &Audience::Room(room.clone()))?;
        let journal = Journal::load(self.cx.journal.scan_prefix(b""));
        Some(Insider { journal, group: record.group.as_bytes().to_vec(), identity })
    }

    /// Who the person is in a room, as their KeyPackages have it.
    pub fn packer(&mut self, room: &RoomUri) -> Option<(ClientUri, Identity)> {
        let client = ROOMS.get(&self.cx.journal, room.as_str())?.client;
        let identity = identity::identity(&mut self.cx, &client, &Audience::KeyPackage)?;
        Some((client, identity))
    }

    /// KeyPackages that were given away with knocks, and the clients they are of.
    pub fn given_away(&self) -> Vec<(ClientUri, Vec<u8>)> {
        let knocks = KNOCKS.all(&self.cx.journal).into_iter();
        knocks
            .flat_map(|(_, knock)| {
                let packages = knock.state.packages().to_vec().into_iter();
                packages.map(move |package| (knock.client.clone(), package.bytes.into_vec()))
            })
            .collect()
    }

    /// Who the person is in the room in which they knock.
    pub fn visitor(&mut self) -> Option<Identity> {
        let (_, knock) = KNOCKS.all(&self.cx.journal).into_iter().next()?;
        identity::identity(&mut self.cx, &knock.visitor, &Audience::Room(knock.knock_room))
    }

    /// The row of the profile as it would be without a session and a place in the mailbox.
    pub fn profile_row(&self) -> Vec<u8> {
        let profile = self.cx.profile().map(|profile| Profile { token: None, cursor: 0, ..profile });
        doorstep_rows::encode(&profile).unwrap_or_default()
    }

    /// Mail that is put by: for an epoch to come, or until an issuer's keys are here.
    pub fn put_by(&self) -> usize {
        FUTURE.all(&self.cx.journal).len() + PARKED.all(&self.cx.journal).len()
    }

    /// A past for this profile, spread over its rooms: messages of others with what proves them, and requests that were
    /// answered in the last weeks. The rows are there in the next step's writes.
    pub fn remember(&mut self, messages: usize, answered: usize, now: u64) {
        let rooms = ROOMS.all(&self.cx.journal).into_iter().map(|(_, record)| record);
        let mut rooms: Vec<_> = rooms.filter(|record| record.kind == RoomKind::Standard).collect();
        let somebody = |number: usize| {
            let mut id = [7; 16];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            UserUri::pseudonym(&self.cx.config.domain, uuid_v4(id))
        };
        let journal = &self.cx.journal;
        let (last, many) = (60_000 * messages as u64, rooms.len().max(1));
        for number in 0..messages {
            let Some(record) = rooms.get_mut(number % many) else { return };
            let mut id = [3; 32];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let key = message_key(&record.room, record.messages);
            record.messages += 1;
            let text = format!("Message {number}: they were all there, and nobody wanted to be the first to go home.");
            let at = now.saturating_sub(last) + 60_000 * number as u64;
            let from = somebody(number % 20);
            MESSAGES.put(journal, &key, &StoredMessage::new(Some(id), from, at, Body::Text(text), Delivery::Sent));
            let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
            MESSAGE_IDS.put(journal, &format!("{}#{hex}", record.room), &key);
            PROOFS.put(journal, &format!("{key}#{hex}"), &serde_bytes::ByteBuf::from(vec![9; 450]));
        }
        for record in &rooms {
            ROOMS.put(journal, record.room.as_str(), record);
        }
        for number in 0..answered {
            let Some(record) = rooms.get(number % many) else { return };
            let mut request_id = [5; 16];
            request_id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let id: String = request_id.iter().map(|byte| format!("{byte:02x}")).collect();
            let at = now.saturating_sub(80 * 86_400_000) + 60_000 * number as u64;
            let state = RequestState::Answered { by: record.client.user().to_string(), accepted: number % 3 == 0 };
            let request = RequestRecord {
                request_id,
                target: record.room.clone(),
                user: somebody(1_000_000 + number),
                note: "I bake bread on Sundays too, and heard of you from my neighbour.".to_owned(),
                link: None,
                at,
                expires: at + 56 * 86_400_000,
                packages: Vec::new(),
                answer_key: [1; 32],
                disclosed: None,
                warning: None,
                state,
            };
            REQUESTS.put(journal, &id, &request);
        }
    }

    /// Messages of a room that are kept for an epoch to come.
    pub fn kept_for_later(&self, room: &RoomUri) -> usize {
        FUTURE.scan(&self.cx.journal, &format!("{room}#")).len()
    }
}
