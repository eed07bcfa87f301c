//! The navigation of somebody who is known here.

use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::count;
use yew::prelude::*;

use crate::hooks::{use_engine, use_look};
use crate::route::Route;

/// Properties of [`Nav`].
#[derive(PartialEq, Properties)]
pub(crate) struct NavProps {
    /// The page in front.
    pub(crate) route: Route,
}

/// Links to rooms, knocks and settings, with how many things wait there. Nothing for a stranger.
#[component]
pub(crate) fn Nav(props: &NavProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    if !engine.is_active() {
        return Html::default();
    }
    let texts = look.texts();
    let waiting = engine.waiting() as u64;
    let unread = u64::from(engine.unread());
    let link = |to: Route, sign: Icon, text: &'static str, badge: u64, badge_text: &str| {
        let current = (props.route == to).then_some("page");
        html! {
            <li>
                <PageLink {to} class="nav-link" {current}>
                    { icon(sign) }<span>{ text }</span>
                    if badge > 0 {
                        <span class="badge" aria-hidden="true">{ badge }</span>
                        <span class="unseen">{ count(look.lang(), badge_text, badge) }</span>
                    }
                </PageLink>
            </li>
        }
    };
    html! {
        <nav aria-label={texts.nav}><ul>
            { link(Route::Rooms, Icon::Bubble, texts.rooms, unread, texts.unread_count) }
            { link(Route::Requests, Icon::Knock, texts.requests, waiting, texts.waiting_all) }
            { link(Route::Settings, Icon::Dial, texts.settings, 0, "") }
        </ul></nav>
    }
}
