//! The document: what it carries, its title, its language and colours, and where the focus is.

use doorstep_client_api::door::PageData;
use doorstep_public_page::{Lang, Look, Theme};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

use super::http;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element the app lives in.
pub(crate) fn app_root() -> Option<Element> {
    document()?.get_element_by_id("app")
}

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// A `<meta name>`'s content.
pub(crate) fn meta(name: &str) -> Option<String> {
    document()?.query_selector(&["meta[name=\"", name, "\"]"].concat()).ok()??.get_attribute("content")
}

/// Takes in the document's language, which the boot script fetched. False: it is not there.
pub(crate) fn take_language() -> bool {
    meta("doorstep-texts").is_some_and(|texts| doorstep_texts::load(look().lang, texts))
}

/// Fetches another language and takes it in. False: it cannot be had now.
pub(crate) async fn load_language(lang: Lang) -> bool {
    let Some(path) = meta(&["doorstep-texts-", lang.tag()].concat()) else { return false };
    match http::text(&path).await {
        Ok(Some(texts)) => doorstep_texts::load(lang, texts),
        _ => false,
    }
}

/// Shows what the document says of an app that could not start.
pub(crate) fn say_boot_failed() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-boot", "failed");
    }
}

/// What the server put into the document for the app.
pub(crate) fn page_data() -> Option<PageData> {
    let text = document()?.get_element_by_id("doorstep-data")?.text_content()?;
    serde_json::from_str(&text).ok()
}

/// Language and colours of the document as it was served. The language stands in a place of its own: who translates a
/// page changes the `lang` of its root, and has not changed what language we wrote it in.
pub(crate) fn look() -> Look {
    let root = document().and_then(|document| document.document_element());
    let theme = root.and_then(|root| root.get_attribute("data-theme")).unwrap_or_default();
    Look {
        lang: meta("doorstep-lang").and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default(),
        theme: Theme::from_tag(&theme).unwrap_or_default(),
    }
}

/// Changes language and colours, for this document and for later ones.
pub(crate) fn set_look(look: &Look) {
    let Some(document) = document() else { return };
    if let Some(root) = document.document_element() {
        for (name, value) in [("lang", look.lang.tag()), ("dir", look.lang.dir()), ("data-theme", look.theme.tag())] {
            let _ = root.set_attribute(name, value);
        }
    }
    for (name, value) in [("lang", look.lang.tag()), ("theme", look.theme.tag())] {
        let cookie = [name, "=", value, "; Path=/; Max-Age=31536000; SameSite=Lax"].concat();
        let _ = js_sys::Reflect::set(&document, &JsValue::from("cookie"), &JsValue::from(cookie));
    }
}

/// The app has taken over: what is on the page works now.
pub(crate) fn set_ready() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-app", "ready");
    }
}

/// `<title>`.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// A page was changed without loading a document: back to its top, and the focus to its heading, so that a screen
/// reader says where one is.
pub(crate) fn arrive() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
    focus("main h1");
}

/// Focuses the first element that matches.
pub(crate) fn focus(selector: &str) {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Focuses the first element that matches once the page was drawn again.
pub(crate) fn focus_later(selector: &'static str) {
    Timeout::new(0, move || focus(selector)).forget();
}

/// Scrolls an element that scrolls by itself to its end. `always`: also when the reader is somewhere further up.
pub(crate) fn scroll_to_end(selector: &str, always: bool) {
    let Some(element) = document().and_then(|document| document.query_selector(selector).ok().flatten()) else {
        return;
    };
    let below = element.scroll_height() - element.scroll_top() - element.client_height();
    if always || below < 240 {
        element.set_scroll_top(element.scroll_height());
    }
}

/// How far what an element shows is from its beginning, and how long all of it is, in pixels.
pub(crate) fn scrolled(selector: &str) -> Option<(i32, i32)> {
    let element = document()?.query_selector(selector).ok()??;
    Some((element.scroll_top(), element.scroll_height()))
}

/// Keeps an element that scrolls by itself where the reader is, who was `top` from the beginning of `height`, when
/// something was put before that.
pub(crate) fn keep_place(selector: &str, (top, height): (i32, i32)) {
    if let Some(element) = document().and_then(|document| document.query_selector(selector).ok().flatten()) {
        element.set_scroll_top(top + element.scroll_height() - height);
    }
}

/// Scrolls the element with this id into view and focuses it. False: it is not there.
pub(crate) fn show(id: &str) -> bool {
    let element = document().and_then(|document| document.get_element_by_id(id));
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return false };
    element.scroll_into_view();
    let _ = element.focus();
    true
}

/// Loads another document.
pub(crate) fn load(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(path);
    }
}

/// Loads the document again.
pub(crate) fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The page is in front.
pub(crate) fn in_front() -> bool {
    document().is_some_and(|document| !document.hidden() && document.has_focus().unwrap_or(false))
}

/// Keeps “Skip to the content” from writing into the address bar: it moves the focus, and nothing else.
pub(crate) fn on_skip() -> Option<EventListener> {
    let document = document()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document, "click", options, |event| {
        let skip = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        // Not by its class name, which is no text where a drawing was clicked.
        if skip.is_some_and(|skip| skip.matches(".skip").unwrap_or(false)) {
            event.prevent_default();
            focus("#content");
        }
    }))
}
