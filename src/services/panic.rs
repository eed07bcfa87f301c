//! What happens on a panic. In the download it is a trap, which the browser itself writes to the console; in a quick
//! build the place goes there. Nothing that was being worked on does.

/// Installs the hook. Nothing is restarted. Through yew: it would put a more talkative one in its place.
pub(crate) fn report_place_only() {
    yew::set_custom_panic_hook(Box::new(report));
}

#[cfg(not(panic = "immediate-abort"))]
fn report(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |at| {
        let mut place = String::from(at.file());
        place.push(':');
        place.push_str(&at.line().to_string());
        place
    });
    web_sys::console::error_2(&"doorstep stopped at".into(), &place.into());
}

#[cfg(panic = "immediate-abort")]
fn report(_info: &std::panic::PanicHookInfo<'_>) {}
