//! One message of a chat, with what can be done with it.

use std::rc::Rc;

use doorstep_page_api::view::{
    Abilities, Change, ChatBody, ChatMessage, Delivery, Disclosed, PeerNote, PeerTrouble, RoomView,
};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::text::{fill, rich};
use linkify::{LinkFinder, LinkKind};
use yew::prelude::*;

use super::moment::Clock;
use super::proof::ProvenMark;
use crate::hooks::use_look;
use crate::text::{Sentences, Texts};

/// Reactions one click away.
const REACTIONS: [&str; 6] = ["👍", "❤️", "😄", "🎉", "😮", "🙏"];

/// What somebody wants to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Open or close its buttons.
    Menu,
    /// See the message that it answers, by its id.
    Show(String),
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
    /// Look where its invitation leads.
    Look,
    /// Send it again that was refused, or make the change again that was.
    Again,
    /// Take it away, or forget the change.
    Drop,
}

/// Properties of [`Message`].
#[derive(PartialEq, Properties)]
pub(crate) struct MessageProps {
    /// The message.
    pub(crate) message: ChatMessage,
    /// My name in the room.
    pub(crate) me: AttrValue,
    /// What I may do there.
    pub(crate) can: Abilities,
    /// Providers that never get it.
    pub(crate) missed: AttrValue,
    /// The one before is by the same person: no name again.
    pub(crate) follows: bool,
    /// Its buttons are shown.
    pub(crate) menu: bool,
    /// Who its author has proven to be.
    pub(crate) known: Option<Disclosed>,
    /// Called with the message's id.
    pub(crate) on_wish: Callback<(String, Wish)>,
}

/// One message. It is drawn again only when something about it changed, however long the chat is.
#[component]
pub(crate) fn Message(props: &MessageProps) -> Html {
    let look = use_look();
    let (texts, MessageProps { message, menu, follows, .. }) = (look.texts(), props);
    let mine = message.from == props.me.as_str();
    let name = display_name(&message.from);
    let alive = matches!(message.body, ChatBody::Text(_)) && message.delivery == Delivery::Sent;
    let actions = fill(texts.message_actions, &[&name]);
    html! {
        <li id={["m-", &message.id].concat()} tabindex="-1" data-testid="message"
            data-delivery={delivery_word(&message.delivery)}
            class={classes!("message", mine.then_some("mine"), follows.then_some("follows"))}>
            <div class="message-figure">if !follows { { figure(&message.from) } }</div>
            <div class="message-body">
                <p class={classes!("message-head", follows.then_some("unseen"))}>
                    <bdi class="message-name">{ if mine { fill(texts.you_as, &[&name]) } else { name } }</bdi>
                    if let Some(disclosed) = props.known.clone() { <ProvenMark {disclosed} /> }
                    <Clock at={message.at} />
                </p>
                { quoted(texts, message, &props.on_wish) }
                <div class="message-line">
                    { body(texts, props, mine) }
                    if alive {
                        <button class="more quiet" aria-expanded={menu.to_string()} aria-label={actions}
                            onclick={wishes(&props.on_wish, message, Wish::Menu)}>
                            { icon(Icon::More) }
                        </button>
                    }
                </div>
                <p class="message-foot">
                    if message.edited { <span>{ texts.edited }</span> }
                    { delivery(&message.delivery, texts) }
                    if mine && !props.missed.is_empty() {
                        { signed("signed failed", Icon::Warning, fill(texts.peer_missed, &[&props.missed])) }
                    }
                </p>
                if let Delivery::Failed(_) = message.delivery { { again(texts, props) } }
                { refused(texts, props) }
                { reactions(message, &props.me, &props.on_wish) }
                if *menu && alive {
                    <Menu message={message.clone()} {mine} can={props.can} on_wish={props.on_wish.clone()} />
                }
            </div>
        </li>
    }
}

/// Providers that what was said at this time never reaches, as a list.
pub(crate) fn missed(room: &Rc<RoomView>, at: u64) -> String {
    let here = |note: &&PeerNote| note.what == PeerTrouble::Missed && note.since <= at && at <= note.until;
    let who: Vec<&str> = room.peers.iter().filter(here).map(|note| note.provider.as_str()).collect();
    who.join(", ")
}

fn body(texts: &Texts, MessageProps { message, on_wish, .. }: &MessageProps, mine: bool) -> Html {
    match &message.body {
        ChatBody::Text(text) => html! { <div class="said" dir="auto">{ with_links(text) }</div> },
        ChatBody::Deleted => html! { <p class="said gone">{ texts.message_deleted }</p> },
        ChatBody::Unknown(kind) => html! { <p class="said gone">{ fill(texts.message_unknown, &[kind]) }</p> },
        ChatBody::Invite { name, room, .. } => {
            let name = if name.trim().is_empty() { room } else { name };
            let name = html! { <bdi>{ name }</bdi> };
            if mine {
                return html! { <p class="said gone" data-testid="invited">{ rich(texts.invited_by_me, &[name]) }</p> };
            }
            html! {
                <div class="card invite" data-testid="invite-card">
                    <p class="eyebrow">{ texts.invite_title }</p>
                    <p class="invite-name">{ name }</p>
                    <p class="hint"><code dir="ltr">{ room }</code></p>
                    <div class="buttons">
                        <button class="primary" data-testid="invite-look" onclick={wishes(on_wish, message, Wish::Look)}>
                            { icon(Icon::Door) }{ texts.invite_look }
                        </button>
                    </div>
                </div>
            }
        }
        ChatBody::Happened(_) => Html::default(),
    }
}

