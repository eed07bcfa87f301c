//! What stands around every page: the way past the header, the header, the content, the footer.

use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::page_link::PageLink;
use crate::route::Route;
use crate::{Lang, Texts};

/// Properties of [`Frame`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FrameProps {
    /// Language.
    pub lang: Lang,
    /// What the provider calls itself.
    pub house: AttrValue,
    /// Links of somebody who is known here; empty for a stranger.
    #[prop_or_default]
    pub nav: Html,
    /// Notes of the whole app above the content.
    #[prop_or_default]
    pub notes: Html,
    /// The content takes the whole height and scrolls by itself: no footer.
    #[prop_or_default]
    pub whole_height: bool,
    /// Content.
    #[prop_or_default]
    pub children: Html,
}

/// Header, content, footer.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let texts = Texts::of(props.lang);
    html! {
        <div class={classes!("frame", props.whole_height.then_some("frame-whole"))}>
            <a class="skip" href="#content">{ texts.skip }</a>
            <header class="head">
                <div class="head-line">
                    <PageLink to={Route::Home} class="brand">{ icon(Icon::Door) }<span>{ &props.house }</span></PageLink>
                    { props.nav.clone() }
                </div>
            </header>
            { props.notes.clone() }
            <main id="content" tabindex="-1">{ props.children.clone() }</main>
            if !props.whole_height {
                <footer class="foot">
                    <p>{ texts.foot }</p>
                    <p>{ texts.foot_source }</p>
                </footer>
            }
        </div>
    }
}
