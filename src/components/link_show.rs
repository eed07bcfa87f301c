//! A link, shown: as a code to point a phone at, as text to copy or share, as large as the screen, and on paper.

use doorstep_page_api::view::LinkView;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::copy_link::CopyLink;
use super::moment::Exact;
use super::qr_code::QrCode;
use crate::hooks::{LookHandle, use_look};
use crate::invite;
use crate::services::share;

/// What is held up, and printed.
const SHEET: &str = "link-sheet";
/// The link as text.
const TEXT: &str = "link-text";

/// Properties of [`LinkShow`].
#[derive(PartialEq, Properties)]
pub(crate) struct LinkShowProps {
    /// What the room is called.
    pub(crate) room_name: AttrValue,
    /// The link. Without its code there is nothing to show.
    pub(crate) link: LinkView,
}

/// A link, shown.
#[component]
pub(crate) fn LinkShow(props: &LinkShowProps) -> Html {
    let look = use_look();
    let LinkShowProps { room_name, link } = props;
    let Some(code) = &link.code else { return Html::default() };
    let url = AttrValue::from(share::origin() + &invite::address(&code.0));
    let texts = look.texts();
    let label = AttrValue::from(fill(texts.link_code, &[room_name]));
    html! {
        <div class="link-show" data-testid="link-shown">
            <QrCode text={url.clone()} label={label.clone()} />
            <p>{ texts.link_who_has }</p>
            <CopyLink id={TEXT} url={url.clone()} title={room_name.clone()}>
                <button data-testid="hold-up" onclick={|_: MouseEvent| share::open_dialog(SHEET)}>
                    { icon(Icon::Code) }{ texts.whole_screen }
                </button>
                <button onclick={|_: MouseEvent| share::print()}>{ icon(Icon::History) }{ texts.print }</button>
            </CopyLink>
            <dialog id={SHEET} class="sheet" aria-labelledby="sheet-name" data-testid="sheet">
                <h2 id="sheet-name" dir="auto">{ room_name }</h2>
                <QrCode text={url.clone()} {label} />
                <div class="sheet-text">
                    <p>{ texts.sheet_lead }</p>
                    <p class="sheet-link" dir="ltr">{ url }</p>
                    <p>{ uses(&look, link) }{ " " }{ rich(texts.join_until, &[html! { <Exact at={link.until} /> }]) }</p>
                </div>
                <button class="sheet-close" onclick={|_: MouseEvent| share::close_dialog(SHEET)}>
                    { icon(Icon::Cross) }{ texts.close }
                </button>
            </dialog>
        </div>
    }
}

fn uses(look: &LookHandle, link: &LinkView) -> String {
    let texts = look.texts();
    match link.max_uses {
        0 => texts.join_any.to_owned(),
        1 => texts.join_once.to_owned(),
        most => count(look.lang(), texts.join_times, u64::from(most)),
    }
}
