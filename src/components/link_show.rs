//! A link, shown: as a code to point a phone at, as text to copy or share, as large as the screen, and on paper.

use std::rc::Rc;

use doorstep_client_api::view::{LinkView, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill, rich};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::moment::exact;
use super::qr_code::{draw, qr_code};
use crate::app::App;
use crate::invite;
use crate::piece::{Here, piece};
use crate::services::{field, share};

/// What is held up, and printed.
const SHEET: &str = "link-sheet";
/// The link as text.
const TEXT: &str = "link-text";

/// A link, shown, as a piece of its own. Without its code there is nothing to show.
pub(crate) fn link_show(app: &App, room: &Rc<RoomView>, link: &LinkView) -> Html {
    let (app, room, link) = (app.clone(), room.clone(), link.clone());
    piece(&["link/", &link.id].concat(), move |here| draw_link(here, &app, &room, &link))
}

fn draw_link(here: &Here, app: &App, room: &RoomView, link: &LinkView) -> Html {
    let copied = here.state("copied", || None::<bool>);
    let code = link.code.as_ref().map(|code| code.0.as_str());
    let url = code.map(|code| [&share::origin(), invite::PATH, "#", code].concat()).unwrap_or_default();
    let drawing = here.state("drawing", || draw(&url));
    let on_click = {
        let (url, name, copied) = (url.clone(), room.name.clone(), copied.clone());
        Callback::from(move |event: Event| match field::wish(&event).unwrap_or_default().0.as_str() {
            "copy" => {
                let (url, copied) = (url.clone(), copied.clone());
                spawn_local(async move {
                    let done = share::copy(url).await;
                    if !done {
                        share::mark(TEXT);
                    }
                    copied.set(Some(done));
                });
            }
            "share" => share::share(&name, &url),
            "hold-up" => share::open_dialog(SHEET),
            "put-down" => share::close_dialog(SHEET),
            "print" => share::print(),
            _ => {}
        })
    };
    if url.is_empty() {
        return Html::default();
    }
    let texts = app.member_texts();
    let picture = |drawing: &Option<_>| match drawing {
        Some(drawing) => qr_code(drawing, fill(texts.link_code, &[&room.name])),
        None => Html::default(),
    };
    html! {
        <div class="link-show" onclick={on_click} data-testid="link-shown">
            { picture(&drawing) }
            <p>{ texts.link_who_has }</p>
            <label for={TEXT}>{ texts.link_text }</label>
            <input id={TEXT} readonly=true dir="ltr" value={url.clone()} />
            <div class="buttons">
                <button data-do="copy" data-testid="copy">{ icon(Icon::Copy) }{ texts.copy }</button>
                if share::can_share() {
                    <button data-do="share">{ icon(Icon::Share) }{ texts.share }</button>
                }
                <button data-do="hold-up" data-testid="hold-up">{ icon(Icon::Code) }{ texts.whole_screen }</button>
                <button data-do="print">{ icon(Icon::History) }{ texts.print }</button>
            </div>
            <p role="status" class="hint">
                { match *copied { Some(true) => texts.copied, Some(false) => texts.copy_failed, None => "" } }
            </p>
            <dialog id={SHEET} class="sheet" aria-labelledby="sheet-name" data-testid="sheet">
                <h2 id="sheet-name" dir="auto">{ &room.name }</h2>
                { picture(&drawing) }
                <div class="sheet-text">
                    <p>{ texts.sheet_lead }</p>
                    <p class="sheet-link" dir="ltr">{ &url }</p>
                    <p>{ uses(app, link) }{ " " }{ rich(texts.join_until, &[exact(app.lang(), link.until)]) }</p>
                </div>
                <button class="sheet-close" data-do="put-down">{ icon(Icon::Cross) }{ texts.close }</button>
            </dialog>
        </div>
    }
}

fn uses(app: &App, link: &LinkView) -> String {
    let texts = app.member_texts();
    match link.max_uses {
        0 => texts.join_any.to_owned(),
        1 => texts.join_once.to_owned(),
        most => count(app.lang(), texts.join_times, u64::from(most)),
    }
}
