//! `/rooms/{room}`: the chat.

use std::rc::Rc;

use doorstep_page_api::view::{ChatBody, ChatMessage, Command, DiscloseTo, LinkText, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::fill;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::components::bring_panel::BringPanel;
use crate::components::composer::Composer;
use crate::components::disclose::Disclose;
use crate::components::invite_look::InviteLook;
use crate::components::links_panel::{self, LinksPanel};
use crate::components::loading::Loading;
use crate::components::log::Log;
use crate::components::message::Wish;
use crate::components::peer_notes::PeerNotes;
use crate::components::people_panel::PeoplePanel;
use crate::components::problem_note::ProblemNote;
use crate::components::report::Report;
use crate::components::strip::{Strip, under_pseudonym};
use crate::hooks::{Purpose, use_command, use_engine, use_form, use_go, use_look, use_served, use_title};
use crate::route::Route;
use crate::services::{document, shelf};
use crate::text::{called, room_end};

/// Properties of [`Chat`].
#[derive(PartialEq, Properties)]
pub(crate) struct ChatProps {
    /// What the address says: the slug of a room of this provider, or a whole room URI.
    pub(crate) room_key: AttrValue,
}

/// The chat of a room.
#[component]
pub(crate) fn Chat(props: &ChatProps) -> Html {
    let (engine, served) = (use_engine(), use_served());
    let route = Route::Room { key: props.room_key.to_string() };
    let uri = route.room_uri(&served.house.domain).unwrap_or_default();
    let room = engine.rooms.get(&uri).cloned();
    use_title(&room.as_ref().map(|room| called(room)).unwrap_or_default());
    match room {
        Some(room) => html! { <Room {room} /> },
        None => html! { <Missing {route} /> },
    }
}

/// What the composer is about, by the ids of messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
enum About {
    #[default]
    Nothing,
    Answering(String),
    Changing(String),
}

/// What is open beside the chat.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Nothing,
    People,
    Links,
    Bring,
}

#[derive(PartialEq, Properties)]
struct RoomProps {
    room: Rc<RoomView>,
}

