//! `/connect#bob@b.example`: asking somebody whether they want to talk, and whom I asked.

use doorstep_page_api::view::{AskDraft, Claims, Command, Me, MyAsk, Outcome};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use crate::components::ask_status::{AskStatus, is_over};
use crate::components::claim_boxes::ClaimBoxes;
use crate::components::elsewhere::Elsewhere;
use crate::components::loading::Loading;
use crate::components::problem_note::ProblemNote;
use crate::hooks::{
    DraftHandle, Purpose, keep_text, use_command, use_draft, use_engine, use_form, use_go, use_look, use_served,
    use_title,
};
use crate::route::{Route, connect_path};
use crate::services::{address, document, entropy, field, shelf};
use crate::state::contact::contact;
use crate::text::{Texts, account, own_account};

/// Characters of a greeting at most.
const GREETING: usize = 1000;
/// Characters of what is no address that are shown.
const SHOWN: usize = 100;
/// Where one writes whom to ask.
const WHO: &str = "connect-who";

/// Properties of [`Connect`].
#[derive(PartialEq, Properties)]
pub(crate) struct ConnectProps {
    /// What stands behind the `#`.
    pub(crate) behind: AttrValue,
}

/// Asking somebody.
#[component]
pub(crate) fn Connect(props: &ConnectProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let domain = &served.house.domain;
    let meant = contact(&props.behind, domain);
    let path = connect_path(meant.as_deref().unwrap_or_default());
    let start = meant.unwrap_or_else(|| props.behind.trim().chars().take(SHOWN).collect());
    // Who opens somebody's address asks them, whatever was written here before; and what is written to them is kept
    // apart from what is written to others.
    let who = use_draft(Purpose::Field, WHO, "");
    let greeting = use_draft(Purpose::Greeting, &start, "");
    {
        let who = who.clone();
        use_effect_with(start.clone(), move |start| {
            if !start.is_empty() {
                who.set(start.clone());
            }
        });
    }
    let texts = look.texts();
    use_title(texts.connect);
    let me = engine.home.as_ref().and_then(|home| home.me.clone()).filter(|me| me.handle.is_some());
    {
        let path = path.clone();
        let quiet = engine.is_active() && engine.home.is_none();
        use_effect_with((me.is_some(), quiet, path), |(known, quiet, path)| {
            if !quiet {
                shelf::set_way_back(if *known { "" } else { path });
            }
        });
    }
    let on_again = {
        let (who, greeting) = (who.clone(), greeting.clone());
        Callback::from(move |ask: MyAsk| {
            let whom = account(&ask.who);
            if whom == start {
                who.set(whom);
                greeting.set(ask.greeting);
                document::focus(&["#", WHO].concat());
            } else {
                keep_text(Purpose::Greeting, &whom, &ask.greeting);
                address::go(&connect_path(&whom));
            }
        })
    };
    let on_asked = {
        let (engine, who, greeting) = (engine.clone(), who.clone(), greeting.clone());
        Callback::from(move |whom: String| {
            // Whoever is asked again has no need of what came of the time before.
            let before = engine.home.iter().flat_map(|home| &home.asks);
            for ask in before.filter(|ask| is_over(&ask.state) && account(&ask.who) == whom) {
                engine.send(Command::DropAsk { ask: ask.id.clone() });
            }
            who.clear();
            greeting.clear();
            document::focus_later("#asks");
        })
    };
    let way = match me {
        Some(me) => html! { <AskForm {me} {who} {greeting} {on_asked} /> },
        None if engine.is_active() && engine.home.is_none() => html! { <Loading /> },
        None => account_first(texts, served.house.sign_up, path),
    };
    let asks = engine.home.as_ref().map(|home| home.asks.clone()).unwrap_or_default();
    let list = asks.iter().map(|ask| {
        html! { <AskStatus key={ask.id.clone()} ask={ask.clone()} on_again={on_again.clone()} /> }
    });
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.connect }</h1>
            <p>{ texts.connect_lead }</p>
            { way }
            if !asks.is_empty() {
                <section aria-labelledby="asks">
                    <h2 id="asks" tabindex="-1">{ texts.asks_title }</h2>
                    <div class="cards">{ for list }</div>
                </section>
            }
        </div>
    }
}

