//! The join links of a room: making, showing, counting, taking away, pausing.

use std::rc::Rc;

use doorstep_page_api::view::{Command, LinkView, Outcome, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::person::Person;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::link_show::LinkShow;
use super::moment::{Exact, Moment};
use super::problem_note::ProblemNote;
use crate::hooks::{CommandHandle, use_command, use_look, use_now};
use crate::services::{document, field};
use crate::text::Sentences;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
/// Lives to choose from, as far as the room lets links live so long.
const LIVES: [u32; 4] = [HOUR, DAY, 7 * DAY, 30 * DAY];
/// Numbers of uses to choose from; 0 is any number.
const USES: [u32; 3] = [1, 10, 0];
/// People listed of those who came in by one link.
const LISTED: usize = 20;
/// Where the focus goes when the panel shows something else.
const TITLE: &str = "#links-title";

/// Whether somebody has anything to do with links in a room.
pub(crate) fn concerns(room: &RoomView) -> bool {
    let can = room.can;
    room.ended.is_none() && (can.make_links || can.revoke_links || can.pause_links) && !room.link_rules.roles.is_empty()
}

/// Properties of [`LinksPanel`].
#[derive(PartialEq, Properties)]
pub(crate) struct LinksPanelProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// Close the panel.
    pub(crate) on_close: Callback<MouseEvent>,
}

/// The join links of a room.
#[component]
pub(crate) fn LinksPanel(props: &LinksPanelProps) -> Html {
    let look = use_look();
    let making = use_command();
    let changing = use_command();
    let shown = use_state(|| None::<String>);
    let (texts, room) = (look.texts(), &props.room);
    use_effect_with((), |()| document::focus(TITLE));
    {
        let shown = shown.clone();
        use_effect_with(making.outcome.clone(), move |outcome| {
            if let Some(Outcome::Link { link }) = outcome {
                shown.set(Some(link.clone()));
                document::focus(TITLE);
            }
        });
    }
    let show = {
        let shown = shown.clone();
        Callback::from(move |link: Option<String>| {
            shown.set(link);
            document::focus(TITLE);
        })
    };
    let on_revoke = {
        let (changing, room) = (changing.clone(), room.room.clone());
        Callback::from(move |link: String| changing.send(Command::RevokeLink { room: room.clone(), link }))
    };
    let pause = |paused: bool| changing.sends(Command::PauseLinks { room: room.room.clone(), paused });
    let problem = making.problem.clone().or(changing.problem.clone());
    let in_front = shown.as_ref().and_then(|id| room.links.iter().find(|link| link.id == *id && link.code.is_some()));
    let lines = room.links.iter().rev().map(|link| {
        let on_show = show.reform(Some);
        html! {
            <Line key={link.id.clone()} room={room.clone()} link={link.clone()} busy={changing.busy} {on_show}
                on_revoke={on_revoke.clone()} />
        }
    });
    html! {
        <aside class="panel links-panel" aria-labelledby="links-title">
            <div class="panel-head">
                <h2 id="links-title" tabindex="-1">{ texts.invite }</h2>
                <button class="quiet" aria-label={texts.close} data-do="close" onclick={props.on_close.clone()}>
                    { icon(Icon::Cross) }
                </button>
            </div>
            if let Some(problem) = problem { <ProblemNote {problem} /> }
            if room.link_rules.paused {
                <p class="note" role="status" data-testid="links-paused">{ texts.links_paused }</p>
            }
            if let Some(link) = in_front {
                <LinkShow key={link.id.clone()} room_name={room.name.clone()} link={link.clone()} />
                <button class="quiet" data-do="show" data-of="" onclick={show.reform(|_: MouseEvent| None)}>
                    { icon(Icon::Back) }{ texts.links_list }
                </button>
            } else {
                if room.can.make_links { <Form room={room.clone()} {making} /> }
                <h3>{ texts.links_list }</h3>
                if room.links.is_empty() { <p class="hint">{ texts.links_none }</p> }
                <ul class="cards">{ for lines }</ul>
                if room.can.pause_links && room.link_rules.paused {
                    <button data-testid="links-resume" disabled={changing.busy} onclick={pause(false)}>
                        { icon(Icon::Door) }{ texts.links_resume }
                    </button>
                } else if room.can.pause_links && !room.links.is_empty() {
                    <button class="quiet" data-testid="links-pause" disabled={changing.busy} onclick={pause(true)}>
                        { icon(Icon::Ban) }{ texts.links_pause }
                    </button>
                }
            }
        </aside>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    room: Rc<RoomView>,
    making: CommandHandle,
}

/// What a new link may do.
#[component]
fn Form(props: &FormProps) -> Html {
    let look = use_look();
    let (texts, FormProps { room, making }) = (look.texts(), props);
    let rules = &room.link_rules;
    let on_make = {
        let (making, room) = (making.clone(), room.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            making.send(make_command(&room));
        })
    };
    let life = |seconds: u32| match seconds {
        0..DAY => count(look.lang(), texts.link_hours, u64::from(seconds.div_ceil(HOUR))),
        _ => count(look.lang(), texts.days, u64::from(seconds / DAY)),
    };
    let uses = |uses: u32| match uses {
        0 => texts.link_any.to_owned(),
        1 => texts.link_once.to_owned(),
        more => fill(texts.link_times, &[&more.to_string()]),
    };
    let option = |value: String, text: String, selected: bool| {
        html! { <option {value} {selected}>{ text }</option> }
    };
    let mut lives: Vec<u32> = LIVES.into_iter().filter(|life| *life <= rules.max_seconds).collect();
    if lives.is_empty() {
        lives.push(rules.max_seconds);
    }
    let roles = rules.roles.iter().map(|role| option(role.clone(), texts.role(role), false));
    let lives = lives.iter().map(|seconds| option(seconds.to_string(), life(*seconds), *seconds == DAY));
    let numbers = USES.into_iter().map(|most| option(most.to_string(), uses(most), most == 1));
    html! {
        <form class="stack" onsubmit={on_make}>
            <p class="hint">{ texts.links_lead }</p>
            if rules.roles.len() > 1 {
                <label for="new-link-role">{ texts.link_role }</label>
                <select id="new-link-role">{ for roles }</select>
            }
            <label for="new-link-life">{ texts.link_life }</label>
            <select id="new-link-life">{ for lives }</select>
            if rules.many_uses {
                <label for="new-link-uses">{ texts.link_uses }</label>
                <select id="new-link-uses">{ for numbers }</select>
            }
            <label for="link-note">{ texts.link_note }</label>
            <input id="link-note" maxlength="200" dir="auto" autocomplete="off" aria-describedby="link-note-hint" />
            <p id="link-note-hint" class="hint">{ texts.link_note_hint }</p>
            <button type="submit" class="primary" data-testid="make-link" disabled={making.busy}>
                { icon(Icon::Link) }{ if making.busy { texts.making } else { texts.link_make } }
            </button>
        </form>
    }
}

