//! `/account`: a handle, and nothing else.

use doorstep_page_api::view::{Command, Outcome};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use crate::components::loading::Loading;
use crate::components::problem_note::ProblemNote;
use crate::hooks::{CommandHandle, Purpose, use_command, use_draft, use_engine, use_look, use_served, use_title};
use crate::route::Route;
use crate::services::{address, shelf};

/// What a handle may be made of.
fn is_handle(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}

/// Making an account, or what the account is.
#[component]
pub(crate) fn Account() -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let asked = use_command();
    let back = use_memo((), |()| shelf::way_back());
    let texts = look.texts();
    use_title(texts.account);
    if engine.is_active() && engine.home.is_none() {
        return html! { <div class="letter"><h1 tabindex="-1">{ texts.account }</h1><Loading /></div> };
    }
    if let Some(handle) = engine.handle() {
        let (handle, domain) = (html! { <strong>{ handle }</strong> }, html! { { served.house.domain.as_str() } });
        return html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.account }</h1>
                if asked.outcome == Some(Outcome::Ok) {
                    <p class="signed" role="status">{ icon(Icon::Check) }<span>{ texts.account_made }</span></p>
                }
                <p data-testid="me">{ rich(texts.account_is, &[handle, domain]) }</p>
                <p>{ texts.account_key }</p>
                <div class="buttons">
                    if let Some(place) = (*back).clone() {
                        <button class="primary" data-testid="way-back" onclick={move |_: MouseEvent| address::go(&place)}>
                            { icon(Icon::Back) }{ texts.connect_back }
                        </button>
                    }
                    <PageLink to={Route::New} class={classes!("button", back.is_none().then_some("primary"))}>
                        { icon(Icon::Plus) }{ texts.new_title }
                    </PageLink>
                    <PageLink to={Route::Settings} class="button quiet">{ icon(Icon::Dial) }{ texts.settings }</PageLink>
                </div>
            </div>
        };
    }
    let known = engine.home.as_ref().is_some_and(|home| home.me.is_some());
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.make_account }</h1>
            <p>{ texts.account_lead }</p>
            if known { <p>{ texts.account_guest }</p> }
            if served.house.sign_up { <SignUp {asked} /> } else { <p>{ texts.house_closed }</p> }
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

#[derive(PartialEq, Properties)]
struct SignUpProps {
    /// Where the command goes and its answer comes; the page around says so when it is done.
    asked: CommandHandle,
}

/// The form of an account.
#[component]
fn SignUp(props: &SignUpProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let handle = use_draft(Purpose::Field, "handle", "");
    let display_name = use_draft(Purpose::Field, "display-name", "");
    let (texts, asked) = (look.texts(), &props.asked);
    let bad = !handle.text().is_empty() && !is_handle(handle.text());
    let ready = is_handle(handle.text()) && !asked.busy;
    let onsubmit = {
        let (asked, handle, display_name) = (asked.clone(), handle.clone(), display_name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if ready {
                let shown = display_name.text().trim();
                let shown = (!shown.is_empty()).then(|| shown.to_owned());
                asked.send(Command::SignUp { handle: handle.text().to_owned(), display_name: shown });
                handle.forget();
                display_name.forget();
            }
        })
    };
    html! {
        <form {onsubmit} class="stack">
            <label for="handle">{ texts.handle }</label>
            <input id="handle" data-testid="handle" required=true maxlength="32" dir="ltr" autocomplete="username"
                autocapitalize="none" spellcheck="false" aria-describedby="handle-hint" aria-invalid={bad.to_string()}
                value={handle.text().to_owned()} oninput={handle.on_input()} />
            <p class={classes!("hint", bad.then_some("failed"))} id="handle-hint">
                { fill(texts.handle_hint, &[&served.house.domain]) }
            </p>
            <label for="display-name">{ texts.display_name }</label>
            <input id="display-name" maxlength="64" dir="auto" autocomplete="name" aria-describedby="display-name-hint"
                value={display_name.text().to_owned()} oninput={display_name.on_input()} />
            <p class="hint" id="display-name-hint">{ texts.display_name_hint }</p>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                <button type="submit" data-testid="sign-up" class="primary" disabled={!ready}>
                    { icon(Icon::Person) }{ if asked.busy { texts.making } else { texts.make_account } }
                </button>
            </div>
            if asked.busy { <progress aria-label={texts.making} /> }
        </form>
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
