//! What a room is called. A room for two has no name of its own: it is called as the other is.

use doorstep_page_api::view::{Disclosed, RoomView};

use super::account;
use crate::state::Model;

/// What a room is called.
pub(crate) fn called(room: &RoomView) -> String {
    name(room.with.as_deref(), &room.name, Some(room))
}

/// What the room with this URI is called; `otherwise` if it is no room for two that I am in, or was.
pub(crate) fn called_in(model: &Model, room: &str, otherwise: &str) -> String {
    let with = model.summary(room).and_then(|summary| summary.with.as_deref());
    name(with, otherwise, model.rooms.get(room).map(AsRef::as_ref))
}

/// By the display name that they have proven to me there, or by the address of their account.
fn name(with: Option<&str>, name: &str, room: Option<&RoomView>) -> String {
    let Some(user) = with else { return name.to_owned() };
    let mut proven = room.into_iter().flat_map(|room| &room.people).filter_map(|person| person.disclosed.as_ref());
    proven.find(|proven| proven.user == user).and_then(person_name).unwrap_or_else(|| account(user))
}

/// The display name that somebody has proven to have, if there is anything to see of it. Without marks that turn the
/// direction of writing, by which it could look like another one.
pub(crate) fn person_name(proven: &Disclosed) -> Option<String> {
    let turns =
        |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String = proven.display_name.as_deref()?.chars().filter(|c| !turns(*c) && !c.is_control()).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use doorstep_page_api::view::{Abilities, DisclosedTo, HomeView, LinkRules, Person, RoomDisclosure, RoomSummary};

    use super::*;

    const BOB: &str = "mimi://b.example/u/bob";

    fn room(with: Option<&str>, display_name: Option<&str>) -> RoomView {
        let disclosed = Disclosed {
            user: BOB.into(),
            handle: None,
            display_name: display_name.map(Into::into),
            issuer: "b.example".into(),
            at: 1,
            to: DisclosedTo::Room,
            proven: vec!["account".into()],
        };
        let person = Person {
            user: "mimi://b.example/p/x".into(),
            role: "member".into(),
            pseudonym: true,
            provider: "b.example".into(),
            fingerprint: String::new(),
            admin: false,
            disclosed: Some(disclosed),
            overdue: false,
        };
        RoomView {
            room: "mimi://b.example/r/x".into(),
            name: "Club".into(),
            description: String::new(),
            hub: "b.example".into(),
            me: "mimi://a.example/p/y".into(),
            people: vec![person],
            messages: Vec::new(),
            older: false,
            can: Abilities::default(),
            ended: None,
            epoch: 1,
            links: Vec::new(),
            link_rules: LinkRules::default(),
            disclosure: RoomDisclosure::default(),
            peers: Vec::new(),
            knocks_unread: false,
            with: with.map(Into::into),
        }
    }

    #[test]
    fn a_room_for_two_is_called_as_the_other_is() {
        assert_eq!(called(&room(None, Some("Bob Hale"))), "Club");
        assert_eq!(called(&room(Some(BOB), None)), "bob@b.example");
        assert_eq!(called(&room(Some(BOB), Some(" "))), "bob@b.example");
        assert_eq!(called(&room(Some(BOB), Some("Bob Hale"))), "Bob Hale");
        assert_eq!(called(&room(Some(BOB), Some("\u{202e}elaH boB\n"))), "elaH boB");
        assert_eq!(called(&room(Some(BOB), Some("\u{200f}"))), "bob@b.example");
        assert_eq!(called(&room(Some("mimi://c.example/u/carol"), Some("Bob Hale"))), "carol@c.example");
    }

    #[test]
    fn also_before_one_has_looked_into_it() {
        let summary = RoomSummary {
            room: "mimi://b.example/r/x".into(),
            name: String::new(),
            unread: 0,
            last: None,
            at: 1,
            requests: 0,
            ended: None,
            with: Some(BOB.into()),
        };
        let home = HomeView { rooms: vec![summary], ..HomeView::default() };
        let mut model = Model { home: Some(Rc::new(home)), ..Model::default() };
        assert_eq!(called_in(&model, "mimi://b.example/r/x", ""), "bob@b.example");
        assert_eq!(called_in(&model, "mimi://b.example/r/y", "Club"), "Club");
        model.rooms.insert("mimi://b.example/r/x".into(), Rc::new(room(Some(BOB), Some("Bob Hale"))));
        assert_eq!(called_in(&model, "mimi://b.example/r/x", ""), "Bob Hale");
    }
}
