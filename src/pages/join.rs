//! `/j#…`: where a join link is opened. The code stays behind the `#` until one is in the room or goes elsewhere, so that
//! loading again looks again; looking spends nothing.

mod dead;
mod offer;

use doorstep_page_api::view::{Command, LinkPreview, LinkText, Outcome, Problem, Refusal};
use yew::prelude::*;
use yew_router::prelude::*;

use self::dead::{Dead, is_about_the_link};
use self::offer::Offer;
use crate::components::elsewhere::Elsewhere;
use crate::components::problem_note::ProblemNote;
use crate::hooks::{use_command, use_engine, use_look, use_served, use_title};
use crate::invite;
use crate::route::Route;
use crate::services::{document, field};

/// Properties of [`Join`].
#[derive(PartialEq, Properties)]
pub(crate) struct JoinProps {
    /// What the address says behind the `#`; a secret.
    pub(crate) link: LinkText,
}

/// Where a link leads, and the way in.
#[component]
pub(crate) fn Join(props: &JoinProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let looking = use_command();
    let joining = use_command();
    let as_account = use_state(|| false);
    let tries = use_state(|| 0_u32);
    let navigator = use_navigator();
    use_title(look.words().join_title);
    // As it stands in the address: whatever is behind `/j#` claims to be a code.
    let invite = LinkText(["#", &props.link.0].concat());
    {
        // A link that died between looking and joining is looked at again: that says what can be done instead.
        let died = joining.problem.as_ref().is_some_and(is_dead);
        let (looking, invite, as_account) = (looking.clone(), invite.clone(), *as_account);
        use_effect_with((as_account, *tries, died), move |_| {
            if invite.0 != "#" {
                looking.send(Command::LookAtLink { invite, as_account });
            }
        });
    }
    {
        let domain = served.house.domain.clone();
        use_effect_with(joining.outcome.clone(), move |outcome| {
            if let (Some(Outcome::Room { room }), Some(navigator)) = (outcome, navigator) {
                // The code has done its work: it leaves the address bar, and the way back.
                navigator.replace(&Route::Rooms);
                navigator.push(&Route::room(room, &domain));
            }
        });
    }
    let preview = looking.id().and_then(|id| engine.links.get(id)).cloned();
    // A screen reader says what became of looking.
    use_effect_with(preview.is_some(), |known| {
        if *known {
            document::focus("main h1");
        }
    });
    let on_click = {
        let (joining, as_account, tries, preview) =
            (joining.clone(), as_account.clone(), tries.clone(), preview.clone());
        Callback::from(move |event: MouseEvent| {
            let Some((wish, _)) = field::wish(&event) else { return };
            match wish.as_str() {
                "join" => joining.send(join_command(&invite, preview.as_deref(), *as_account)),
                "join-as-account" => joining.send(join_command(&invite, preview.as_deref(), true)),
                "look-as-account" => as_account.set(true),
                "look-as-pseudonym" => as_account.set(false),
                "look-again" => tries.set(*tries + 1),
                _ => {}
            }
        })
    };
    let page = match preview.as_deref().map(|preview| (preview, &preview.result)) {
        _ if props.link.0.is_empty() => html! { <Dead problem={Problem::new(Refusal::LinkEmpty)} /> },
        Some((preview, Ok(offer))) => {
            let trouble = joining.problem.clone().filter(|problem| !is_dead(problem));
            // Between the answer and the other page nothing can be clicked.
            let busy = joining.busy || joining.outcome.is_some();
            let room = preview.room.clone();
            html! { <Offer offer={offer.clone()} {room} {busy} {trouble} as_account={*as_account} /> }
        }
        Some((preview, Err(refused))) => {
            let (room, link) = (preview.room.clone(), preview.link.clone());
            html! { <Dead key={room.clone()} room={room.clone()} {link} problem={refused.problem.clone()} /> }
        }
        None => html! { <Looking trouble={looking.problem.clone()} /> },
    };
    // The same code, in the app of one's own provider: where it leads somewhere, or did not from here. A dead link's door
    // has this part itself.
    let leads = preview.as_deref().is_some_and(|preview| match &preview.result {
        Ok(_) => true,
        Err(dead) => dead.problem.code == Refusal::LinkElsewhere,
    });
    let path = invite::address(&props.link.0);
    html! {
        <>
            <div onclick={on_click} data-testid="join-page">{ page }</div>
            if leads { <div class="letter away"><Elsewhere {path} /></div> }
        </>
    }
}

/// What was refused because of the link itself.
fn is_dead(problem: &Problem) -> bool {
    is_about_the_link(&problem.code) && problem.code != Refusal::LinkInviterGone
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

#[derive(PartialEq, Properties)]
struct LookingProps {
    trouble: Option<Problem>,
}

/// The same words in the same places as the document had before the app was there.
#[component]
fn Looking(props: &LookingProps) -> Html {
    let look = use_look();
    let words = look.words();
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ words.join_title }</h1>
            if let Some(problem) = props.trouble.clone() {
                <ProblemNote {problem} />
                <div class="buttons"><button data-do="look-again">{ look.texts().look_again }</button></div>
            } else {
                <p class="hint" role="status" data-testid="looking">{ words.join_looking }</p>
                <progress aria-label={words.join_looking} />
            }
        </div>
    }
}
