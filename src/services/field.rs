//! What somebody typed or chose.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent};

/// Text of the field an event came from.
pub(crate) fn text(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(field) = target.dyn_ref::<HtmlTextAreaElement>() {
        return field.value();
    }
    if let Some(field) = target.dyn_ref::<HtmlSelectElement>() {
        return field.value();
    }
    target.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default()
}

/// Whether the box an event came from is ticked.
pub(crate) fn ticked(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some_and(|field| field.checked())
}

/// A key that means something where one writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// Enter alone, and not to choose what an input method offers.
    Enter,
    /// Escape.
    Escape,
    /// Any other.
    Other,
}

/// The key an event came from.
pub(crate) fn pressed(event: &Event) -> Pressed {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return Pressed::Other };
    match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() => Pressed::Enter,
        "Escape" => Pressed::Escape,
        _ => Pressed::Other,
    }
}
