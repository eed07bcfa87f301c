//! `/requests`: people who want to talk with me, knocks at my rooms that wait for an answer, and my own knocks.

use doorstep_page_api::view::{Answer, Command, KnockRequest, RequestState};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use crate::components::contacts::Contacts;
use crate::components::knock_status::KnockStatus;
use crate::components::loading::Loading;
use crate::components::request_card::RequestCard;
use crate::hooks::{use_engine, use_look, use_title};
use crate::route::Route;

/// Knocks of others and of mine.
#[component]
pub(crate) fn Requests() -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    use_title(texts.requests);
    let Some(home) = engine.home.clone() else {
        return html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.requests }</h1>
                if engine.is_active() { <Loading /> } else { <p class="hint" role="status">{ texts.nothing_yet }</p> }
            </div>
        };
    };
    let (open, done): (Vec<_>, Vec<_>) = home.requests.iter().partition(|request| {
        matches!(request.state, RequestState::Open | RequestState::Failed(_) | RequestState::Answering(_))
    });
    let mine = home.knocks.iter().map(|knock| {
        html! { <KnockStatus key={knock.id.clone()} knock={knock.clone()} in_list=true /> }
    });
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.requests }</h1>
            if !home.contact_requests.is_empty() { <Contacts list={home.contact_requests.clone()} /> }
            <section aria-labelledby="waiting">
                <h2 id="waiting">{ texts.requests_waiting }</h2>
                if open.is_empty() {
                    <p>{ texts.requests_none }</p>
                } else {
                    <p class="hint">{ texts.requests_lead }</p>
                    <AllAtOnce />
                    <ul class="cards">{ for open.into_iter().map(card) }</ul>
                }
            </section>
            if !home.knocks.is_empty() {
                <section aria-labelledby="mine">
                    <h2 id="mine">{ texts.my_knocks }</h2>
                    <div class="cards">{ for mine }</div>
                </section>
            }
            if !done.is_empty() {
                <section aria-labelledby="answered">
                    <h2 id="answered">{ texts.requests_done }</h2>
                    if home.answered_before {
                        <p class="hint">{ fill(texts.requests_before, &[&done.len().to_string()]) }</p>
                    }
                    <ul class="cards">{ for done.into_iter().map(card) }</ul>
                </section>
            }
            <div class="buttons">
                <PageLink to={Route::Connect} class="button quiet" testid="to-connect">
                    { icon(Icon::Person) }{ texts.connect }
                </PageLink>
            </div>
        </div>
    }
}

fn card(request: &KnockRequest) -> Html {
    html! { <RequestCard key={request.id.clone()} request={request.clone()} /> }
}

/// What is asked before everybody gets the same answer: which answer, and to whom.
#[derive(Clone, PartialEq)]
struct Sure {
    accept: bool,
    requests: Vec<String>,
}

/// One answer for all who wait, asked back once. Who comes in between is not among them.
#[component]
fn AllAtOnce() -> Html {
    let (engine, look) = (use_engine(), use_look());
    let sure = use_state(|| None::<Sure>);
    let texts = look.texts();
    let waiting: Vec<String> = engine.open_requests().map(|request| request.id.clone()).collect();
    let ask = |accept: bool| {
        let (sure, requests) = (sure.clone(), waiting.clone());
        Callback::from(move |_: MouseEvent| sure.set(Some(Sure { accept, requests: requests.clone() })))
    };
    let forget = {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(None))
    };
    if let Some(asked) = &*sure {
        let (accept, number) = (asked.accept, asked.requests.len() as u64);
        let answer_all = {
            let (engine, sure, asked) = (engine.clone(), sure.clone(), asked.clone());
            Callback::from(move |_: MouseEvent| {
                for request in &asked.requests {
                    let answer = match asked.accept {
                        true => Answer::Accept,
                        false => Answer::Decline { reason: String::new() },
                    };
                    engine.send(Command::Answer { request: request.clone(), answer });
                }
                sure.set(None);
            })
        };
        let question = if accept { texts.accept_all_sure } else { texts.decline_all_sure };
        return html! {
            <div class="confirm" role="group" aria-label={texts.all_at_once}>
                <p>{ count(look.lang(), question, number) }</p>
                <div class="buttons">
                    <button class={if accept { "primary" } else { "danger" }} onclick={answer_all}>
                        { if accept { texts.accept_all } else { texts.decline_all } }
                    </button>
                    <button class="quiet" onclick={forget}>{ texts.cancel }</button>
                </div>
            </div>
        };
    }
    if waiting.len() < 2 {
        return Html::default();
    }
    html! {
        <div class="buttons" role="group" aria-label={texts.all_at_once}>
            <button class="quiet" onclick={ask(true)}>{ icon(Icon::Check) }{ texts.accept_all }</button>
            <button class="quiet" onclick={ask(false)}>{ icon(Icon::Cross) }{ texts.decline_all }</button>
        </div>
    }
}
