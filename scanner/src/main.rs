//! Reads QR codes in a Web Worker, where the browser has no `BarcodeDetector` of its own (most have none). It is fetched
//! when somebody scans, and by nobody else.
//!
//! A message is an `ImageData`; each is answered, in order, by the text of the first code in it that can be read, or by
//! `null`. A picture never leaves the browser.
//!
//! Start reading with [`picture`].

mod picture;

use js_sys::global;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, ImageData, MessageEvent};

use crate::picture::Picture;

fn main() {
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let answer_to = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().dyn_into::<ImageData>().ok().and_then(|image| read(&image));
        // Whoever asked may be gone by now.
        let _ = answer_to.post_message(&text.map_or(JsValue::NULL, JsValue::from));
    });
    let _ = scope.add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
    on_message.forget();
    // From here on messages are read; those that came before wait in the port.
    let _ = scope.post_message(&JsValue::from("ready"));
}

fn read(image: &ImageData) -> Option<String> {
    Picture::from_rgba(image.width() as usize, image.height() as usize, &image.data())?.read()
}
