//! `/account`: a handle, and nothing else.

use doorstep_client_api::view::{Command, Outcome};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::markup::classes;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use crate::app::{App, Asked};
use crate::components::loading::loading;
use crate::components::problem;
use crate::piece::{Here, State, piece};
use crate::route::Route;
use crate::services::field;

/// What a handle may be made of.
fn is_handle(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}

/// Making an account, or what the account is.
pub(crate) fn account(app: &App) -> Html {
    let app = app.clone();
    piece("account", move |here| draw(here, &app))
}

fn draw(here: &Here, app: &App) -> Html {
    let handle = here.state("handle", String::new);
    let display_name = here.state("display-name", String::new);
    let asked = Asked::at(here, app);
    let texts = app.member_texts();
    if app.active && app.model.home.is_none() {
        return html! { <div class="letter"><h1 tabindex="-1">{ texts.account }</h1>{ loading(texts) }</div> };
    }
    let known = app.model.home.as_ref().is_some_and(|home| home.me.is_some());
    if let Some(own) = app.handle() {
        return html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.account }</h1>
                if asked.outcome == Some(Outcome::Ok) { <p class="signed" role="status">{ icon(Icon::Check) }<span>{ texts.account_made }</span></p> }
                <p data-testid="me">{ rich(texts.account_is, &[html! { <strong>{ own }</strong> }, html! { { &app.house.domain } }]) }</p>
                <p>{ texts.account_key }</p>
                <div class="buttons">
                    <a href={Route::New.path()} class="button primary">{ icon(Icon::Plus) }{ texts.new_title }</a>
                    <a href={Route::Settings.path()} class="button quiet">{ icon(Icon::Dial) }{ texts.settings }</a>
                </div>
            </div>
        };
    }
    let bad = !handle.is_empty() && !is_handle(&handle);
    let ready = is_handle(&handle) && !asked.busy;
    let onsubmit = {
        let (app, asked, handle, display_name) = (app.clone(), asked.clone(), handle.clone(), display_name.clone());
        Callback::from(move |event: Event| {
            event.prevent_default();
            if ready {
                let shown = display_name.trim();
                let display_name = (!shown.is_empty()).then(|| shown.to_owned());
                asked.send(&app, Command::SignUp { handle: (*handle).clone(), display_name });
            }
        })
    };
    let typed = |field: &State<String>| {
        let field = field.clone();
        Callback::from(move |event: Event| field.set(field::text(&event)))
    };
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.make_account }</h1>
            <p>{ texts.account_lead }</p>
            if known { <p>{ texts.account_guest }</p> }
            if app.house.sign_up {
                <form {onsubmit} class="stack">
                    <label for="handle">{ texts.handle }</label>
                    <input id="handle" data-testid="handle" required=true maxlength="32" dir="ltr" autocomplete="username" autocapitalize="none" spellcheck="false"
                        aria-describedby="handle-hint" aria-invalid={bad.to_string()} value={(*handle).clone()}
                        oninput={typed(&handle)} />
                    <p class={classes("hint", bad, "failed")} id="handle-hint">{ fill(texts.handle_hint, &[&app.house.domain]) }</p>
                    <label for="display-name">{ texts.display_name }</label>
                    <input id="display-name" maxlength="64" dir="auto" autocomplete="name" aria-describedby="display-name-hint" value={(*display_name).clone()}
                        oninput={typed(&display_name)} />
                    <p class="hint" id="display-name-hint">{ texts.display_name_hint }</p>
                    if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
                    <div class="buttons">
                        <button type="submit" data-testid="sign-up" class="primary" disabled={!ready}>{ icon(Icon::Person) }{ if asked.busy { texts.making } else { texts.make_account } }</button>
                    </div>
                    if asked.busy { <progress aria-label={texts.making} /> }
                </form>
            } else {
                <p>{ texts.house_closed }</p>
            }
            <section aria-labelledby="why">
                <h2 id="why">{ texts.account_points }</h2>
                <ul class="facts">
                    <li>{ icon(Icon::Lock) }<span>{ texts.account_no_mail }</span></li>
                    <li>{ icon(Icon::Warning) }<span>{ texts.account_key }</span></li>
                    <li>{ icon(Icon::Mask) }<span>{ texts.account_apart }</span></li>
                    <li>{ icon(Icon::Person) }<span>{ texts.account_no_need }</span></li>
                </ul>
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_starts_with_a_letter_and_is_plain() {
        for good in ["al", "alice", "alice-2", "a.b_c"] {
            assert!(is_handle(good), "{good}");
        }
        for bad in ["", "a", "2alice", "Alice", "älice", "a b", &"a".repeat(33)] {
            assert!(!is_handle(bad), "{bad}");
        }
    }
}
