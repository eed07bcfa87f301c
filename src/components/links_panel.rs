//! The join links of a room: making, showing, counting, taking away, pausing.

use std::rc::Rc;

use doorstep_client_api::view::{Command, LinkView, Outcome, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::person::person;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::link_show::link_show;
use super::moment::{exact, moment};
use super::problem;
use crate::app::{App, Asked};
use crate::piece::{Here, piece};
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

/// Whether somebody has anything to do with links in a room.
pub(crate) fn concerns(room: &RoomView) -> bool {
    let can = room.can;
    room.ended.is_none() && (can.make_links || can.revoke_links || can.pause_links) && !room.link_rules.roles.is_empty()
}

/// The join links of a room, as a piece of its own. `on_close`: close the panel.
pub(crate) fn links_panel(app: &App, room: &Rc<RoomView>, on_close: Callback<Event>) -> Html {
    let (app, room) = (app.clone(), room.clone());
    piece("links", move |here| draw(here, &app, &room, &on_close))
}

fn draw(here: &Here, app: &App, room: &Rc<RoomView>, on_close: &Callback<Event>) -> Html {
    let making = Asked::named(here, app, "making");
    let changing = Asked::named(here, app, "changing");
    let shown = here.state("shown", || None::<String>);
    let going = here.state("going", || None::<String>);
    here.when_changed("opened", (), || document::focus("#links-title"));
    here.when_changed("made", making.outcome.clone(), {
        let (shown, outcome) = (shown.clone(), making.outcome.clone());
        move || {
            if let Some(Outcome::Link { link }) = outcome {
                shown.set(Some(link));
                document::focus("#links-title");
            }
        }
    });
    let texts = app.member_texts();
    let on_make = {
        let (app, making, room) = (app.clone(), making.clone(), room.clone());
        Callback::from(move |event: Event| {
            event.prevent_default();
            making.send(&app, make_command(&room));
        })
    };
    let on_click = {
        let (app, changing, close, uri) = (app.clone(), changing.clone(), on_close.clone(), room.room.clone());
        let (shown, going) = (shown.clone(), going.clone());
        Callback::from(move |event: Event| {
            let Some((wish, link)) = field::wish(&event) else { return };
            let room = uri.clone();
            match wish.as_str() {
                "close" => close.emit(event),
                "show" => {
                    shown.set((!link.is_empty()).then_some(link));
                    document::focus("#links-title");
                }
                "revoke" => going.set((!link.is_empty()).then_some(link)),
                "revoke-sure" => {
                    going.set(None);
                    shown.set(None);
                    changing.send(&app, Command::RevokeLink { room, link });
                }
                "pause" => changing.send(&app, Command::PauseLinks { room, paused: true }),
                "resume" => changing.send(&app, Command::PauseLinks { room, paused: false }),
                _ => {}
            }
        })
    };
    let in_front = shown.as_ref().and_then(|id| room.links.iter().find(|link| link.id == *id && link.code.is_some()));
    html! {
        <aside class="panel links-panel" aria-labelledby="links-title" onclick={on_click}>
            <div class="panel-head">
                <h2 id="links-title" tabindex="-1">{ texts.invite }</h2>
                <button class="quiet" aria-label={texts.close} data-do="close">{ icon(Icon::Cross) }</button>
            </div>
            if let Some(problem) = making.problem.as_ref().or(changing.problem.as_ref()) { { problem::problem(texts, problem) } }
            if room.link_rules.paused {
                <p class="note" role="status" data-testid="links-paused">{ texts.links_paused }</p>
            }
            if let Some(link) = in_front {
                { link_show(app, room, link) }
                <button class="quiet" data-do="show" data-of="">{ icon(Icon::Back) }{ texts.links_list }</button>
            } else {
                if room.can.make_links { { form(app, room, on_make, making.busy) } }
                <h3>{ texts.links_list }</h3>
                if room.links.is_empty() { <p class="hint">{ texts.links_none }</p> }
                <ul class="cards">{ for room.links.iter().rev().map(|link| line(app, room, link, (*going).as_ref() == Some(&link.id), changing.busy)) }</ul>
                if room.can.pause_links {
                    if room.link_rules.paused {
                        <button data-do="resume" data-testid="links-resume" disabled={changing.busy}>{ icon(Icon::Door) }{ texts.links_resume }</button>
                    } else if !room.links.is_empty() {
                        <button class="quiet" data-do="pause" data-testid="links-pause" disabled={changing.busy}>{ icon(Icon::Ban) }{ texts.links_pause }</button>
                    }
                }
            }
        </aside>
    }
}

fn make_command(room: &RoomView) -> Command {
    let rules = &room.link_rules;
    let chosen = field::value("link-role");
    Command::MakeLink {
        room: room.room.clone(),
        role: if chosen.is_empty() { rules.roles.first().cloned().unwrap_or_default() } else { chosen },
        seconds: field::value("link-life").parse().unwrap_or(rules.max_seconds),
        max_uses: field::value("link-uses").parse().unwrap_or(1),
        note: field::value("link-note").trim().to_owned(),
    }
}

fn form(app: &App, room: &RoomView, on_make: Callback<Event>, busy: bool) -> Html {
    let texts = app.member_texts();
    let rules = &room.link_rules;
    let life = |seconds: u32| match seconds {
        0..DAY => count(app.lang(), texts.link_hours, u64::from(seconds.div_ceil(HOUR))),
        _ => count(app.lang(), texts.days, u64::from(seconds / DAY)),
    };
    let uses = |uses: u32| match uses {
        0 => texts.link_any.to_owned(),
        1 => texts.link_once.to_owned(),
        more => fill(texts.link_times, &[&more.to_string()]),
    };
    let option = |value: String, text: String, selected: bool| {
        html! { <option value={value} selected={selected}>{ text }</option> }
    };
    let mut lives: Vec<u32> = LIVES.into_iter().filter(|life| *life <= rules.max_seconds).collect();
    if lives.is_empty() {
        lives.push(rules.max_seconds);
    }
    html! {
        <form class="stack" onsubmit={on_make}>
            <p class="hint">{ texts.links_lead }</p>
            if rules.roles.len() > 1 {
                <label for="link-role">{ texts.link_role }</label>
                <select id="link-role">{ for rules.roles.iter().map(|role| option(role.clone(), texts.role(role), false)) }</select>
            }
            <label for="link-life">{ texts.link_life }</label>
            <select id="link-life">{ for lives.iter().map(|seconds| option(seconds.to_string(), life(*seconds), *seconds == DAY)) }</select>
            if rules.many_uses {
                <label for="link-uses">{ texts.link_uses }</label>
                <select id="link-uses">{ for USES.into_iter().map(|most| option(most.to_string(), uses(most), most == 1)) }</select>
            }
            <label for="link-note">{ texts.link_note }</label>
            <input id="link-note" maxlength="200" dir="auto" autocomplete="off" aria-describedby="link-note-hint" />
            <p id="link-note-hint" class="hint">{ texts.link_note_hint }</p>
            <button type="submit" class="primary" data-testid="make-link" disabled={busy}>
                { icon(Icon::Link) }{ if busy { texts.making } else { texts.link_make } }
            </button>
        </form>
    }
}

fn line(app: &App, room: &RoomView, link: &LinkView, going: bool, busy: bool) -> Html {
    let texts = app.member_texts();
    let over = link.until <= app.now;
    let until = html! { { exact(app.lang(), link.until) } };
    let used = match &link.uses {
        None => texts.link_unasked.to_owned(),
        Some(uses) if link.max_uses == 0 => fill(texts.link_used_any, &[&uses.used.to_string(), &room.hub]),
        Some(uses) => fill(texts.link_used, &[&uses.used.to_string(), &link.max_uses.to_string(), &room.hub]),
    };
    let used_up = link.max_uses > 0 && link.uses.as_ref().is_some_and(|uses| uses.used >= link.max_uses);
    let joined = link.uses.as_ref().map(|uses| uses.joined.as_slice()).unwrap_or_default();
    html! {
        <li class="card" data-testid="link">
            if !link.note.is_empty() { <p class="link-note" dir="auto">{ &link.note }</p> }
            <p class="hint">
                { texts.role(&link.role) }{ " · " }
                { rich(if over { texts.link_over } else { texts.link_until }, &[until]) }{ " · " }
                <span data-testid="link-used">{ used }</span>
            </p>
            if used_up { <p class="signed">{ icon(Icon::Check) }<span>{ texts.dead_used_up }</span></p> }
            if !joined.is_empty() {
                <details>
                    <summary>{ texts.link_joined }</summary>
                    <ul class="cards">{ for joined.iter().rev().take(LISTED).map(|join| html! {
                        <li class="who">{ person(&join.user) }<span class="hint">{ moment(app.lang(), app.now, join.at) }</span></li>
                    }) }</ul>
                </details>
            }
            if link.code.is_none() { <p class="hint">{ texts.link_elsewhere }</p> }
            if going {
                <div class="confirm" role="group" aria-label={texts.link_revoke}>
                    <p>{ texts.link_revoke_sure }</p>
                    <div class="buttons">
                        <button class="danger" data-do="revoke-sure" data-of={link.id.clone()} data-testid="revoke-sure">{ texts.link_revoke }</button>
                        <button class="quiet" data-do="revoke" data-of="">{ texts.cancel }</button>
                    </div>
                </div>
            } else {
                <div class="buttons">
                    if link.code.is_some() && !over && !used_up {
                        <button data-do="show" data-of={link.id.clone()} data-testid="show-link">{ icon(Icon::Code) }{ texts.link_show }</button>
                    }
                    if room.can.revoke_links {
                        <button class="quiet" data-do="revoke" data-of={link.id.clone()} data-testid="revoke" disabled={busy}>{ icon(Icon::Bin) }{ texts.link_revoke }</button>
                    }
                </div>
            }
        </li>
    }
}
