//! How an account wants to be reached: `/client/v1/contactSettings` (docs/PROTOCOL.md, "Who is found").

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{Ask, ContactSettings, Find, MOST_BLOCKED};
use doorstep_hub::store::{Client, Contact, Store};
use doorstep_wire::IdentifierUri;
use tls_codec::Deserialize as _;

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, Session};

/// `GET`: as they are kept.
pub(super) async fn settings<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
) -> Result<Response, ApiError> {
    kept(&app, &client).await
}

/// `POST`: from now on, whole. The answer is what is kept.
pub(super) async fn set<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let malformed = || ApiError::Malformed("ContactSettings");
    let ContactSettings { find, ask, blocked } =
        ContactSettings::tls_deserialize_exact(&body).map_err(|_| malformed())?;
    let somebody = |uri: &IdentifierUri| uri.is_provider() || uri.as_user().is_some();
    if blocked.len() > MOST_BLOCKED || !blocked.iter().all(somebody) {
        return Err(malformed());
    }
    let contact = Contact { find: find as u8, ask: ask as u8, blocked };
    app.store.set_contact(client.id, &contact).await?;
    kept(&app, &client).await
}

async fn kept<S: Store>(app: &App<S>, client: &Client) -> Result<Response, ApiError> {
    let Contact { find, ask, blocked } = app.store.contact(client.id).await?;
    let find = match find {
        0 => Find::Nobody,
        1 => Find::ByHandle,
        _ => Find::ByName,
    };
    let ask = match ask {
        0 => Ask::Nobody,
        1 => Ask::Anybody,
        _ => Ask::Acquainted,
    };
    answers::tls(&ContactSettings { find, ask, blocked })
}
