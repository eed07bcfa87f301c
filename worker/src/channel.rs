//! The two channels between pages and the engine, and the word to the one page that started this worker.

use doorstep_engine::Input;
use doorstep_page_api::packet;
use doorstep_page_api::view::Event;
use gloo_events::EventListener;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::inbox::Inbox;
use crate::scope::scope;

/// The engine's way to all pages.
pub(crate) struct Channel(BroadcastChannel);

impl Channel {
    /// Opens it. None: this browser has no such channels.
    pub(crate) fn to_pages() -> Option<Self> {
        BroadcastChannel::new("doorstep").ok().map(Self)
    }

    /// Tells all pages.
    pub(crate) fn tell(&self, event: &Event) {
        let _ = self.0.post_message(&packed(event));
    }
}

/// Tells the page that started this worker, and no other.
pub(crate) fn tell_own_page(event: &Event) {
    if let Some(scope) = scope() {
        let _ = scope.post_message(&packed(event));
    }
}

fn packed(event: &Event) -> Uint8Array {
    Uint8Array::from(packet::pack(event).as_slice())
}

/// Commands of all pages, put into the inbox. Ends when dropped.
pub(crate) struct Commands {
    _channel: BroadcastChannel,
    _listener: EventListener,
}

impl Commands {
    /// Starts listening.
    pub(crate) fn listen(inbox: Inbox) -> Option<Self> {
        let channel = BroadcastChannel::new("doorstep.commands").ok()?;
        let listener = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            let bytes = data.and_then(|data| data.dyn_into::<Uint8Array>().ok());
            // A page of another version may ask for what this engine does not know; nobody answers it then, and what
            // the engine says tells that page to load itself again.
            if let Some(envelope) = bytes.and_then(|bytes| packet::unpack(&bytes.to_vec())) {
                inbox.put(Input::Command(envelope));
            }
        });
        Some(Self { _channel: channel, _listener: listener })
    }
}