/// Whoever asks says who they are: it takes an account, here or at another provider.
fn account_first(texts: &Texts, sign_up: bool, path: String) -> Html {
    html! {
        <>
            <section class="card" aria-labelledby="account-first" data-testid="connect-account">
                <h2 id="account-first">{ texts.account_first }</h2>
                <p>{ texts.connect_account }</p>
                if sign_up {
                    <div class="buttons">
                        <PageLink to={Route::Account} class="button primary" testid="connect-make-account">
                            { icon(Icon::Person) }{ texts.make_account }
                        </PageLink>
                    </div>
                } else {
                    <p>{ texts.house_closed }</p>
                }
            </section>
            <Elsewhere {path} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct AskFormProps {
    /// My account.
    me: Me,
    who: DraftHandle,
    greeting: DraftHandle,
    /// It is kept; who was asked.
    on_asked: Callback<String>,
}

/// Whom, what, and what they will learn.
#[component]
fn AskForm(props: &AskFormProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let AskFormProps { me, who, greeting, on_asked } = props;
    let claims = use_form(AttrValue::Static("connect-claims"), Claims::default);
    // Whether what is written is an address is said when somebody is done writing.
    let written = use_state(|| false);
    let asked = use_command();
    let whom = use_state(String::new);
    let (words, texts) = (look.words(), look.texts());
    {
        let (on_asked, whom, go) = (on_asked.clone(), whom.clone(), use_go());
        use_effect_with((asked.outcome.clone(), asked.id().cloned()), move |(outcome, _)| {
            if outcome.is_some() {
                on_asked.emit((*whom).clone());
            }
            // Whoever had asked me is among those who did, and so is what becomes of it.
            if *outcome == Some(Outcome::SaidYes) {
                go.emit(Route::Requests);
            }
        });
    }
    let meant = contact(who.text(), &served.house.domain);
    let bad = meant.is_none() && *written && !who.text().trim().is_empty();
    let length = greeting.text().chars().count();
    let too_long = length > GREETING;
    let ready = meant.is_some() && !too_long && !asked.busy;
    let on_who = {
        let (written, on_input) = (written.clone(), who.on_input());
        Callback::from(move |event: InputEvent| {
            written.set(false);
            on_input.emit(event);
        })
    };
    let on_written = {
        let written = written.clone();
        Callback::from(move |_: Event| written.set(true))
    };
    let on_claims = {
        let claims = claims.clone();
        Callback::from(move |event: Event| {
            let (now, on) = (*claims, field::ticked(&event));
            claims.set(match field::name(&event).as_str() {
                "handle" => Claims { handle: on, ..now },
                _ => Claims { display_name: on, ..now },
            });
        })
    };
    let onsubmit = {
        let (asked, claims, meant, greeting) = (asked.clone(), claims.clone(), meant.clone(), greeting.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(who) = meant.clone().filter(|_| ready) else { return written.set(true) };
            let (id, greeting) = (entropy::uuid(), greeting.text().trim().to_owned());
            whom.set(who.clone());
            asked.send(Command::Ask(AskDraft { id, who, greeting, claims: *claims }));
            claims.forget();
        })
    };
    let who_hint = match &meant {
        Some(meant) => rich(texts.connect_who_is, &[html! { <strong dir="ltr">{ meant }</strong> }]),
        None if bad => html! { { texts.connect_who_bad } },
        None => html! { { fill(texts.connect_who_hint, &[&served.house.domain]) } },
    };
    let left = match too_long {
        true => count(look.lang(), texts.too_long, (length - GREETING) as u64),
        false => count(look.lang(), words.characters_left, (GREETING - length) as u64),
    };
    let account = own_account(Some(me)).unwrap_or_default();
    let same = meant.as_ref().and_then(|meant| meant.rsplit_once('@')).is_some_and(|(_, at)| at == me.provider);
    let providers = if same { texts.connect_one_provider } else { texts.connect_providers };
    html! {
        <form class="card stack" {onsubmit} data-testid="connect-form">
            <label for={WHO}>{ texts.connect_who }</label>
            <input id={WHO} data-testid="connect-who" type="text" inputmode="email" dir="ltr" autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-describedby="connect-who-hint" aria-invalid={bad.to_string()}
                value={who.text().to_owned()} oninput={on_who} onchange={on_written} />
            <p class={classes!("hint", bad.then_some("failed"))} id="connect-who-hint" data-testid="connect-who-hint">
                { who_hint }
            </p>
            <div class="buttons">
                <PageLink to={Route::Scan} class="button quiet" testid="connect-scan">
                    { icon(Icon::Camera) }{ texts.connect_scan }
                </PageLink>
            </div>
            <label for="connect-greeting">{ texts.connect_greeting }</label>
            <textarea id="connect-greeting" data-testid="connect-greeting" rows="4" dir="auto"
                aria-describedby="connect-greeting-hint" aria-invalid={too_long.to_string()}
                value={greeting.text().to_owned()} oninput={greeting.on_input()} />
            <p class={classes!("hint", too_long.then_some("failed"))} id="connect-greeting-hint"
                data-testid="connect-greeting-left">
                { left }
            </p>
            <fieldset onchange={on_claims} data-testid="connect-claims">
                <legend>{ texts.disclose_what }</legend>
                <p class="signed">
                    { icon(Icon::Seal) }<span>{ fill(texts.claim_always, &[&account, &me.provider]) }</span>
                </p>
                <ClaimBoxes me={me.clone()} claims={*claims} />
            </fieldset>
            <div class="note" data-testid="connect-note">
                <p>{ texts.connect_learn }{ " " }{ fill(providers, &[&me.provider]) }</p>
                <p>{ texts.connect_long }</p>
            </div>
            <details data-testid="connect-timing">
                <summary>{ texts.connect_timing }</summary>
                <p class="hint">{ texts.connect_timing_text }</p>
            </details>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                <button type="submit" class="primary" data-testid="connect-ask" disabled={!ready}>
                    { icon(Icon::Send) }{ texts.connect_button }
                </button>
            </div>
            if asked.busy { <progress aria-label={texts.sending} /> }
        </form>
    }
}
