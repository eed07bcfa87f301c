//! What is to be known of other providers in a room: whom what is said does not reach, and whose keys have changed. And that
//! its knocks cannot be read here.

use std::rc::Rc;

use doorstep_page_api::view::{Command, PeerTrouble, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::rich;
use yew::prelude::*;

use super::moment::Moment;
use crate::hooks::{use_engine, use_look};

/// Properties of [`PeerNotes`].
#[derive(PartialEq, Properties)]
pub(crate) struct PeerNotesProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
}

/// A line for each. What somebody never gets stands at the messages.
#[component]
pub(crate) fn PeerNotes(props: &PeerNotesProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    let lines = props.room.peers.iter().map(|note| {
        let (name, sign, text) = match note.what {
            PeerTrouble::Missed => return Html::default(),
            PeerTrouble::Waiting => ("waiting", Icon::Clock, texts.peer_waiting),
            PeerTrouble::HubAway => ("away", Icon::Clock, texts.offline),
            PeerTrouble::NewKeys => ("keys", Icon::Warning, texts.peer_keys),
        };
        let (provider, since) = (html! { <bdi>{ &note.provider }</bdi> }, html! { <Moment at={note.since} /> });
        let read = engine.sends(Command::KeysRead { provider: note.provider.clone() });
        html! {
            <div class="bar" data-testid="peer-note" data-what={name}>
                { icon(sign) }<p>{ rich(text, &[provider, since]) }</p>
                if note.what == PeerTrouble::NewKeys {
                    <button class="quiet" onclick={read}>{ texts.understood }</button>
                }
            </div>
        }
    });
    html! {
        <div role="status">
            { for lines }
            if props.room.knocks_unread {
                <div class="bar" data-testid="peer-note" data-what="knocks">
                    { icon(Icon::Clock) }<p>{ texts.knocks_unread }</p>
                </div>
            }
        </div>
    }
}