/// What it answers.
fn quoted(texts: &Texts, message: &ChatMessage, on_wish: &Callback<(String, Wish)>) -> Html {
    let Some((id, from, text)) = &message.reply_to else { return Html::default() };
    if from.is_empty() {
        return html! {
            <p class="quoted"><span class="unseen">{ texts.reply_to }</span>{ " " }{ texts.said_before_me }</p>
        };
    }
    html! {
        <button class="quoted" data-testid="quoted" onclick={wishes(on_wish, message, Wish::Show(id.clone()))}>
            <span class="unseen">{ texts.reply_to }</span>
            <strong>{ display_name(from) }</strong>{ " " }<span dir="auto">{ text }</span>
        </button>
    }
}

#[derive(PartialEq, Properties)]
struct MenuProps {
    message: ChatMessage,
    mine: bool,
    can: Abilities,
    on_wish: Callback<(String, Wish)>,
}

/// What can be done with a message.
#[component]
fn Menu(props: &MenuProps) -> Html {
    let look = use_look();
    let (texts, MenuProps { message, mine, can, on_wish }) = (look.texts(), props);
    let wish = |wish: Wish| wishes(on_wish, message, wish);
    let faces = REACTIONS.iter().map(|face| {
        html! {
            <button class="quiet face" aria-label={fill(texts.react_with, &[face])}
                onclick={wish(Wish::React((*face).to_owned()))}>{ *face }</button>
        }
    });
    html! {
        <div class="menu" role="group" aria-label={fill(texts.message_actions, &[&display_name(&message.from)])}>
            if can.react { <div class="faces">{ for faces }</div> }
            if can.reply {
                <button class="quiet" onclick={wish(Wish::Reply)}>{ icon(Icon::Reply) }{ texts.reply }</button>
            }
            if *mine && can.send {
                <button class="quiet" onclick={wish(Wish::Edit)}>{ icon(Icon::Pencil) }{ texts.edit }</button>
                <button class="quiet" onclick={wish(Wish::Delete)}>{ icon(Icon::Bin) }{ texts.delete }</button>
            }
            if !mine && message.reportable {
                <button class="quiet" data-testid="report" onclick={wish(Wish::Report)}>
                    { icon(Icon::Warning) }{ texts.report }
                </button>
            }
        </div>
    }
}

fn delivery_word(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Pending => "pending",
        Delivery::Sent => "sent",
        Delivery::Failed(_) => "failed",
    }
}

fn delivery(delivery: &Delivery, texts: &Texts) -> Html {
    match delivery {
        Delivery::Sent => Html::default(),
        Delivery::Pending => signed("signed", Icon::Clock, texts.sending.to_owned()),
        Delivery::Failed(problem) => {
            signed("signed failed", Icon::Warning, [texts.not_sent, " ", &texts.problem(problem)].concat())
        }
    }
}

/// A change that was refused: what it was, why, and what can be done.
fn refused(texts: &Texts, props: &MessageProps) -> Html {
    let Some((change, problem)) = &props.message.refused else { return Html::default() };
    let (what, wanted) = match change {
        Change::Text(text) => (texts.change_not_made, text.as_str()),
        Change::Delete => (texts.delete_not_made, ""),
        Change::React(face) if face.is_empty() => (texts.reaction_not_back, ""),
        Change::React(face) => (texts.reaction_not_sent, face.as_str()),
    };
    html! {
        <div class="refused" role="status" data-testid="refused">
            { signed("signed failed", Icon::Warning, [what, " ", &texts.problem(problem)].concat()) }
            if !wanted.is_empty() { <blockquote dir="auto">{ wanted.to_owned() }</blockquote> }
            { again(texts, props) }
        </div>
    }
}

fn again(texts: &Texts, MessageProps { message, can, on_wish, .. }: &MessageProps) -> Html {
    html! {
        <div class="buttons again">
            if can.send {
                <button class="quiet" data-testid="send-again" onclick={wishes(on_wish, message, Wish::Again)}>
                    { icon(Icon::Again) }{ texts.send_again }
                </button>
            }
            <button class="quiet" data-testid="drop-refused" onclick={wishes(on_wish, message, Wish::Drop)}>
                { icon(Icon::Bin) }{ texts.drop_refused }
            </button>
        </div>
    }
}

fn signed(class: &'static str, sign: Icon, text: String) -> Html {
    html! { <span {class}>{ icon(sign) }<span>{ text }</span></span> }
}

fn wishes(on_wish: &Callback<(String, Wish)>, message: &ChatMessage, wish: Wish) -> Callback<MouseEvent> {
    let id = message.id.clone();
    on_wish.reform(move |_: MouseEvent| (id.clone(), wish.clone()))
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
            <button class="chip" key={face.clone()} aria-pressed={mine.to_string()}
                aria-label={[face, " ", &names].concat()} title={names.clone()} {onclick}>
                <span>{ face }</span><span>{ users.len() }</span>
            </button>
        }
    });
    html! { <div class="chips">{ for chips }</div> }
}

/// Text with its web addresses as links. They lead out of the house, so the other side learns nothing of where from. What
/// stands between two of them is one text: read out in one go, and translated as a whole.
fn with_links(text: &str) -> Html {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let pieces = finder.spans(text).map(|span| {
        let piece = span.as_str();
        if span.kind().is_some() && is_web(piece) {
            html! {
                <a href={piece.to_owned()} target="_blank" rel="noreferrer noopener nofollow">{ piece }</a>
            }
        } else {
            html! { { piece } }
        }
    });
    html! { <>{ for pieces }</> }
}

/// An address of the web. Other schemes open other programs, which nobody asked for.
fn is_web(address: &str) -> bool {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}
