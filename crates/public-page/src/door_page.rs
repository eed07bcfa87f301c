//! The public page of a room.

use std::rc::Rc;

use doorstep_client_api::door::{Door, WayIn};
use yew::prelude::*;

use crate::Lang;
use crate::door_facts::DoorFacts;
use crate::icon::{Icon, icon};
use crate::moderators::Moderators;
use crate::text::{count, fill};

/// Properties of [`DoorPage`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DoorPageProps {
    /// Language.
    pub lang: Lang,
    /// The room.
    pub door: Rc<Door>,
    /// How to get in: the app puts a live form or the state of a knock here, the server the quiet form in the same size.
    #[prop_or_default]
    pub children: Html,
}

/// The public page of a room: what it is, how to get in, who reads a knock, what its rules mean.
#[component]
pub fn DoorPage(props: &DoorPageProps) -> Html {
    let DoorPageProps { lang, door, children } = props;
    let (lang, words) = (*lang, lang.words());
    let lines = door.description.lines().filter(|line| !line.trim().is_empty());
    html! {
        <article class="door letter">
            <header>
                <p class="eyebrow">{ fill(words.room_on, &[&door.hub]) }</p>
                <h1 tabindex="-1" dir="auto">{ &door.name }</h1>
                if !door.subject.is_empty() {
                    <p class="subject" dir="auto">{ fill(words.subject, &[&door.subject]) }</p>
                }
                <p class="marks">
                    <span class="mark">{ icon(way_icon(door.way_in)) }{ way_text(lang, door.way_in) }</span>
                    <span class="mark">{ icon(Icon::People) }{ count(lang, words.people, u64::from(door.people)) }</span>
                </p>
            </header>
            if !door.description.is_empty() {
                <section aria-labelledby="about">
                    <h2 id="about" class="unseen">{ words.about }</h2>
                    { for lines.map(|line| html! { <p dir="auto">{ line }</p> }) }
                </section>
            }
            { children.clone() }
            if door.way_in == WayIn::Knock {
                <Moderators {lang} door={door.clone()} />
            }
            <section aria-labelledby="facts">
                <h2 id="facts">{ words.good_to_know }</h2>
                <DoorFacts {lang} door={door.clone()} />
            </section>
        </article>
    }
}

/// Properties of [`NoWayIn`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NoWayInProps {
    /// Language.
    pub lang: Lang,
    /// The way in.
    pub way: WayIn,
}

/// A way in that nobody can take from here: a title and a sentence.
#[component]
pub fn NoWayIn(props: &NoWayInProps) -> Html {
    let words = props.lang.words();
    let (title, lead) = match props.way {
        WayIn::LinkOnly => (words.link_title, words.link_lead),
        _ => (words.closed_title, words.closed_lead),
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ title }</h2>
            <p>{ lead }</p>
        </section>
    }
}

/// The sign of a way in.
pub fn way_icon(way: WayIn) -> Icon {
    match way {
        WayIn::Open => Icon::Door,
        WayIn::Knock => Icon::Knock,
        WayIn::LinkOnly => Icon::Lock,
        WayIn::Closed => Icon::Ban,
    }
}

/// The few words for a way in.
pub fn way_text(lang: Lang, way: WayIn) -> &'static str {
    let words = lang.words();
    match way {
        WayIn::Open => words.way_open,
        WayIn::Knock => words.way_knock,
        WayIn::LinkOnly => words.way_link,
        WayIn::Closed => words.way_closed,
    }
}
