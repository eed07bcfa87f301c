//! Who is in a room. The exact term and the fingerprint stand one fold deeper.

use std::rc::Rc;

use doorstep_page_api::view::{Command, DiscloseTo, Person, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::disclose::may_disclose;
use super::problem_note::ProblemNote;
use super::proof::{Proof, ProvenMark};
use crate::hooks::{CommandHandle, use_command, use_look};
use crate::text::{Sentences, Texts, told};

/// Properties of [`PeoplePanel`].
#[derive(PartialEq, Properties)]
pub(crate) struct PeoplePanelProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// Close the panel.
    pub(crate) on_close: Callback<MouseEvent>,
    /// Say who I am.
    pub(crate) on_tell: Callback<DiscloseTo>,
}

/// Who is in a room.
#[component]
pub(crate) fn PeoplePanel(props: &PeoplePanelProps) -> Html {
    let look = use_look();
    let asked = use_command();
    let (texts, room) = (look.texts(), &props.room);
    let lines = room.people.iter().map(|person| {
        html! {
            <Line key={person.user.clone()} room={room.clone()} person={person.clone()} asked={asked.clone()}
                on_tell={props.on_tell.clone()} />
        }
    });
    html! {
        <aside class="panel" aria-labelledby="people-title">
            <div class="panel-head">
                <h2 id="people-title" tabindex="-1">{ texts.people }</h2>
                <button class="quiet" aria-label={texts.close} onclick={props.on_close.clone()}>{ icon(Icon::Cross) }</button>
            </div>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <ul class="roster">{ for lines }</ul>
            <details class="exact">
                <summary>{ texts.exact_terms }</summary>
                <dl>
                    <dt>{ texts.term_hub }</dt><dd>{ &room.hub }</dd>
                    <dt>{ texts.term_room }</dt><dd><code>{ &room.room }</code></dd>
                    <dt>{ texts.term_epoch }</dt><dd>{ room.epoch }</dd>
                    <dt>{ texts.term_suite }</dt><dd><code>{ "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519" }</code></dd>
                </dl>
            </details>
            if room.can.leave && room.ended.is_none() {
                <WayOut label={texts.leave} sure={texts.leave_sure} icon={Icon::Back} testid="leave"
                    command={Command::Leave { room: room.room.clone() }} asked={asked.clone()} />
            }
            if room.can.end && room.ended.is_none() {
                <WayOut label={texts.end_room} sure={texts.end_room_sure} icon={Icon::Bin} testid="end-room"
                    command={Command::EndRoom { room: room.room.clone() }} {asked} />
            }
        </aside>
    }
}

#[derive(PartialEq, Properties)]
struct WayOutProps {
    /// What is done, and the question that comes before.
    label: &'static str,
    sure: &'static str,
    icon: Icon,
    testid: &'static str,
    command: Command,
    asked: CommandHandle,
}

