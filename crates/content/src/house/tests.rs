//! Vectors made by another implementation (Python, its own CBOR encoder).

use doorstep_cbor::Writer;
use doorstep_wire::ext::outcome::OUTCOME_LEN;
use doorstep_wire::{Epoch, LeafIndex};
use proptest::prelude::*;

use super::test_maps::{fields, map};
use super::*;

const KNOCK: &str = concat!(
    "ac000101050250eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0b070c031478376d696d693a2f2f632e6578616d706c652f702f396430",
    "66326331652d376136302d346235332d386333392d316636623266306137643432158243010203410416724d6179204920636f6d",
    "6520696e3f20e29882171a6ab13b80181b781c6d696d693a2f2f612e6578616d706c652f722f636c7562686f757365181c582055",
    "55555555555555555555555555555555555555555555555555555555555555181d82584066666666666666666666666666666666",
    "66666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666658406767",
    "67676767676767676767676767676767676767676767676767676767676767676767676767676767676767676767676767676767",
    "67676767676767676767",
);

const SEALED: &str = concat!(
    "a6000101050250eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee18328283015820",
    "01010101010101010101010101010101010101010101010101010101010101015820",
    "02020202020202020202020202020202020202020202020202020202020202028319012c5820",
    "03030303030303030303030303030303030303030303030303030303030303035820",
    "040404040404040404040404040404040404040404040404040404040404040418334c0c0c0c0c0c0c0c0c0c0c0c0c18345828",
    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
);

fn knock() -> Knock {
    Knock {
        request_id: [0xee; 16],
        presentations: vec![],
        epoch: Epoch(7),
        leaf_index: LeafIndex(3),
        reply_to: "mimi://c.example/p/9d0f2c1e-7a60-4b53-8c39-1f6b2f0a7d42".parse().unwrap(),
        key_packages: vec![vec![1, 2, 3], vec![4]],
        note: "May I come in? \u{2602}".into(),
        expires: 1_790_000_000,
        ticket: None,
        target_room: "mimi://a.example/r/clubhouse".parse().unwrap(),
        answer_key: [0x55; 32],
        signatures: vec![[0x66; 64], [0x67; 64]],
        link: None,
    }
}

