//! Who asks.

use axum::response::Response;
use doorstep_hub::store::{Client, Store};
use doorstep_hub::{Answer, Room, Visibility};
use doorstep_wire::{ProviderDomain, Refusal, RoomUri, UserUri};

use crate::answers;
use crate::app::App;
use crate::error::ApiError;
use crate::operate::look;
use crate::rate::Asker;

/// Who asks something of a room.
pub(crate) enum Caller {
    /// A browser of this provider, known by its session.
    Client(Client),
    /// Another provider, for users of its own; known by its certificate.
    Peer(ProviderDomain),
}

impl Caller {
    /// As the hub is told of it.
    pub(crate) fn to_hub<S: Store>(&self, app: &App<S>) -> doorstep_hub::Caller {
        match self {
            Self::Client(client) => {
                doorstep_hub::Caller { domain: app.config.domain.clone(), guest: client.handle.is_none() }
            }
            Self::Peer(peer) => doorstep_hub::Caller { domain: peer.clone(), guest: false },
        }
    }

    /// Whose requests are counted together.
    pub(crate) fn asker(&self) -> Asker {
        match self {
            Self::Client(client) => Asker::Client(client.id),
            Self::Peer(peer) => Asker::Provider(peer.clone()),
        }
    }

    /// # Errors
    /// 403 unless it is a user of the caller's.
    pub(crate) async fn speaks_for<S: Store>(&self, app: &App<S>, user: &UserUri) -> Result<(), ApiError> {
        let is_theirs = match self {
            Self::Client(client) => app.store.owner(user).await? == Some(client.id),
            Self::Peer(peer) => user.host() == *peer,
        };
        if is_theirs { Ok(()) } else { Err(ApiError::Forbidden(Refusal::NotYours)) }
    }

    /// Whether a user of the caller's is in a room of this hub.
    pub(crate) async fn is_in<S: Store>(&self, app: &App<S>, room: &RoomUri) -> Result<bool, ApiError> {
        let users = self.users(app).await?;
        Ok(look(app, room, |room| self.has_somebody_in(room, &users)).await?.unwrap_or(false))
    }

    /// What the caller may see of an answer. Whoever is not in a private room, does not get in, and has not shown that they
    /// know of it, learns as much of it as of a room that does not exist.
    pub(crate) async fn shown<S: Store>(
        &self,
        app: &App<S>,
        room: &RoomUri,
        answer: Result<Answer, ApiError>,
    ) -> Result<Response, ApiError> {
        let refused = match &answer {
            Ok(answer) => answer.reason.is_some() && !answer.knows_room,
            // The hub asks nobody to come again whom it would not let in.
            Err(ApiError::Internal(_) | ApiError::Busy(_)) => false,
            Err(_) => true,
        };
        if refused && self.is_unknown(app, room).await? {
            return Err(ApiError::NotFound);
        }
        let Answer { body, reason, .. } = answer?;
        Ok(answers::octets(body, reason))
    }

    /// Whether the room is none to the caller. A room that is not there is looked for as long as a private one.
    async fn is_unknown<S: Store>(&self, app: &App<S>, room: &RoomUri) -> Result<bool, ApiError> {
        let users = self.users(app).await?;
        let seen =
            look(app, room, |room| room.visibility() != Visibility::Private || self.has_somebody_in(room, &users));
        Ok(!seen.await?.unwrap_or(false))
    }

    /// The users of a client. Which users a provider has is seen by their names.
    async fn users<S: Store>(&self, app: &App<S>) -> Result<Vec<UserUri>, ApiError> {
        match self {
            Self::Client(client) => Ok(app.store.users_of(client.id).await?),
            Self::Peer(_) => Ok(Vec::new()),
        }
    }

    fn has_somebody_in(&self, room: &Room, users: &[UserUri]) -> bool {
        match self {
            Self::Client(_) => users.iter().any(|user| room.roster().count_of(user) > 0),
            Self::Peer(peer) => room.roster().users().any(|user| user.host() == *peer),
        }
    }
}
