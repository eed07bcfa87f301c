//! The one timer the engine asks for.

use doorstep_engine::Input;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::inbox::Inbox;
use crate::scope::{now, scope};

/// Longest wait: browsers count in 32 bits; an early tick does no harm.
const LONGEST: u64 = 86_400_000;

/// A timer that can be set again.
pub(crate) struct Timer {
    tick: Closure<dyn FnMut()>,
    running: Option<i32>,
}

impl Timer {
    /// A timer that puts ticks into the inbox.
    pub(crate) fn new(inbox: Inbox) -> Self {
        Self { tick: Closure::new(move || inbox.put(Input::Tick)), running: None }
    }

    /// Ticks at a time, in milliseconds since the UNIX epoch, and not at the time it was set to before.
    pub(crate) fn set(&mut self, at: u64) {
        let Some(scope) = scope() else { return };
        if let Some(id) = self.running.take() {
            scope.clear_timeout_with_handle(id);
        }
        let wait = i32::try_from(at.saturating_sub(now()).clamp(1, LONGEST)).unwrap_or(i32::MAX);
        self.running =
            scope.set_timeout_with_callback_and_timeout_and_arguments_0(self.tick.as_ref().unchecked_ref(), wait).ok();
    }
}
