//! What happens on a panic: the place goes to the console, and nothing that was being worked on.

/// Installs the hook. Nothing is restarted. Through yew: it would put a more talkative one in its place.
pub(crate) fn report_place_only() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| {
            let mut place = String::from(at.file());
            place.push(':');
            place.push_str(&at.line().to_string());
            place
        });
        web_sys::console::error_2(&"doorstep stopped at".into(), &place.into());
    }));
}
