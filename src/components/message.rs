//! One message of a chat, with what can be done with it.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{ChatBody, ChatMessage, Delivery, Disclosed, PeerNote, PeerTrouble, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::markup::{all, classes};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::disclosed::mark;
use super::moment::clock;
use crate::app::App;
use crate::services::document;
use crate::text::{MemberTexts, Sentences};

/// Reactions one click away.
const REACTIONS: [&str; 6] = ["👍", "❤️", "😄", "🎉", "😮", "🙏"];

/// What somebody wants to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Open or close its buttons.
    Menu,
    /// Answer it.
    Reply,
    /// React; empty: take the own reaction back.
    React(String),
    /// Change its text.
    Edit,
    /// Delete it.
    Delete,
    /// Show it to the hub.
    Report,
}

/// A message and what stands around it.
pub(crate) struct Shown<'a> {
    /// The message.
    pub(crate) message: &'a ChatMessage,
    /// The room.
    pub(crate) room: &'a RoomView,
    /// The one before is by the same person: no name again.
    pub(crate) follows: bool,
    /// Its buttons are shown.
    pub(crate) menu: bool,
    /// Who its author has proven to be.
    pub(crate) known: Option<&'a Disclosed>,
    /// Called with the message's id.
    pub(crate) on_wish: &'a Callback<(String, Wish)>,
}

/// One message.
pub(crate) fn message(app: &App, shown: &Shown<'_>) -> Html {
    let texts = app.member_texts();
    let &Shown { message, room, follows, menu, known, on_wish } = shown;
    let (me, can) = (&room.me, room.can);
    let mine = message.from == *me;
    let name = display_name(&message.from);
    let wish = |wish: Wish| wishes(on_wish, message, wish);
    let body = match &message.body {
        ChatBody::Text(text) => html! { <div class="said" dir="auto">{ with_links(text) }</div> },
        ChatBody::Deleted => html! { <p class="said gone">{ texts.message_deleted }</p> },
        ChatBody::Unknown(kind) => html! { <p class="said gone">{ fill(texts.message_unknown, &[kind]) }</p> },
        ChatBody::Happened(_) => Html::default(),
    };
    let alive = matches!(message.body, ChatBody::Text(_)) && message.delivery == Delivery::Sent;
    html! {
        <li key={message.id.clone()} id={["m-", &message.id].concat()} tabindex="-1" data-testid="message" data-delivery={delivery_word(&message.delivery)} class={["message", if mine { " mine" } else { "" }, if follows { " follows" } else { "" }].concat()}>
            <div class="message-figure">if !follows { { figure(&message.from) } }</div>
            <div class="message-body">
                <p class={classes("message-head", follows, "unseen")}>
                    <bdi class="message-name">{ if mine { fill(texts.you_as, &[&name]) } else { name.clone() } }</bdi>
                    if let Some(known) = known { { mark(texts, known) } }
                    { clock(app.lang(), message.at) }
                </p>
                if let Some((id, from, text)) = &message.reply_to {
                    <button class="quoted" onclick={let id = ["m-", id].concat(); Callback::from(move |_: Event| document::show(&id))}>
                        <span class="unseen">{ texts.reply_to }</span>
                        <strong>{ display_name(from) }</strong>{ " " }<span dir="auto">{ text }</span>
                    </button>
                }
                <div class="message-line">
                    { body }
                    if alive {
                        <button class="more quiet" aria-expanded={menu.to_string()} aria-label={fill(texts.message_actions, &[&name])} onclick={wish(Wish::Menu)}>
                            { icon(Icon::More) }
                        </button>
                    }
                </div>
                <p class="message-foot">
                    if message.edited { <span>{ texts.edited }</span> }
                    { delivery(&message.delivery, texts) }
                    if mine { { missed(room, message.at, texts) } }
                </p>
                { reactions(message, me, on_wish) }
                if menu && alive {
                    <div class="menu" role="group" aria-label={fill(texts.message_actions, &[&name])}>
                        if can.react {
                            <div class="faces">
                                { for REACTIONS.iter().map(|face| html! {
                                    <button class="quiet face" aria-label={fill(texts.react_with, &[face])} onclick={wish(Wish::React((*face).to_owned()))}>{ *face }</button>
                                }) }
                            </div>
                        }
                        if can.reply { <button class="quiet" onclick={wish(Wish::Reply)}>{ icon(Icon::Reply) }{ texts.reply }</button> }
                        if mine && can.send {
                            <button class="quiet" onclick={wish(Wish::Edit)}>{ icon(Icon::Pencil) }{ texts.edit }</button>
                            <button class="quiet" onclick={wish(Wish::Delete)}>{ icon(Icon::Bin) }{ texts.delete }</button>
                        }
                        if !mine && message.reportable {
                            <button class="quiet" data-testid="report" onclick={wish(Wish::Report)}>{ icon(Icon::Warning) }{ texts.report }</button>
                        }
                    </div>
                }
            </div>
        </li>
    }
}

