//! What a room shows to strangers: the data of its public page.

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

/// A line of the list on the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRoom {
    /// Page is `/r/{slug}`.
    pub slug: String,
    /// Room name.
    pub name: String,
    /// First line of the description, may be empty.
    pub summary: String,
    /// How a newcomer gets in.
    pub way_in: WayIn,
    /// People in it.
    pub people: u32,
}

/// What a provider says of itself: the data of `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// Provider domain, `a.example`.
    pub domain: String,
    /// What the operator calls it; the domain when nothing was configured.
    pub name: String,
    /// Rooms that allow to be listed, by name.
    pub rooms: Vec<ListedRoom>,
    /// New accounts can be made.
    pub sign_up: bool,
    /// Visitors may knock and join without an account.
    pub guests: bool,
}

/// What a page document carries for the app that takes it over: `<script type="application/json" id="doorstep-data">`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "a document has one of it")]
pub enum PageData {
    /// The home page.
    House(House),
    /// A room's public page.
    Door(House, Door),
    /// An unknown or private room.
    NoRoom(House),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(way_in: WayIn) -> House {
        let room = ListedRoom { slug: "r".into(), name: "R".into(), summary: "s".into(), way_in, people: 3 };
        House { domain: "a.example".into(), name: "A".into(), rooms: vec![room], sign_up: true, guests: false }
    }

    fn door(way_in: WayIn, pseudonyms: Pseudonyms, knock_room: Option<String>) -> Door {
        Door {
            room: "mimi://a.example/r/r".into(),
            slug: "r".into(),
            hub: "a.example".into(),
            name: "R".into(),
            description: "d\ne".into(),
            subject: "now".into(),
            way_in,
            knock_room,
            pseudonyms,
            disclosure: DisclosurePolicy::Optional,
            people: 7,
            moderators: vec!["mimi://a.example/p/1".into(), "mimi://a.example/u/b".into()],
            guests: true,
            noindex: false,
            tells_outcome: true,
            knock_lifetime: 2_592_000,
        }
    }

    /// Every value of every choice.
    #[test]
    fn what_a_document_carries_is_read() {
        let ways = [WayIn::Open, WayIn::Knock, WayIn::LinkOnly, WayIn::Closed];
        let names = [Pseudonyms::Optional, Pseudonyms::Required, Pseudonyms::Forbidden];
        let mut all = Vec::new();
        for way in ways {
            all.extend([PageData::House(house(way)), PageData::NoRoom(house(way))]);
            for pseudonyms in names {
                for knock_room in [None, Some("mimi://a.example/r/k".to_owned())] {
                    all.push(PageData::Door(house(way), door(way, pseudonyms, knock_room)));
                }
                for disclosure in [DisclosurePolicy::Required { grace: 3600 }, DisclosurePolicy::Forbidden] {
                    all.push(PageData::Door(house(way), Door { disclosure, ..door(way, pseudonyms, None) }));
                }
            }
        }
        for data in all {
            let json = serde_json::to_string(&data).expect("JSON");
            assert_eq!(serde_json::from_str::<PageData>(&json).ok(), Some(data));
        }
    }

    /// A page of a former version reads what this one writes: names and order stay.
    #[test]
    fn the_data_of_a_document_is_written_so() {
        let disclosure = DisclosurePolicy::Required { grace: 3600 };
        let door = Door { disclosure, ..door(WayIn::Knock, Pseudonyms::Optional, None) };
        let json = concat!(
            r#"{"Door":[{"domain":"a.example","name":"A","rooms":[{"slug":"r","name":"R","summary":"s","#,
            r#""way_in":"LinkOnly","people":3}],"sign_up":true,"guests":false},{"room":"mimi://a.example/r/r","#,
            r#""slug":"r","hub":"a.example","name":"R","description":"d\ne","subject":"now","way_in":"Knock","#,
            r#""knock_room":null,"pseudonyms":"Optional","disclosure":{"Required":{"grace":3600}},"people":7,"#,
            r#""moderators":["mimi://a.example/p/1","mimi://a.example/u/b"],"guests":true,"noindex":false,"#,
            r#""tells_outcome":true,"knock_lifetime":2592000}]}"#,
        );
        let data = PageData::Door(house(WayIn::LinkOnly), door);
        assert_eq!(serde_json::to_string(&data).expect("JSON"), json);
        assert_eq!(serde_json::from_str::<PageData>(json).expect("data"), data);
    }

    #[test]
    fn what_lacks_something_is_not_read() {
        let mut json = serde_json::to_value(house(WayIn::Open)).expect("JSON");
        assert!(House::deserialize(&json).is_ok());
        json["rooms"][0]["way_in"] = "Chimney".into();
        assert!(House::deserialize(&json).is_err());
        json["rooms"][0].as_object_mut().expect("a room").remove("way_in");
        assert!(House::deserialize(&json).is_err());
        assert!(House::deserialize(&serde_json::Value::Null).is_err());
    }
}
