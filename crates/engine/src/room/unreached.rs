//! Whom what is said in a room does not reach: providers that do not take it from the hub, as the hub tells its own people,
//! and the hub itself, while the own provider cannot reach it.

use doorstep_client_api::http::{UNREACHED, Unreached as UnreachedPage, UnreachedPeer, path_with};
use doorstep_page_api::view::{PeerNote, PeerTrouble, Person};
use doorstep_wire::RoomUri;
use tls_codec::Deserialize;

use crate::{
    context::{Answer, Context},
    few::Few,
    group,
    job::Job,
    record::{KEYS_CHANGED, ROOMS, RoomRecord},
    step::Method,
};

/// Milliseconds after which the hub is asked about something that was said: most of it has arrived by then.
const AFTER_SAYING: u64 = 20_000;

/// What is known of it.
pub(crate) struct Unreached {
    /// What other providers do not have of a room, by its hub's word.
    peers: Few<RoomUri, Vec<UnreachedPeer>>,
    /// When the hub is to be asked.
    due: Few<RoomUri, u64>,
    /// Since when what is to be done in a room waits for its hub, which the own provider cannot reach.
    hubs_away: Few<RoomUri, u64>,
}

impl Unreached {
    pub(crate) const fn new() -> Self {
        Self { peers: Few::new(), due: Few::new(), hubs_away: Few::new() }
    }

    /// Something was said in a room.
    pub(crate) fn said(&mut self, cx: &Context, room: &RoomUri) {
        self.want(cx, room, AFTER_SAYING);
    }

    /// The hub could not be asked: it is, as soon as that is its turn.
    pub(crate) fn failed(&mut self, room: &RoomUri) {
        self.due.insert(room.clone(), 0);
    }

    /// When a hub is asked next.
    pub(crate) fn next_due(&self) -> impl Iterator<Item = u64> {
        self.due.values().copied()
    }

    /// The hub is asked in so many milliseconds, or before.
    pub(crate) fn want(&mut self, cx: &Context, room: &RoomUri, wait: u64) {
        let due = cx.now.0.saturating_add(wait);
        if cx.followed.contains(room) && self.due.get(room).is_none_or(|before| *before > due) {
            self.due.insert(room.clone(), due);
        }
    }

    pub(crate) fn pump(&mut self, cx: &mut Context) {
        let now = cx.now.0;
        let due = self.due.iter().filter(|(_, at)| **at <= now).map(|(room, _)| room.clone());
        for room in due.collect::<Vec<_>>() {
            let job = Job::Unreached(room.clone());
            if !cx.is_due(&job) {
                continue;
            }
            self.due.remove(&room);
            // Other hubs tell their own people.
            let Some(record) = ROOMS
                .get(&cx.journal, room.as_str())
                .filter(|record| record.is_in() && room.host() == cx.config.domain)
            else {
                continue;
            };
            group::warm(cx, &room, &record.group);
            let others = cx
                .groups
                .get(&room)
                .is_some_and(|warm| warm.roster.users().any(|user| user.host() != cx.config.domain));
            if others {
                let (path, bearer) = (path_with(UNREACHED, room.as_str()), cx.bearer());
                cx.request(job, Method::Get, path, Vec::new(), bearer);
            }
        }
    }

    pub(crate) fn came(&mut self, cx: &mut Context, room: &RoomUri, answer: &Answer<'_>) {
        let page = UnreachedPage::tls_deserialize_exact(answer.body).ok().filter(|_| answer.status == 200);
        let UnreachedPage { again, peers } = page.unwrap_or(UnreachedPage { again: 0, peers: Vec::new() });
        if again > 0 {
            self.want(cx, room, u64::from(again) * 1_000);
        }
        if self.peers.get(room).map_or(&[][..], Vec::as_slice) != peers {
            self.peers.insert(room.clone(), peers);
            cx.room_changed(room);
        }
    }

    /// A request about a room got to the hub, or did not.
    pub(crate) fn hub_reached(&mut self, cx: &mut Context, room: &RoomUri, away: bool) {
        if away != self.hubs_away.contains(room) {
            if away {
                self.hubs_away.insert(room.clone(), cx.now.0);
            } else {
                self.hubs_away.remove(room);
            }
            cx.room_changed(room);
        }
    }

    /// What is to be known of the providers of people in a room.
    pub(crate) fn notes(&self, cx: &Context, record: &RoomRecord, people: &[Person]) -> Vec<PeerNote> {
        let mut notes = Vec::new();
        let mut note = |provider: &str, since, until, what| {
            notes.push(PeerNote { provider: provider.to_owned(), since, until, what });
        };
        for (provider, since) in KEYS_CHANGED.all(&cx.journal) {
            if people.iter().any(|person| person.provider == provider) {
                note(&provider, since, 0, PeerTrouble::NewKeys);
            }
        }
        if let Some(since) = self.hubs_away.get(&record.room) {
            note(record.room.host().as_str(), *since, 0, PeerTrouble::HubAway);
        }
        for peer in self.peers.get(&record.room).into_iter().flatten() {
            let what = if peer.until == 0 { PeerTrouble::Waiting } else { PeerTrouble::Missed };
            note(peer.provider.as_str(), peer.since, peer.until, what);
        }
        notes
    }
}
