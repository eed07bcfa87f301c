//! How to get into a room: already in, a knock under way, a form, or no way.

use std::rc::Rc;

use doorstep_client_api::door::{Door, Pseudonyms, WayIn};
use doorstep_page_api::view::{Claims, Command, KnockDraft, MyKnock, MyKnockState, Outcome};
use doorstep_public_page::door_page::NoWayIn;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::join_form::JoinForm;
use doorstep_public_page::knock_form::KnockForm;
use doorstep_public_page::page_link::PageLink;
use yew::prelude::*;

use super::elsewhere::Elsewhere;
use super::knock_disclose::KnockDisclose;
use super::knock_status::KnockStatus;
use crate::hooks::{
    Engine, Purpose, use_command, use_draft, use_engine, use_go, use_look, use_now, use_pseudonym, use_served,
};
use crate::route::{Route, at_path};
use crate::services::entropy;

/// Steps of a knock, as the engine counts them.
const KNOCK_STEPS: u8 = 4;

/// Properties of everything here.
#[derive(PartialEq, Properties)]
pub(crate) struct WayIntoProps {
    /// The room.
    pub(crate) door: Rc<Door>,
    /// The dead link somebody came by, told in their knock.
    #[prop_or_default]
    pub(crate) link: Option<String>,
}

/// How to get in.
#[component]
pub(crate) fn WayInto(props: &WayIntoProps) -> Html {
    let (engine, look, served, now) = (use_engine(), use_look(), use_served(), use_now());
    let again = use_state(|| None::<String>);
    let (door, domain) = (&props.door, &served.house.domain);
    let knock = engine.knock_at(&door.room).filter(|knock| again.as_ref() != Some(&knock.id));
    let is_in = engine.summary(&door.room).is_some_and(|room| room.ended.is_none());
    if is_in && !knock.is_some_and(|knock| knock.state == MyKnockState::Accepted) {
        return html! { <AlreadyIn door={door.clone()} /> };
    }
    if let Some(draft) = engine.draft_at(&door.room) {
        let knock = just_sent(draft, domain, now);
        return html! { <KnockStatus key={knock.id.clone()} knock={knock.clone()} /> };
    }
    if let Some(knock) = knock {
        let on_again = {
            let id = knock.id.clone();
            Callback::from(move |_: MouseEvent| again.set(Some(id.clone())))
        };
        return html! { <KnockStatus key={knock.id.clone()} knock={knock.clone()} {on_again} /> };
    }
    let form = match door.way_in {
        WayIn::Knock => html! { <Knocking door={door.clone()} link={props.link.clone()} /> },
        WayIn::Open => html! { <Joining door={door.clone()} /> },
        way @ (WayIn::LinkOnly | WayIn::Closed) => return html! { <NoWayIn lang={look.lang()} {way} /> },
    };
    html! {
        <>
            { form }
            // Whoever came from another provider's page is at home here already.
            if door.hub == *domain {
                <Elsewhere room={door.room.clone()} path={at_path(&door.room)} />
            }
        </>
    }
}

/// Somebody who is in the room looks at its door.
#[component]
fn AlreadyIn(props: &WayIntoProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let texts = look.texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in" class="signed">{ icon(Icon::Check) }<span>{ texts.you_are_in }</span></h2>
            <p>{ texts.you_are_in_text }</p>
            <div class="buttons">
                <PageLink to={Route::room(&props.door.room, &served.house.domain)} class="button primary">
                    { icon(Icon::Door) }{ texts.go_in }
                </PageLink>
            </div>
        </section>
    }
}

/// A knock between the click and the engine taking it up.
fn just_sent(draft: &KnockDraft, domain: &str, now: u64) -> MyKnock {
    MyKnock {
        id: draft.id.clone(),
        room: draft.room.clone(),
        room_name: draft.room_name.clone(),
        note: draft.note.clone(),
        pseudonym: pseudonym_uri(domain, &draft.pseudonym),
        at: now,
        state: MyKnockState::Sending { step: 0, steps: KNOCK_STEPS, waiting_for_network: false },
    }
}

fn pseudonym_uri(domain: &str, id: &str) -> String {
    ["mimi://", domain, "/p/", id].concat()
}

/// Whoever has been here before may have knocked already: the form stays off until the engine has said so.
fn is_quiet(engine: &Engine) -> bool {
    engine.is_active() && engine.home.is_none() && engine.trouble.is_none()
}

/// Somebody without an account at a door that wants one.
#[hook]
fn use_needs_account(door: &Door) -> bool {
    let (engine, served) = (use_engine(), use_served());
    // A room's word on guests is about those of its hub: who comes from elsewhere comes on the word of their provider.
    let guest = served.house.guests && (door.guests || door.hub != served.house.domain);
    !(engine.handle().is_some() || guest)
}

