//! What a page fetches by itself: what a room and what the provider shows to strangers, and its own language.

use doorstep_client_api::door::{Door, House};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::json::Value;
use crate::route::encode;

/// The public face of a room. `Ok(None)`: unknown, or shows itself to nobody.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn door_of(room: &str) -> Result<Option<Door>, Unreachable> {
    read(&["/client/v1/door/", &encode(room)].concat(), Door::read).await
}

/// What the provider says of itself.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn house() -> Result<Option<House>, Unreachable> {
    read("/client/v1/house", House::read).await
}

/// The provider gave no answer that makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable;

async fn read<T>(path: &str, read: fn(&Value) -> Option<T>) -> Result<Option<T>, Unreachable> {
    let Some(text) = text(path).await? else { return Ok(None) };
    let value = js_sys::JSON::parse(&text).map_err(|_| Unreachable)?;
    read(&Value(value)).map(Some).ok_or(Unreachable)
}

/// A file or an answer as it is. `Ok(None)`: there is none.
///
/// # Errors
/// [`Unreachable`].
pub(crate) async fn text(path: &str) -> Result<Option<String>, Unreachable> {
    let window = web_sys::window().ok_or(Unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str(path)).await.map_err(|_| Unreachable)?;
    let answer: Response = answer.dyn_into().map_err(|_| Unreachable)?;
    match answer.status() {
        200 => {
            let body = answer.text().map_err(|_| Unreachable)?;
            let body = JsFuture::from(body).await.map_err(|_| Unreachable)?;
            body.as_string().map(Some).ok_or(Unreachable)
        }
        404 => Ok(None),
        _ => Err(Unreachable),
    }
}
