//! What the browser has: the only files of the app that name web-sys.

pub(crate) mod address;
mod bus;
pub(crate) mod clock;
pub(crate) mod document;
pub(crate) mod entropy;
pub(crate) mod eye;
pub(crate) mod field;
mod host;
pub(crate) mod http;
pub(crate) mod panic;
pub(crate) mod port;
pub(crate) mod share;
pub(crate) mod shelf;
pub(crate) mod time;
pub(crate) mod web_address;
