//! The public face of a room. In JSON it goes from the hub to other providers and to browsers; the page of a room and its
//! policy are made of the same.

use serde::{Deserialize, Serialize};

/// The public face of a room, as its hub tells it. Everything in it is derived from the room's own state
/// (`app_data_dictionary`), so that page and policy cannot disagree. A private room and an unknown room have no door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Room URI, `mimi://a.example/r/clubhouse`.
    pub room: String,
    /// Last path segment of the room URI; the page is `/r/{slug}`.
    pub slug: String,
    /// Domain of the hub.
    pub hub: String,
    /// Room name as its members set it.
    pub name: String,
    /// Plain text description, may be empty. Lines are separated by `\n`.
    pub description: String,
    /// What the room talks about at the moment, may be empty.
    pub subject: String,
    /// How a newcomer gets in.
    pub way_in: WayIn,
    /// Knock room URI (0x8D48 of the room), present iff `way_in` is [`WayIn::Knock`].
    pub knock_room: Option<String>,
    /// What the room says about pseudonyms.
    pub pseudonyms: Pseudonyms,
    /// What it says about telling inside who one is; a knock can carry it unless it is forbidden.
    #[serde(default)]
    pub disclosure: DisclosurePolicy,
    /// How many people are in the list (banned ones not counted).
    pub people: u32,
    /// Who reads a knock: user URIs of the moderators that carry a knock sealing key. Empty: cannot be knocked at now.
    pub moderators: Vec<String>,
    /// Visitors without an account may come in.
    pub guests: bool,
    /// Search engines are asked to stay out.
    pub noindex: bool,
    /// A declined knocker hears of it. `false`: the room never answers with a no, and the page says so before.
    pub tells_outcome: bool,
    /// Seconds a sent knock can be answered (earliest KeyPackage end less 28 days, protocol L 10).
    pub knock_lifetime: u64,
}

/// How a newcomer gets into a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WayIn {
    /// Role 0 has canOpenJoin.
    Open,
    /// Role 0 has canKnock and the room names a knock room.
    Knock,
    /// Role 0 has canUseJoinCode only.
    LinkOnly,
    /// Nobody can come in by themselves at the moment.
    Closed,
}

/// Pseudonym policy in the page's terms (component 0x8D40).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pseudonyms {
    /// Account or pseudonym, as each likes.
    Optional,
    /// Everybody is under a pseudonym.
    Required,
    /// Accounts only.
    Forbidden,
}

/// Whether people say inside a room who they are (component 0x8D40).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DisclosurePolicy {
    /// As each likes.
    #[default]
    Optional,
    /// Everybody has to. The hub cannot see whether somebody did: the admins remove who does not.
    Required {
        /// Time for it after coming in, seconds.
        grace: u32,
    },
    /// Nobody does; a disclosure is shown to nobody.
    Forbidden,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of docs/PROTOCOL.md has every member, under its name.
    #[test]
    fn the_protocol_page_shows_a_door() {
        let page = include_str!("../../../../docs/PROTOCOL.md");
        let blocks = page.split("```json\n").skip(1).filter_map(|rest| rest.split_once("```"));
        let block = blocks.map(|(block, _)| block).find(|block| block.contains("\"way_in\"")).unwrap();
        let door: Door = serde_json::from_str(block).unwrap();
        assert_eq!(serde_json::to_value(&door).unwrap(), serde_json::from_str::<serde_json::Value>(block).unwrap());
        assert_eq!((door.way_in, door.pseudonyms), (WayIn::Knock, Pseudonyms::Required));
        assert_eq!(door.disclosure, DisclosurePolicy::Required { grace: 86_400 });
    }
}
