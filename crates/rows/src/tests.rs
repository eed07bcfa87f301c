use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{MAX_DEPTH, RowError, array_head, decode, encode, encode_into, fields, map_head, text};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    Unit,
    New(Vec<u8>),
    Tuple(u8, i64),
    Struct { bytes: Vec<u8>, other: Option<Box<Choice>> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(u8);

/// Looks at what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Shape {
    Nothing,
    Flag(bool),
    Large(u64),
    Small(i64),
    Text(String),
    Blob(ByteBuf),
    Choice { choice: Choice },
    List(Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    small: i8,
    large: u64,
    character: char,
    text: String,
    list: Vec<u8>,
    blob: ByteBuf,
    lists: Vec<Vec<u8>>,
    numbers: Vec<u32>,
    optional: Vec<Option<u8>>,
    wrapped: Vec<Wrapped>,
    array: [u8; 4],
    map: BTreeMap<u16, Choice>,
    unit: (),
    pair: Option<(u8, Choice)>,
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..30)
}

fn choice() -> impl Strategy<Value = Choice> {
    let leaf = prop_oneof![
        Just(Choice::Unit),
        bytes().prop_map(Choice::New),
        any::<(u8, i64)>().prop_map(|(small, large)| Choice::Tuple(small, large)),
    ];
    leaf.prop_recursive(4, 8, 1, |inner| {
        (bytes(), prop::option::of(inner.prop_map(Box::new))).prop_map(|(bytes, other)| Choice::Struct { bytes, other })
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    let plain = (any::<bool>(), any::<i8>(), any::<u64>(), any::<char>(), ".{0,40}", any::<[u8; 4]>());
    let lists = (bytes(), bytes(), prop::collection::vec(bytes(), 0..4), prop::collection::vec(any::<u32>(), 0..30));
    let odd =
        (prop::collection::vec(any::<Option<u8>>(), 0..30), prop::collection::vec(any::<u8>().prop_map(Wrapped), 0..5));
    let choices =
        (prop::collection::btree_map(any::<u16>(), choice(), 0..5), prop::option::of((any::<u8>(), choice())));
    (plain, lists, odd, choices).prop_map(|(plain, lists, odd, choices)| {
        let (flag, small, large, character, text, array) = plain;
        let (list, blob, lists, numbers) = lists;
        let (optional, wrapped) = odd;
        let (map, pair) = choices;
        let (blob, unit) = (ByteBuf::from(blob), ());
        Everything {
            flag,
            small,
            large,
            character,
            text,
            list,
            blob,
            lists,
            numbers,
            optional,
            wrapped,
            array,
            map,
            unit,
            pair,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_general_library_and_this_read_each_other(value in everything()) {
        let ours = encode(&value).unwrap();
        prop_assert_eq!(&decode::<Everything>(&ours).unwrap(), &value);
        prop_assert_eq!(&ciborium::from_reader::<Everything, _>(&ours[..]).unwrap(), &value);
        let mut theirs = Vec::new();
        ciborium::into_writer(&value, &mut theirs).unwrap();
        prop_assert_eq!(&decode::<Everything>(&theirs).unwrap(), &value);
    }

    #[test]
    fn what_is_cut_off_or_followed_by_something_is_refused(value in everything(), more in any::<u8>()) {
        let mut bytes = encode(&value).unwrap();
        for end in 0..bytes.len() {
            prop_assert!(decode::<Everything>(&bytes[..end]).is_err());
            prop_assert!(decode::<IgnoredAny>(&bytes[..end]).is_err());
        }
        decode::<IgnoredAny>(&bytes).unwrap();
        bytes.push(more);
        prop_assert_eq!(decode::<Everything>(&bytes).unwrap_err(), RowError::Trailing);
    }

    #[test]
    fn garbage_is_an_error_or_a_value(value in everything(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encode(&value).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = decode::<Everything>(&bytes) {
            prop_assert_eq!(decode::<Everything>(&encode(&read).unwrap()).unwrap(), read);
        }
    }

    #[test]
    fn any_bytes_end_in_an_answer(bytes in bytes()) {
        let _ = decode::<Everything>(&bytes);
        let _ = decode::<Vec<Choice>>(&bytes);
        let _ = decode::<IgnoredAny>(&bytes);
    }
}

/// [`frozen`] as rows have it, written by hand (Python); and as rows had it once, with lists of integers for lists of bytes.
const FROZEN: &str = concat!(
    "af64666c6167f565736d616c6c3863656c617267651bffffffffffffffff6963686172616374657262c3a464746578746474",
    "657874646c6973745819000102030405060708090a0b0c0d0e0f10111213141516171864626c6f62420102656c6973747382",
    "410180676e756d62657273840118181901001a00010000686f7074696f6e616c82f607677772617070656481016561727261",
    "798401020318ff636d6170a20164556e697419012ca1655475706c65821818381864756e6974f664706169728209a1665374",
    "72756374a265627974657341ff656f74686572a1634e657780",
);
const FROZEN_WITH_LISTS: &str = concat!(
    "af64666c6167f565736d616c6c3863656c617267651bffffffffffffffff6963686172616374657262c3a464746578746474",
    "657874646c6973749819000102030405060708090a0b0c0d0e0f1011121314151617181864626c6f62420102656c69737473",
    "82810180676e756d62657273840118181901001a00010000686f7074696f6e616c82f6076777726170706564810165617272",
    "61798401020318ff636d6170a20164556e697419012ca1655475706c65821818381864756e6974f664706169728209a16653",
    "7472756374a26562797465738118ff656f74686572a1634e657780",
);

fn frozen() -> Everything {
    let inner = Choice::Struct { bytes: vec![255], other: Some(Box::new(Choice::New(vec![]))) };
    Everything {
        flag: true,
        small: -100,
        large: u64::MAX,
        character: 'ä',
        text: "text".to_owned(),
        list: (0..25).collect(),
        blob: ByteBuf::from(vec![1, 2]),
        lists: vec![vec![1], vec![]],
        numbers: vec![1, 24, 256, 65_536],
        optional: vec![None, Some(7)],
        wrapped: vec![Wrapped(1)],
        array: [1, 2, 3, 255],
        map: BTreeMap::from([(1, Choice::Unit), (300, Choice::Tuple(24, -25))]),
        unit: (),
        pair: Some((9, inner)),
    }
}

#[test]
fn a_row_is_the_bytes_it_was_and_older_ones_are_read() {
    assert_eq!(hex::encode(encode(&frozen()).unwrap()), FROZEN);
    for row in [FROZEN, FROZEN_WITH_LISTS] {
        assert_eq!(decode::<Everything>(&hex::decode(row).unwrap()), Ok(frozen()));
    }
}

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    let bytes = encode(&value).unwrap();
    assert_eq!(decode::<T>(&bytes).unwrap(), value, "{bytes:02x?}");
}

#[test]
fn whatever_is_written_is_read() {
    for length in [0, 1, 23, 24, 255, 256, 70_000] {
        comes_back(vec![200_u8; length]);
        comes_back(vec![200_u16; length]);
        comes_back(vec![Some(7_u8); length]);
    }
    comes_back(vec![vec![1_u8, 2], vec![], vec![255]]);
    comes_back(vec![1_u64, u64::MAX, 3]);
    comes_back([7_u8; 32]);
    comes_back((1_u8, -1_i8, i64::MIN, i64::MAX, true, 'ä', "text".to_owned(), ()));
    comes_back(vec![Choice::Unit, Choice::New(vec![]), Choice::Tuple(24, -25)]);
    comes_back(Shape::Nothing);
    comes_back(Shape::Flag(true));
    comes_back(Shape::Large(u64::MAX));
    comes_back(Shape::Small(-1));
    comes_back(Shape::Text("text".to_owned()));
    comes_back(Shape::Blob(ByteBuf::from(vec![255; 300])));
    comes_back(Shape::Choice { choice: Choice::Tuple(7, -7) });
    comes_back(Shape::List(vec![Shape::List(vec![Shape::Nothing]), Shape::Flag(false)]));
}

#[test]
fn lists_of_bytes_take_their_length_and_a_head() {
    assert_eq!(encode(&vec![200_u8; 32]).unwrap().len(), 34);
    assert_eq!(encode(&vec![200_u16; 32]).unwrap().len(), 66);
    assert_eq!(encode(&Vec::<u8>::new()).unwrap(), [0x80]);
    assert_eq!(encode(&vec![1_u8, 2]).unwrap(), [0x42, 1, 2]);
    assert_eq!(encode(&vec![Some(1_u8)]).unwrap(), [0x81, 1]);
    assert_eq!(encode(&vec![Wrapped(1)]).unwrap(), [0x81, 1]);
    assert_eq!(encode(&[1_u8, 2]).unwrap(), [0x82, 1, 2]);
    assert_eq!(encode(&vec![vec![1_u8], vec![2]]).unwrap(), [0x82, 0x41, 1, 0x41, 2]);
}

#[test]
fn a_list_that_only_begins_with_a_byte_is_an_array() {
    struct Mixed;
    impl Serialize for Mixed {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(Some(3))?;
            list.serialize_element(&200_u8)?;
            list.serialize_element(&70_000_u32)?;
            list.serialize_element(&1_u8)?;
            list.end()
        }
    }
    assert_eq!(decode::<Vec<u32>>(&encode(&Mixed).unwrap()).unwrap(), [200, 70_000, 1]);
}

#[test]
fn fields_of_later_versions_are_passed_over() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Older {
        numbers: Vec<u32>,
        added: Option<u8>,
    }
    #[derive(Serialize)]
    struct Newer {
        odd: (Choice, Option<u8>, BTreeMap<u8, &'static str>),
        numbers: Vec<u32>,
        more: bool,
    }
    let odd = (Choice::Struct { bytes: vec![1; 300], other: None }, None, BTreeMap::from([(1, "x")]));
    let bytes = encode(&Newer { odd, numbers: vec![1, 2], more: true }).unwrap();
    assert_eq!(decode::<Older>(&bytes).unwrap(), Older { numbers: vec![1, 2], added: None });
}

#[test]
fn what_is_wrong_is_said() {
    let fails = |bytes: &[u8]| decode::<Older>(bytes).unwrap_err();
    #[derive(Debug, Deserialize)]
    struct Older {
        #[allow(dead_code, reason = "only read")]
        a: u8,
    }
    assert_eq!(fails(&[]), RowError::End);
    assert_eq!(fails(&[0xa0]), RowError::Field);
    assert_eq!(fails(b"\xa2\x61a\x01\x61a\x01"), RowError::Field);
    assert_eq!(fails(b"\xa1\x61a\x19\x01\x00"), RowError::Range, "no u8");
    assert_eq!(fails(b"\xa1\x61a\x20"), RowError::Range);
    assert_eq!(fails(b"\xa1\x61a\x41\x01"), RowError::Unexpected);
    assert_eq!(fails(b"\xa1\x61\xff\x01"), RowError::Utf8);
    assert_eq!(fails(b"\xbf\x61a\x01\xff"), RowError::Unexpected, "indefinite");
    assert_eq!(decode::<Choice>(b"\x65Other").unwrap_err(), RowError::Variant);
    assert_eq!(decode::<Choice>(b"\x63New").unwrap_err(), RowError::Unexpected);
    assert_eq!(decode::<Choice>(b"\xa1\x64Unit\xf6").unwrap_err(), RowError::Unexpected);
    assert_eq!(decode::<(u8, u8)>(b"\x83\x01\x02\x03").unwrap_err(), RowError::Range);
    assert_eq!(decode::<bool>(b"\xf8\xf4").unwrap_err(), RowError::Unexpected);
    assert_eq!(decode::<f64>(b"\xfb\0\0\0\0\0\0\0\0").unwrap_err(), RowError::Shape);
    assert_eq!(encode(&1.5_f64).unwrap_err(), RowError::Shape);
}

#[test]
fn lengths_and_depth_are_bounded() {
    for huge in [b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff".as_slice(), b"\x5a\xff\xff\xff\xff", b"\xbb\x80\0\0\0\0\0\0\0"]
    {
        assert_eq!(
            decode::<Vec<u64>>(huge).unwrap_err(),
            if huge[0] == 0xbb { RowError::Unexpected } else { RowError::End }
        );
        assert_eq!(decode::<IgnoredAny>(huge).unwrap_err(), RowError::End);
    }
    let nested = |levels: usize| [vec![0x81; levels], vec![0x80]].concat();
    #[derive(Debug, Deserialize)]
    struct Deep(#[allow(dead_code, reason = "only read")] Vec<Deep>);
    decode::<Deep>(&nested(MAX_DEPTH as usize - 1)).unwrap();
    assert_eq!(decode::<Deep>(&nested(MAX_DEPTH as usize)).unwrap_err(), RowError::Depth);
    decode::<IgnoredAny>(&nested(1_000_000)).unwrap();
    let variants = b"\xa1\x66Struct\xa2\x65bytes\x40\x65other".repeat(100);
    assert_eq!(decode::<Choice>(&variants).unwrap_err(), RowError::Depth);
}

#[test]
fn composed_items_are_what_is_written_at_once() {
    for length in [0_usize, 1, 23, 24, 255, 256, 65_535, 65_536] {
        let list = vec![7_u16; length];
        let mut composed = Vec::new();
        array_head(length, &mut composed);
        list.iter().for_each(|item| encode_into(item, &mut composed).unwrap());
        assert_eq!(composed, encode(&list).unwrap());
    }
    let mut composed = Vec::new();
    map_head(1, &mut composed);
    text("name", &mut composed);
    encode_into(&1_u8, &mut composed).unwrap();
    assert_eq!(composed, encode(&BTreeMap::from([("name", 1)])).unwrap());
}

#[test]
fn the_fields_of_a_row_are_told_as_they_are_stored() {
    #[derive(Serialize)]
    struct Row {
        name: String,
        choice: Choice,
        list: Vec<Option<u64>>,
    }
    let choice = Choice::Struct { bytes: vec![1; 300], other: Some(Box::new(Choice::Unit)) };
    let list = vec![Some(70_000), None];
    let row = encode(&Row { name: "ä".to_owned(), choice: choice.clone(), list: list.clone() }).unwrap();
    let told = fields(&row).unwrap();
    let (name, choice, list) = (encode("ä").unwrap(), encode(&choice).unwrap(), encode(&list).unwrap());
    assert_eq!(told, [("name", &*name), ("choice", &*choice), ("list", &*list)]);
    for end in 0..row.len() {
        fields(&row[..end]).unwrap_err();
    }
    assert_eq!(fields(&[row, vec![0]].concat()), Err(RowError::Trailing));
    for other in [encode(&1_u8), encode(&vec!["name", "x"]), encode(&BTreeMap::from([(1_u8, 2_u8)]))] {
        fields(&other.unwrap()).unwrap_err();
    }
}