fn sealed() -> SealedKnock {
    SealedKnock {
        request_id: [0xee; 16],
        recipients: vec![
            SealedTo { leaf: LeafIndex(1), kem_output: [1; 32], wrapped: [2; 32] },
            SealedTo { leaf: LeafIndex(300), kem_output: [3; 32], wrapped: [4; 32] },
        ],
        nonce: [0x0c; 12],
        ciphertext: vec![0xdd; 40],
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn a_knock_is_the_vector_both_ways() {
    assert_eq!(hex::encode(knock().encode().unwrap()), KNOCK);
    assert_eq!(Knock::decode(&bytes(KNOCK)), Ok(knock()));
}

#[test]
fn a_knock_with_everything_is_the_vector_both_ways() {
    let whole = KNOCK.replacen("ac00", "ae00", 1).replacen("0b070c03", "0a81820141090b070c03", 1).replacen(
        "181b781c",
        &format!("18185820{}181b781c", "33".repeat(32)),
        1,
    );
    let presentation = Presentation::new(bytes("82014109")).unwrap();
    let knock = Knock { presentations: vec![presentation], ticket: Some([0x33; 32]), ..knock() };
    assert_eq!(hex::encode(knock.encode().unwrap()), whole);
    assert_eq!(Knock::decode(&bytes(&whole)), Ok(knock));
}

#[test]
fn a_knock_that_came_by_a_dead_link_names_it_last() {
    let linked = KNOCK.replacen("ac00", "ad00", 1) + &format!("181f50{}", "77".repeat(16));
    let knock = Knock { link: Some([0x77; 16]), ..knock() };
    assert_eq!(hex::encode(knock.encode().unwrap()), linked);
    assert_eq!(Knock::decode(&bytes(&linked)), Ok(knock));
    let short = KNOCK.replacen("ac00", "ad00", 1) + &format!("181f4f{}", "77".repeat(15));
    assert!(Knock::decode(&bytes(&short)).is_err());
}

#[test]
fn a_sealed_knock_is_the_vector_both_ways() {
    assert_eq!(hex::encode(sealed().encode().unwrap()), SEALED);
    assert_eq!(HouseMessage::decode(&bytes(SEALED)), Ok(HouseMessage::Knock(sealed())));
}

#[test]
fn the_protocol_page_prints_the_same_bytes() {
    let page: String = include_str!("../../../../docs/PROTOCOL.md").split_whitespace().collect();
    assert!(page.contains(KNOCK) && page.contains(SEALED));
}

#[test]
fn a_knock_is_sealed_to_those_it_names() {
    assert_eq!(sealed().sealed_to(LeafIndex(300)).unwrap().wrapped, [4; 32]);
    assert_eq!(sealed().sealed_to(LeafIndex(2)), None);
}

#[test]
fn what_is_inside_is_about_the_same_knock() {
    assert_eq!(sealed().read_opened(&bytes(KNOCK)), Ok(knock()));
    let other = SealedKnock { request_id: [0; 16], ..sealed() };
    assert_eq!(other.read_opened(&bytes(KNOCK)), Err(HouseError::RequestId));
}

#[test]
fn every_prefix_and_a_trailing_byte_are_refused() {
    for whole in [KNOCK, SEALED] {
        let whole = bytes(whole);
        for end in 0..whole.len() {
            assert!(Knock::decode(&whole[..end]).is_err(), "{end}");
            assert!(HouseMessage::decode(&whole[..end]).is_err(), "{end}");
        }
        let longer = [whole, vec![0]].concat();
        assert!(Knock::decode(&longer).is_err());
        assert!(HouseMessage::decode(&longer).is_err());
    }
}

#[test]
fn recipients_ascend_and_are_there() {
    let with = |recipients| SealedKnock { recipients, ..sealed() }.encode();
    let [one, two] = <[SealedTo; 2]>::try_from(sealed().recipients).unwrap();
    assert_eq!(with(vec![two, one]), Err(HouseError::Value));
    assert_eq!(with(vec![one, one]), Err(HouseError::Value));
    assert_eq!(with(vec![]), Err(HouseError::Value));
    let swapped = SEALED.replacen("8283015820", "8283186f5820", 1).replacen("8319012c5820", "83015820", 1);
    assert_eq!(HouseMessage::decode(&bytes(&swapped)), Err(HouseError::Value));
}

#[test]
fn each_field_of_a_knock_is_needed() {
    let fields = fields(&bytes(KNOCK));
    for at in 0..fields.len() {
        let mut fewer = fields.clone();
        fewer.remove(at);
        assert_eq!(Knock::decode(&map(&fewer)), Err(HouseError::Missing), "{at}");
    }
}

#[test]
fn an_unknown_field_is_passed_over() {
    let mut more = fields(&bytes(KNOCK));
    more.push((bytes("1903e8"), bytes("a0")));
    assert_eq!(Knock::decode(&map(&more)), Ok(knock()));
    more.push((bytes("6178"), bytes("a0")));
    assert_eq!(Knock::decode(&map(&more)), Err(HouseError::Value));
}

#[test]
fn fields_out_of_order_or_twice_are_refused() {
    let refused = Err(HouseError::Malformed(CborError::KeyOrder));
    let mut swapped = fields(&bytes(KNOCK));
    swapped.swap(3, 4);
    assert_eq!(Knock::decode(&map(&swapped)), refused);
    let mut twice = fields(&bytes(KNOCK));
    twice.insert(3, twice[3].clone());
    assert_eq!(Knock::decode(&map(&twice)), refused);
}

#[test]
fn every_key_package_has_its_signature() {
    let short = Knock { signatures: vec![[0x66; 64]], ..knock() };
    assert_eq!(short.encode(), Err(HouseError::Value));
    let none = Knock { signatures: vec![], key_packages: vec![], ..knock() };
    assert_eq!(none.encode(), Err(HouseError::TooLong));
    let mut fields = fields(&bytes(KNOCK));
    fields[11].1 = bytes(&format!("815840{}", "66".repeat(64)));
    assert_eq!(Knock::decode(&map(&fields)), Err(HouseError::Value));
}

#[test]
fn long_notes_and_many_key_packages_are_refused() {
    let with_note = |note: String| Knock { note, ..knock() }.encode();
    assert!(with_note("\u{2602}".repeat(MAX_NOTE_CHARS)).is_ok());
    assert_eq!(with_note("\u{2602}".repeat(MAX_NOTE_CHARS + 1)), Err(HouseError::TooLong));
    let many = Knock { key_packages: vec![vec![1]; 9], signatures: vec![[0; 64]; 9], ..knock() };
    assert_eq!(many.encode(), Err(HouseError::TooLong));
    let large = Knock { key_packages: vec![vec![1; 16_385]], signatures: vec![[0; 64]], ..knock() };
    assert_eq!(large.encode(), Err(HouseError::TooLong));
}

#[test]
fn uris_in_a_knock_are_canonical() {
    let upper = KNOCK.replacen("6d696d693a2f2f612e", "6d696d693a2f2f412e", 1);
    assert_eq!(Knock::decode(&bytes(&upper)), Err(HouseError::Value));
}

#[test]
fn other_kinds_and_versions_are_known_as_unknown() {
    let of = |version, kind| {
        let mut writer = Writer::new();
        writer.map(3).int(0).uint(version).int(1).uint(kind).int(2).bytes(&[0; 16]);
        HouseMessage::decode(&writer.finish())
    };
    assert_eq!(of(1, 9), Ok(HouseMessage::Unknown { version: 1, kind: 9 }));
    assert_eq!(of(2, 5), Ok(HouseMessage::Unknown { version: 2, kind: 5 }));
    assert_eq!(of(1, 5), Err(HouseError::Missing));
    for bad in ["80", "a0", "a10001", "a201050001", "a2000161780500"] {
        assert!(HouseMessage::decode(&bytes(bad)).is_err(), "{bad}");
    }
}

#[test]
fn an_outcome_is_the_vector_both_ways() {
    let declined = Outcome { kind: OutcomeKind::Declined, reason: "Not now".into(), request_id: [0xee; 16] };
    let banned = Outcome { kind: OutcomeKind::Banned, reason: String::new(), request_id: [0xee; 16] };
    for (outcome, head) in [
        (declined, "a40001010102674e6f74206e6f770350eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"),
        (banned, "a3000101020350eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"),
    ] {
        let plaintext = outcome.encode().unwrap();
        assert_eq!(plaintext.len(), OUTCOME_LEN);
        assert_eq!(hex::encode(&plaintext[..head.len() / 2]), head);
        assert!(plaintext[head.len() / 2..].iter().all(|byte| *byte == 0));
        assert_eq!(Outcome::decode(&plaintext), Ok(outcome));
    }
}

#[test]
fn the_longest_reason_fits() {
    let outcome =
        |chars| Outcome { kind: OutcomeKind::Declined, reason: "\u{1f6aa}".repeat(chars), request_id: [1; 16] };
    assert_eq!(Outcome::decode(&outcome(500).encode().unwrap()), Ok(outcome(500)));
    assert_eq!(outcome(501).encode(), Err(HouseError::TooLong));
}

#[test]
fn an_outcome_of_another_length_or_padding_is_refused() {
    let outcome = Outcome { kind: OutcomeKind::Expired, reason: String::new(), request_id: [0xee; 16] };
    let plaintext = outcome.encode().unwrap();
    for end in 0..plaintext.len() {
        assert!(Outcome::decode(&plaintext[..end]).is_err(), "{end}");
    }
    assert!(Outcome::decode(&[plaintext.clone(), vec![0]].concat()).is_err());
    let mut padded = plaintext.clone();
    padded[OUTCOME_LEN - 1] = 1;
    assert_eq!(Outcome::decode(&padded), Err(HouseError::Value));
    let mut unknown = plaintext;
    unknown[4] = 5;
    assert_eq!(Outcome::decode(&unknown), Err(HouseError::Value));
}

#[test]
fn debug_output_does_not_show_what_is_said() {
    let outcome = Outcome { kind: OutcomeKind::Banned, reason: "secret".into(), request_id: [0; 16] };
    for shown in [format!("{:?}", knock()), format!("{outcome:?}"), format!("{:?}", sealed())] {
        assert!(!shown.contains("come in") && !shown.contains("secret") && !shown.contains("221"), "{shown}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_the_decoders_panic(bytes: Vec<u8>) {
        let _ = (HouseMessage::decode(&bytes), Knock::decode(&bytes), Outcome::decode(&bytes));
    }

    #[test]
    fn a_changed_byte_is_refused_or_is_another_knock(at: prop::sample::Index, to: u8) {
        let mut whole = bytes(KNOCK);
        let at = at.index(whole.len());
        whole[at] = to;
        if let Ok(read) = Knock::decode(&whole) {
            // A changed key may have become a field that is passed over; otherwise the bytes are the only encoding.
            prop_assert!(read != knock() || whole == bytes(KNOCK));
        }
    }
}

/// Of epoch 7 and leaf 3, with an "sd_kbt" of two bytes: written by hand.
const DISCLOSURE: &str = "a5000101010a81820142aabb0b070c03";

fn disclosure() -> Disclosure {
    Disclosure {
        request_id: None,
        presentations: vec![Presentation::of_token(&[0xaa, 0xbb])],
        epoch: Epoch(7),
        leaf_index: LeafIndex(3),
        note: String::new(),
    }
}

#[test]
fn a_disclosure_is_the_vector() {
    assert_eq!(hex::encode(disclosure().encode().unwrap()), DISCLOSURE);
    assert_eq!(HouseMessage::decode(&bytes(DISCLOSURE)), Ok(HouseMessage::Disclosure(disclosure())));
    assert_eq!(disclosure().presentations[0].token(), Ok(&[0xaa, 0xbb][..]));
    let noted = Disclosure { request_id: Some([0xee; 16]), note: "It is me.".into(), ..disclosure() };
    assert_eq!(Disclosure::decode(&noted.encode().unwrap()), Ok(noted));
}

#[test]
fn no_prefix_and_nothing_longer_is_a_disclosure() {
    let whole = bytes(DISCLOSURE);
    for end in 0..whole.len() {
        assert!(HouseMessage::decode(&whole[..end]).is_err(), "{end}");
    }
    assert!(HouseMessage::decode(&[&whole[..], &[0]].concat()).is_err());
}

#[test]
fn a_disclosure_names_epoch_and_leaf_and_shows_something() {
    for (what, hex) in [
        ("no presentation", "a4000101010b070c03"),
        ("an empty list", "a5000101010a800b070c03"),
        ("no epoch", "a4000101010a81820142aabb0c03"),
        ("no leaf", "a4000101010a81820142aabb0b07"),
        ("another version", "a5000201010a81820142aabb0b070c03"),
        ("an empty note", "a6000101010a81820142aabb0b070c030d60"),
        ("five presentations", "a5000101010a8582014082014082014082014082014 00b070c03"),
    ] {
        assert!(Disclosure::decode(&bytes(&hex.replace(' ', ""))).is_err(), "{what}");
    }
}

#[test]
fn presentations_of_other_types_are_refused_by_name() {
    let token = |hex| Presentation::new(bytes(hex)).unwrap().token().map(<[u8]>::to_vec);
    assert_eq!(token("82028141aa"), Err(HouseError::SaltedPresentation));
    assert_eq!(token("83038141aa41bb"), Err(HouseError::CertificatePresentation));
    for hex in ["820441aa", "830141aa41bb", "8101", "8201a0"] {
        assert!(token(hex).is_err(), "{hex}");
    }
}

#[test]
fn a_sealed_disclosure_has_a_length_that_does_not_tell_a_name() {
    let inner = Disclosure { request_id: Some([0xee; 16]), ..disclosure() };
    let filled = inner.encode_filled().unwrap();
    assert_eq!(filled.len(), 1024);
    assert_eq!(Disclosure::decode_filled(&filled), Ok(inner.clone()));
    for other in [&filled[..1023], &[&filled[..], &[0; 1024]].concat(), &[&filled[..1023], &[1]].concat()] {
        assert!(Disclosure::decode_filled(other).is_err());
    }
    let SealedKnock { request_id, recipients, nonce, ciphertext } = sealed();
    let outer = SealedDisclosure { request_id, recipients, nonce, ciphertext };
    let encoded = outer.encode().unwrap();
    assert_eq!(hex::encode(&encoded), SEALED.replacen("a600010105", "a600010101", 1));
    assert_eq!(HouseMessage::decode(&encoded), Ok(HouseMessage::SealedDisclosure(outer.clone())));
    assert!(SealedKnock::decode(&encoded).is_err());
    assert_eq!(outer.read_opened(&filled), Ok(inner));
    let elsewhere = SealedDisclosure { request_id: [0xef; 16], ..outer };
    assert_eq!(elsewhere.read_opened(&filled), Err(HouseError::RequestId));
    assert_eq!(elsewhere.read_opened(&disclosure().encode_filled().unwrap()), Err(HouseError::RequestId));
}
