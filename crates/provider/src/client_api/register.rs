//! A browser profile makes itself known, as a guest or with a handle, and gets a session.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{Entered, NAMES_LIMIT, REGISTER_LABEL, Register, Registered};
use doorstep_hub::store::{Client, ClientId, NewClient, Registration, Store};
use doorstep_wire::{Refusal, UserUri};
use tls_codec::{Deserialize, VLByteVec};

use super::{issue, session};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{From, Octets};
use crate::proof::is_signed;

/// Characters of a display name at most.
const MAX_NAME: usize = 64;
/// Local names with a meaning of their own (`/d/p/…` are pseudonyms' clients).
const RESERVED: [&str; 1] = ["p"];

/// `POST /client/v1/register`
pub(super) async fn register<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let request = Register::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("Register"))?;
    if request.names.len() > NAMES_LIMIT {
        return Err(ApiError::Malformed("more names than can be asked for at once"));
    }
    session::count(&app, address, &request.challenge)?;
    let now = app.now();
    if !is_signed(&request.key, REGISTER_LABEL, &body, &request.signature)
        || !app.challenges.use_up(&request.challenge, now)
    {
        return Err(ApiError::Unauthorized(Refusal::NoProof));
    }
    let handle = text(request.handle.as_slice())?;
    let display_name = text(request.display_name.as_slice())?;
    if display_name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME || name.chars().any(char::is_control)) {
        return Err(ApiError::Malformed("display name"));
    }
    let id = ClientId(request.client_id);
    let known = app.store.client(id).await?;
    let outcome = match refusal(&app, handle.as_deref(), known.as_ref()) {
        Some(refusal) => refusal,
        None => {
            if known.is_none() {
                app.count(&app.registrations, address)?;
            }
            let display_name = handle.as_ref().and(display_name);
            let new = NewClient { client: Client { id, key: request.key, handle, display_name }, at: now };
            match app.store.register(&new).await? {
                Registration::Made | Registration::Known => Registered::Ok,
                Registration::HandleTaken => Registered::HandleTaken,
                Registration::ClientTaken => Registered::ClientTaken,
            }
        }
    };
    // With this key, so the session is for who has shown to have it.
    let mut entered = Entered { outcome, session: None, tokens: Vec::new() };
    if outcome == Registered::Ok {
        entered.session = Some(session::make(&app, id).await?);
        entered.tokens = tokens(&app, id, &request.names).await?;
    }
    answers::tls(&entered)
}

/// What was asked for along with it. Each counts as a request; nothing where one is refused, as it is told why when it is
/// asked for by itself.
async fn tokens<S: Store>(app: &App<S>, id: ClientId, names: &[VLByteVec]) -> Result<Vec<VLByteVec>, ApiError> {
    let client = app.store.client(id).await?;
    let mut tokens = Vec::with_capacity(names.len());
    for name in names {
        let token = match &client {
            Some(client) if app.clients.take(id).is_ok() => issue::issued(app, client, name.as_slice()).await,
            _ => Ok(Vec::new()),
        };
        tokens.push(VLByteVec::new(token.unwrap_or_default()));
    }
    Ok(tokens)
}

fn text(bytes: &[u8]) -> Result<Option<String>, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::Malformed("text is not UTF-8"))?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What needs no transaction to be refused.
fn refusal<S: Store>(app: &App<S>, handle: Option<&str>, known: Option<&Client>) -> Option<Registered> {
    match handle {
        Some(handle) if !is_handle(app, handle) => Some(Registered::HandleInvalid),
        Some(handle) if known.is_some_and(|known| known.handle.as_deref() == Some(handle)) => None,
        Some(_) if !app.config.sign_up => Some(Registered::SignUpClosed),
        None if !app.config.guests && known.is_none() => Some(Registered::NoGuests),
        _ => None,
    }
}

fn is_handle<S: Store>(app: &App<S>, handle: &str) -> bool {
    let of_letters = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    (2..=32).contains(&handle.len())
        && handle.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && handle.bytes().all(of_letters)
        && !RESERVED.contains(&handle)
        && UserUri::account(&app.config.domain, handle).is_ok()
}
