//! The two channels between pages and the engine.

use doorstep_client_api::view::Event;
use doorstep_engine::Input;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::inbox::Inbox;
use crate::listener::Listener;

/// The engine's way to all pages.
pub(crate) struct Channel(BroadcastChannel);

impl Channel {
    /// Opens it. None: this browser has no such channels.
    pub(crate) fn to_pages() -> Option<Self> {
        BroadcastChannel::new("doorstep").ok().map(Self)
    }

    /// Tells all pages.
    pub(crate) fn tell(&self, event: &Event) {
        if let Ok(value) = serde_wasm_bindgen::to_value(event) {
            let _ = self.0.post_message(&value);
        }
    }
}

/// Commands of all pages, put into the inbox. Ends when dropped.
pub(crate) struct Commands {
    _channel: BroadcastChannel,
    _listener: Listener,
}

impl Commands {
    /// Starts listening.
    pub(crate) fn listen(inbox: Inbox) -> Option<Self> {
        let channel = BroadcastChannel::new("doorstep.commands").ok()?;
        let listener = Listener::new(&channel, "message", move |event| {
            let data = event.dyn_into::<MessageEvent>().map(|event| event.data());
            // A page of another version may ask for what this engine does not know; nobody answers it then.
            if let Some(envelope) = data.ok().and_then(|data| serde_wasm_bindgen::from_value(data).ok()) {
                inbox.put(Input::Command(envelope));
            }
        });
        Some(Self { _channel: channel, _listener: listener })
    }
}
