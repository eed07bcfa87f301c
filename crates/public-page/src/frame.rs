//! What stands around every page: the way past the header, the header, the content, the footer.

use yew::prelude::*;

use crate::html;
use crate::icon::{Icon, icon};
use crate::markup::classes;
use crate::{Lang, Texts};

/// What [`frame`] stands around.
#[derive(Clone, Default)]
pub struct Framed<'a> {
    /// What the provider calls itself.
    pub house: &'a str,
    /// Links of somebody who is known here; empty for a stranger.
    pub nav: Html,
    /// Notes of the whole app above the content.
    pub notes: Html,
    /// The content takes the whole height and scrolls by itself: no footer.
    pub whole_height: bool,
    /// Content.
    pub content: Html,
}

/// Header, content, footer.
pub fn frame(lang: Lang, framed: Framed<'_>) -> Html {
    let texts = Texts::of(lang);
    html! {
        <div class={classes("frame", framed.whole_height, "frame-whole")}>
            <a class="skip" href="#content">{ texts.skip }</a>
            <header class="head">
                <div class="head-line">
                    <a href="/" class="brand">{ icon(Icon::Door) }<span>{ framed.house }</span></a>
                    { framed.nav }
                </div>
            </header>
            { framed.notes }
            <main id="content" tabindex="-1">{ framed.content }</main>
            if !framed.whole_height {
                <footer class="foot">
                    <p>{ texts.foot }</p>
                    <p>{ texts.foot_source }</p>
                </footer>
            }
        </div>
    }
}
