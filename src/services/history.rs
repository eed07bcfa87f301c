//! The address bar.

use wasm_bindgen::JsValue;

use super::listener::Listener;

/// Path, query and fragment of the address bar.
pub(crate) fn current() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return "/".to_owned() };
    [location.pathname(), location.search(), location.hash()].into_iter().flatten().collect()
}

/// What stands behind the `#` of `/move-in`, the address of somebody who moves into this browser. It is a secret: it is
/// taken out of the address bar at once.
pub(crate) fn take_parcel() -> Option<String> {
    let location = web_sys::window()?.location();
    if location.pathname().ok()? != "/move-in" {
        return None;
    }
    let parcel = location.hash().ok()?.trim_start_matches('#').to_owned();
    put("/requests", true);
    (!parcel.is_empty()).then_some(parcel)
}

/// Puts a page into the address bar, as a new entry or in place of the current one.
pub(crate) fn put(path: &str, replace: bool) {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    let _ = if replace {
        history.replace_state_with_url(&JsValue::NULL, "", Some(path))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(path))
    };
}

/// Tells of steps back and forward: where they led.
pub(crate) fn on_step(take: impl Fn(&str) + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, "popstate", move |_| take(&current())))
}
