//! Reading a page's data from JSON that the browser has parsed already. The derived way would bring a visitor of every
//! field the types have; this is a tenth of it.

use super::{DisclosurePolicy, Door, House, ListedRoom, PageData, Pseudonyms, WayIn};

/// A JSON value, wherever it is kept.
pub trait Json: Sized {
    /// A member of an object; none also for `null`.
    fn member(&self, name: &str) -> Option<Self>;
    /// The items of an array.
    fn items(&self) -> Option<Vec<Self>>;
    /// A string.
    fn text(&self) -> Option<String>;
    /// A number; what is not a whole one is rounded.
    fn number(&self) -> Option<u64>;
    /// True or false.
    fn truth(&self) -> Option<bool>;
}

fn text<J: Json>(json: &J, name: &str) -> Option<String> {
    json.member(name)?.text()
}

fn truth<J: Json>(json: &J, name: &str) -> Option<bool> {
    json.member(name)?.truth()
}

fn number<J: Json>(json: &J, name: &str) -> Option<u64> {
    json.member(name)?.number()
}

fn small<J: Json>(json: &J, name: &str) -> Option<u32> {
    number(json, name)?.try_into().ok()
}

fn each<J: Json, T>(json: &J, name: &str, read: fn(&J) -> Option<T>) -> Option<Vec<T>> {
    json.member(name)?.items()?.iter().map(read).collect()
}

impl PageData {
    /// The data of a page. None: of another version.
    pub fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(house) = json.member("House") {
            return House::read(&house).map(Self::House);
        }
        if let Some(house) = json.member("NoRoom") {
            return House::read(&house).map(Self::NoRoom);
        }
        let both = json.member("Door")?.items()?;
        Some(Self::Door(House::read(both.first()?)?, Door::read(both.get(1)?)?))
    }
}

impl House {
    /// What a provider says of itself. None: of another version.
    pub fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            domain: text(json, "domain")?,
            name: text(json, "name")?,
            rooms: each(json, "rooms", ListedRoom::read)?,
            sign_up: truth(json, "sign_up")?,
            guests: truth(json, "guests")?,
        })
    }
}

impl ListedRoom {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            slug: text(json, "slug")?,
            name: text(json, "name")?,
            summary: text(json, "summary")?,
            way_in: way_in(json)?,
            people: small(json, "people")?,
        })
    }
}

impl Door {
    /// The public face of a room. None: of another version.
    pub fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            room: text(json, "room")?,
            slug: text(json, "slug")?,
            hub: text(json, "hub")?,
            name: text(json, "name")?,
            description: text(json, "description")?,
            subject: text(json, "subject")?,
            way_in: way_in(json)?,
            knock_room: text(json, "knock_room"),
            pseudonyms: match text(json, "pseudonyms")?.as_str() {
                "Optional" => Pseudonyms::Optional,
                "Required" => Pseudonyms::Required,
                "Forbidden" => Pseudonyms::Forbidden,
                _ => return None,
            },
            disclosure: disclosure(json)?,
            people: small(json, "people")?,
            moderators: each(json, "moderators", J::text)?,
            guests: truth(json, "guests")?,
            noindex: truth(json, "noindex")?,
            tells_outcome: truth(json, "tells_outcome")?,
            knock_lifetime: number(json, "knock_lifetime")?,
        })
    }
}

fn disclosure<J: Json>(json: &J) -> Option<DisclosurePolicy> {
    let rule = json.member("disclosure")?;
    if let Some(required) = rule.member("Required") {
        return Some(DisclosurePolicy::Required { grace: small(&required, "grace")? });
    }
    Some(match rule.text()?.as_str() {
        "Optional" => DisclosurePolicy::Optional,
        "Forbidden" => DisclosurePolicy::Forbidden,
        _ => return None,
    })
}

fn way_in<J: Json>(json: &J) -> Option<WayIn> {
    Some(match text(json, "way_in")?.as_str() {
        "Open" => WayIn::Open,
        "Knock" => WayIn::Knock,
        "LinkOnly" => WayIn::LinkOnly,
        "Closed" => WayIn::Closed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    impl Json for Value {
        fn member(&self, name: &str) -> Option<Self> {
            self.get(name).filter(|value| !value.is_null()).cloned()
        }

        fn items(&self) -> Option<Vec<Self>> {
            self.as_array().cloned()
        }

        fn text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }

        fn number(&self) -> Option<u64> {
            self.as_u64()
        }

        fn truth(&self) -> Option<bool> {
            self.as_bool()
        }
    }

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

    /// Every value of every choice, so that a name that is written differently than it is read shows.
    #[test]
    fn what_serde_writes_is_read() {
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
            let json = serde_json::to_value(&data).expect("JSON");
            assert_eq!(PageData::read(&json), Some(data));
        }
    }

    #[test]
    fn what_lacks_something_is_not_read() {
        let mut json = serde_json::to_value(house(WayIn::Open)).expect("JSON");
        assert!(House::read(&json).is_some());
        json["rooms"][0]["way_in"] = "Chimney".into();
        assert_eq!(House::read(&json), None);
        assert_eq!(House::read(&Value::Null), None);
    }
}
