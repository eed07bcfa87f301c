//! Whom what is said in a room does not reach: providers that do not take it from the hub, as the hub tells its own people,
//! and the hub itself, while the own provider cannot reach it.

use doorstep_client_api::{
    http::{UNREACHED, Unreached, path_with},
    view::{PeerNote, PeerTrouble, Person},
};
use doorstep_wire::RoomUri;
use tls_codec::Deserialize;

use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{KEYS_CHANGED, ROOMS, RoomRecord},
    step::Method,
};

/// Milliseconds after which the hub is asked about something that was said: most of it has arrived by then.
pub(crate) const AFTER_SAYING: u64 = 20_000;

impl Engine {
    /// The hub is asked in so many milliseconds, or before.
    pub(crate) fn want_unreached(&mut self, room: &RoomUri, wait: u64) {
        let due = self.turn.now.0.saturating_add(wait);
        if self.followed.contains(room) && self.unreached_due.get(room).is_none_or(|before| *before > due) {
            self.unreached_due.insert(room.clone(), due);
        }
    }

    pub(crate) fn pump_unreached(&mut self) {
        let now = self.turn.now.0;
        let due = self.unreached_due.iter().filter(|(_, at)| **at <= now).map(|(room, _)| room.clone());
        for room in due.collect::<Vec<_>>() {
            let job = Job::Unreached(room.clone());
            if !self.is_due(&job) {
                continue;
            }
            self.unreached_due.remove(&room);
            // Other hubs tell their own people.
            let Some(record) = ROOMS
                .get(&self.journal, room.as_str())
                .filter(|record| record.ended.is_none() && room.host() == self.config.domain)
            else {
                continue;
            };
            self.warm(&room, &record.group);
            let others = self
                .rooms
                .get(&room)
                .is_some_and(|warm| warm.roster.users().any(|user| user.host() != self.config.domain));
            if others {
                let (path, bearer) = (path_with(UNREACHED, room.as_str()), self.bearer());
                self.request(job, Method::Get, path, Vec::new(), bearer);
            }
        }
    }

    pub(crate) fn unreached_came(&mut self, room: &RoomUri, answer: &Answer<'_>) {
        let page = Unreached::tls_deserialize_exact(answer.body).ok().filter(|_| answer.status == 200);
        let Unreached { again, peers } = page.unwrap_or(Unreached { again: 0, peers: Vec::new() });
        if again > 0 {
            self.want_unreached(room, u64::from(again) * 1_000);
        }
        if self.unreached.get(room).map_or(&[][..], Vec::as_slice) != peers {
            self.unreached.insert(room.clone(), peers);
            self.room_changed(room);
        }
    }

    /// What became of a request about a room: it got to the hub, or not.
    pub(crate) fn hub_is_away(&mut self, job: &Job, away: bool) {
        let Job::Room(room) = job else { return };
        if away != self.hubs_away.contains(room) {
            if away {
                self.hubs_away.insert(room.clone(), self.turn.now.0);
            } else {
                self.hubs_away.remove(room);
            }
            self.room_changed(room);
        }
    }

    /// What is to be known of the providers of people in a room.
    pub(crate) fn peer_notes(&self, record: &RoomRecord, people: &[Person]) -> Vec<PeerNote> {
        let mut notes = Vec::new();
        let mut note = |provider: &str, since, until, what| {
            notes.push(PeerNote { provider: provider.to_owned(), since, until, what });
        };
        for (provider, since) in KEYS_CHANGED.all(&self.journal) {
            if people.iter().any(|person| person.provider == provider) {
                note(&provider, since, 0, PeerTrouble::NewKeys);
            }
        }
        if let Some(since) = self.hubs_away.get(&record.room) {
            note(record.room.host().as_str(), *since, 0, PeerTrouble::HubAway);
        }
        for peer in self.unreached.get(&record.room).into_iter().flatten() {
            let what = if peer.until == 0 { PeerTrouble::Waiting } else { PeerTrouble::Missed };
            note(peer.provider.as_str(), peer.since, peer.until, what);
        }
        notes
    }
}
