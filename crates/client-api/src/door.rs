//! What anybody may read before showing up: what a provider says of itself and of a room, and how a document carries
//! it.

pub use doorstep_wire::ext::door::{DisclosurePolicy, Door, Pseudonyms, WayIn};
use serde::{Deserialize, Serialize};

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
