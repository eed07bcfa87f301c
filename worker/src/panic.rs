//! A panic: the place goes to the console and the word to all pages, and the worker ends. Nothing that was being worked
//! on is told to anybody, and nothing starts again by itself.

use doorstep_client_api::view::{Event, Problem};

use crate::channel::Channel;
use crate::scope::scope;

/// Installs the hook.
pub(crate) fn stop_and_say_so() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        web_sys::console::error_1(&format!("the engine stopped at {place}").into());
        if let Some(channel) = Channel::to_pages() {
            channel.tell(&Event::Trouble(Problem { code: "engine-stopped".to_owned(), detail: place }));
        }
        if let Some(scope) = scope() {
            scope.close();
        }
    }));
}
