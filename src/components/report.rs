//! Showing a message to the house that hosts the room: what goes where, who can read it, and a word for whoever does.

use std::rc::Rc;

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{ChatMessage, Command, Outcome, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::problem;
use crate::app::{App, Asked};
use crate::piece::{Here, piece};
use crate::services::{field, share};

/// Id of the dialog.
const DIALOG: &str = "report";
/// Characters of the note; the hub takes four bytes for each.
const NOTE: &str = "1000";

/// The dialog, opened for the `time`th time, each time anew.
pub(crate) fn report(app: &App, room: &Rc<RoomView>, time: u64, message: &ChatMessage) -> Html {
    let (app, room, message) = (app.clone(), room.clone(), message.clone());
    piece(&["report/", &time.to_string()].concat(), move |here| draw(here, &app, &room, &message))
}

fn draw(here: &Here, app: &App, room: &RoomView, message: &ChatMessage) -> Html {
    let note = here.state("note", String::new);
    let asked = Asked::at(here, app);
    here.when_changed("opened", (), || share::open_dialog(DIALOG));
    let texts = app.member_texts();
    let name = display_name(&message.from);
    let own = app.house.domain.as_str();
    let close = Callback::from(|_: Event| share::close_dialog(DIALOG));
    let inside = if asked.outcome == Some(Outcome::Ok) {
        html! {
            <div class="stack">
                <p role="status" data-testid="report-done">{ fill(texts.report_done, &[&room.hub]) }</p>
                <div class="buttons"><button type="button" class="primary" onclick={close}>{ texts.close }</button></div>
            </div>
        }
    } else {
        let onsubmit = {
            let (app, asked, note) = (app.clone(), asked.clone(), note.clone());
            let (room, message) = (room.room.clone(), message.id.clone());
            Callback::from(move |event: Event| {
                event.prevent_default();
                let note = (*note).clone();
                asked.send(&app, Command::Report { room: room.clone(), message: message.clone(), note });
            })
        };
        let oninput = Callback::from(move |event: Event| note.set(field::text(&event)));
        html! {
            <form class="stack" {onsubmit}>
                <p data-testid="report-what">{ fill(texts.report_what, &[&room.hub]) }</p>
                <p>{ texts.report_proof }</p>
                <p class="hint">{ if room.hub == own { fill(texts.report_here, &[own]) } else { fill(texts.report_via, &[&room.hub, own]) } }</p>
                <div>
                    <label for="report-note">{ texts.report_note }</label>
                    <textarea id="report-note" data-testid="report-note" rows="3" maxlength={NOTE} dir="auto" disabled={asked.busy} {oninput} />
                </div>
                <p class="note">{ fill(texts.report_forever, &[&room.hub]) }</p>
                if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
                if asked.busy { <progress aria-label={texts.sending} /> }
                <div class="buttons">
                    <button type="submit" class="danger" data-testid="report-now" disabled={asked.busy}>{ icon(Icon::Warning) }{ texts.report_now }</button>
                    <button type="button" class="quiet" onclick={close}>{ texts.cancel }</button>
                </div>
            </form>
        }
    };
    html! {
        <dialog id={DIALOG} class="dialog" aria-labelledby="report-title">
            <h2 id="report-title" tabindex="-1" dir="auto">{ fill(texts.report_title, &[&name]) }</h2>
            { inside }
        </dialog>
    }
}
