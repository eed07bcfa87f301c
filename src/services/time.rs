//! Times in words, by the browser's own knowledge of languages (`Intl`).

use std::cell::RefCell;

use doorstep_public_page::Lang;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::state::ago::{Ago, ago};

/// How a time is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Exact,
    Clock,
    Date,
    Day,
}

impl Form {
    /// What `Intl.DateTimeFormat` is told.
    fn parts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Exact => &[("dateStyle", "long"), ("timeStyle", "short")],
            Self::Clock => &[("timeStyle", "short")],
            Self::Date => &[("dateStyle", "long")],
            Self::Day => &[("dateStyle", "full")],
        }
    }
}

thread_local! {
    /// What writes times, made once each: making one takes a browser longer than writing a thousand times, the first above
    /// all, for which it reads all it knows of a language.
    static WRITERS: RefCell<Vec<(Lang, Form, Function)>> = const { RefCell::new(Vec::new()) };
}

/// “three minutes ago”, “in 29 days”.
pub(crate) fn relative(lang: Lang, now: u64, at: u64) -> String {
    let Ago { value, unit } = ago(now, at);
    let format = Intl::RelativeTimeFormat::new(&locales(lang), &options(&[("numeric", "auto")]));
    String::from(format.format(value as f64, unit))
}

/// Date and time.
pub(crate) fn exact(lang: Lang, at: u64) -> String {
    write(lang, at, Form::Exact)
}

/// Hours and minutes.
pub(crate) fn clock(lang: Lang, at: u64) -> String {
    write(lang, at, Form::Clock)
}

/// The date.
pub(crate) fn date(lang: Lang, at: u64) -> String {
    write(lang, at, Form::Date)
}

/// The day of the week and the date.
pub(crate) fn day(lang: Lang, at: u64) -> String {
    write(lang, at, Form::Day)
}

/// Makes the browser read what it knows of a language, in a moment in which nobody waits.
pub(crate) fn make_ready(lang: Lang) {
    let _ = writer(lang, Form::Exact);
}

/// For `<time datetime>`.
pub(crate) fn iso(at: u64) -> String {
    String::from(moment(at).to_iso_string())
}

/// The browser's date for a time that may be anything: the last one that it knows, if need be.
fn moment(at: u64) -> Date {
    const LAST: u64 = 8_640_000_000_000_000;
    Date::new(&JsValue::from_f64(at.min(LAST) as f64))
}

fn write(lang: Lang, at: u64, form: Form) -> String {
    writer(lang, form)
        .call1(&JsValue::UNDEFINED, &moment(at))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn writer(lang: Lang, form: Form) -> Function {
    WRITERS.with_borrow_mut(|writers| {
        let known = writers.iter().find(|(of, writes, _)| (*of, *writes) == (lang, form));
        if let Some((_, _, writer)) = known {
            return writer.clone();
        }
        let writer = Intl::DateTimeFormat::new(&locales(lang), &options(form.parts())).format();
        writers.push((lang, form, writer.clone()));
        writer
    })
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