/// A room I am in, or was.
#[component]
fn Room(props: &RoomProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let room = &props.room;
    let about = use_form(AttrValue::from(["about.", &room.room].concat()), About::default);
    let side = use_state(|| Side::Nothing);
    // How often a dialog was opened, so that each time it begins anew, and for whom.
    let telling = use_state(|| (0_u64, DiscloseTo::Room));
    let reporting = use_state(|| (0_u64, None::<ChatMessage>));
    let looking = use_state(|| (0_u64, None::<LinkText>));
    let texts = look.texts();
    let on_wish = {
        let (engine, room, about) = (engine.clone(), room.clone(), about.clone());
        let (reporting, looking) = (reporting.clone(), looking.clone());
        Callback::from(move |(id, wish): (String, Wish)| {
            let uri = room.room.clone();
            match wish {
                Wish::Menu | Wish::Show(_) => {}
                Wish::React(reaction) => {
                    engine.send(Command::React { room: uri, message: id, reaction });
                }
                Wish::Again => {
                    engine.send(Command::SendAgain { room: uri, message: id });
                }
                Wish::Drop => {
                    engine.send(Command::DropRefused { room: uri, message: id });
                }
                Wish::Delete => {
                    engine.send(Command::Edit { room: uri, message: id, text: String::new() });
                }
                Wish::Report => {
                    let message = room.messages.iter().find(|message| message.id == id).cloned();
                    reporting.set((reporting.0 + 1, message));
                }
                Wish::Look => {
                    let said = room.messages.iter().find(|message| message.id == id).map(|message| &message.body);
                    if let Some(ChatBody::Invite { link, .. }) = said {
                        looking.set((looking.0 + 1, Some(link.clone())));
                    }
                }
                Wish::Reply => {
                    about.set(About::Answering(id));
                    document::focus("#composer-text");
                }
                Wish::Edit => {
                    about.set(About::Changing(id));
                    document::focus_later("#composer-text");
                }
            }
        })
    };
    let on_about = {
        let about = about.clone();
        Callback::from(move |next| about.set(next))
    };
    let invites = links_panel::concerns(room);
    let brings = room.with.is_some() && room.ended.is_none() && room.can.send;
    let (people, links) = (*side == Side::People, *side == Side::Links && invites);
    let bring = *side == Side::Bring && brings;
    // Opens a panel, or closes it if it is open; what is focused then.
    let turn = |to: Side, focus: &'static str| {
        let side = side.clone();
        Callback::from(move |_: MouseEvent| {
            side.set(if *side == to { Side::Nothing } else { to });
            document::focus(focus);
        })
    };
    let on_tell = {
        let telling = telling.clone();
        Callback::from(move |to: DiscloseTo| telling.set((telling.0 + 1, to)))
    };
    let panel = if people {
        html! { <PeoplePanel room={room.clone()} on_close={turn(Side::People, ".people-button")} on_tell={on_tell.clone()} /> }
    } else if links {
        html! { <LinksPanel room={room.clone()} on_close={turn(Side::Links, ".invite-button")} /> }
    } else if bring {
        html! { <BringPanel room={room.clone()} on_close={turn(Side::Bring, ".bring-button")} /> }
    } else {
        Html::default()
    };
    html! {
        <div class={classes!("chat", (people || links || bring).then_some("chat-panel"))}>
            <div class="chat-main">
                <header class="chat-head">
                    <PageLink to={Route::Rooms} class="button quiet back">
                        { icon(Icon::Back) }<span class="unseen">{ texts.rooms }</span>
                    </PageLink>
                    <h1 tabindex="-1" dir="auto">{ called(room) }</h1>
                    if brings {
                        <button class="quiet invite-button bring-button" data-testid="bring" aria-expanded={bring.to_string()}
                            onclick={turn(Side::Bring, "")}>
                            { icon(Icon::Door) }<span>{ texts.bring }</span>
                        </button>
                    }
                    if invites {
                        <button class="quiet invite-button" data-testid="invite" aria-expanded={links.to_string()}
                            onclick={turn(Side::Links, "")}>
                            { icon(Icon::Link) }<span>{ texts.invite }</span>
                        </button>
                    }
                    <button class="quiet people-button" data-testid="people" aria-expanded={people.to_string()}
                        onclick={turn(Side::People, "")}>
                        { icon(Icon::People) }<span>{ room.people.len() }</span><span class="unseen">{ texts.people }</span>
                    </button>
                </header>
                <Strip room={room.clone()} on_tell={on_tell} />
                <PeerNotes room={room.clone()} />
                <Log room={room.clone()} {on_wish} />
                <Foot room={room.clone()} about={(*about).clone()} {on_about} />
            </div>
            { panel }
            if telling.0 > 0 {
                <Disclose key={telling.0.to_string()} room={room.clone()} to={telling.1.clone()} />
            }
            if let (time, Some(message)) = &*reporting {
                <Report key={time.to_string()} room={room.clone()} message={message.clone()} />
            }
            if let (time, Some(link)) = &*looking {
                <InviteLook key={time.to_string()} link={link.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct FootProps {
    room: Rc<RoomView>,
    about: About,
    on_about: Callback<About>,
}

/// Where something is written, or why nothing can be.
#[component]
fn Foot(props: &FootProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let (texts, FootProps { room, about, on_about }) = (look.texts(), props);
    if let Some(end) = room.ended {
        return html! {
            <div class="chat-over">
                <p role="status">{ icon(Icon::Ban) }<span>{ room_end(texts, end) }</span></p>
                <Forgetting room={room.room.clone()} />
            </div>
        };
    }
    if !room.can.send {
        return html! { <p class="chat-over">{ icon(Icon::Info) }<span>{ texts.only_read }</span></p> };
    }
    let heard = room.people.iter().any(|person| person.user != room.me);
    let on_send = {
        let (engine, uri, about, on_about) = (engine.clone(), room.room.clone(), about.clone(), on_about.clone());
        Callback::from(move |text: String| {
            let room = uri.clone();
            if heard {
                shelf::set_spoken(&room);
            }
            engine.send(match &about {
                About::Changing(message) => Command::Edit { room, message: message.clone(), text },
                About::Answering(message) => Command::Send { room, text, reply_to: Some(message.clone()) },
                About::Nothing => Command::Send { room, text, reply_to: None },
            });
            on_about.emit(About::Nothing);
        })
    };
    let on_cancel = on_about.reform(|()| About::Nothing);
    let text_of = |id: &String| {
        let message = room.messages.iter().find(|message| message.id == *id)?;
        match &message.body {
            ChatBody::Text(text) => Some((message.from.clone(), text.clone())),
            _ => None,
        }
    };
    let message = (Purpose::Message, room.room.clone(), String::new());
    let ((purpose, place, start), said) = match about {
        About::Nothing => (message, None),
        About::Answering(id) => {
            let said = text_of(id).map(|(from, text)| fill(texts.answering_to, &[&display_name(&from), &text]));
            (message, said)
        }
        About::Changing(id) => match text_of(id) {
            Some((_, text)) => ((Purpose::Edit, id.clone(), text), Some(texts.changing.to_owned())),
            None => (message, None),
        },
    };
    // What is said under a new name says it to everybody: asked once in every room.
    let first = heard && under_pseudonym(room) && !shelf::spoken(&room.room);
    let first = first.then(|| AttrValue::from(display_name(&room.me)));
    html! {
        <Composer key={place.clone()} {purpose} place={place.clone()} {start} about={said.map(AttrValue::from)} {first} {on_cancel} {on_send} />
    }
}

#[derive(PartialEq, Properties)]
struct ForgettingProps {
    room: String,
}

/// Takes a room that is over from the list, with all that was said in it; asked back once.
#[component]
fn Forgetting(props: &ForgettingProps) -> Html {
    let (look, asked, go) = (use_look(), use_command(), use_go());
    let sure = use_state(|| false);
    let texts = look.texts();
    use_effect_with(asked.outcome.is_some(), move |done| {
        if *done {
            go.emit(Route::Rooms);
        }
    });
    let asks = |sure_now: bool| {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(sure_now))
    };
    if !*sure {
        return html! {
            <button class="quiet" data-testid="forget-room" onclick={asks(true)}>{ icon(Icon::Bin) }{ texts.forget_room }</button>
        };
    }
    html! {
        <div class="confirm" role="group" aria-label={texts.forget_room}>
            <p>{ texts.forget_room_sure }</p>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                <button class="danger" disabled={asked.busy}
                    onclick={asked.sends(Command::ForgetRoom { room: props.room.clone() })}>
                    { texts.forget_room }
                </button>
                <button class="quiet" onclick={asks(false)}>{ texts.cancel }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct MissingProps {
    route: Route,
}

/// The room is not there (yet).
#[component]
fn Missing(props: &MissingProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let texts = look.texts();
    let uri = props.route.room_uri(&served.house.domain).unwrap_or_default();
    let coming = engine.is_active() && (engine.home.is_none() || engine.summary(&uri).is_some());
    let own = match &props.route {
        Route::Room { key } if !key.contains("://") => Some(Route::Door { slug: key.clone() }),
        _ => None,
    };
    html! {
        <div class="letter">
            if coming {
                <Loading />
            } else {
                <h1 tabindex="-1">{ texts.not_in_title }</h1>
                <p>{ texts.not_in }</p>
                <div class="buttons">
                    if let Some(to) = own {
                        <PageLink {to} class="button primary">{ icon(Icon::Door) }{ texts.to_door }</PageLink>
                    }
                    <PageLink to={Route::Rooms} class="button quiet">{ texts.rooms }</PageLink>
                </div>
            }
        </div>
    }
}
