//! Going to another page.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

/// Goes to another page without loading a document.
#[hook]
pub(crate) fn use_go() -> Callback<Route> {
    let navigator = use_navigator();
    use_callback(navigator, |route: Route, navigator| {
        if let Some(navigator) = navigator {
            navigator.push(&route);
        }
    })
}
