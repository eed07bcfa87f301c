//! What a room's policy means for a newcomer, in plain sentences.

use doorstep_client_api::door::{Door, Pseudonyms};
use yew::prelude::*;

use crate::Lang;
use crate::html;
use crate::icon::{Icon, icon};
use crate::text::{count, fill};

/// The sentences, each with its sign.
pub fn facts(lang: Lang, door: &Door) -> Vec<(Icon, String)> {
    let words = lang.words();
    let names = match door.pseudonyms {
        Pseudonyms::Optional => words.fact_names_optional,
        Pseudonyms::Required => words.fact_names_required,
        Pseudonyms::Forbidden => words.fact_names_forbidden,
    };
    let account = if door.guests { words.fact_guests } else { words.fact_no_guests };
    vec![
        (Icon::Mask, names.to_owned()),
        (Icon::Person, account.to_owned()),
        (Icon::Lock, fill(words.fact_sealed, &[&door.hub])),
        (Icon::History, words.fact_history.to_owned()),
        (Icon::People, count(lang, words.fact_people, u64::from(door.people))),
        (Icon::House, fill(words.fact_hub, &[&door.hub])),
    ]
}

/// The sentences as a list.
pub fn fact_list(lang: Lang, door: &Door) -> Html {
    let items =
        facts(lang, door).into_iter().map(|(sign, text)| html! { <li>{ icon(sign) }<span>{ text }</span></li> });
    html! { <ul class="facts">{ for items }</ul> }
}
