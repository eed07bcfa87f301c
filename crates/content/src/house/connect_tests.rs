//! Vectors made by another implementation (Python, its own CBOR encoder).

use doorstep_cbor::Writer;
use doorstep_wire::{Epoch, LeafIndex};
use proptest::prelude::*;

use super::test_maps::{fields, map};
use super::*;

const REQUEST: &str = concat!(
    "ac000101020250cccccccccccccccccccccccccccccccc0a81820142aabb0b010c001478376d696d693a2f2f632e6578616d706c",
    "652f702f39643066326331652d376136302d346235332d386333392d316636623266306137643432158243010203410416774865",
    "6c6c6f2c2069742069732043617468792e20e29882171a6ab13b8018185820333333333333333333333333333333333333333333",
    "3333333333333333333333181d825840666666666666666666666666666666666666666666666666666666666666666666666666",
    "66666666666666666666666666666666666666666666666666666666584067676767676767676767676767676767676767676767",
    "676767676767676767676767676767676767676767676767676767676767676767676767676767676767",
);

const ACCEPT: &str = concat!(
    "a9000101030250cccccccccccccccccccccccccccccccc0a81820142aabb0b010c00181858203434343434343434343434343434",
    "343434343434343434343434343434343434181a78376d696d693a2f2f622e6578616d706c652f702f35316632623363342d3064",
    "31652d346636302d386137622d39633864376536663561346218215820c494c434409fed22438addd4bd382a4b69442efeca271f",
    "aa594ab98080969cc8",
);

const INVITE: &str = concat!(
    "a300010106181ea6000101781c6d696d693a2f2f612e6578616d706c652f722f636c7562686f7573650250666666666666666666",
    "666666666666660358204444444444444444444444444444444444444444444444444444444444444444041a6ab13b8007582077",
    "77777777777777777777777777777777777777777777777777777777777777",
);

const REFRESH: &str = concat!(
    "aa000101070250cccccccccccccccccccccccccccccccc0b010c001478376d696d693a2f2f632e6578616d706c652f702f396430",
    "66326331652d376136302d346235332d386333392d31663662326630613764343215814105171a6b49d200181858203535353535",
    "353535353535353535353535353535353535353535353535353535181d8158406868686868686868686868686868686868686868",
    "6868686868686868686868686868686868686868686868686868686868686868686868686868686868686868",
);

const SECOND_PSEUDONYM: &str = "mimi://c.example/p/9d0f2c1e-7a60-4b53-8c39-1f6b2f0a7d42";

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn request() -> ConnectRequest {
    ConnectRequest {
        request_id: [0xcc; 16],
        presentations: vec![Presentation::of_token(&[0xaa, 0xbb])],
        epoch: Epoch(1),
        leaf_index: LeafIndex(0),
        reply_to: SECOND_PSEUDONYM.parse().unwrap(),
        key_packages: vec![vec![1, 2, 3], vec![4]],
        greeting: "Hello, it is Cathy. \u{2602}".into(),
        expires: 1_790_000_000,
        ticket: Some([0x33; 32]),
        signatures: vec![[0x66; 64], [0x67; 64]],
    }
}

fn accept() -> ConnectAccept {
    ConnectAccept {
        request_id: [0xcc; 16],
        presentations: vec![Presentation::of_token(&[0xaa, 0xbb])],
        epoch: Epoch(1),
        leaf_index: LeafIndex(0),
        ticket: Some([0x34; 32]),
        accepter: "mimi://b.example/p/51f2b3c4-0d1e-4f60-8a7b-9c8d7e6f5a4b".parse().unwrap(),
        request_hash: ConnectAccept::request_hash(&bytes(REQUEST)),
    }
}

fn invite() -> Invite {
    Invite {
        room: "mimi://a.example/r/clubhouse".parse().unwrap(),
        link_id: [0x66; 16],
        code_seed: CodeSeed([0x44; 32]),
        expires: Some(1_790_000_000),
        multiuser: None,
        inviter: None,
        hub: [0x77; 32],
        hint: None,
    }
}

