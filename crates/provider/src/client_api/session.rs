//! Challenges and sessions.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{OpenSession, SESSION_LABEL, Session};
use doorstep_hub::store::{ClientId, Store};
use tls_codec::Deserialize;

use crate::answers;
use crate::app::Shared;
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

/// `POST /client/v1/session`. Whether the client is unknown, the proof wrong or the challenge old is not told apart.
pub(super) async fn open<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    const REFUSED: ApiError = ApiError::Unauthorized("no-proof");
    app.count(&app.addresses, address)?;
    let request = OpenSession::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("OpenSession"))?;
    let now = app.now();
    let client = app.store.client(ClientId(request.client_id)).await?.ok_or(REFUSED)?;
    if !is_signed(&client.key, SESSION_LABEL, &body, &request.signature)
        || !app.challenges.use_up(&request.challenge, now)
    {
        return Err(REFUSED);
    }
    let length = u64::try_from(app.config.limits.session.as_millis()).unwrap_or(u64::MAX);
    let session = Session { token: random(&*app.entropy), expires: now.saturating_add(length) };
    app.store.open_session(token_hash(&session.token), client.id, session.expires).await?;
    answers::tls(&session)
}
