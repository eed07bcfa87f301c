//! The engine without a browser: who drives it, and how it reaches its provider.

pub mod driver;
pub mod http;
