//! What is deterministic and what is not; the accepted values are those of RFC 8949 Appendix A.

use super::*;
use crate::Writer;
use proptest::prelude::*;

fn check(hex: &str) -> Result<(), CborError> {
    let bytes = hex::decode(hex).unwrap();
    decode(&bytes, |reader| reader.raw().map(drop))
}

#[test]
fn the_examples_of_rfc_8949_are_accepted_and_every_prefix_refused() {
    let examples = [
        "00",
        "17",
        "1818",
        "1864",
        "1903e8",
        "1a000f4240",
        "1b000000e8d4a51000",
        "1bffffffffffffffff",
        "20",
        "3863",
        "3903e7",
        "3bffffffffffffffff",
        "f90000",
        "f98000",
        "f93c00",
        "fb3ff199999999999a",
        "f93e00",
        "f97bff",
        "fa47c35000",
        "fa7f7fffff",
        "fb7e37e43c8800759c",
        "f90001",
        "f90400",
        "f9c400",
        "fbc010666666666666",
        "f97c00",
        "f97e00",
        "f9fc00",
        "f4",
        "f5",
        "f6",
        "f7",
        "f0",
        "f8ff",
        "f83b",
        "c074323031332d30332d32315432303a30343a30305a",
        "40",
        "4401020304",
        "60",
        "6449455446",
        "62c3bc",
        "80",
        "83010203",
        "8301820203820405",
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "a0",
        "a201020304",
        "a26161016162820203",
    ];
    for example in examples {
        assert_eq!(check(example), Ok(()), "{example}");
        for end in (0..example.len()).step_by(2) {
            assert!(check(&example[..end]).is_err(), "{example} up to {end}");
        }
        assert!(check(&format!("{example}00")).is_err(), "{example} and one more");
    }
}

#[test]
fn a_longer_form_of_a_number_is_refused() {
    for bad in [
        "1800",
        "1817",
        "190017",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "5800",
        "7800",
        "9800",
        "b800",
        "d817",
        "f800",
        "f817",
        "f81f",
    ] {
        assert_eq!(check(bad), Err(CborError::NotDeterministic), "{bad}");
    }
}

#[test]
fn indefinite_lengths_and_reserved_values_are_refused() {
    for bad in ["5f4100ff", "7f6161ff", "9f00ff", "bf0000ff", "ff", "1c", "1d", "1e", "fc", "9fff"] {
        assert_eq!(check(bad), Err(CborError::NotDeterministic), "{bad}");
    }
}

#[test]
fn a_float_that_fits_a_narrower_format_is_refused() {
    for bad in [
        "fa3fc00000",
        "fa00000000",
        "fa7f800000",
        "fa7fc00000",
        "fa33800000",
        "fa38ffc000",
        "fb3ff8000000000000",
        "fb7ff0000000000000",
        "fb7ff8000000000000",
        "fb47efffffe0000000",
        "f97e01",
        "f9fe00",
    ] {
        assert_eq!(check(bad), Err(CborError::NotDeterministic), "{bad}");
    }
    for good in ["fa33000000", "fa38fff000", "fa33c00000", "fa47800000", "fb47f0000000000000", "fa3f800001"] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
}

#[test]
fn keys_of_a_map_ascend_and_are_unique() {
    assert_eq!(check("a3000020006000"), Ok(()));
    for bad in ["a2010000 00", "a201000100", "a220000000", "a260000000", "a2616200616100", "a218180000 00"] {
        assert_eq!(check(&bad.replace(' ', "")), Err(CborError::KeyOrder), "{bad}");
    }
}

#[test]
fn arrays_maps_tags_and_floats_are_no_keys() {
    for bad in ["a1800000", "a1a00000", "a1c00000", "a1f93c0000"] {
        assert_eq!(check(bad), Err(CborError::Unexpected), "{bad}");
    }
}

#[test]
fn a_text_string_is_utf8() {
    assert_eq!(check("61ff"), Err(CborError::Utf8));
}

#[test]
fn deep_nesting_ends() {
    let deep = format!("{}00", "81".repeat(31));
    assert_eq!(check(&deep), Ok(()));
    assert_eq!(check(&format!("81{deep}")), Err(CborError::Depth));
    assert_eq!(check(&format!("{}00", "c1".repeat(100_000))), Err(CborError::Depth));
}

#[test]
fn a_length_beyond_the_input_is_refused_before_anything_is_reserved() {
    for bad in ["9b00ffffffffffffff", "bb00ffffffffffffff", "5b00ffffffffffffff", "8200"] {
        assert_eq!(check(bad), Err(CborError::End), "{bad}");
    }
}

#[test]
fn integers_out_of_range_are_refused() {
    let too_big = hex::decode("1b8000000000000000").unwrap();
    assert_eq!(decode(&too_big, |r| r.int()), Err(CborError::Range));
    let least = hex::decode("3b7fffffffffffffff").unwrap();
    assert_eq!(decode(&least, |r| r.int()), Ok(i64::MIN));
    assert_eq!(decode(&[0x19, 1, 0], |r| r.uint_as::<u8>()), Err(CborError::Range));
}

#[test]
fn keys_say_what_they_are() {
    let map = hex::decode("a500012001410002616100f83b03").unwrap();
    let keys = decode(&map, |reader| {
        let mut keys = Vec::new();
        let mut entries = reader.map()?;
        while let Some(key) = entries.next(reader)? {
            keys.push(key);
            reader.raw()?;
        }
        Ok::<_, CborError>(keys)
    });
    assert_eq!(keys, Ok(vec![Key::Int(0), Key::Int(-1), Key::Bytes(&[0]), Key::Text("a"), Key::Simple(59)]));
}

proptest! {
    #[test]
    fn what_another_library_writes_shortest_is_accepted(number: i64, bytes: Vec<u8>, text: String, flag: bool) {
        let items = vec![
            ciborium::Value::from(number),
            ciborium::Value::Bytes(bytes.clone()),
            ciborium::Value::Text(text.clone()),
            ciborium::Value::Bool(flag),
            ciborium::Value::Tag(18, Box::new(ciborium::Value::Null)),
        ];
        let mut other = Vec::new();
        ciborium::into_writer(&ciborium::Value::Array(items), &mut other).unwrap();
        let mut ours = Writer::new();
        ours.array(5).int(number).bytes(&bytes).text(&text).bool(flag).tag(18).null();
        prop_assert_eq!(&ours.finish(), &other);
        let read = decode(&other, |r| {
            r.array_of(5)?;
            let read = (r.int()?, r.bytes()?.to_vec(), r.text()?.to_owned(), r.bool()?, r.tag()?);
            Ok::<_, CborError>((read, r.nullable(|_| Ok::<_, CborError>(()))?))
        });
        prop_assert_eq!(read, Ok(((number, bytes, text, flag, 18), None)));
    }

    #[test]
    fn nothing_makes_the_reader_panic(bytes: Vec<u8>) {
        let _ = decode(&bytes, |reader| reader.raw().map(drop));
    }
}
