//! What stands around every page: the way past the header, the header, the content, the footer.

use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::link::Link;
use crate::words::use_lang;

/// Properties of [`Frame`].
#[derive(Clone, PartialEq, Properties)]
pub struct FrameProps {
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
    pub children: Html,
}

/// Header, content, footer.
#[component(Frame)]
pub fn frame(props: &FrameProps) -> Html {
    let words = use_lang().words();
    html! {
        <div class={classes!("frame", props.whole_height.then_some("frame-whole"))}>
            <a class="skip" href="#content">{ words.skip }</a>
            <header class="head">
                <div class="head-line">
                    <Link to="/" class="brand">{ icon(Icon::Door) }<span>{ props.house.clone() }</span></Link>
                    { props.nav.clone() }
                </div>
            </header>
            { props.notes.clone() }
            <main id="content" tabindex="-1">{ props.children.clone() }</main>
            if !props.whole_height {
                <footer class="foot">
                    <p>{ words.foot }</p>
                    <p>{ words.foot_source }</p>
                </footer>
            }
        </div>
    }
}
