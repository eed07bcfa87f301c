//! What is to be known of other providers in a room: whom what is said does not reach, and whose keys have changed.

use doorstep_client_api::view::{Command, PeerTrouble, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::rich;
use yew::prelude::*;

use super::moment::moment;
use crate::app::App;

/// A line for each. What somebody never gets stands at the messages.
pub(crate) fn peer_notes(app: &App, room: &RoomView) -> Html {
    let texts = app.member_texts();
    let lines = room.peers.iter().map(|note| {
        let (name, sign, text) = match note.what {
            PeerTrouble::Missed => return Html::default(),
            PeerTrouble::Waiting => ("waiting", Icon::Clock, texts.peer_waiting),
            PeerTrouble::HubAway => ("away", Icon::Clock, texts.offline),
            PeerTrouble::NewKeys => ("keys", Icon::Warning, texts.peer_keys),
        };
        let provider = html! { <bdi>{ &note.provider }</bdi> };
        let text = rich(text, &[provider, moment(app.lang(), app.now, note.since)]);
        let read = app.sends(Command::KeysRead { provider: note.provider.clone() });
        html! {
            <div class="bar" data-testid="peer-note" data-what={name}>
                { icon(sign) }<p>{ text }</p>
                if note.what == PeerTrouble::NewKeys { <button class="quiet" onclick={read}>{ texts.understood }</button> }
            </div>
        }
    });
    html! { <div role="status">{ for lines }</div> }
}
