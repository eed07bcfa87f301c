//! What happens on a panic: the place goes to the console, and nothing that was being worked on.

/// Installs the hook. Nothing is restarted.
pub(crate) fn report_place_only() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        web_sys::console::error_1(&format!("doorstep stopped at {place}").into());
    }));
}
