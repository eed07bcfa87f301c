//! A panic: in the download it is a trap without a word. So the last word is written down when all is well; `worker.js`
//! says it to all pages when anything stops the engine, and the worker ends. Nothing that was being worked on is told to
//! anybody, and nothing starts again by itself.

use doorstep_client_api::packet;
use doorstep_client_api::view::{Event, Problem};
use js_sys::{Reflect, Uint8Array};

/// Leaves what the pages are to be told where `worker.js` finds it.
pub(crate) fn leave_last_word() {
    let word = packet::pack(&Event::Trouble(Problem::new("engine-stopped")));
    // A worker that cannot be given a property is not one of a browser; its page is told by the error event.
    let _ = Reflect::set(&js_sys::global(), &"doorstepLastWord".into(), &Uint8Array::from(word.as_slice()));
    say_where();
}

/// Where panics are not traps yet, in a quick build, the place goes to the console.
fn say_where() {
    #[cfg(not(panic = "immediate-abort"))]
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        web_sys::console::error_1(&format!("the engine stopped at {place}").into());
    }));
}
