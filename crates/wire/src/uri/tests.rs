use tls_codec::{Deserialize, Serialize};

use super::*;

const PID: [u8; 16] = [0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x4d, 0x1e, 0x88, 0x3f, 0x00, 0x16, 0xd3, 0xcc, 0xa4, 0x27];
const CID: [u8; 16] = [0xc5, 0x6a, 0x41, 0x80, 0x65, 0xaa, 0x42, 0xec, 0xa9, 0x45, 0x5f, 0xd2, 0x1d, 0xec, 0x05, 0x38];

fn a() -> ProviderDomain {
    "a.example".parse().unwrap()
}

#[test]
fn text_is_brought_to_one_spelling() {
    for (text, canonical) in [
        ("MIMI://A.Example/r/Club", "mimi://a.example/r/Club"),
        ("mimi://a.example:8443/r/club", "mimi://a.example/r/club"),
        ("mimi://a.example/r/club/", "mimi://a.example/r/club"),
        ("mimi://a.example/r/%63lub%2dhouse%2f%c3", "mimi://a.example/r/club-house%2F%C3"),
    ] {
        assert_eq!(text.parse::<RoomUri>().unwrap().as_str(), canonical);
        assert_eq!(RoomUri::from_canonical(text), Err(UriError::Spelling), "{text}");
    }
}

#[test]
fn odd_uris_are_refused() {
    for text in [
        "",
        "mimi:",
        "https://a.example/r/x",
        "mimi:///r/x",
        "mimi://user@a.example/r/x",
        "mimi://127.0.0.1/r/x",
        "mimi://[::1]/r/x",
        "mimi://-a.example/r/x",
        "mimi://a..example/r/x",
        "mimi://a.example./r/x",
        "mimi://ä.example/r/x",
        "mimi://a.example/r//x",
        "mimi://a.example/r/./x",
        "mimi://a.example/r/%2e%2E",
        "mimi://a.example/r/x?y",
        "mimi://a.example/r/x#y",
        "mimi://a.example/r/x y",
        "mimi://a.example/r/%4",
        "mimi://a.example/r/%zz",
        "mimi://a.example/r",
        "mimi://a.example/r//",
        "mimi://a.example:/r/x",
        "mimi://a.example/u/x",
    ] {
        assert!(text.parse::<RoomUri>().is_err(), "{text}");
    }
    assert_eq!(format!("mimi://a.example/r/{}", "x".repeat(1100)).parse::<RoomUri>(), Err(UriError::TooLong));
}

#[test]
fn a_pseudonym_is_told_by_its_path() {
    let user = UserUri::pseudonym(&a(), PID);
    assert_eq!(user.as_str(), "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427");
    assert!(user.is_pseudonym_path());
    assert_eq!(user.pseudonym_id(), Some(PID));
    let client = ClientUri::pseudonym(&a(), PID, CID);
    assert_eq!(
        client.as_str(),
        "mimi://a.example/d/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427/c56a4180-65aa-42ec-a945-5fd21dec0538"
    );
    assert_eq!(client.user(), user);
    assert_eq!(client.host(), a());
    assert_eq!(client.as_str().parse::<ClientUri>().unwrap(), client);
}

#[test]
fn an_account_owns_its_clients() {
    let user = UserUri::account(&a(), "alice").unwrap();
    let client = ClientUri::account(&a(), "alice", CID).unwrap();
    assert_eq!(client.user(), user);
    assert!(!client.is_pseudonym_path());
    assert_eq!(user.pseudonym_id(), None);
    assert_eq!(client.as_str().parse::<ClientUri>().unwrap(), client);
    assert_eq!(UserUri::from_canonical(user.as_str()).unwrap(), user);
}

#[test]
fn nobody_is_called_p() {
    assert!(UserUri::account(&a(), "p").is_err());
    assert!("mimi://a.example/u/p".parse::<UserUri>().is_err());
    assert!("mimi://a.example/d/p/x".parse::<ClientUri>().is_err());
    assert!("mimi://a.example/d/p/x/y".parse::<ClientUri>().is_err());
}

#[test]
fn a_client_without_owner_is_refused() {
    assert_eq!("mimi://a.example/d/ClientA1".parse::<ClientUri>(), Err(UriError::Kind));
}

#[test]
fn kinds_do_not_mix() {
    assert!("mimi://a.example/r/x".parse::<UserUri>().is_err());
    assert!("mimi://a.example/u/x".parse::<ClientUri>().is_err());
    assert!("mimi://a.example/r/x".parse::<GroupUri>().is_err());
    assert!("mimi://a.example/p/x/y".parse::<UserUri>().is_err());
    let hub: IdentifierUri = "mimi://a.example".parse().unwrap();
    assert!(hub.is_provider());
    assert_eq!(hub.as_user(), None);
    assert_eq!(hub, a().uri());
}

#[test]
fn a_room_in_a_path_may_lack_its_scheme() {
    let room = RoomUri::new(&a(), "club").unwrap();
    assert_eq!(RoomUri::from_path("a.example/r/club").unwrap(), room);
    assert_eq!(RoomUri::from_path("mimi://a.example/r/club").unwrap(), room);
    assert_eq!(room.slug(), "club");
    assert!(RoomUri::from_path("//a.example/r/club").is_err());
    assert!(RoomUri::new(&a(), "x/y").is_err());
}

#[test]
fn the_wire_takes_only_the_canonical_spelling() {
    let room = RoomUri::new(&a(), "club").unwrap();
    let bytes = room.tls_serialize_detached().unwrap();
    assert_eq!(bytes[0], 23);
    assert_eq!(&bytes[1..], room.as_bytes());
    assert_eq!(RoomUri::tls_deserialize_exact(&bytes).unwrap(), room);
    let mut shouting = bytes;
    shouting[8] = b'A';
    assert!(RoomUri::tls_deserialize_exact(&shouting).is_err());
}

#[test]
fn serde_is_a_string() {
    let group = GroupUri::new(&a(), PID);
    let json = serde_json::to_string(&group).unwrap();
    assert_eq!(json, "\"mimi://a.example/g/1b4e28ba-2fa1-4d1e-883f-0016d3cca427\"");
    assert_eq!(serde_json::from_str::<GroupUri>(&json).unwrap(), group);
    assert_eq!(GroupUri::from_group_id(group.as_bytes()).unwrap(), group);
    assert!(serde_json::from_str::<GroupUri>("\"mimi://A.example/g/x\"").is_err());
}

#[test]
fn random_bytes_become_a_version_4_uuid() {
    let uuid = uuid_v4([0xff; 16]);
    assert_eq!((uuid[6], uuid[8]), (0x4f, 0xbf));
}
