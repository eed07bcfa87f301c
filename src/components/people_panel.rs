//! Who is in a room. The exact term and the fingerprint stand one fold deeper.

use std::rc::Rc;

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{Command, DiscloseTo, Person, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::disclose::may_disclose;
use super::disclosed::{mark, proof, told};
use super::problem;
use crate::app::{App, Asked};
use crate::piece::{Here, State, piece};
use crate::text::{MemberTexts, Sentences};

/// Somebody about to be removed, or removed and kept out.
#[derive(Clone, PartialEq, Eq)]
struct Going {
    user: String,
    ban: bool,
}

/// Who is in a room, as a piece of its own. `on_close`: close the panel; `on_tell`: say who I am.
pub(crate) fn people_panel(
    app: &App,
    room: &Rc<RoomView>,
    on_close: Callback<Event>,
    on_tell: Callback<DiscloseTo>,
) -> Html {
    let (app, room) = (app.clone(), room.clone());
    piece("people", move |here| draw(here, &app, &room, &on_close, &on_tell))
}

fn draw(here: &Here, app: &App, room: &RoomView, on_close: &Callback<Event>, on_tell: &Callback<DiscloseTo>) -> Html {
    let asked = Asked::at(here, app);
    let going = here.state("going", || None::<Going>);
    let leaving = here.state("leaving", || false);
    let texts = app.member_texts();
    let leave = asked.sends(app, Command::Leave { room: room.room.clone() });
    let set_leaving = |value: bool| leaving.sets(value);
    html! {
        <aside class="panel" aria-labelledby="people-title">
            <div class="panel-head">
                <h2 id="people-title" tabindex="-1">{ texts.people }</h2>
                <button class="quiet" aria-label={texts.close} onclick={on_close.clone()}>{ icon(Icon::Cross) }</button>
            </div>
            if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
            <ul class="roster">{ for room.people.iter().map(|person| one(app, room, person, (&going, &asked), on_tell)) }</ul>
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
                if *leaving {
                    <div class="confirm" role="group" aria-label={texts.leave}>
                        <p>{ texts.leave_sure }</p>
                        <div class="buttons">
                            <button class="danger" disabled={asked.busy} onclick={leave}>{ texts.leave }</button>
                            <button class="quiet" onclick={set_leaving(false)}>{ texts.cancel }</button>
                        </div>
                    </div>
                } else {
                    <button class="quiet" onclick={set_leaving(true)}>{ icon(Icon::Back) }{ texts.leave }</button>
                }
            }
        </aside>
    }
}

fn one(
    app: &App,
    room: &RoomView,
    person: &Person,
    (going, asked): (&State<Option<Going>>, &Asked),
    on_tell: &Callback<DiscloseTo>,
) -> Html {
    let texts = app.member_texts();
    let mine = person.user == room.me;
    let name = display_name(&person.user);
    let intend = |next: Option<Going>| going.sets(next);
    let go = |next: &Going| {
        let (app, asked, going, state) = (app.clone(), asked.clone(), next.clone(), going.clone());
        let room = room.room.clone();
        Callback::from(move |_: Event| {
            asked.send(&app, Command::Remove { room: room.clone(), user: going.user.clone(), ban: going.ban });
            state.set(None);
        })
    };
    let may = !mine && room.ended.is_none();
    let sure = (**going).as_ref().filter(|next| next.user == person.user);
    html! {
        <li>
            <details>
                <summary>
                    { figure(&person.user) }
                    <span class="roster-who">
                        <bdi>{ if mine { fill(texts.you_as, &[&name]) } else { name.clone() } }</bdi>
                        if let Some(who) = &person.disclosed { { mark(texts, who) } }
                        <span class="hint">{ texts.role(&person.role) }</span>
                        if person.overdue { <span class="hint failed" data-testid="overdue">{ texts.overdue }</span> }
                    </span>
                </summary>
                if let Some(who) = &person.disclosed { { proof(app, who) } }
                if mine { { knows_me(app, room) } }
                <dl>
                    <dt>{ texts.term_kind }</dt>
                    <dd>{ if person.pseudonym { texts.kind_pseudonym } else { texts.kind_account } }</dd>
                    <dt>{ texts.term_provider }</dt><dd>{ &person.provider }</dd>
                    <dt>{ texts.term_fingerprint }</dt><dd><code class="fingerprint">{ &person.fingerprint }</code></dd>
                    <dt>{ texts.term_address }</dt><dd><code>{ &person.user }</code></dd>
                </dl>
                if may_disclose(room) {
                    <button class="quiet" data-testid="tell" onclick={let to = to_whom(mine, person); on_tell.reform(move |_: Event| to.clone())}>
                        { icon(Icon::Seal) }{ if mine { texts.disclose.to_owned() } else { fill(texts.disclose_one, &[&name]) } }
                    </button>
                }
                if let Some(next) = sure {
                    <div class="confirm" role="group" aria-label={texts.remove}>
                        <p>{ fill(if next.ban { texts.ban_sure } else { texts.remove_sure }, &[&name]) }</p>
                        <div class="buttons">
                            <button class="danger" disabled={asked.busy} onclick={go(next)}>{ if next.ban { texts.ban } else { texts.remove } }</button>
                            <button class="quiet" onclick={intend(None)}>{ texts.cancel }</button>
                        </div>
                    </div>
                } else if may && (room.can.remove || room.can.ban || room.can.set_roles) {
                    <div class="buttons">
                        if let Some((to, text)) = other_role(texts, person).filter(|_| room.can.set_roles) {
                            <button class="quiet" data-testid="set-role" disabled={asked.busy} onclick={set_role(app, room, person, to, asked)}>{ icon(Icon::People) }{ text }</button>
                        }
                        if room.can.remove {
                            <button class="quiet" onclick={intend(Some(Going { user: person.user.clone(), ban: false }))}>{ texts.remove }</button>
                        }
                        if room.can.ban {
                            <button class="quiet" onclick={intend(Some(Going { user: person.user.clone(), ban: true }))}>{ icon(Icon::Ban) }{ texts.ban }</button>
                        }
                    </div>
                }
            </details>
        </li>
    }
}

/// The role of the presets that somebody can be given instead of hers, and what the button says.
fn other_role(texts: &'static MemberTexts, person: &Person) -> Option<(&'static str, &'static str)> {
    match person.role.as_str() {
        "member" => Some(("admin", texts.make_admin)),
        "admin" => Some(("member", texts.make_member)),
        _ => None,
    }
}

fn set_role(app: &App, room: &RoomView, person: &Person, role: &'static str, asked: &Asked) -> Callback<Event> {
    let (room, user) = (room.room.clone(), person.user.clone());
    asked.sends(app, Command::SetRole { room, user, role: role.to_owned() })
}

/// Who in this room knows more of me than my name here.
fn knows_me(app: &App, room: &RoomView) -> Html {
    let texts = app.member_texts();
    told(texts, &room.disclosure.mine).map_or_else(Html::default, |(whom, who)| {
        let line = fill(texts.told_whom, &[&display_name(&room.me), &who, &whom]);
        html! { <p class="signed">{ icon(Icon::Seal) }<span>{ line }</span></p> }
    })
}

fn to_whom(mine: bool, person: &Person) -> DiscloseTo {
    if mine { DiscloseTo::Room } else { DiscloseTo::Member(person.user.clone()) }
}
