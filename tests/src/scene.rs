//! How most stories begin: Alice's room, and somebody at its door.

use doorstep_client_api::door::{DisclosurePolicy, Door, Pseudonyms};
use doorstep_page_api::view::{Answer, Command, KnockDraft, MyKnockState, Outcome, Preset, RoomDraft, Visibility};

use crate::World;

/// A room called Clubhouse.
pub fn draft(preset: Preset) -> RoomDraft {
    RoomDraft {
        name: "Clubhouse".to_owned(),
        description: "For whoever likes doors.".to_owned(),
        slug: Some("clubhouse".to_owned()),
        preset,
        visibility: Visibility::Listed,
        noindex: false,
        guests: true,
        pseudonyms: Pseudonyms::Optional,
        as_account: false,
        disclosure: DisclosurePolicy::Optional,
    }
}

/// Its URI.
pub const ROOM: &str = "mimi://a.example/r/clubhouse";

/// Alice's room `clubhouse`, made.
pub fn with_room(seed: u64) -> (World, usize) {
    let mut world = World::new(seed);
    let alice = account(&mut world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);
    (world, alice)
}

/// Somebody with an account.
pub fn account(world: &mut World, name: &str) -> usize {
    let who = world.browser(name);
    let sign_up = Command::SignUp { handle: name.to_owned(), display_name: None };
    assert_eq!(world.ask(who, sign_up), Ok(Outcome::Ok));
    who
}

/// Opens the page of the room.
pub fn follow(world: &mut World, who: usize) {
    assert_eq!(world.ask(who, Command::Hello { room: Some(ROOM.to_owned()) }), Ok(Outcome::Ok));
}

/// The door of the room.
pub fn door(world: &mut World) -> Door {
    let (status, body) = world.fetch(&doorstep_client_api::http::path_with(doorstep_client_api::http::DOOR, ROOM));
    assert_eq!(status, 200);
    crate::door(&body)
}

/// The knock with this number.
pub fn knock_draft(world: &mut World, number: u8, note: &str) -> KnockDraft {
    let knock_room = door(world).knock_room.expect("a room to knock at");
    KnockDraft {
        id: format!("00000000-0000-4000-8000-0000000000{number:02x}"),
        room: ROOM.to_owned(),
        room_name: "Clubhouse".to_owned(),
        knock_room,
        note: note.to_owned(),
        pseudonym: format!("1b4e28ba-2fa1-4d1e-883f-0016d3cca4{number:02x}"),
        link: None,
        disclose: None,
    }
}

/// Says something in the room.
pub fn say(world: &mut World, who: usize, text: &str) {
    let said = Command::Send { room: ROOM.to_owned(), text: text.to_owned(), reply_to: None };
    assert_eq!(world.ask(who, said), Ok(Outcome::Ok));
}

/// Cathy has knocked, and her knock lies with Alice.
pub fn with_knock(seed: u64) -> (World, usize, usize) {
    let (mut world, alice) = with_room(seed);
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(
        matches!(world.browsers[cathy].knock().state, MyKnockState::Waiting { .. }),
        "{:?}",
        world.browsers[cathy].knock().state
    );
    (world, alice, cathy)
}

/// Lets the only knocker in.
pub fn accept(world: &mut World, alice: usize) {
    let request = world.browsers[alice].request().id.clone();
    assert_eq!(world.ask(alice, Command::Answer { request, answer: Answer::Accept }), Ok(Outcome::Ok));
}

/// Lets the knocker in who left this note.
pub fn let_in(world: &mut World, admin: usize, note: &str) {
    let requests = &world.browsers[admin].home.requests;
    let request = requests.iter().find(|request| request.note == note);
    let request = request.unwrap_or_else(|| panic!("{note} was not heard of, but {requests:?}")).id.clone();
    assert_eq!(world.ask(admin, Command::Answer { request, answer: Answer::Accept }), Ok(Outcome::Ok));
}
