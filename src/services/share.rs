//! Handing a link on: the clipboard, the device's own way to share, the printer, a dialog to hold up; and taking links
//! of ours from other programs.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Origin of this page, without a slash at the end.
pub(crate) fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Puts a text on the clipboard. False: the browser does not let us.
pub(crate) async fn copy(text: String) -> bool {
    let clipboard = navigator("clipboard").unwrap_or(JsValue::UNDEFINED);
    let Some(written) = call(&clipboard, "writeText", &[JsValue::from(text)]) else { return false };
    match written.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// Marks the text of a field, for whoever has to copy it by hand.
pub(crate) fn mark(id: &str) {
    if let Some(field) = element(id) {
        let _ = call(&field, "focus", &[]);
        let _ = call(&field, "select", &[]);
    }
}

/// The device has a way of its own to share.
pub(crate) fn can_share() -> bool {
    navigator("share").is_some_and(|share| share.is_function())
}

/// Opens it. Only on a click.
pub(crate) fn share(title: &str, url: &str) {
    let data = Object::new();
    for (name, value) in [("title", title), ("url", url)] {
        let _ = Reflect::set(&data, &JsValue::from(name), &JsValue::from(value));
    }
    let shared = web_sys::window().and_then(|window| call(&window.navigator(), "share", &[data.into()]));
    // Whoever changed their mind rejects the promise: nothing to be told.
    if let Some(promise) = shared.and_then(|shared| shared.dyn_into::<Promise>().ok()) {
        wasm_bindgen_futures::spawn_local(async move { drop(JsFuture::from(promise).await) });
    }
}

/// Opens the dialog with this id over everything; the browser closes it on Escape.
pub(crate) fn open_dialog(id: &str) {
    if let Some(dialog) = element(id) {
        let _ = call(&dialog, "showModal", &[]);
    }
}

/// Closes it.
pub(crate) fn close_dialog(id: &str) {
    if let Some(dialog) = element(id) {
        let _ = call(&dialog, "close", &[]);
    }
}

/// Prints the page, of which its print styles leave what is to be printed.
pub(crate) fn print() {
    if let Some(window) = web_sys::window() {
        let _ = call(&window, "print", &[]);
    }
}

/// Browsers can be asked to give us links of a scheme of ours.
pub(crate) fn can_take_links() -> bool {
    navigator("registerProtocolHandler").is_some_and(|register| register.is_function())
}

/// Asks to be given `web+mimi:` links. The link stands behind the `#`, so that it is not sent. Only on a click.
pub(crate) fn take_links() {
    if let Some(window) = web_sys::window() {
        let handler = format!("{}/j#%s", origin());
        let arguments = [JsValue::from("web+mimi"), JsValue::from(handler)];
        let _ = call(&window.navigator(), "registerProtocolHandler", &arguments);
    }
}

fn element(id: &str) -> Option<JsValue> {
    web_sys::window()?.document()?.get_element_by_id(id).map(JsValue::from)
}

/// A property of `navigator` that not every browser has, or not in every place.
fn navigator(name: &str) -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &JsValue::from(name)).ok().filter(|value| !value.is_undefined())
}

/// Calls a method by its name. None: there is none, or it throws.
fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method = Reflect::get(object, &JsValue::from(name)).ok()?.dyn_into::<Function>().ok()?;
    method.apply(object, &arguments.iter().collect::<Array>()).ok()
}
