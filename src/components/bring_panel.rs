//! In a room for two: bringing the other into another room, by an invitation that stands in the chat.

use std::rc::Rc;

use doorstep_page_api::view::{Command, RoomSummary, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::rich;
use yew::prelude::*;

use super::problem_note::ProblemNote;
use crate::hooks::{Engine, use_command, use_engine, use_look};
use crate::services::{document, field};
use crate::text::called;

/// Properties of [`BringPanel`].
#[derive(PartialEq, Properties)]
pub(crate) struct BringPanelProps {
    /// The room for two.
    pub(crate) room: Rc<RoomView>,
    /// Close the panel.
    pub(crate) on_close: Callback<MouseEvent>,
}

/// Which room it shall be.
#[component]
pub(crate) fn BringPanel(props: &BringPanelProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let asked = use_command();
    let chosen = use_state(|| None::<String>);
    let (texts, room) = (look.texts(), &props.room);
    use_effect_with((), |()| document::focus("#bring-title"));
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| chosen.set(Some(field::text(&event))))
    };
    let onsubmit = {
        let (asked, chosen, to) = (asked.clone(), chosen.clone(), room.room.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(room) = &*chosen {
                asked.send(Command::InviteInto { to: to.clone(), room: room.clone() });
            }
        })
    };
    let rooms: Vec<&RoomSummary> =
        engine.home.iter().flat_map(|home| &home.rooms).filter(|other| may_invite(&engine, other)).collect();
    let choices = rooms.iter().enumerate().map(|(at, other)| {
        let id = format!("bring-{at}");
        html! {
            <div class="choice" key={other.room.clone()}>
                <input type="radio" name="bring" value={other.room.clone()} id={id.clone()} data-testid="bring-room"
                    checked={chosen.as_ref() == Some(&other.room)} />
                <label for={id} dir="auto">{ &other.name }</label>
            </div>
        }
    });
    let done = asked.outcome.is_some();
    let whom = html! { <bdi>{ called(room) }</bdi> };
    html! {
        <aside class="panel" aria-labelledby="bring-title">
            <div class="panel-head">
                <h2 id="bring-title" tabindex="-1">{ texts.bring }</h2>
                <button class="quiet" aria-label={texts.close} onclick={props.on_close.clone()}>{ icon(Icon::Cross) }</button>
            </div>
            if rooms.is_empty() {
                <p>{ texts.bring_none }</p>
            } else {
                <form class="stack" {onsubmit}>
                    <p class="hint">{ rich(texts.bring_lead, &[whom]) }</p>
                    <fieldset {onchange}>
                        <legend>{ texts.bring_which }</legend>
                        { for choices }
                    </fieldset>
                    if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
                    <div class="buttons">
                        <button type="submit" class="primary" data-testid="bring-send" disabled={asked.busy || chosen.is_none()}>
                            { icon(Icon::Send) }{ texts.invite }
                        </button>
                    </div>
                    <p role="status" class="hint" data-testid="bring-done" data-done={done.to_string()}>
                        { if done { texts.bring_done } else if asked.busy { texts.sending } else { "" } }
                    </p>
                </form>
            }
        </aside>
    }
}

/// A room of several people in which I am. Whether I may make links there is known of those I have looked into; of the
/// others the engine says so.
fn may_invite(engine: &Engine, room: &RoomSummary) -> bool {
    let knows = engine.rooms.get(&room.room);
    let may = knows.is_none_or(|room| room.can.make_links && !room.link_rules.roles.is_empty());
    room.with.is_none() && room.ended.is_none() && may
}
