//! What a room's policy means for a newcomer, in plain sentences.

use std::rc::Rc;

use doorstep_client_api::door::{DisclosurePolicy, Door, Pseudonyms};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::text::{count, fill};
use crate::{Lang, Texts};

/// Properties of [`DoorFacts`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DoorFactsProps {
    /// Language.
    pub lang: Lang,
    /// The room.
    pub door: Rc<Door>,
}

/// The sentences as a list, each with its sign.
#[component]
pub fn DoorFacts(props: &DoorFactsProps) -> Html {
    let items = facts(props.lang, &props.door)
        .into_iter()
        .map(|(sign, text)| html! { <li>{ icon(sign) }<span>{ text }</span></li> });
    html! { <ul class="facts">{ for items }</ul> }
}

fn facts(lang: Lang, door: &Door) -> Vec<(Icon, String)> {
    let words = lang.words();
    let names = match door.pseudonyms {
        Pseudonyms::Optional => words.fact_names_optional,
        Pseudonyms::Required => words.fact_names_required,
        Pseudonyms::Forbidden => words.fact_names_forbidden,
    };
    let account = if door.guests { words.fact_guests } else { words.fact_no_guests };
    let disclosure = match door.disclosure {
        DisclosurePolicy::Optional => words.fact_disclose_optional.to_owned(),
        DisclosurePolicy::Required { grace } => fill(words.fact_disclose_required, &[&span(lang, grace)]),
        DisclosurePolicy::Forbidden => words.fact_disclose_forbidden.to_owned(),
    };
    let mut facts = vec![(Icon::Mask, names.to_owned())];
    if door.pseudonyms != Pseudonyms::Forbidden {
        facts.push((Icon::Seal, disclosure));
    }
    facts.extend([
        (Icon::Person, account.to_owned()),
        (Icon::Lock, fill(words.fact_sealed, &[&door.hub])),
        (Icon::History, words.fact_history.to_owned()),
        (Icon::People, count(lang, words.fact_people, u64::from(door.people))),
        (Icon::House, fill(words.fact_hub, &[&door.hub])),
    ]);
    facts
}

/// A time in days, or in hours where days would be too long.
fn span(lang: Lang, seconds: u32) -> String {
    let words = lang.words();
    let hours = u64::from(seconds).div_ceil(3_600).max(1);
    if hours.is_multiple_of(24) {
        count(lang, Texts::of(lang).days, hours / 24)
    } else {
        count(lang, words.hours, hours)
    }
}
