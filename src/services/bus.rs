//! The two channels between pages and the engine, which may run in another tab: commands go one way, events the other.

use doorstep_page_api::packet;
use doorstep_page_api::view::{Envelope, Event, Problem, Refusal};
use gloo_events::EventListener;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

/// This page's end of both channels.
pub(crate) struct Bus {
    commands: BroadcastChannel,
    events: BroadcastChannel,
    _listener: EventListener,
}

impl Bus {
    /// Opens the channels; `take` gets every event of the engine. None: this browser has no such channels.
    pub(crate) fn open(mut take: impl FnMut(Event) + 'static) -> Option<Self> {
        let commands = BroadcastChannel::new("doorstep.commands").ok()?;
        let events = BroadcastChannel::new("doorstep").ok()?;
        let listener = EventListener::new(&events, "message", move |event| {
            let data = event.clone().dyn_into::<MessageEvent>().map(|event| event.data());
            let bytes = data.ok().and_then(|data| data.dyn_into::<Uint8Array>().ok());
            // What cannot be read comes from an engine of another version, in another tab.
            let event = bytes.and_then(|bytes| packet::unpack(&bytes.to_vec()));
            take(event.unwrap_or_else(|| Event::Trouble(Problem::new(Refusal::OtherVersion))));
        });
        Some(Self { commands, events, _listener: listener })
    }

    /// Tells the other pages what the engine cannot tell any more.
    pub(crate) fn tell_pages(&self, event: &Event) {
        let _ = self.events.post_message(&Uint8Array::from(packet::pack(event).as_slice()));
    }

    /// Sends a command to the engine, if one runs.
    pub(crate) fn post(&self, envelope: &Envelope) {
        let _ = self.commands.post_message(&Uint8Array::from(packet::pack(envelope).as_slice()));
    }
}
