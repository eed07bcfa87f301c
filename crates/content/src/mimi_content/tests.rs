use doorstep_cbor::Writer;
use proptest::prelude::*;

use super::*;
use crate::vectors::{ORIGINAL_ID, REPLY_ID, choose, id, multipart, original, room, salt, text_part, user};
use crate::{Disposition, ExternalPart, Meaning, PartBody, frame, franking_tag};

/// The id of a message, after checking that it survives the way through bytes.
fn id_of(message: &MimiContent) -> String {
    let bytes = message.encode();
    assert_eq!(MimiContent::decode(&bytes).as_ref(), Ok(message));
    let sender = message.extensions.sender().unwrap().parse().unwrap();
    message.id(&sender, &room(), &bytes).to_string()
}

#[test]
fn a_text_has_the_published_id() {
    assert_eq!(original().encode().len(), 193);
    assert_eq!(id_of(&original()), ORIGINAL_ID);
}

#[test]
fn a_reply_has_the_published_id() {
    let salt = salt("11a458c73b8dd2cf404db4b378b8fe4d");
    let reply = MimiContent::text(salt, &user("bob-jones"), &room(), "Right on! _Congratulations_ 'all!")
        .replying_to(id(ORIGINAL_ID));
    assert_eq!(id_of(&reply), REPLY_ID);
    assert_eq!(reply.meaning(), Meaning::Replies(id(ORIGINAL_ID)));
}

#[test]
fn a_reaction_has_the_published_id() {
    let salt = salt("d37bc0e6a8b4f04e9e6382375f587bf6");
    let heart = MimiContent::reaction(salt, &user("cathy-washington"), &room(), id(ORIGINAL_ID), "\u{2764}");
    assert_eq!(id_of(&heart), "0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68");
    assert_eq!(heart.meaning(), Meaning::Reacts { to: id(ORIGINAL_ID), reaction: "\u{2764}" });
}

#[test]
fn a_deletion_has_the_published_id() {
    let salt = salt("0a590d73b2c7761c39168be5ebf7f2e6");
    let delete = MimiContent::withdrawal(salt, &user("bob-jones"), &room(), id(REPLY_ID)).replying_to(id(ORIGINAL_ID));
    assert_eq!(id_of(&delete), "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4");
    assert_eq!(delete.meaning(), Meaning::TakesBack(id(REPLY_ID)));
}

#[test]
fn an_expiring_message_has_the_published_id() {
    let text = "__*VPN GOING DOWN*__ I'm rebooting the VPN in ten minutes unless anyone objects.";
    let salt = salt("33be993eb39f418f9295afc2ae160d2d");
    let message = MimiContent {
        expires: Some(Expiry::At(1_644_390_004)),
        ..MimiContent::text(salt, &user("alice-smith"), &room(), text)
    };
    assert_eq!(id_of(&message), "01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03");
}

#[test]
fn parts_four_deep_have_the_published_id() {
    assert_eq!(multipart().encode().len(), 716);
    assert_eq!(id_of(&multipart()), "01cfebeadbdb83c1eefb6403ba4852daf8bbbf9cd53bf5035a74d5d741950c9f");
}

#[test]
fn an_id_depends_on_who_and_where() {
    let bytes = original().encode();
    let of = |sender, room: &RoomUri| original().id(&user(sender), room, &bytes).to_string();
    assert_eq!(of("alice-smith", &room()), ORIGINAL_ID);
    assert_ne!(of("alice-smitt", &room()), ORIGINAL_ID);
    assert_ne!(of("alice-smith", &"mimi://example.com/r/other".parse().unwrap()), ORIGINAL_ID);
}

#[test]
fn the_franking_tag_covers_the_frame() {
    // Both computed with another implementation; the first, without frame, only pins the formula.
    let (message, bytes) = (original(), original().encode());
    let tag = |data: &[u8]| hex::encode(franking_tag(&message.salt, data));
    assert_eq!(tag(&bytes), "a9a69f1d2fe6f37984190c093ecb8a10d647093db735fb7ba926bfdccff4c2bf");
    assert_eq!(tag(&frame(&bytes)), "cac50818a758d500a44109d35073e0ce59d35c81f68eaf911c5b930d014034d0");
}

#[test]
fn every_prefix_and_a_trailing_byte_are_refused() {
    for whole in [original().encode(), multipart().encode()] {
        for end in 0..whole.len() {
            assert!(MimiContent::decode(&whole[..end]).is_err(), "{end}");
        }
        let longer = [whole, vec![0]].concat();
        assert_eq!(MimiContent::decode(&longer), Err(ContentError::Malformed(CborError::Trailing)));
    }
}

#[test]
fn a_message_is_of_the_sender_and_room_it_names() {
    let extensions = original().extensions;
    assert!(extensions.are_of(&user("alice-smith"), &room()));
    assert!(!extensions.are_of(&user("bob-jones"), &room()));
    assert!(!extensions.are_of(&user("alice-smith"), &"mimi://example.com/r/x".parse().unwrap()));
    assert!(!Extensions::default().are_of(&user("alice-smith"), &room()));
}

