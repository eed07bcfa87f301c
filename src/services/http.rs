//! The two things a page fetches by itself: what a room and what the provider shows to strangers.

use doorstep_client_api::door::{Door, House};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::route::{encode, local_room};

/// The public face of a room of this provider. `Ok(None)`: unknown, or shows itself to nobody.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn door(domain: &str, slug: &str) -> Result<Option<Door>, Unreachable> {
    json(&format!("/client/v1/door/{}", encode(&local_room(domain, slug)))).await
}

/// What the provider says of itself.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn house() -> Result<Option<House>, Unreachable> {
    json("/client/v1/house").await
}

/// The provider gave no answer that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable;

async fn json<T: DeserializeOwned>(path: &str) -> Result<Option<T>, Unreachable> {
    let window = web_sys::window().ok_or(Unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str(path)).await.map_err(|_| Unreachable)?;
    let answer: Response = answer.dyn_into().map_err(|_| Unreachable)?;
    match answer.status() {
        200 => {
            let body = answer.json().map_err(|_| Unreachable)?;
            let body = JsFuture::from(body).await.map_err(|_| Unreachable)?;
            serde_wasm_bindgen::from_value(body).map(Some).map_err(|_| Unreachable)
        }
        404 => Ok(None),
        _ => Err(Unreachable),
    }
}
