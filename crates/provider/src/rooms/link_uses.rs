//! `linkUses`: how often the join links of a room were used (ours; docs/PROTOCOL.md, "Join links").
//!
//! ```text
//! GET  /client/v1/linkUses/{room}   browser → own provider, with its session
//! POST /mimi/v1/linkUses/{roomId}   follower → hub, with its certificate
//!
//! body    of a follower: LinkUsesRequest, users of its own
//! answer  200 LinkUses
//!         403 another's user
//!         404 no such room, or nobody in it whose role makes or takes away links
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{LinkJoined, LinkUse, LinkUses};
use doorstep_hub::store::{Client, Store};
use doorstep_peers::Endpoint;
use doorstep_wire::{Body, ClientUri, RoomUri, UnixMillis, UserUri};
use tls_codec::{Serialize as _, TlsDeserialize, TlsSerialize, TlsSize};

use super::{Caller, relay};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};
use crate::operate::look;

/// `struct { UserUri users<V>; } LinkUsesRequest;` Those users of a follower whose word it is that they ask.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
struct LinkUsesRequest {
    /// In the room, as far as the follower knows.
    users: Vec<UserUri>,
}

impl Body for LinkUsesRequest {}

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return elsewhere(&app, &client, &room).await;
    }
    let users = app.store.users_of(client.id).await?;
    here(&app, &room, &users).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let LinkUsesRequest { users } =
        LinkUsesRequest::decode(&body).map_err(|_| ApiError::Malformed("LinkUsesRequest"))?;
    let caller = Caller::Peer(peer);
    for user in &users {
        caller.speaks_for(&app, user).await?;
    }
    here(&app, &room, &users).await
}

/// Asks the hub of the room. It hears of no other users of this client than those who follow the room.
async fn elsewhere<S: Store>(app: &App<S>, client: &Client, room: &RoomUri) -> Result<Response, ApiError> {
    let own = app.store.users_of(client.id).await?;
    let mut users: Vec<UserUri> = app.store.followers(room).await?.iter().map(ClientUri::user).collect();
    users.retain(|user| own.contains(user));
    users.dedup();
    if users.is_empty() {
        return Err(ApiError::NotFound);
    }
    let body = LinkUsesRequest { users }.tls_serialize_detached();
    let body = body.map_err(|error| ApiError::Internal(error.to_string()))?;
    relay::pass(app, Endpoint::LinkUses, room, body).await
}

/// The hub tells.
async fn here<S: Store>(app: &App<S>, room: &RoomUri, users: &[UserUri]) -> Result<Response, ApiError> {
    let now = UnixMillis(app.now());
    let uses = look(app, room, |room| app.hub.link_uses(room, users, now)).await?.ok_or(ApiError::NotFound)??;
    let link = |found: doorstep_hub::LinkUse| LinkUse {
        link_id: found.link_id,
        used: found.used,
        claimed: found.claimed,
        joined: found.joined.into_iter().map(|(user, at)| LinkJoined { user, at: at.0 }).collect(),
    };
    answers::tls(&LinkUses { links: uses.into_iter().map(link).collect() })
}
