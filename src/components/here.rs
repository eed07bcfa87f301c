//! The strip over a room: who I am here, who knows more than that, and who waits at the door.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{DiscloseTo, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, rich};
use yew::prelude::*;

use super::disclose::may_disclose;
use super::disclosed::told;
use super::moment;
use crate::app::App;
use crate::route::Route;

/// I am in this room under a name made for it.
pub(crate) fn under_pseudonym(room: &RoomView) -> bool {
    room.people.iter().any(|person| person.user == room.me && person.pseudonym) || room.me.contains("/p/")
}

/// The strip. `on_tell` opens the dialog in which I say who I am.
pub(crate) fn strip(app: &App, room: &RoomView, on_tell: &Callback<DiscloseTo>) -> Html {
    let texts = app.member_texts();
    let waiting = app.model.open_requests().filter(|request| request.room == room.room).count() as u64;
    let me = html! { <em>{ display_name(&room.me) }</em> };
    let mine = &room.disclosure.mine;
    let line = match told(texts, mine) {
        Some((whom, who)) => {
            rich(texts.you_here_told, &[me, html! { <em><bdi>{ who }</bdi></em> }, html! { { whom } }])
        }
        None if under_pseudonym(room) => rich(texts.you_here_pseudonym, &[me]),
        None => rich(texts.you_here_account, &[me]),
    };
    let tell = on_tell.reform(|_: Event| DiscloseTo::Room);
    html! {
        <div class="strip">
            <div class="strip-me" data-testid="here">{ figure(&room.me) }<p>{ line }</p></div>
            if let Some(due) = room.disclosure.due {
                <p class="strip-due" role="status">
                    { icon(Icon::Clock) }
                    <span>{ rich(if due > app.now { texts.disclose_due } else { texts.disclose_overdue }, &[moment::moment(app.lang(), app.now, due)]) }</span>
                </p>
            }
            if may_disclose(room) {
                <button class="quiet disclose-button" data-testid="disclose" onclick={tell}>{ icon(Icon::Seal) }{ texts.disclose }</button>
            }
            if waiting > 0 {
                <a href={Route::Requests.path()} class="button strip-waiting">{ icon(Icon::Knock) }{ count(app.lang(), texts.waiting_count, waiting) }</a>
            }
        </div>
    }
}
