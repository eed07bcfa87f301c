//! The way to `www/eye.js`, which sees for `/scan`: it is fetched there and nowhere else, and lets go of everything when
//! the page is not shown any more.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use super::document;
use crate::state::sight::{Camera, Picture, Saw};

/// What sees. Clones are the same eye.
#[derive(Clone, Default)]
pub(crate) struct Eye {
    /// `(what, value)`; none before it was fetched.
    act: Rc<RefCell<Option<Function>>>,
}

impl PartialEq for Eye {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.act, &other.act)
    }
}

impl Eye {
    /// Opens it on the element with this id. `tell` gets everything that happens, first that it is ready, or blind.
    pub(crate) fn open(&self, place: &'static str, tell: impl Fn(Saw) + 'static) {
        let eye = self.clone();
        spawn_local(async move {
            match fetched(place).await {
                Some((open, place)) => {
                    let told = Closure::<dyn FnMut(String, JsValue)>::new(move |kind: String, value: JsValue| {
                        if let Some(saw) = saw(&kind, &value) {
                            tell(saw);
                        }
                    });
                    let act = open.call2(&JsValue::UNDEFINED, &place, &told.into_js_value());
                    *eye.act.borrow_mut() = act.ok().and_then(|act| act.dyn_into().ok());
                }
                None => tell(Saw::Blind),
            }
        });
    }

    /// Looks through the camera with this id; an empty one stands for whichever looks away from the person.
    pub(crate) fn look(&self, camera: &str) {
        self.act("look", &JsValue::from(camera));
    }

    /// Turns the torch on or off.
    pub(crate) fn torch(&self, on: bool) {
        self.act("torch", &JsValue::from(on));
    }

    /// Lets go of the camera.
    pub(crate) fn rest(&self) {
        self.act("rest", &JsValue::UNDEFINED);
    }

    fn act(&self, what: &str, value: &JsValue) {
        if let Some(act) = self.act.borrow().as_ref() {
            let _ = act.call2(&JsValue::UNDEFINED, &JsValue::from(what), value);
        }
    }
}

/// `open` of the module, and the element.
async fn fetched(place: &str) -> Option<(Function, Element)> {
    // boot.js put it there: wasm has no `import()` of its own.
    let import: Function = Reflect::get(&js_sys::global(), &JsValue::from("doorstepEye")).ok()?.dyn_into().ok()?;
    let module: Promise = import.call0(&JsValue::UNDEFINED).ok()?.dyn_into().ok()?;
    let module = JsFuture::from(module).await.ok()?;
    let open = Reflect::get(&module, &JsValue::from("open")).ok()?.dyn_into().ok()?;
    Some((open, document::element(place)?))
}

fn saw(kind: &str, value: &JsValue) -> Option<Saw> {
    let word = value.as_string().unwrap_or_default();
    Some(match (kind, word.as_str()) {
        ("ready", _) => Saw::Ready,
        (_, "no-reader") => Saw::Blind,
        ("camera", word) => Saw::Camera(match word {
            "off" => Camera::Off,
            "starting" => Camera::Starting,
            "on" => Camera::On,
            "refused" => Camera::Refused,
            "missing" => Camera::Missing,
            "insecure" => Camera::NotSecure,
            _ => Camera::Taken,
        }),
        ("cameras", _) => Saw::Cameras(Array::from(value).iter().map(|camera| pair(&camera)).collect()),
        ("chosen", _) => Saw::Chosen(word),
        ("torch", _) => Saw::Torch(value.as_bool()?),
        ("picture", "reading") => Saw::Picture(Picture::Reading),
        ("picture", "empty") => Saw::Picture(Picture::Empty),
        ("picture", _) => Saw::Picture(Picture::Unreadable),
        ("text", _) => Saw::Text(word),
        _ => return None,
    })
}

fn pair(value: &JsValue) -> (String, String) {
    let pair = Array::from(value);
    let part = |at: u32| pair.get(at).as_string().unwrap_or_default();
    (part(0), part(1))
}