#[derive(PartialEq, Properties)]
struct AccountFirstProps {
    text: &'static str,
}

/// Only accounts get in here.
#[component]
fn AccountFirst(props: &AccountFirstProps) -> Html {
    let look = use_look();
    let texts = look.texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ texts.account_first }</h2>
            <p>{ props.text }</p>
            <div class="buttons">
                <PageLink to={Route::Account} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</PageLink>
            </div>
        </section>
    }
}

/// The form of a knock.
#[component]
fn Knocking(props: &WayIntoProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let door = &props.door;
    let note = use_draft(Purpose::Note, &door.room, "");
    let claims = use_state(|| None::<Claims>);
    let prepared = use_mut_ref(|| None::<String>);
    let (pseudonym, on_other_name) = use_pseudonym();
    let asked = use_command();
    let needs_account = use_needs_account(door);
    let (words, quiet) = (look.words(), is_quiet(&engine));
    if !quiet && (door.pseudonyms == Pseudonyms::Forbidden || needs_account) {
        return html! { <AccountFirst text={words.knock_accounts_only} /> };
    }
    let Some(knock_room) = door.knock_room.clone().filter(|_| !door.moderators.is_empty()) else {
        return html! {
            <section class="card" aria-labelledby="way-in">
                <h2 id="way-in">{ words.knock_title }</h2>
                <p>{ words.knock_nobody }</p>
            </section>
        };
    };
    let on_note = {
        let (engine, written, prepared) = (engine.clone(), note.on_input(), prepared.clone());
        let (room, pseudonym) = (door.room.clone(), pseudonym.clone());
        Callback::from(move |event: InputEvent| {
            // Who writes will knock: what is needed for it comes while they write.
            if prepared.borrow().as_ref() != Some(&pseudonym) {
                prepared.replace(Some(pseudonym.clone()));
                engine.prepare(room.clone(), pseudonym.clone());
            }
            written.emit(event);
        })
    };
    let on_submit = {
        let (asked, door, link) = (asked.clone(), door.clone(), props.link.clone());
        let (note, pseudonym, claims) = (note.clone(), pseudonym.clone(), *claims);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            asked.send(Command::Knock(KnockDraft {
                id: entropy::uuid(),
                room: door.room.clone(),
                room_name: door.name.clone(),
                knock_room: knock_room.clone(),
                note: note.text().trim().to_owned(),
                pseudonym: pseudonym.clone(),
                link: link.clone(),
                disclose: claims,
            }));
            note.forget();
        })
    };
    let on_claims = {
        let claims = claims.clone();
        Callback::from(move |chosen| claims.set(chosen))
    };
    let pseudonym = (!quiet).then(|| pseudonym_uri(&served.house.domain, &pseudonym));
    html! {
        <KnockForm lang={look.lang()} hub={door.hub.clone()} lifetime={door.knock_lifetime}
            tells_outcome={door.tells_outcome} {pseudonym} note={note.text().to_owned()} {on_note} {on_other_name}
            problem={asked.sentence().cloned().map(AttrValue::from)} on_submit={(!quiet).then_some(on_submit)}>
            <KnockDisclose door={door.clone()} claims={*claims} on_change={on_claims} />
        </KnockForm>
    }
}

/// The form to come into an open room.
#[component]
fn Joining(props: &WayIntoProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let door = &props.door;
    let (pseudonym, on_other_name) = use_pseudonym();
    let asked = use_command();
    let needs_account = use_needs_account(door);
    let go = use_go();
    {
        let (outcome, domain) = (asked.outcome.clone(), served.house.domain.clone());
        use_effect_with(outcome, move |outcome| {
            if let Some(Outcome::Room { room }) = outcome {
                go.emit(Route::room(room, &domain));
            }
        });
    }
    let quiet = is_quiet(&engine);
    if !quiet && needs_account {
        return html! { <AccountFirst text={look.words().open_accounts_only} /> };
    }
    let on_join = {
        let (asked, room, pseudonym) = (asked.clone(), door.room.clone(), pseudonym.clone());
        Callback::from(move |as_account: bool| {
            let pseudonym = (!as_account).then(|| pseudonym.clone());
            asked.send(Command::JoinOpen { room: room.clone(), pseudonym, as_account });
        })
    };
    let account = engine.handle().filter(|_| door.pseudonyms != Pseudonyms::Required).cloned();
    let pseudonym = (!quiet).then(|| pseudonym_uri(&served.house.domain, &pseudonym));
    html! {
        <JoinForm lang={look.lang()} {pseudonym} by_pseudonym={door.pseudonyms != Pseudonyms::Forbidden}
            account={account.map(AttrValue::from)} busy={asked.busy} {on_other_name}
            problem={asked.sentence().cloned().map(AttrValue::from)} on_join={(!quiet).then_some(on_join)} />
    }
}
