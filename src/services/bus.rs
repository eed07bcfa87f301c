//! The two channels between pages and the engine, which may run in another tab: commands go one way, events the other.

use doorstep_client_api::view::{Envelope, Event};
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use super::listener::Listener;

/// This page's end of both channels.
pub(crate) struct Bus {
    commands: BroadcastChannel,
    _events: BroadcastChannel,
    _listener: Listener,
}

impl Bus {
    /// Opens the channels; `take` gets every event of the engine. None: this browser has no such channels.
    pub(crate) fn open(mut take: impl FnMut(Event) + 'static) -> Option<Self> {
        let commands = BroadcastChannel::new("doorstep.commands").ok()?;
        let events = BroadcastChannel::new("doorstep").ok()?;
        let listener = Listener::new(&events, "message", move |event| {
            let data = event.dyn_into::<MessageEvent>().map(|event| event.data());
            // An engine of another version in another tab may say what this page does not know; it is passed over.
            if let Some(event) = data.ok().and_then(|data| serde_wasm_bindgen::from_value(data).ok()) {
                take(event);
            }
        });
        Some(Self { commands, _events: events, _listener: listener })
    }

    /// Sends a command to the engine, if one runs.
    pub(crate) fn post(&self, envelope: &Envelope) {
        if let Ok(value) = serde_wasm_bindgen::to_value(envelope) {
            let _ = self.commands.post_message(&value);
        }
    }
}
