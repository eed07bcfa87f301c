//! Showing a message to the house that hosts the room: what goes where, who can read it, and a word for whoever does.

use std::rc::Rc;

use doorstep_page_api::view::{ChatMessage, Command, Outcome, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::problem_note::ProblemNote;
use crate::hooks::{Purpose, use_command, use_draft, use_look, use_served};
use crate::services::share;

/// Id of the dialog.
const DIALOG: &str = "report";
/// Characters of the note; the hub takes four bytes for each.
const NOTE: &str = "1000";

/// Properties of [`Report`].
#[derive(PartialEq, Properties)]
pub(crate) struct ReportProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// What is shown.
    pub(crate) message: ChatMessage,
}

/// The dialog. It opens when it is first drawn: whoever opens it again draws another one.
#[component]
pub(crate) fn Report(props: &ReportProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let ReportProps { room, message } = props;
    let note = use_draft(Purpose::Report, &message.id, "");
    let asked = use_command();
    use_effect_with((), |()| share::open_dialog(DIALOG));
    let texts = look.texts();
    let own = served.house.domain.as_str();
    let close = Callback::from(|_: MouseEvent| share::close_dialog(DIALOG));
    let inside = if asked.outcome == Some(Outcome::Ok) {
        html! {
            <div class="stack">
                <p role="status" data-testid="report-done">{ fill(texts.report_done, &[&room.hub]) }</p>
                <div class="buttons">
                    <button type="button" class="primary" onclick={close}>{ texts.close }</button>
                </div>
            </div>
        }
    } else {
        let onsubmit = {
            let (asked, note) = (asked.clone(), note.clone());
            let (room, message) = (room.room.clone(), message.id.clone());
            Callback::from(move |event: SubmitEvent| {
                event.prevent_default();
                let text = note.text().to_owned();
                asked.send(Command::Report { room: room.clone(), message: message.clone(), note: text });
                note.forget();
            })
        };
        let via =
            if room.hub == own { fill(texts.report_here, &[own]) } else { fill(texts.report_via, &[&room.hub, own]) };
        html! {
            <form class="stack" {onsubmit}>
                <p data-testid="report-what">{ fill(texts.report_what, &[&room.hub]) }</p>
                <p>{ texts.report_proof }</p>
                <p class="hint">{ via }</p>
                <label for="report-note">{ texts.report_note }</label>
                <textarea id="report-note" data-testid="report-note" rows="3" maxlength={NOTE} dir="auto"
                    disabled={asked.busy} value={note.text().to_owned()} oninput={note.on_input()} />
                <p class="note">{ fill(texts.report_forever, &[&room.hub]) }</p>
                if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
                if asked.busy { <progress aria-label={texts.sending} /> }
                <div class="buttons">
                    <button type="submit" class="danger" data-testid="report-now" disabled={asked.busy}>
                        { icon(Icon::Warning) }{ texts.report_now }
                    </button>
                    <button type="button" class="quiet" onclick={close}>{ texts.cancel }</button>
                </div>
            </form>
        }
    };
    html! {
        <dialog id={DIALOG} class="dialog" aria-labelledby="report-title">
            <h2 id="report-title" tabindex="-1" dir="auto">{ fill(texts.report_title, &[&display_name(&message.from)]) }</h2>
            { inside }
        </dialog>
    }
}
