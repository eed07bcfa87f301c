//! Notes of the whole app: about the engine, about the network, and what happened elsewhere.

use doorstep_page_api::view::{Command, Link as Connection, Notice, Refusal};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::fill;
use yew::prelude::*;

use crate::hooks::{Engine, use_engine, use_look, use_served};
use crate::route::Route;
use crate::services::document;
use crate::state::Action;
use crate::text::{Sentences, Texts, account, called_in};

/// Properties of [`Notes`].
#[derive(PartialEq, Properties)]
pub(crate) struct NotesProps {
    /// The page in front.
    pub(crate) route: Route,
}

/// The notes above every page.
#[component]
pub(crate) fn Notes(props: &NotesProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let texts = look.texts();
    let offline = engine.home.as_ref().is_some_and(|home| home.link == Connection::Offline);
    let notice =
        engine.notice.as_ref().and_then(|notice| text_of(texts, &engine, notice, &props.route, &served.house.domain));
    html! {
        <div class="notes">
            if let Some(trouble) = &engine.trouble {
                <div class="bar bar-problem" role="alert" data-trouble={trouble.code.word().to_owned()}>
                    { icon(Icon::Warning) }<p>{ texts.problem(trouble) }</p>
                    if trouble.code == Refusal::NothingKept {
                        <button class="quiet" onclick={reads(&engine, Action::TroubleRead)}>{ texts.understood }</button>
                    } else {
                        <button onclick={|_: MouseEvent| document::reload()}>{ texts.load_again }</button>
                    }
                </div>
            }
            <div role="status">
                if offline {
                    <div class="bar">
                        { icon(Icon::Clock) }<p>{ fill(texts.offline, &[&served.house.domain]) }</p>
                        <button class="quiet" onclick={engine.sends(Command::Retry)}>{ texts.try_now }</button>
                    </div>
                }
                if let Some((text, to)) = notice {
                    <div class="bar bar-good">
                        { icon(Icon::Bubble) }
                        <p><PageLink {to}>{ text }</PageLink></p>
                        <button class="quiet" aria-label={texts.close} onclick={reads(&engine, Action::NoticeRead)}>
                            { icon(Icon::Cross) }
                        </button>
                    </div>
                }
            </div>
        </div>
    }
}

fn reads(engine: &Engine, action: Action) -> Callback<MouseEvent> {
    let engine = engine.clone();
    Callback::from(move |_: MouseEvent| engine.tell(action.clone()))
}

/// A notice and where it leads; none when that page is in front already.
fn text_of(texts: &Texts, engine: &Engine, notice: &Notice, front: &Route, domain: &str) -> Option<(String, Route)> {
    let (text, to) = match notice {
        Notice::Knock { room_name } => (fill(texts.notice_knock, &[room_name]), Route::Requests),
        Notice::Accepted { room, room_name } => (fill(texts.notice_accepted, &[room_name]), Route::room(room, domain)),
        Notice::Declined { room_name } => (fill(texts.notice_declined, &[room_name]), Route::Requests),
        Notice::Asked { who } => (fill(texts.notice_asked, &[&account(who)]), Route::Requests),
        Notice::Connected { room, who } => (fill(texts.notice_connected, &[&account(who)]), Route::room(room, domain)),
        Notice::Message { room, room_name } => {
            (fill(texts.notice_message, &[&called_in(engine, room, room_name)]), Route::room(room, domain))
        }
    };
    let shown = *front == to
        || matches!((front, notice), (Route::Door { .. }, Notice::Accepted { .. } | Notice::Declined { .. }))
        || matches!((front, notice), (Route::Connect, Notice::Connected { .. }));
    (!shown).then_some((text, to))
}
