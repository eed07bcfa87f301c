//! Time: the one timer the engine asks for, and an end to waiting.

use std::pin::pin;

use doorstep_engine::Input;
use futures::future::{Either, select};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;

use crate::inbox::Inbox;
use crate::scope::now;

/// Longest wait: browsers count in 32 bits; an early tick does no harm.
const LONGEST: u64 = 86_400_000;

/// A timer that can be set again.
pub(crate) struct Timer {
    inbox: Inbox,
    running: Option<Timeout>,
}

impl Timer {
    /// A timer that puts ticks into the inbox.
    pub(crate) fn new(inbox: Inbox) -> Self {
        Self { inbox, running: None }
    }

    /// Ticks at a time, in milliseconds since the UNIX epoch, and not at the time it was set to before.
    pub(crate) fn set(&mut self, at: u64) {
        let wait = u32::try_from(at.saturating_sub(now()).clamp(1, LONGEST)).unwrap_or(u32::MAX);
        let inbox = self.inbox.clone();
        self.running = Some(Timeout::new(wait, move || inbox.put(Input::Tick)));
    }
}

/// What comes of a future within so many milliseconds. None: nothing did.
pub(crate) async fn within<F: Future>(millis: u32, future: F) -> Option<F::Output> {
    match select(pin!(future), TimeoutFuture::new(millis)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}
