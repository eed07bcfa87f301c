//! The answer for a room that does not exist or shows itself to nobody: the same for both.

use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::link::Link;
use crate::text::fill;
use crate::words::use_lang;

/// Properties of [`NoRoomPage`].
#[derive(Clone, PartialEq, Properties)]
pub struct NoRoomPageProps {
    /// What the provider calls itself.
    pub house: AttrValue,
}

/// No door here.
#[component(NoRoomPage)]
pub fn no_room_page(props: &NoRoomPageProps) -> Html {
    let words = use_lang().words();
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ words.none_title }</h1>
            <p>{ words.none_lead }</p>
            <p><Link to="/" class="button">{ icon(Icon::House) }{ fill(words.none_home, &[&props.house]) }</Link></p>
        </div>
    }
}
