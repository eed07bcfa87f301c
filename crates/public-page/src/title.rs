//! Titles and descriptions of documents, for browsers, search engines and link previews.

use doorstep_client_api::door::{Door, House, PageData, WayIn};

use crate::Lang;
use crate::text::fill;

/// `<title>` of a document.
pub fn title(lang: Lang, data: &PageData) -> String {
    match data {
        PageData::House(house) => house.name.clone(),
        PageData::Door(house, door) => door_title(house, door),
        PageData::NoRoom(house) => format!("{} · {}", lang.words().none_title, house.name),
    }
}

/// `<title>` of a room's public page.
pub fn door_title(house: &House, door: &Door) -> String {
    format!("{} · {}", door.name, house.name)
}

/// The sentence a link preview shows.
pub fn description(lang: Lang, data: &PageData) -> String {
    let words = lang.words();
    match data {
        PageData::House(house) => fill(words.describe_house, &[&house.domain]),
        PageData::Door(_, door) => {
            let first = door.description.lines().find(|line| !line.trim().is_empty());
            let template = if door.way_in == WayIn::Knock { words.describe_knock } else { words.describe_open };
            first.map_or_else(|| fill(template, &[&door.name, &door.hub]), |line| line.chars().take(200).collect())
        }
        PageData::NoRoom(_) => words.none_lead.to_owned(),
    }
}