/// The original with other bytes for one of its seven fields.
fn with_field(at: usize, encoded: &[u8]) -> Result<MimiContent, ContentError> {
    let bytes = original().encode();
    let fields = decode(&bytes, |reader| {
        reader.array_of(7)?;
        (0..7).map(|_| reader.raw()).collect::<Result<Vec<_>, CborError>>()
    })
    .unwrap();
    let mut changed = vec![0x87];
    for (n, field) in fields.into_iter().enumerate() {
        changed.extend_from_slice(if n == at { encoded } else { field });
    }
    MimiContent::decode(&changed)
}

fn item(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

#[test]
fn a_salt_or_id_of_another_length_is_refused() {
    let refused = Err(ContentError::Malformed(CborError::Range));
    assert_eq!(with_field(0, &item(|w| w.bytes(&[0; 15]))), refused);
    assert_eq!(with_field(1, &item(|w| w.bytes(&[0; 31]))), refused);
    assert_eq!(with_field(4, &item(|w| w.bytes(&[0; 33]))), refused);
}

#[test]
fn a_long_topic_is_refused() {
    assert!(with_field(2, &item(|w| w.bytes(&[0; 4096]))).is_ok());
    assert_eq!(with_field(2, &item(|w| w.bytes(&[0; 4097]))), Err(ContentError::Topic));
}

#[test]
fn an_expiry_has_32_bits() {
    assert!(with_field(3, &item(|w| w.array(2).bool(true).uint(u64::from(u32::MAX)))).is_ok());
    assert!(with_field(3, &item(|w| w.array(2).bool(true).uint(1 << 32))).is_err());
    assert!(with_field(3, &item(|w| w.array(2).uint(1).uint(1))).is_err());
}

#[test]
fn an_expiry_is_within_a_year() {
    let now = UnixMillis(1_790_000_000_000);
    let year = 366 * 86_400;
    assert!(Expiry::At(1_790_000_000 + year).is_sane(now));
    assert!(!Expiry::At(1_790_000_001 + year).is_sane(now));
    assert!(!Expiry::At(1_789_999_999 - year).is_sane(now));
    assert!(Expiry::AfterReading(60).is_sane(now));
    assert!(!Expiry::AfterReading(u32::MAX).is_sane(now));
}

#[test]
fn private_extensions_are_kept_in_their_order() {
    let extensions = item(|w| w.map(4).int(1).text("a").int(256).null().int(-70_001).array(0).text("x").bool(true));
    let message = with_field(5, &extensions).unwrap();
    assert_eq!(message.extensions.len(), 4);
    let bytes = message.encode();
    assert!(bytes.windows(extensions.len()).any(|window| window == extensions));
}

#[test]
fn extensions_that_are_not_allowed_are_refused() {
    let too_big = 1_u64 << 53;
    let bad: [Vec<u8>; 10] = [
        item(|w| w.map(1).int(0).null()),
        item(|w| w.map(1).uint(too_big).null()),
        item(|w| w.map(1).text("").null()),
        item(|w| w.map(1).text(&"k".repeat(256)).null()),
        item(|w| w.map(1).bytes(&[1]).null()),
        item(|w| w.map(1).int(9).uint(too_big)),
        item(|w| w.map(1).int(9).int(-(1 << 53))),
        item(|w| w.map(1).int(9).uint(u64::MAX)),
        item(|w| w.map(1).int(9).map(1).simple(59).null()),
        item(|w| w.map(1).int(9).tag(0).uint(too_big)),
    ];
    for bad in bad {
        assert_eq!(with_field(5, &bad), Err(ContentError::Extension), "{}", hex::encode(&bad));
    }
    assert!(with_field(5, &item(|w| w.map(1).int(9).array(2).uint(too_big - 1).int(1 - (1 << 53)))).is_ok());
    assert!(with_field(5, &item(|w| w.map(1).int(1).bytes(b"mimi://a.example/u/a"))).is_err());
}

#[test]
fn extensions_end_at_four_levels() {
    let nested = |levels: usize| {
        item(|w| {
            w.map(1).int(9);
            for _ in 1..levels {
                w.array(1);
            }
            w.null()
        })
    };
    assert!(with_field(5, &nested(4)).is_ok());
    assert_eq!(with_field(5, &nested(5)), Err(ContentError::Malformed(CborError::Depth)));
}

#[test]
fn extensions_out_of_order_are_refused() {
    let refused = Err(ContentError::Malformed(CborError::KeyOrder));
    assert_eq!(with_field(5, &item(|w| w.map(2).int(2).text("r").int(1).text("s"))), refused);
    assert_eq!(with_field(5, &item(|w| w.map(2).text("a").null().int(-1).null())), refused);
    assert_eq!(with_field(5, &item(|w| w.map(2).int(1).text("s").int(1).text("s"))), refused);
}

#[test]
fn parts_five_deep_are_refused() {
    let deeper = |part: NestedPart| choose(vec![part, text_part("x")]);
    let four = deeper(deeper(deeper(text_part("y"))));
    let message = |part| MimiContent { part, ..original() };
    assert!(MimiContent::decode(&message(four.clone()).encode()).is_ok());
    assert_eq!(MimiContent::decode(&message(deeper(four)).encode()), Err(ContentError::Part));
}

#[test]
fn a_message_has_at_most_1024_parts() {
    let many = |count| MimiContent { part: choose(vec![text_part(""); count]), ..original() };
    assert!(MimiContent::decode(&many(1023).encode()).is_ok());
    assert_eq!(MimiContent::decode(&many(1024).encode()), Err(ContentError::Part));
}

#[test]
fn parts_come_at_least_in_twos() {
    let one = MimiContent { part: choose(vec![text_part("alone")]), ..original() };
    assert_eq!(MimiContent::decode(&one.encode()), Err(ContentError::Part));
}

#[test]
fn unknown_cardinalities_semantics_and_lengths_are_refused() {
    for part in [
        item(|w| w.array(3).uint(1).text("").uint(4)),
        item(|w| w.array(4).uint(1).text("").uint(0).null()),
        item(|w| w.array(5).uint(1).text("").uint(3).uint(3).array(0)),
        item(|w| w.array(5).uint(1).text("").uint(0).text("").bytes(b"")),
    ] {
        assert_eq!(with_field(6, &part), Err(ContentError::Part), "{}", hex::encode(&part));
    }
    assert!(with_field(6, &item(|w| w.array(3).uint(256).text("").uint(0))).is_err());
}

#[test]
fn an_unknown_disposition_is_kept() {
    let message = with_field(6, &item(|w| w.array(3).uint(200).text("de").uint(0))).unwrap();
    assert_eq!(message.part.disposition, Disposition(200));
    assert_eq!(message.part.language, "de");
}

#[test]
fn an_external_part_goes_there_and_back() {
    let external = ExternalPart {
        content_type: "video/mp4".into(),
        url: "https://files.example/x".into(),
        expires: 0,
        size: 1 << 40,
        enc_alg: 1,
        key: vec![1; 16],
        nonce: vec![2; 12],
        aad: vec![],
        hash_alg: 1,
        content_hash: vec![3; 32],
        description: "A clip".into(),
        filename: "x.mp4".into(),
    };
    let part = NestedPart {
        disposition: Disposition::ATTACHMENT,
        language: "en".into(),
        body: PartBody::External(Box::new(external.clone())),
    };
    let message = MimiContent { part, ..original() };
    assert_eq!(MimiContent::decode(&message.encode()).as_ref(), Ok(&message));
    assert_eq!(message.shown_text(), None);
    let huge = ExternalPart { size: 1 << 53, ..external };
    let part = NestedPart { body: PartBody::External(Box::new(huge)), ..message.part };
    let huge = MimiContent { part, ..original() };
    assert_eq!(MimiContent::decode(&huge.encode()), Err(ContentError::Malformed(CborError::Range)));
}

#[test]
fn meanings_are_told_apart() {
    let (first, other) = (id(ORIGINAL_ID), id(REPLY_ID));
    assert_eq!(original().meaning(), Meaning::Says);
    assert_eq!(original().replacing(first).meaning(), Meaning::Replaces(first));
    assert_eq!(original().replacing(first).replying_to(other).meaning(), Meaning::Replaces(first));
    let unlike = MimiContent::withdrawal([0; 16], &user("a"), &room(), first);
    assert_eq!(unlike.meaning(), Meaning::TakesBack(first));
    assert_eq!(MimiContent { replaces: None, ..unlike }.meaning(), Meaning::Nothing);
    let house = MimiContent::house([0; 16], &user("a"), &room(), b"map");
    assert_eq!(house.meaning(), Meaning::House(b"map"));
    assert_eq!(house.part.disposition, Disposition::PROFILE);
}

#[test]
fn the_shown_text_is_the_first_that_can_be_shown() {
    assert_eq!(original().shown_text(), Some("Hi everyone, we just shipped release 2.0. __Good  work__!"));
    assert_eq!(multipart().shown_text(), None);
    let several = MimiContent { part: choose(vec![multipart().part, text_part("plain")]), ..original() };
    assert_eq!(several.shown_text(), Some("plain"));
}

#[test]
fn debug_output_does_not_show_what_is_said() {
    let shown = format!("{:?}", original());
    assert!(!shown.contains("release") && !shown.contains("94, 237"), "{shown}");
}

proptest! {
    #[test]
    fn nothing_makes_the_decoder_panic(bytes: Vec<u8>) {
        let _ = MimiContent::decode(&bytes);
    }

    #[test]
    fn a_changed_byte_is_refused_or_is_another_message(at: prop::sample::Index, to: u8) {
        let mut bytes = multipart().encode();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(message) = MimiContent::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes);
        }
    }

    #[test]
    fn what_is_said_is_what_is_read(salt: [u8; 16], text: String, topic in prop::collection::vec(any::<u8>(), 0..4096)) {
        let message = MimiContent { topic_id: topic, ..MimiContent::text(salt, &user("a"), &room(), &text) };
        let read = MimiContent::decode(&message.encode()).unwrap();
        prop_assert_eq!(read.shown_text(), Some(text.as_str()));
        prop_assert_eq!(read, message);
    }
}
