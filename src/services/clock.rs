//! The time.

/// Milliseconds since the UNIX epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}