fn make_command(room: &RoomView) -> Command {
    let rules = &room.link_rules;
    let chosen = field::value("new-link-role");
    Command::MakeLink {
        room: room.room.clone(),
        role: if chosen.is_empty() { rules.roles.first().cloned().unwrap_or_default() } else { chosen },
        seconds: field::value("new-link-life").parse().unwrap_or(rules.max_seconds),
        max_uses: field::value("new-link-uses").parse().unwrap_or(1),
        note: field::value("link-note").trim().to_owned(),
    }
}

#[derive(PartialEq, Properties)]
struct LineProps {
    room: Rc<RoomView>,
    link: LinkView,
    /// Another link is being changed.
    busy: bool,
    on_show: Callback<String>,
    on_revoke: Callback<String>,
}

/// A link of the list.
#[component]
fn Line(props: &LineProps) -> Html {
    let (look, now) = (use_look(), use_now());
    let sure = use_state(|| false);
    let (texts, LineProps { room, link, busy, on_show, on_revoke }) = (look.texts(), props);
    let over = link.until <= now;
    let until = html! { <Exact at={link.until} /> };
    let used = match &link.uses {
        None => texts.link_unasked.to_owned(),
        Some(uses) if link.max_uses == 0 => fill(texts.link_used_any, &[&uses.used.to_string(), &room.hub]),
        Some(uses) => fill(texts.link_used, &[&uses.used.to_string(), &link.max_uses.to_string(), &room.hub]),
    };
    let used_up = link.max_uses > 0 && link.uses.as_ref().is_some_and(|uses| uses.used >= link.max_uses);
    let joined = link.uses.as_ref().map(|uses| uses.joined.as_slice()).unwrap_or_default();
    let joined = joined.iter().rev().take(LISTED).map(|join| {
        html! {
            <li class="who"><Person user={join.user.clone()} /><span class="hint"><Moment at={join.at} /></span></li>
        }
    });
    let asks = |sure_now: bool| {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(sure_now))
    };
    let revoke = {
        let (sure, on_revoke, id) = (sure.clone(), on_revoke.clone(), link.id.clone());
        Callback::from(move |_: MouseEvent| {
            sure.set(false);
            on_revoke.emit(id.clone());
        })
    };
    let show = {
        let id = link.id.clone();
        on_show.reform(move |_: MouseEvent| id.clone())
    };
    html! {
        <li class="card" data-testid="link">
            if !link.note.is_empty() { <p class="link-note" dir="auto">{ &link.note }</p> }
            <p class="hint">
                { texts.role(&link.role) }{ " · " }
                { rich(if over { texts.link_over } else { texts.link_until }, &[until]) }{ " · " }
                <span data-testid="link-used">{ used }</span>
            </p>
            if used_up { <p class="signed">{ icon(Icon::Check) }<span>{ texts.dead_used_up }</span></p> }
            if joined.len() > 0 {
                <details>
                    <summary>{ texts.link_joined }</summary>
                    <ul class="cards">{ for joined }</ul>
                </details>
            }
            if link.code.is_none() { <p class="hint">{ texts.link_elsewhere }</p> }
            if *sure {
                <div class="confirm" role="group" aria-label={texts.link_revoke}>
                    <p>{ texts.link_revoke_sure }</p>
                    <div class="buttons">
                        <button class="danger" data-testid="revoke-sure" onclick={revoke}>
                            { texts.link_revoke }
                        </button>
                        <button class="quiet" data-testid="revoke-not" onclick={asks(false)}>{ texts.cancel }</button>
                    </div>
                </div>
            } else {
                <div class="buttons">
                    if link.code.is_some() && !over && !used_up {
                        <button data-testid="show-link" onclick={show}>
                            { icon(Icon::Code) }{ texts.link_show }
                        </button>
                    }
                    if room.can.revoke_links {
                        <button class="quiet" data-testid="revoke" disabled={*busy} onclick={asks(true)}>
                            { icon(Icon::Bin) }{ texts.link_revoke }
                        </button>
                    }
                </div>
            }
        </li>
    }
}
