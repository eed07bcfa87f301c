//! The strip over a room: who I am here, who knows more than that, and who waits at the door.

use std::rc::Rc;

use doorstep_page_api::view::{DiscloseTo, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{count, rich};
use yew::prelude::*;

use super::disclose::may_disclose;
use super::moment::Moment;
use crate::hooks::{use_engine, use_look, use_now};
use crate::route::Route;
use crate::text::{Texts, account, called, told};

/// I am in this room under a name made for it.
pub(crate) fn under_pseudonym(room: &RoomView) -> bool {
    room.people.iter().any(|person| person.user == room.me && person.pseudonym) || room.me.contains("/p/")
}

/// Properties of [`Strip`].
#[derive(PartialEq, Properties)]
pub(crate) struct StripProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// Opens the dialog in which I say who I am.
    pub(crate) on_tell: Callback<DiscloseTo>,
}

/// The strip.
#[component]
pub(crate) fn Strip(props: &StripProps) -> Html {
    let (engine, look, now) = (use_engine(), use_look(), use_now());
    let (texts, room) = (look.texts(), &props.room);
    let waiting = engine.open_requests().filter(|request| request.room == room.room).count() as u64;
    let me = html! { <em>{ display_name(&room.me) }</em> };
    let line = match told(texts, &room.disclosure.mine) {
        Some((whom, who)) => {
            rich(texts.you_here_told, &[me, html! { <em><bdi>{ who }</bdi></em> }, html! { { whom } }])
        }
        None if under_pseudonym(room) => rich(texts.you_here_pseudonym, &[me]),
        None => rich(texts.you_here_account, &[me]),
    };
    let tell = props.on_tell.reform(|_: MouseEvent| DiscloseTo::Room);
    html! {
        <div class="strip">
            if let Some(user) = &room.with {
                <p class="strip-pair" data-testid="pair">{ icon(Icon::People) }<span>{ pair(texts, room, user) }</span></p>
            }
            <div class="strip-me" data-testid="here">{ figure(&room.me) }<p>{ line }</p></div>
            if let Some(due) = room.disclosure.due {
                <p class="strip-due" role="status">
                    { icon(Icon::Clock) }
                    <span>
                        { rich(if due > now { texts.disclose_due } else { texts.disclose_overdue }, &[html! { <Moment at={due} /> }]) }
                    </span>
                </p>
            }
            if may_disclose(room) {
                <button class="quiet disclose-button" data-testid="disclose" onclick={tell}>
                    { icon(Icon::Seal) }{ texts.disclose }
                </button>
            }
            if waiting > 0 {
                <PageLink to={Route::Requests} class="button strip-waiting">
                    { icon(Icon::Knock) }{ count(look.lang(), texts.waiting_count, waiting) }
                </PageLink>
            }
        </div>
    }
}

/// In a room for two: with whom, and that both have other names here.
fn pair(texts: &Texts, room: &RoomView, user: &str) -> Html {
    let (name, address) = (called(room), account(user));
    let whom = if name == address { name } else { [&name, " (", &address, ")"].concat() };
    rich(texts.pair_here, &[html! { <em><bdi>{ whom }</bdi></em> }])
}
