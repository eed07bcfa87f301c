//! Who knows who I am, in words.

use doorstep_page_api::view::{Delivery, DiscloseTo, Me, MyDisclosure, RoomView};
use doorstep_public_page::naming::display_name;

use super::Texts;

/// An account's URI as people write it: `alice@a.example`. What is no account stays as it is.
pub(crate) fn account(user: &str) -> String {
    let parts = user.strip_prefix("mimi://").and_then(|rest| rest.split_once("/u/"));
    parts.map_or_else(|| user.to_owned(), |(domain, handle)| [handle, "@", domain].concat())
}

/// My own account, if I have one.
pub(crate) fn own_account(me: Option<&Me>) -> Option<String> {
    let me = me?;
    Some([me.handle.as_ref()?, "@", &me.provider].concat())
}

/// To whom I said it, to be put into “You told {0} …”.
pub(crate) fn target(texts: &Texts, to: &DiscloseTo) -> String {
    match to {
        DiscloseTo::Room => texts.to_all.to_owned(),
        DiscloseTo::Admins => texts.to_moderators.to_owned(),
        DiscloseTo::Member(user) => display_name(user),
    }
}

/// Whom I have told in a room, and what my account is; none if nobody knows.
pub(crate) fn told(texts: &Texts, mine: &[MyDisclosure]) -> Option<(String, String)> {
    let said = || mine.iter().filter(|told| !matches!(told.delivery, Delivery::Failed(_)));
    let user = account(&said().next()?.user);
    if said().any(|told| told.to == DiscloseTo::Room) {
        return Some((texts.to_all.to_owned(), user));
    }
    let mut names: Vec<String> = Vec::new();
    for name in said().map(|told| target(texts, &told.to)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some((names.join(", "), user))
}

/// How many people besides me would read what I say to somebody in a room.
pub(crate) fn readers(room: &RoomView, to: &DiscloseTo) -> u64 {
    let others = room.people.iter().filter(|person| person.user != room.me && person.role != "banned");
    let count = others.filter(|person| match to {
        DiscloseTo::Room => true,
        DiscloseTo::Admins => person.admin,
        DiscloseTo::Member(user) => person.user == *user,
    });
    count.count() as u64
}

#[cfg(test)]
mod tests {
    use doorstep_page_api::view::{Claims, Person, Problem, Refusal};
    use doorstep_public_page::Lang;

    use super::*;

    const HARBOUR: &str = "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427";

    fn mine(to: DiscloseTo, delivery: Delivery) -> MyDisclosure {
        MyDisclosure {
            id: "1".into(),
            room: "mimi://a.example/r/club".into(),
            room_name: "Club".into(),
            hub: "a.example".into(),
            pseudonym: HARBOUR.into(),
            user: "mimi://b.example/u/alice".into(),
            to,
            claims: Claims::default(),
            readers: 1,
            in_knock: false,
            at: 1,
            delivery,
        }
    }

    fn person(user: &str, role: &str, admin: bool) -> Person {
        Person {
            user: user.into(),
            role: role.into(),
            pseudonym: true,
            provider: "a.example".into(),
            fingerprint: String::new(),
            admin,
            disclosed: None,
            overdue: false,
        }
    }

    #[test]
    fn an_account_is_written_as_people_write_it() {
        assert_eq!(account("mimi://b.example/u/alice"), "alice@b.example");
        assert_eq!(account(HARBOUR), HARBOUR);
    }

    #[test]
    fn whom_i_told_is_said_once_and_everybody_includes_the_others() {
        let texts = Texts::of(Lang::En);
        let user = "alice@b.example".to_owned();
        let member = || mine(DiscloseTo::Member(HARBOUR.into()), Delivery::Sent);
        let admins = || mine(DiscloseTo::Admins, Delivery::Pending);
        assert_eq!(told(texts, &[]), None);
        assert_eq!(told(texts, &[mine(DiscloseTo::Room, Delivery::Failed(Problem::new(Refusal::Internal)))]), None);
        let names = format!("{}, {}", texts.to_moderators, display_name(HARBOUR));
        assert_eq!(told(texts, &[admins(), member(), member()]), Some((names, user.clone())));
        let all = [member(), mine(DiscloseTo::Room, Delivery::Sent)];
        assert_eq!(told(texts, &all), Some((texts.to_all.to_owned(), user)));
    }

    #[test]
    fn readers_are_counted_without_me_and_without_those_who_are_kept_out() {
        let me = "mimi://a.example/p/me";
        let people = vec![
            person(me, "admin", true),
            person("mimi://a.example/p/x", "admin", true),
            person("mimi://a.example/p/y", "member", false),
            person("mimi://a.example/p/z", "banned", false),
        ];
        let room = RoomView {
            room: "mimi://a.example/r/club".into(),
            name: "Club".into(),
            description: String::new(),
            hub: "a.example".into(),
            me: me.into(),
            people,
            older: false,
            messages: Vec::new(),
            can: doorstep_page_api::view::Abilities::default(),
            ended: None,
            epoch: 1,
            links: Vec::new(),
            link_rules: doorstep_page_api::view::LinkRules::default(),
            disclosure: doorstep_page_api::view::RoomDisclosure::default(),
            peers: Vec::new(),
            knocks_unread: false,
            with: None,
        };
        assert_eq!(readers(&room, &DiscloseTo::Room), 2);
        assert_eq!(readers(&room, &DiscloseTo::Admins), 1);
        assert_eq!(readers(&room, &DiscloseTo::Member("mimi://a.example/p/y".into())), 1);
        assert_eq!(readers(&room, &DiscloseTo::Member("mimi://a.example/p/gone".into())), 0);
    }
}
