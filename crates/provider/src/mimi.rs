//! What other providers ask: the endpoints of mimi-protocol-06 §5 and ours beside them (docs/PROTOCOL.md, "Between
//! providers"). Who asks is known from the certificate of the connection ([`doorstep_peers::PeerName`]); what a body says
//! of that is checked against it, here and in the hub.

mod keys;
mod notify;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::{get, post};
use doorstep_hub::store::Store;
use doorstep_peers::{DIRECTORY, Endpoint, PeerName};
use doorstep_wire::{ProviderDomain, Refusal, RoomUri};

use crate::app::Shared;
use crate::error::ApiError;
use crate::middleware::around;
use crate::paths::MIMI;
use crate::{courier, directory, rooms};

/// All of it; for a listener that puts a [`PeerName`] into the extensions of each request whose certificate proves one.
pub(crate) fn router<S: Store>(app: Shared<S>) -> Router {
    let route = |endpoint: Endpoint| format!("{}{}/{{*subject}}", MIMI, endpoint.name());
    let router = Router::new()
        .route(DIRECTORY, get(directory::directory::<S>))
        .route(&route(Endpoint::Update), post(rooms::update::by_peer::<S>))
        .route(&route(Endpoint::SubmitMessage), post(rooms::submit_message::by_peer::<S>))
        .route(&route(Endpoint::GroupInfo), post(rooms::group_info::by_peer::<S>))
        .route(&route(Endpoint::RejectCommit), post(rooms::reject_commit::by_peer::<S>))
        .route(&route(Endpoint::EndRoom), post(rooms::end_room::by_peer::<S>))
        .route(&route(Endpoint::LinkUses), post(rooms::link_uses::by_peer::<S>))
        .route(&route(Endpoint::Notify), post(notify::notify::<S>))
        .route(&route(Endpoint::Restored), post(notify::restored::<S>))
        .route(&route(Endpoint::RoomEnded), post(notify::room_ended::<S>))
        .route(&route(Endpoint::Withdrawn), post(notify::withdrawn::<S>))
        .route(&route(Endpoint::RequestConsent), post(rooms::request_consent::by_peer::<S>))
        .route(&route(Endpoint::UpdateConsent), post(rooms::update_consent::by_peer::<S>))
        .route(&route(Endpoint::KeyMaterial), post(rooms::key_material::by_peer::<S>))
        .route(&route(Endpoint::IdentifierQuery), post(rooms::identifier_query::by_peer::<S>))
        .route(&route(Endpoint::ReportAbuse), post(rooms::report_abuse::by_peer::<S>))
        .route(&route(Endpoint::Door), get(rooms::door::by_peer::<S>))
        .route(&route(Endpoint::IssuerKeys), get(keys::issuer::<S>))
        .route(&route(Endpoint::HubKeys), get(keys::hub::<S>));
    around(router, &app.config).with_state(app)
}

/// The provider that asks, counted against its bucket; 403 without one, or with one that the operator does not speak with.
pub(crate) struct Peer(pub(crate) ProviderDomain);

impl<S: Store> FromRequestParts<Shared<S>> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let PeerName(peer) =
            parts.extensions.get::<PeerName>().cloned().ok_or(ApiError::Forbidden(Refusal::NoCertificate))?;
        if peer == app.config.domain || !app.config.peers.speaks_with(&peer) {
            return Err(ApiError::Forbidden(Refusal::ProviderNotAllowed));
        }
        app.peer_requests.take(peer.clone()).map_err(ApiError::TooOften)?;
        courier::heard_of(app, &peer).await?;
        Ok(Self(peer))
    }
}

/// A room named in the path: percent-encoded, or as in the draft's figures.
async fn room_in_path<S: Store>(parts: &mut Parts, app: &Shared<S>) -> Result<RoomUri, ApiError> {
    let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| ApiError::NotFound)?;
    RoomUri::from_path(&text).map_err(|_| ApiError::NotFound)
}

/// A room of this hub.
pub(crate) struct HubRoom(pub(crate) RoomUri);

impl<S: Store> FromRequestParts<Shared<S>> for HubRoom {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let room = room_in_path(parts, app).await?;
        if app.is_elsewhere(&room) { Err(ApiError::NotFound) } else { Ok(Self(room)) }
    }
}

/// A room of the provider that asks, and that provider.
pub(crate) struct TheirRoom(pub(crate) ProviderDomain, pub(crate) RoomUri);

impl<S: Store> FromRequestParts<Shared<S>> for TheirRoom {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let Peer(peer) = Peer::from_request_parts(parts, app).await?;
        let room = room_in_path(parts, app).await?;
        if room.host() == peer { Ok(Self(peer, room)) } else { Err(ApiError::Forbidden(Refusal::NotYourRoom)) }
    }
}
