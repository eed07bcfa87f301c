//! `/j#…`: where a join link is opened. The code stays behind the `#` until she is in the room or goes elsewhere, so that
//! loading again looks again; looking spends nothing.

mod dead;
mod offer;

use doorstep_client_api::view::{Command, LinkPreview, LinkText, Outcome, Problem};
use doorstep_public_page::html;
use yew::prelude::*;

use self::dead::dead;
use crate::app::{App, Asked};
use crate::components::elsewhere::elsewhere;
use crate::components::problem;
use crate::piece::{Here, piece};
use crate::route::Route;
use crate::services::{document, field, history};

/// Where a link leads, and the way in. `text`: what the address says behind the `#`; a secret.
pub(crate) fn join(app: &App, text: &LinkText) -> Html {
    let (app, text) = (app.clone(), text.clone());
    piece(&["join/", &text.0].concat(), move |here| draw(here, &app, &text))
}

fn draw(here: &Here, app: &App, text: &LinkText) -> Html {
    // As it stands in the address: whatever is behind `/j#` claims to be a code.
    let invite = LinkText(["#", &text.0].concat());
    let looking = Asked::named(here, app, "looking");
    let joining = Asked::named(here, app, "joining");
    let as_account = here.state("as-account", || false);
    let tries = here.state("tries", || 0_u32);
    // A link that died between looking and joining is looked at again: that says what can be done instead.
    let died = joining.problem.as_ref().is_some_and(is_dead);
    here.when_changed("look", (*as_account, *tries, died), {
        let (app, looking, invite, as_account) = (app.clone(), looking.clone(), invite.clone(), *as_account);
        move || {
            if invite.0 != "#" {
                looking.send(&app, Command::LookAtLink { invite, as_account });
            }
        }
    });
    here.when_changed("outcome", joining.outcome.clone(), {
        let (app, outcome) = (app.clone(), joining.outcome.clone());
        move || {
            if let Some(Outcome::Room { room }) = outcome {
                // The code has done its work: it leaves the address bar, and the way back.
                history::put(&Route::Rooms.path(), true);
                app.go(Route::room(&room, &app.house.domain));
            }
        }
    });
    let preview = looking.id().and_then(|id| app.model.links.get(id)).cloned();
    // A screen reader says what became of looking.
    here.when_changed("known", preview.is_some(), {
        let known = preview.is_some();
        move || {
            if known {
                document::focus("main h1");
            }
        }
    });
    // “Skip to the content” would put another fragment in the place of the code.
    here.state("skip", document::on_skip);
    let on_click = {
        let (app, joining, as_account, tries) = (app.clone(), joining.clone(), as_account.clone(), tries.clone());
        let preview = preview.clone();
        Callback::from(move |event: Event| {
            let Some((wish, _)) = field::wish(&event) else { return };
            match wish.as_str() {
                "join" => joining.send(&app, join_command(&invite, preview.as_deref(), *as_account)),
                "join-as-account" => joining.send(&app, join_command(&invite, preview.as_deref(), true)),
                "look-as-account" => as_account.set(true),
                "look-as-pseudonym" => as_account.set(false),
                "look-again" => tries.set(*tries + 1),
                _ => {}
            }
        })
    };
    let page = match preview.as_deref().map(|preview| (preview, &preview.result)) {
        _ if text.0.is_empty() => dead(app, "", "", &Problem::new("link-empty")),
        Some((preview, Ok(offer))) => {
            let trouble = joining.problem.as_ref().filter(|problem| !is_dead(problem));
            // Between the answer and the other page nothing can be clicked.
            let busy = joining.busy || joining.outcome.is_some();
            offer::offer(app, offer, &preview.room, busy, trouble, *as_account)
        }
        Some((preview, Err(refused))) => dead(app, &preview.room, &preview.link, &refused.problem),
        None => looking_page(app, looking.problem.as_ref()),
    };
    // The same code, in the app of her own provider: where it leads somewhere, or did not from here. A dead link's door
    // has this part itself.
    let leads = preview.as_deref().is_some_and(|preview| match &preview.result {
        Ok(_) => true,
        Err(dead) => dead.problem.code == "link-elsewhere",
    });
    let away = leads.then(|| elsewhere(app, "", Route::Join(text.clone()).path()));
    html! {
        <>
            <div onclick={on_click} data-testid="join-page">{ page }</div>
            { for away.map(|away| html! { <div class="letter away">{ away }</div> }) }
        </>
    }
}

/// What was refused because of the link itself.
fn is_dead(problem: &Problem) -> bool {
    problem.code.starts_with("link-") && problem.code != "link-inviter-gone"
}

fn join_command(invite: &LinkText, preview: Option<&LinkPreview>, as_account: bool) -> Command {
    let offer = preview.and_then(|preview| preview.result.as_ref().ok());
    Command::JoinByLink {
        invite: invite.clone(),
        as_account,
        pseudonym: offer.and_then(|offer| offer.pseudonym.clone()).filter(|_| !as_account),
        inviter_gone: offer.is_some_and(|offer| offer.inviter_gone),
    }
}

/// The same words in the same places as the document had before the app was there.
fn looking_page(app: &App, trouble: Option<&Problem>) -> Html {
    let (words, texts) = (app.lang().words(), app.visitor_texts());
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ words.join_title }</h1>
            if let Some(trouble) = trouble {
                { problem::problem(texts, trouble) }
                <div class="buttons"><button data-do="look-again">{ texts.look_again }</button></div>
            } else {
                <p class="hint" role="status" data-testid="looking">{ words.join_looking }</p>
                <progress aria-label={words.join_looking} />
            }
        </div>
    }
}
