//! The address bar, as far as the router does not read it.

use wasm_bindgen::JsValue;
use yew_router::Routable as _;
use yew_router::history::{BrowserHistory, History};

use crate::route::Route;

/// Path, query and fragment of the address bar.
pub(crate) fn current() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return "/".to_owned() };
    [location.pathname(), location.search(), location.hash()].into_iter().flatten().collect()
}

/// Goes to an address with something behind its `#`, which the router's table does not know. The router hears of it.
pub(crate) fn go(address: &str) {
    BrowserHistory::new().push(address);
}

/// What stands behind the `#` of [`Route::MoveIn`], the address of somebody who moves into this browser. It is a secret: it is
/// taken out of the address bar at once.
pub(crate) fn take_parcel() -> Option<yew::AttrValue> {
    let window = web_sys::window()?;
    let location = window.location();
    if location.pathname().ok()? != Route::MoveIn.to_path() {
        return None;
    }
    let parcel = location.hash().ok()?.trim_start_matches('#').to_owned();
    let history = window.history().ok()?;
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&Route::Requests.to_path()));
    (!parcel.is_empty()).then(|| parcel.into())
}
