//! A provider's store in the memory of this process: the same rules as the one in SQLite (`tests/tests/whole/memory.rs` holds it to
//! them), without a thread that has to be waited for. Thousands of stories are told with it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use doorstep_hub::store::{
    Client, ClientId, ConsentKind, ConsentSaid, Contact, Gap, LogLine, PinnedKeys, Pool, Report, RoomPage, StoreError,
};
use doorstep_wire::{ClientUri, ProviderDomain, RoomUri, UserUri};

mod identities;
mod mail;
mod others;
mod packages;
mod rooms;

/// The store. A clone is the same store.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics here")
    }
}

/// Everything. Clients and addresses are named by their place in the order in which they came.
#[derive(Default)]
struct State {
    clients: Vec<(Client, Contact)>,
    sessions: HashMap<[u8; 32], (usize, u64)>,
    addresses: Vec<Address>,
    issued: BTreeMap<(usize, u32), u32>,
    /// Where Welcomes go: address and end in seconds.
    packages: HashMap<Vec<u8>, (usize, u64)>,
    offers: Vec<Offered>,
    rooms: BTreeMap<RoomUri, Room>,
    rooms_made: usize,
    /// By which request.
    ended_rooms: BTreeMap<RoomUri, [u8; 32]>,
    /// By seq.
    mail: BTreeMap<u64, Item>,
    last_seq: u64,
    /// And whether it still stands.
    consent_said: HashMap<(ConsentKind, [u8; 32]), (ConsentSaid, bool)>,
    followers: BTreeMap<RoomUri, BTreeSet<usize>>,
    received: HashMap<[u8; 32], u64>,
    lanes: BTreeMap<(ProviderDomain, RoomUri), Lane>,
    last_letter: u64,
    lost: BTreeMap<ProviderDomain, u64>,
    /// In the order in which they began.
    gaps: Vec<Lost>,
    keys: BTreeMap<(ProviderDomain, u8), PinnedKeys>,
    reports: Vec<Report>,
    /// Target, requester, room.
    consents: BTreeSet<(UserUri, UserUri, Option<RoomUri>)>,
    secrets: BTreeMap<String, Vec<u8>>,
}

struct Address {
    uri: ClientUri,
    user: UserUri,
    client: usize,
    key: [u8; 32],
    request: [u8; 32],
    token: Vec<u8>,
}

struct Offered {
    reference: Vec<u8>,
    address: usize,
    pool: Pool,
    last_resort: bool,
    not_after: u64,
    /// None once it was given out.
    bytes: Option<Vec<u8>>,
}

#[derive(Default)]
struct Room {
    number: usize,
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    log: Vec<LogLine>,
    page: Option<RoomPage>,
    look_again: Option<u64>,
    end_asked: bool,
}

/// What a mail says, once for all who get it.
struct Content {
    kind: u8,
    room: RoomUri,
    at: u64,
    bytes: Arc<[u8]>,
}

struct Item {
    client: usize,
    address: usize,
    content: Arc<Content>,
}

/// Letters about one room to one peer; `due` and `tries` are those of the first.
#[derive(Default)]
struct Lane {
    due: u64,
    tries: u32,
    letters: VecDeque<Written>,
}

/// A gap, and whether what is given up next is in it too.
struct Lost {
    room: RoomUri,
    gap: Gap,
    is_open: bool,
}

struct Written {
    id: u64,
    clients: Vec<ClientUri>,
    content: Arc<Content>,
}

impl State {
    fn place(&self, client: ClientId) -> Option<usize> {
        self.clients.iter().position(|(known, _)| known.id == client)
    }

    fn address(&self, uri: &ClientUri) -> Option<usize> {
        self.addresses.iter().position(|address| address.uri == *uri)
    }

    /// The address, if it is this client's.
    fn own_address(&self, client: ClientId, uri: &ClientUri) -> Option<usize> {
        let place = self.place(client)?;
        self.address(uri).filter(|at| self.addresses[*at].client == place)
    }

    fn sure_place(&self, client: ClientId) -> Result<usize, StoreError> {
        self.place(client).ok_or(StoreError::Corrupt("client"))
    }
}