fn refresh() -> KeyPackageRefresh {
    KeyPackageRefresh {
        request_id: [0xcc; 16],
        epoch: Epoch(1),
        leaf_index: LeafIndex(0),
        reply_to: SECOND_PSEUDONYM.parse().unwrap(),
        key_packages: vec![vec![5]],
        expires: 1_800_000_000,
        ticket: Some([0x35; 32]),
        signatures: vec![[0x68; 64]],
    }
}

fn whole() -> [(&'static str, HouseMessage); 4] {
    [
        (REQUEST, HouseMessage::ConnectRequest(Box::new(request()))),
        (ACCEPT, HouseMessage::ConnectAccept(Box::new(accept()))),
        (INVITE, HouseMessage::Invite(Box::new(invite()))),
        (REFRESH, HouseMessage::KeyPackageRefresh(Box::new(refresh()))),
    ]
}

#[test]
fn each_message_is_its_vector_both_ways() {
    assert_eq!(hex::encode(request().encode().unwrap()), REQUEST);
    assert_eq!(hex::encode(accept().encode().unwrap()), ACCEPT);
    assert_eq!(hex::encode(invite().encode_in_room().unwrap()), INVITE);
    assert_eq!(hex::encode(refresh().encode().unwrap()), REFRESH);
    for (hex, message) in whole() {
        assert_eq!(HouseMessage::decode(&bytes(hex)), Ok(message));
    }
}

#[test]
fn the_protocol_page_prints_the_same_bytes() {
    let page: String = include_str!("../../../../docs/PROTOCOL.md").split_whitespace().collect();
    for (hex, message) in whole() {
        assert!(page.contains(hex), "{message:?}");
    }
}

#[test]
fn a_ticket_need_not_be_there() {
    let request = ConnectRequest { ticket: None, ..request() };
    assert_eq!(ConnectRequest::decode(&request.encode().unwrap()), Ok(request));
    let accept = ConnectAccept { ticket: None, ..accept() };
    assert_eq!(ConnectAccept::decode(&accept.encode().unwrap()), Ok(accept));
    let refresh = KeyPackageRefresh { ticket: None, ..refresh() };
    assert_eq!(KeyPackageRefresh::decode(&refresh.encode().unwrap()), Ok(refresh));
}

#[test]
fn every_prefix_and_a_trailing_byte_are_refused() {
    for (hex, _) in whole() {
        let whole = bytes(hex);
        for end in 0..whole.len() {
            assert!(HouseMessage::decode(&whole[..end]).is_err(), "{end}");
        }
        assert!(HouseMessage::decode(&[&whole[..], &[0]].concat()).is_err());
    }
}

#[test]
fn each_field_but_the_ticket_is_needed() {
    for (hex, message) in whole() {
        let all = fields(&bytes(hex));
        for at in 0..all.len() {
            let mut fewer = all.clone();
            let (key, _) = fewer.remove(at);
            let read = HouseMessage::decode(&map(&fewer));
            assert_eq!(read.is_ok(), key == [0x18, 0x18], "{message:?} without {key:?}");
        }
    }
}

#[test]
fn an_unknown_field_is_passed_over_and_a_name_for_one_is_not() {
    for (hex, message) in whole() {
        let mut more = fields(&bytes(hex));
        more.push((bytes("1903e8"), bytes("a0")));
        assert_eq!(HouseMessage::decode(&map(&more)), Ok(message));
        more.push((bytes("6178"), bytes("a0")));
        assert_eq!(HouseMessage::decode(&map(&more)), Err(HouseError::Value));
    }
}

#[test]
fn another_kinds_field_is_passed_over() {
    let mut odd = fields(&bytes(ACCEPT));
    odd.insert(6, (bytes("14"), bytes("07")));
    assert_eq!(ConnectAccept::decode(&map(&odd)), Ok(accept()));
    let mut odd = fields(&bytes(REFRESH));
    odd.insert(3, (bytes("0a"), bytes("07")));
    odd.insert(8, (bytes("16"), bytes("07")));
    assert_eq!(KeyPackageRefresh::decode(&map(&odd)), Ok(refresh()));
}

#[test]
fn what_is_too_long_is_refused() {
    let greeted = |greeting: String| ConnectRequest { greeting, ..request() };
    let longest = greeted("\u{2602}".repeat(MAX_NOTE_CHARS));
    assert_eq!(ConnectRequest::decode(&longest.encode().unwrap()), Ok(longest));
    assert_eq!(greeted("x".repeat(MAX_NOTE_CHARS + 1)).encode(), Err(HouseError::TooLong));
    let presentations = vec![Presentation::of_token(&[1]); 5];
    assert_eq!(ConnectRequest { presentations: presentations.clone(), ..request() }.encode(), Err(HouseError::TooLong));
    assert_eq!(ConnectAccept { presentations, ..accept() }.encode(), Err(HouseError::TooLong));
    let nine = (vec![vec![1]; 9], vec![[0; 64]; 9]);
    let large = (vec![vec![1; 16_385]], vec![[0; 64]]);
    for (key_packages, signatures) in [nine, large] {
        let fresh =
            KeyPackageRefresh { key_packages: key_packages.clone(), signatures: signatures.clone(), ..refresh() };
        assert_eq!(fresh.encode(), Err(HouseError::TooLong));
        assert_eq!(ConnectRequest { key_packages, signatures, ..request() }.encode(), Err(HouseError::TooLong));
    }
    // The same as bytes: a greeting of 1001 characters, and five presentations.
    let mut long = fields(&bytes(REQUEST));
    let mut writer = Writer::new();
    writer.text(&"x".repeat(MAX_NOTE_CHARS + 1));
    long[8].1 = writer.finish();
    assert_eq!(ConnectRequest::decode(&map(&long)), Err(HouseError::TooLong));
    let mut many = fields(&bytes(REQUEST));
    many[3].1 = bytes("858201410182014101820141018201410182014101");
    assert_eq!(ConnectRequest::decode(&map(&many)), Err(HouseError::TooLong));
}

#[test]
fn a_request_and_its_answer_say_who_somebody_is() {
    assert_eq!(ConnectRequest { presentations: vec![], ..request() }.encode(), Err(HouseError::Missing));
    assert_eq!(ConnectAccept { presentations: vec![], ..accept() }.encode(), Err(HouseError::Missing));
}

#[test]
fn every_key_package_has_its_signature() {
    let signatures = vec![[0x66; 64]];
    assert_eq!(ConnectRequest { signatures, ..request() }.encode(), Err(HouseError::Value));
    assert_eq!(KeyPackageRefresh { signatures: vec![], ..refresh() }.encode(), Err(HouseError::Value));
}

#[test]
fn an_invite_of_a_newer_version_is_known_as_unknown() {
    let newer = INVITE.replacen("181ea60001", "181ea60002", 1);
    assert_eq!(HouseMessage::decode(&bytes(&newer)), Ok(HouseMessage::Unknown { version: 1, kind: 6 }));
    for damaged in [INVITE.replacen("181ea6", "181e41", 1), "a300010106181ea0".into(), "a300010106181e4100".into()] {
        assert!(HouseMessage::decode(&bytes(&damaged)).is_err(), "{damaged}");
    }
}

#[test]
fn uris_are_canonical() {
    let upper = REQUEST.replacen("6d696d693a2f2f632e", "6d696d693a2f2f432e", 1);
    assert_eq!(ConnectRequest::decode(&bytes(&upper)), Err(HouseError::Value));
    let upper = ACCEPT.replacen("6d696d693a2f2f622e", "6d696d693a2f2f422e", 1);
    assert_eq!(ConnectAccept::decode(&bytes(&upper)), Err(HouseError::Value));
}

#[test]
fn debug_output_shows_no_ticket_no_greeting_and_nobody() {
    for (_, message) in whole() {
        let shown = format!("{message:?}");
        for secret in ["51, 51", "52, 52", "53, 53", "68, 68", "Cathy", "/p/"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

proptest! {
    #[test]
    fn a_changed_byte_is_refused_or_is_another_message(of in 0_usize..4, at: prop::sample::Index, to: u8) {
        let (hex, message) = &whole()[of];
        let mut changed = bytes(hex);
        let at = at.index(changed.len());
        changed[at] = to;
        if let Ok(read) = HouseMessage::decode(&changed) {
            // A ticket whose key has changed is passed over.
            prop_assert!(read != *message || changed == bytes(hex));
        }
    }
}