fn delivery_word(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Pending => "pending",
        Delivery::Sent => "sent",
        Delivery::Failed(_) => "failed",
    }
}

fn delivery(delivery: &Delivery, texts: &MemberTexts) -> Html {
    match delivery {
        Delivery::Sent => Html::default(),
        Delivery::Pending => signed("signed", Icon::Clock, texts.sending),
        Delivery::Failed(problem) => {
            signed("signed failed", Icon::Warning, &[texts.not_sent, " ", &texts.problem(problem)].concat())
        }
    }
}

fn signed(class: &'static str, sign: Icon, text: &str) -> Html {
    html! { <span class={class}>{ icon(sign) }<span>{ text }</span></span> }
}

/// Whom what was said at this time never reaches.
fn missed(room: &RoomView, at: u64, texts: &MemberTexts) -> Html {
    let here = |note: &&PeerNote| note.what == PeerTrouble::Missed && note.since <= at && at <= note.until;
    let who: Vec<&str> = room.peers.iter().filter(here).map(|note| note.provider.as_str()).collect();
    if who.is_empty() {
        return Html::default();
    }
    signed("signed failed", Icon::Warning, &fill(texts.peer_missed, &[&who.join(", ")]))
}

fn wishes(on_wish: &Callback<(String, Wish)>, message: &ChatMessage, wish: Wish) -> Callback<Event> {
    let (on_wish, id) = (on_wish.clone(), message.id.clone());
    Callback::from(move |_: Event| on_wish.emit((id.clone(), wish.clone())))
}

fn reactions(message: &ChatMessage, me: &str, on_wish: &Callback<(String, Wish)>) -> Html {
    if message.reactions.is_empty() {
        return Html::default();
    }
    let chips = message.reactions.iter().map(|(face, users)| {
        let mine = users.iter().any(|user| user == me);
        let names = users.iter().map(|user| display_name(user)).collect::<Vec<_>>().join(", ");
        let again = if mine { String::new() } else { face.clone() };
        let onclick = wishes(on_wish, message, Wish::React(again));
        html! {
            <button class="chip" aria-pressed={mine.to_string()} aria-label={[face, " ", &names].concat()} title={names.clone()} {onclick}>
                <span>{ face }</span><span>{ users.len() }</span>
            </button>
        }
    });
    html! { <div class="chips">{ for chips }</div> }
}

/// Text with its web addresses as links. They lead out of the house, so the other side learns nothing of where from.
fn with_links(text: &str) -> Html {
    let words = text.split_inclusive(char::is_whitespace).map(|piece| {
        let word = piece.trim_end();
        let space = piece.get(word.len()..).unwrap_or_default();
        if word.starts_with("https://") || word.starts_with("http://") {
            html! { <><a href={word.to_owned()} target="_blank" rel="noreferrer noopener nofollow">{ word }</a>{ space }</> }
        } else {
            html! { { piece } }
        }
    });
    all(words)
}
