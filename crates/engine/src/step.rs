//! What goes into the engine and what comes out.

pub use doorstep_mls::Write;

use doorstep_page_api::view::{Envelope, Event};
use doorstep_wire::UnixMillis;

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Input {
    /// The engine was loaded: say `Ready`, send the views, go on with what was not finished.
    Start,
    /// A page asks for something.
    Command(Envelope),
    /// A request was answered.
    HttpDone {
        /// As in [`Effect::Http`].
        id: u64,
        /// HTTP status.
        status: u16,
        /// The header `doorstep-reason`.
        reason: Option<String>,
        /// Seconds of the header `Retry-After`.
        retry_after: Option<u64>,
        /// Body.
        body: Vec<u8>,
    },
    /// A request got no answer; nobody knows whether it arrived.
    HttpFailed {
        /// As in [`Effect::Http`].
        id: u64,
    },
    /// The event stream is open.
    StreamUp,
    /// The event stream broke, or could not be opened. `unauthorized`: for want of a valid session.
    StreamDown {
        /// The answer was 401.
        unauthorized: bool,
    },
    /// The event stream says there is something in the mailbox.
    Wake,
    /// The time of [`Effect::SetTimer`] has come, or a while has passed.
    Tick,
}

/// What one step wants.
#[derive(Debug, Default)]
pub struct Step {
    /// To be written in one transaction, before any effect.
    pub writes: Vec<Write>,
    /// To be performed in this order, after the writes.
    pub effects: Vec<Effect>,
}

/// Something to be done outside.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send a request to the own provider. Answered by one [`Input::HttpDone`] or [`Input::HttpFailed`].
    Http {
        /// Chosen by the engine.
        id: u64,
        /// Verb.
        method: Method,
        /// Path and query.
        path: String,
        /// Empty for GET.
        body: Vec<u8>,
        /// Session token for `Authorization: Bearer`.
        bearer: Option<Bearer>,
    },
    /// Open the event stream, closing a former one.
    OpenStream {
        /// Session token.
        bearer: Bearer,
    },
    /// Tell all pages.
    Emit(Event),
    /// Wake the engine with [`Input::Tick`] at this time; replaces a former timer.
    SetTimer {
        /// When.
        at: UnixMillis,
    },
}

/// HTTP verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Anything else.
    Post,
}

/// A session token. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer(pub [u8; 32]);

impl core::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Bearer(..)")
    }
}
