//! A user as one line: figure and name.

use crate::naming::display_name;
use yew::prelude::*;

use crate::figure::figure;

/// Properties of [`Person`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PersonProps {
    /// User URI.
    pub user: AttrValue,
}

/// Figure and name of a user.
#[component]
pub fn Person(props: &PersonProps) -> Html {
    html! {
        <span class="person">
            { figure(&props.user) }
            <bdi class="person-name">{ display_name(&props.user) }</bdi>
        </span>
    }
}
