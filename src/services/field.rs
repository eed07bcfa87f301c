//! What somebody typed or chose.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent};

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

/// Name of the field an event came from.
pub(crate) fn name(event: &Event) -> String {
    let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    field.and_then(|field| field.get_attribute("name")).unwrap_or_default()
}

/// Whether the box an event came from is ticked.
pub(crate) fn ticked(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some_and(|field| field.checked())
}

/// What was clicked on, of several things that have one handler: `data-do` and `data-of` of the element.
pub(crate) fn wish(event: &Event) -> Option<(String, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let wished = target.closest("[data-do]").ok()??;
    Some((wished.get_attribute("data-do")?, wished.get_attribute("data-of").unwrap_or_default()))
}

/// What stands in the field with this id.
pub(crate) fn value(id: &str) -> String {
    let field =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    let Some(field) = field else { return String::new() };
    match field.dyn_ref::<HtmlSelectElement>() {
        Some(field) => field.value(),
        None => field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default(),
    }
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

/// What some browsers give for the key that ends what an input method was composing, after they said that it is over.
const COMPOSING: u32 = 229;

/// The key an event came from. Keys of an input method are none.
pub(crate) fn pressed(event: &Event) -> Pressed {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return Pressed::Other };
    match event.key().as_str() {
        _ if event.is_composing() || event.key_code() == COMPOSING => Pressed::Other,
        "Enter" if !event.shift_key() => Pressed::Enter,
        "Escape" => Pressed::Escape,
        _ => Pressed::Other,
    }
}
