//! Where a join link leads, and the way in, before anything of it is used: on the page of a link, and for an invitation in a
//! chat. Looking spends nothing.

mod dead;
mod offer;

use doorstep_page_api::view::{Command, LinkPreview, LinkText, Outcome, Problem, Refusal};
use yew::prelude::*;

use self::dead::{Dead, is_about_the_link};
use self::offer::Offer;
use super::elsewhere::Elsewhere;
use super::problem_note::ProblemNote;
use crate::hooks::{use_command, use_engine, use_look};
use crate::invite;
use crate::services::{document, field};

/// Properties of [`Invitation`].
#[derive(PartialEq, Properties)]
pub(crate) struct InvitationProps {
    /// The code of the link; a secret.
    pub(crate) link: LinkText,
    /// Where its heading is found, which gets the focus when it is known where the link leads.
    pub(crate) heading: &'static str,
    /// It can also be opened in the app of another provider.
    #[prop_or_default]
    pub(crate) elsewhere: bool,
    /// Gets the URI of the room that one has come into.
    pub(crate) on_joined: Callback<String>,
}

/// Where a link leads, and the way in.
#[component]
pub(crate) fn Invitation(props: &InvitationProps) -> Html {
    let engine = use_engine();
    let looking = use_command();
    let joining = use_command();
    let as_account = use_state(|| false);
    let tries = use_state(|| 0_u32);
    // As it stands in an address: whatever is behind `/j#` claims to be a code.
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
        let on_joined = props.on_joined.clone();
        use_effect_with(joining.outcome.clone(), move |outcome| {
            if let Some(Outcome::Room { room }) = outcome {
                on_joined.emit(room.clone());
            }
        });
    }
    let preview = looking.id().and_then(|id| engine.links.get(id)).cloned();
    // A screen reader says what became of looking.
    use_effect_with((preview.is_some(), props.heading), |(known, heading)| {
        if *known {
            document::focus(heading);
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
    html! {
        <>
            <div onclick={on_click} data-testid="join-page">{ page }</div>
            if leads && props.elsewhere {
                <div class="letter away"><Elsewhere path={invite::address(&props.link.0)} /></div>
            }
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

/// The same words in the same places as the document of a link had before the app was there.
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
