//! A panic: in the download it is a trap without a word, and the worker's page hears of that as of any error. Nothing that
//! was being worked on is told to anybody, and nothing starts again by itself.

/// Where panics are not traps yet, in a quick build, the place goes to the console.
pub(crate) fn say_where() {
    #[cfg(not(panic = "immediate-abort"))]
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        web_sys::console::error_1(&format!("the engine stopped at {place}").into());
    }));
}
