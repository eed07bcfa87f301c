//! Times in words, by the browser's own knowledge of languages (`Intl`).

use doorstep_public_page::Lang;
use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::state::ago::{Ago, ago};

/// “three minutes ago”, “in 29 days”.
pub(crate) fn relative(lang: Lang, now: u64, at: u64) -> String {
    let Ago { value, unit } = ago(now, at);
    let format = Intl::RelativeTimeFormat::new(&locales(lang), &options(&[("numeric", "auto")]));
    String::from(format.format(value as f64, unit))
}

/// Date and time.
pub(crate) fn exact(lang: Lang, at: u64) -> String {
    format(lang, at, &[("dateStyle", "long"), ("timeStyle", "short")])
}

/// Hours and minutes.
pub(crate) fn clock(lang: Lang, at: u64) -> String {
    format(lang, at, &[("timeStyle", "short")])
}

/// The date.
pub(crate) fn date(lang: Lang, at: u64) -> String {
    format(lang, at, &[("dateStyle", "long")])
}

/// The day of the week and the date.
pub(crate) fn day(lang: Lang, at: u64) -> String {
    format(lang, at, &[("dateStyle", "full")])
}

/// For `<time datetime>`.
pub(crate) fn iso(at: u64) -> String {
    String::from(Date::new(&JsValue::from_f64(at as f64)).to_iso_string())
}

fn format(lang: Lang, at: u64, parts: &[(&str, &str)]) -> String {
    let format = Intl::DateTimeFormat::new(&locales(lang), &options(parts));
    let date = Date::new(&JsValue::from_f64(at as f64));
    format.format().call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn locales(lang: Lang) -> Array {
    // The browser's own variant of the language where it has one: en-GB writes dates in another way than en-US.
    let own = web_sys::window().and_then(|window| window.navigator().language());
    let own = own.filter(|tag| Lang::from_tag(tag) == Some(lang));
    Array::of1(&JsValue::from(own.unwrap_or_else(|| lang.tag().to_owned())))
}

fn options(parts: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in parts {
        let _ = Reflect::set(&object, &JsValue::from(*name), &JsValue::from(*value));
    }
    object
}
