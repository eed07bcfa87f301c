//! Tokens for pseudonyms and accounts (docs/PROTOCOL.md, issue and renew; issuer-known linkage).

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::AccountToken;
use doorstep_credential::{
    AccountClaims, DAY_SECONDS, IssueRequest, NO_TOKEN, Salts, VerifiedIssueRequest, issue_account, issue_pseudonym,
};
use doorstep_hub::store::{Client, Issuance, NewIdentity, Store};
use doorstep_wire::{Refusal, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{Serialize, VLByteVec};

use crate::answers;
use crate::app::{App, Shared};
use crate::entropy::random;
use crate::error::ApiError;
use crate::extract::{Cbor, Session};

/// `POST /pseudonym/v1/issue`
pub(super) async fn pseudonym<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Cbor(body): Cbor,
) -> Result<Response, ApiError> {
    issued(&app, &client, &body).await.map(answers::cbor)
}

/// The token for a pseudonym, as the client asked for it.
pub(super) async fn issued<S: Store>(app: &App<S>, client: &Client, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let request = verified(app, body)?;
    if !request.user.is_pseudonym_path() {
        return Err(ApiError::Forbidden(Refusal::NotAPseudonym));
    }
    let token = issue_pseudonym(&app.keys.issuer, &app.config.domain, &request.client, &request.key, end(app));
    record(app, client, request, body, token).await
}

/// `POST /pseudonym/v1/renew`
pub(super) async fn renew<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Cbor(body): Cbor,
) -> Result<Response, ApiError> {
    let request = verified(&app, &body)?;
    if app.store.leaf_key(client.id, &request.client).await? != Some(request.key) || !request.user.is_pseudonym_path() {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    if !app.store.count_issue(client.id, today(&app), daily_limit(&app, &client)).await? {
        return Err(too_many(&app));
    }
    let token = issue_pseudonym(&app.keys.issuer, &app.config.domain, &request.client, &request.key, end(&app));
    Ok(answers::cbor(token))
}

/// `POST /account/v1/issue`
pub(super) async fn account<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Cbor(body): Cbor,
) -> Result<Response, ApiError> {
    let request = verified(&app, &body)?;
    let answer = account_token(&app, &client, &request)?;
    record(&app, &client, request, &body, answer).await.map(|answer| answers::octets(answer, None))
}

/// `POST /account/v1/renew`
pub(super) async fn renew_account<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Cbor(body): Cbor,
) -> Result<Response, ApiError> {
    let request = verified(&app, &body)?;
    let answer = account_token(&app, &client, &request)?;
    if app.store.leaf_key(client.id, &request.client).await? != Some(request.key) {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    if !app.store.count_issue(client.id, today(&app), daily_limit(&app, &client)).await? {
        return Err(too_many(&app));
    }
    Ok(answers::octets(answer, None))
}

/// Token and disclosures for the session's own account.
fn account_token<S: Store>(app: &App<S>, client: &Client, request: &VerifiedIssueRequest) -> Result<Vec<u8>, ApiError> {
    let handle = client.handle.clone().ok_or(ApiError::Forbidden(Refusal::NoAccount))?;
    if UserUri::account(&app.config.domain, &handle).ok().as_ref() != Some(&request.user) {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    let claims = AccountClaims { handle, display_name: client.display_name.clone() };
    let salts = Salts([random(&*app.entropy), random(&*app.entropy)]);
    let (token, disclosures) =
        issue_account(&app.keys.issuer, &app.config.domain, &request.client, &request.key, end(app), &claims, salts);
    let answer = AccountToken { token: VLByteVec::new(token), disclosures: VLByteVec::new(disclosures) };
    answer.tls_serialize_detached().map_err(|error| ApiError::Internal(error.to_string()))
}

fn verified<S: Store>(app: &App<S>, body: &[u8]) -> Result<VerifiedIssueRequest, ApiError> {
    let request = IssueRequest::decode(body)
        .and_then(|request| request.verify(&NO_TOKEN))
        .map_err(|_| ApiError::Malformed("issue request"))?;
    if request.user.host() == app.config.domain { Ok(request) } else { Err(ApiError::Forbidden(Refusal::NotOurDomain)) }
}

/// Records what is issued; returns it, or what was answered to the same request before.
async fn record<S: Store>(
    app: &App<S>,
    client: &Client,
    request: VerifiedIssueRequest,
    body: &[u8],
    answer: Vec<u8>,
) -> Result<Vec<u8>, ApiError> {
    let new = NewIdentity {
        user: request.user,
        address: request.client,
        key: request.key,
        client: client.id,
        request: Sha256::digest(body).into(),
        token: answer,
        day: today(app),
        daily_limit: daily_limit(app, client),
    };
    match app.store.issue(&new).await? {
        Issuance::Issued => Ok(new.token),
        Issuance::Repeated(first) => Ok(first),
        Issuance::Taken => Err(ApiError::Conflict(Refusal::PseudonymTaken)),
        Issuance::TooMany => Err(too_many(app)),
    }
}

fn today<S: Store>(app: &App<S>) -> u32 {
    u32::try_from(app.now() / 1_000 / DAY_SECONDS).unwrap_or(u32::MAX)
}

/// The end that every token of a day has.
fn end<S: Store>(app: &App<S>) -> u64 {
    (u64::from(today(app)) + app.config.token_days) * DAY_SECONDS
}

fn daily_limit<S: Store>(app: &App<S>, client: &Client) -> u32 {
    let limits = &app.config.limits;
    if client.handle.is_some() { limits.account_tokens_per_day } else { limits.guest_tokens_per_day }
}

fn too_many<S: Store>(app: &App<S>) -> ApiError {
    ApiError::TooOften(DAY_SECONDS - app.now() / 1_000 % DAY_SECONDS)
}
