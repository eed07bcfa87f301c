//! The answer for a room that does not exist or shows itself to nobody: the same for both.

use yew::prelude::*;

use crate::Lang;
use crate::icon::{Icon, icon};
use crate::page_link::PageLink;
use crate::route::Route;
use crate::text::fill;

/// Properties of [`NoRoomPage`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NoRoomPageProps {
    /// Language.
    pub lang: Lang,
    /// What the provider calls itself.
    pub house: AttrValue,
}

/// No door here.
#[component]
pub fn NoRoomPage(props: &NoRoomPageProps) -> Html {
    let words = props.lang.words();
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ words.none_title }</h1>
            <p>{ words.none_lead }</p>
            <p>
                <PageLink to={Route::Home} class="button">
                    { icon(Icon::House) }{ fill(words.none_home, &[&props.house]) }
                </PageLink>
            </p>
        </div>
    }
}
