//! A user as one line: figure and name.

use doorstep_client_api::naming::display_name;
use yew::prelude::*;

use crate::figure::figure;
use crate::html;

/// Figure and name of a user URI.
pub fn person(user: &str) -> Html {
    html! {
        <span class="person">{ figure(user) }<bdi class="person-name">{ display_name(user) }</bdi></span>
    }
}
