//! `/requests`: knocks at my rooms that wait for an answer, and my own knocks.

use doorstep_client_api::view::{Answer, Command, KnockRequest, RequestState};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::markup::all;
use doorstep_public_page::text::count;
use yew::prelude::*;

use crate::app::App;
use crate::components::knock_status::knock_status;
use crate::components::loading::loading;
use crate::components::request_card::request_card;
use crate::piece::{Here, piece};

/// Knocks of others and of mine.
pub(crate) fn requests(app: &App) -> Html {
    let app = app.clone();
    piece("requests", move |here| draw(here, &app))
}

fn draw(here: &Here, app: &App) -> Html {
    let sure = here.state("sure", || None::<bool>);
    let texts = app.member_texts();
    let Some(home) = app.model.home.clone() else {
        return html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.requests }</h1>
                if app.active { { loading(texts) } } else { <p class="hint" role="status">{ texts.nothing_yet }</p> }
            </div>
        };
    };
    let (open, done): (Vec<_>, Vec<_>) = home.requests.iter().cloned().partition(|request| {
        matches!(request.state, RequestState::Open | RequestState::Failed(_) | RequestState::Answering(_))
    });
    let waiting: Vec<String> = app.model.open_requests().map(|request| request.id.clone()).collect();
    let ask = |what: Option<bool>| sure.sets(what);
    let answer_all = {
        let (app, waiting, sure) = (app.clone(), waiting.clone(), sure.clone());
        Callback::from(move |_: Event| {
            for request in &waiting {
                let answer = match *sure {
                    Some(true) => Answer::Accept,
                    _ => Answer::Decline { reason: String::new() },
                };
                app.port.send(Command::Answer { request: request.clone(), answer });
            }
            sure.set(None);
        })
    };
    let number = waiting.len() as u64;
    let cards = |list: &[KnockRequest]| -> Html { all(list.iter().map(|request| request_card(app, request))) };
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.requests }</h1>
            <section aria-labelledby="waiting">
                <h2 id="waiting">{ texts.requests_waiting }</h2>
                if open.is_empty() {
                    <p>{ texts.requests_none }</p>
                } else {
                    <p class="hint">{ texts.requests_lead }</p>
                    if number > 1 {
                        if let Some(accept) = *sure {
                            <div class="confirm" role="group" aria-label={texts.all_at_once}>
                                <p>{ count(app.lang(), if accept { texts.accept_all_sure } else { texts.decline_all_sure }, number) }</p>
                                <div class="buttons">
                                    <button class={if accept { "primary" } else { "danger" }} onclick={answer_all}>{ if accept { texts.accept_all } else { texts.decline_all } }</button>
                                    <button class="quiet" onclick={ask(None)}>{ texts.cancel }</button>
                                </div>
                            </div>
                        } else {
                            <div class="buttons" role="group" aria-label={texts.all_at_once}>
                                <button class="quiet" onclick={ask(Some(true))}>{ icon(Icon::Check) }{ texts.accept_all }</button>
                                <button class="quiet" onclick={ask(Some(false))}>{ icon(Icon::Cross) }{ texts.decline_all }</button>
                            </div>
                        }
                    }
                    <ul class="cards">{ cards(&open) }</ul>
                }
            </section>
            if !home.knocks.is_empty() {
                <section aria-labelledby="mine">
                    <h2 id="mine">{ texts.my_knocks }</h2>
                    <div class="cards">
                        { for home.knocks.iter().map(|knock| knock_status(app, knock, true, None)) }
                    </div>
                </section>
            }
            if !done.is_empty() {
                <section aria-labelledby="answered">
                    <h2 id="answered">{ texts.requests_done }</h2>
                    <ul class="cards">{ cards(&done) }</ul>
                </section>
            }
        </div>
    }
}
