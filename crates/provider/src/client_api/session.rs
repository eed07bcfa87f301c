//! Challenges and sessions.

use std::net::IpAddr;

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{CHALLENGE_LEN, OpenSession, SESSION_LABEL, Session};
use doorstep_hub::store::{ClientId, Store};
use doorstep_wire::Refusal;
use tls_codec::Deserialize;

use crate::answers;
use crate::app::{App, Shared};
use crate::entropy::random;
use crate::error::ApiError;
use crate::extract::{From, Octets, token_hash};
use crate::proof::is_signed;

/// `GET /client/v1/challenge`
pub(super) async fn challenge<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    Ok(answers::octets(app.challenges.make(&*app.entropy, app.now()).to_vec(), None))
}

/// Counts somebody without a session. Who made the challenge themselves pays for the request that this saves.
pub(super) fn count<S: Store>(
    app: &App<S>,
    address: Option<IpAddr>,
    challenge: &[u8; CHALLENGE_LEN],
) -> Result<(), ApiError> {
    if app.challenges.is_own(challenge) { app.count(&app.addresses, address) } else { Ok(()) }
}

/// A session for a client that has shown who it is.
pub(super) async fn make<S: Store>(app: &App<S>, client: ClientId) -> Result<Session, ApiError> {
    let length = u64::try_from(app.config.limits.session.as_millis()).unwrap_or(u64::MAX);
    let session = Session { token: random(&*app.entropy), expires: app.now().saturating_add(length) };
    app.store.open_session(token_hash(&session.token), client, session.expires).await?;
    Ok(session)
}

/// `POST /client/v1/session`. Whether the client is unknown, the proof wrong or the challenge old is not told apart.
pub(super) async fn open<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    const REFUSED: ApiError = ApiError::Unauthorized(Refusal::NoProof);
    app.count(&app.addresses, address)?;
    let request = OpenSession::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("OpenSession"))?;
    count(&app, address, &request.challenge)?;
    let client = app.store.client(ClientId(request.client_id)).await?.ok_or(REFUSED)?;
    if !is_signed(&client.key, SESSION_LABEL, &body, &request.signature)
        || !app.challenges.use_up(&request.challenge, app.now())
    {
        return Err(REFUSED);
    }
    answers::tls(&make(&app, client.id).await?)
}
