//! The browser. Only the files here name web-sys.

pub(crate) mod bus;
pub(crate) mod clock;
pub(crate) mod document;
pub(crate) mod entropy;
pub(crate) mod eye;
pub(crate) mod field;
pub(crate) mod history;
pub(crate) mod host;
pub(crate) mod http;
pub(crate) mod json;
pub(crate) mod listener;
pub(crate) mod panic;
pub(crate) mod port;
pub(crate) mod share;
pub(crate) mod shelf;
pub(crate) mod time;
