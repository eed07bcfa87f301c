//! What every handler shares.

use std::net::IpAddr;
use std::sync::Arc;

use doorstep_client_api::door::{Door, House, ListedRoom};
use doorstep_hub::Hub;
use doorstep_hub::store::{ClientId, Store};
use doorstep_peers::Peers;
use doorstep_wire::{ProviderDomain, RoomUri, UserUri};
use tokio_util::sync::CancellationToken;

use crate::app_links::AppLinks;
use crate::assets::Assets;
use crate::challenge::Challenges;
use crate::clock::Clock;
use crate::config::Config;
use crate::courier::Post;
use crate::entropy::Entropy;
use crate::error::ApiError;
use crate::keys::Keys;
use crate::peer_keys::PeerKeys;
use crate::rate::{Asker, Buckets, neighbourhood};
use crate::wakes::Wakes;
use crate::warm::WarmRooms;

/// Rooms on the home page.
const LISTED: usize = 100;

/// One running provider.
pub(crate) struct App<S> {
    pub(crate) config: Config,
    pub(crate) store: S,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: Keys,
    pub(crate) peers: Arc<dyn Peers>,
    pub(crate) peer_keys: PeerKeys,
    pub(crate) peer_requests: Buckets<ProviderDomain>,
    pub(crate) key_material: Buckets<(ProviderDomain, UserUri)>,
    pub(crate) queries: Buckets<Asker>,
    pub(crate) reports: Buckets<Asker>,
    pub(crate) post: Post,
    pub(crate) hub: Hub,
    pub(crate) rooms: WarmRooms,
    pub(crate) challenges: Challenges,
    pub(crate) wakes: Wakes,
    pub(crate) clients: Buckets<ClientId>,
    pub(crate) addresses: Buckets<IpAddr>,
    pub(crate) registrations: Buckets<IpAddr>,
    pub(crate) assets: Assets,
    pub(crate) app_links: AppLinks,
    /// Cancelled when the provider stops.
    pub(crate) stop: CancellationToken,
}

/// As handlers get it.
pub(crate) type Shared<S> = Arc<App<S>>;

impl<S: Store> App<S> {
    /// Milliseconds since the UNIX epoch.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now().0
    }

    /// Counts a request against a bucket of addresses. Without an address (a test, a socket of this machine) nothing is
    /// counted.
    pub(crate) fn count(&self, buckets: &Buckets<IpAddr>, address: Option<IpAddr>) -> Result<(), ApiError> {
        match address {
            Some(address) => buckets.take(neighbourhood(address)).map_err(ApiError::TooOften),
            None => Ok(()),
        }
    }

    /// Throws away what is kept of visitors who have not asked for so long that it says nothing any more.
    pub(crate) fn forget_visitors(&self) {
        self.peer_requests.sweep();
        self.key_material.sweep();
        self.queries.sweep();
        self.reports.sweep();
        self.clients.sweep();
        self.addresses.sweep();
        self.registrations.sweep();
    }

    /// The room is another hub's.
    pub(crate) fn is_elsewhere(&self, room: &RoomUri) -> bool {
        room.host() != self.config.domain
    }

    /// The home page's data.
    pub(crate) async fn house(&self) -> Result<House, ApiError> {
        let mut rooms = Vec::new();
        for door in self.store.listed(LISTED).await? {
            let Door { slug, name, description, way_in, people, .. } = read_door(&door)?;
            let summary = description.lines().next().unwrap_or_default().to_owned();
            rooms.push(ListedRoom { slug, name, summary, way_in, people });
        }
        let Config { domain, name, sign_up, guests, .. } = &self.config;
        Ok(House { domain: domain.to_string(), name: name.clone(), rooms, sign_up: *sign_up, guests: *guests })
    }

    /// The door of a room of this hub; none for an unknown and a private one alike.
    pub(crate) async fn door(&self, room: &RoomUri) -> Result<Option<Door>, ApiError> {
        self.store.door(room).await?.map(|door| read_door(&door)).transpose()
    }
}

fn read_door(bytes: &[u8]) -> Result<Door, ApiError> {
    serde_json::from_slice(bytes).map_err(|_| ApiError::Internal("a stored door cannot be read".to_owned()))
}
