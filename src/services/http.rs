//! What a page fetches by itself: what a room and what the provider shows to strangers, and its own language.

use doorstep_client_api::door::{Door, House};
use doorstep_client_api::http;
use gloo_net::http::{Request, Response};
use serde::de::DeserializeOwned;

/// The public face of a room. `Ok(None)`: unknown, or shows itself to nobody.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn door_of(room: &str) -> Result<Option<Door>, Unreachable> {
    json(&http::path_with(http::DOOR, room)).await
}

/// What the provider says of itself.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn house() -> Result<Option<House>, Unreachable> {
    json(http::HOUSE).await
}

/// A file as it is. `Ok(None)`: there is none.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn text(path: &str) -> Result<Option<String>, Unreachable> {
    match get(path).await? {
        Some(answer) => Ok(Some(answer.text().await?)),
        None => Ok(None),
    }
}

/// The provider gave no answer that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable;

impl From<gloo_net::Error> for Unreachable {
    fn from(_: gloo_net::Error) -> Self {
        Self
    }
}

async fn json<T: DeserializeOwned>(path: &str) -> Result<Option<T>, Unreachable> {
    match get(path).await? {
        Some(answer) => Ok(Some(answer.json().await?)),
        None => Ok(None),
    }
}

async fn get(path: &str) -> Result<Option<Response>, Unreachable> {
    let answer = Request::get(path).send().await?;
    match answer.status() {
        200 => Ok(Some(answer)),
        404 => Ok(None),
        _ => Err(Unreachable),
    }
}