/// Out of the room, alone or with everybody; asked back once.
#[component]
fn WayOut(props: &WayOutProps) -> Html {
    let look = use_look();
    let sure = use_state(|| false);
    let (texts, asked) = (look.texts(), &props.asked);
    let asks = |sure_now: bool| {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(sure_now))
    };
    if !*sure {
        return html! {
            <button class="quiet" data-testid={props.testid} onclick={asks(true)}>
                { icon(props.icon) }{ props.label }
            </button>
        };
    }
    let goes = asked.sends(props.command.clone());
    html! {
        <div class="confirm" role="group" aria-label={props.label}>
            <p>{ props.sure }</p>
            <div class="buttons">
                <button class="danger" disabled={asked.busy} onclick={goes}>{ props.label }</button>
                <button class="quiet" onclick={asks(false)}>{ texts.cancel }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct LineProps {
    room: Rc<RoomView>,
    person: Person,
    asked: CommandHandle,
    on_tell: Callback<DiscloseTo>,
}

/// Somebody.
#[component]
fn Line(props: &LineProps) -> Html {
    let look = use_look();
    let (texts, LineProps { room, person, asked, on_tell }) = (look.texts(), props);
    let mine = person.user == room.me;
    let name = display_name(&person.user);
    let tell = {
        let to = if mine { DiscloseTo::Room } else { DiscloseTo::Member(person.user.clone()) };
        on_tell.reform(move |_: MouseEvent| to.clone())
    };
    let disclosed = person.disclosed.clone();
    html! {
        <li>
            <details>
                <summary>
                    { figure(&person.user) }
                    <span class="roster-who">
                        <bdi>{ if mine { fill(texts.you_as, &[&name]) } else { name.clone() } }</bdi>
                        if let Some(disclosed) = disclosed.clone() { <ProvenMark {disclosed} /> }
                        <span class="hint">{ texts.role(&person.role) }</span>
                        if person.overdue { <span class="hint failed" data-testid="overdue">{ texts.overdue }</span> }
                    </span>
                </summary>
                if let Some(disclosed) = disclosed { <Proof {disclosed} /> }
                if mine { { knows_me(texts, room) } }
                <dl>
                    <dt>{ texts.term_kind }</dt>
                    <dd>{ if person.pseudonym { texts.kind_pseudonym } else { texts.kind_account } }</dd>
                    <dt>{ texts.term_provider }</dt><dd>{ &person.provider }</dd>
                    <dt>{ texts.term_fingerprint }</dt><dd><code class="fingerprint">{ &person.fingerprint }</code></dd>
                    <dt>{ texts.term_address }</dt><dd><code>{ &person.user }</code></dd>
                </dl>
                if may_disclose(room) {
                    <button class="quiet" data-testid="tell" onclick={tell}>
                        { icon(Icon::Seal) }
                        { if mine { texts.disclose.to_owned() } else { fill(texts.disclose_one, &[&name]) } }
                    </button>
                }
                if !mine && room.ended.is_none() {
                    <Moderation room={room.clone()} person={person.clone()} asked={asked.clone()} />
                }
            </details>
        </li>
    }
}

/// Who in this room knows more of me than my name here.
fn knows_me(texts: &Texts, room: &RoomView) -> Html {
    told(texts, &room.disclosure.mine).map_or_else(Html::default, |(whom, who)| {
        let line = fill(texts.told_whom, &[&display_name(&room.me), &who, &whom]);
        html! { <p class="signed">{ icon(Icon::Seal) }<span>{ line }</span></p> }
    })
}

#[derive(PartialEq, Properties)]
struct ModerationProps {
    room: Rc<RoomView>,
    person: Person,
    asked: CommandHandle,
}

/// Somebody about to be removed, or removed and kept out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Going {
    Removed,
    Banned,
}

/// What I may do about somebody; what takes them out is asked back once.
#[component]
fn Moderation(props: &ModerationProps) -> Html {
    let look = use_look();
    let going = use_state(|| None::<Going>);
    let (texts, ModerationProps { room, person, asked }) = (look.texts(), props);
    let can = room.can;
    let intend = |next: Option<Going>| {
        let going = going.clone();
        Callback::from(move |_: MouseEvent| going.set(next))
    };
    if let Some(next) = *going {
        let ban = next == Going::Banned;
        let go = {
            let (asked, going) = (asked.clone(), going.clone());
            let (room, user) = (room.room.clone(), person.user.clone());
            Callback::from(move |_: MouseEvent| {
                asked.send(Command::Remove { room: room.clone(), user: user.clone(), ban });
                going.set(None);
            })
        };
        let question = if ban { texts.ban_sure } else { texts.remove_sure };
        return html! {
            <div class="confirm" role="group" aria-label={texts.remove}>
                <p>{ fill(question, &[&display_name(&person.user)]) }</p>
                <div class="buttons">
                    <button class="danger" disabled={asked.busy} onclick={go}>
                        { if ban { texts.ban } else { texts.remove } }
                    </button>
                    <button class="quiet" onclick={intend(None)}>{ texts.cancel }</button>
                </div>
            </div>
        };
    }
    if !(can.remove || can.ban || can.set_roles) {
        return Html::default();
    }
    let set_role = |role: &'static str| {
        let (room, user) = (room.room.clone(), person.user.clone());
        asked.sends(Command::SetRole { room, user, role: role.to_owned() })
    };
    html! {
        <div class="buttons">
            if let Some((role, text)) = other_role(texts, person).filter(|_| can.set_roles) {
                <button class="quiet" data-testid="set-role" disabled={asked.busy} onclick={set_role(role)}>
                    { icon(Icon::People) }{ text }
                </button>
            }
            if can.remove {
                <button class="quiet" onclick={intend(Some(Going::Removed))}>{ texts.remove }</button>
            }
            if can.ban {
                <button class="quiet" onclick={intend(Some(Going::Banned))}>{ icon(Icon::Ban) }{ texts.ban }</button>
            }
        </div>
    }
}

/// The role of the presets that somebody can be given instead of theirs, and what the button says.
fn other_role(texts: &'static Texts, person: &Person) -> Option<(&'static str, &'static str)> {
    match person.role.as_str() {
        "member" => Some(("admin", texts.make_admin)),
        "admin" => Some(("member", texts.make_member)),
        _ => None,
    }
}
