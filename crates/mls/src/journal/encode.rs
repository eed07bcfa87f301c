//! Writing CBOR, with lists of bytes as byte strings.
//!
//! The types of OpenMLS hold their keys, hashes and credentials as plain lists of `u8`, which a general serialiser writes
//! as arrays of integers: nearly twice the size, one item at a time. Reading needs nothing special, since a byte string is
//! also read where a list of small integers is expected.

use serde::Serialize;
use serde::ser::{
    Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::JournalError;

/// Major types (RFC 8949 §3.1).
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// The head of an item.
pub(super) fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    match argument {
        0..=23 => out.push(major | argument as u8),
        24..=0xff => out.extend_from_slice(&[major | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&(argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&(argument as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&argument.to_be_bytes());
        }
    }
}

/// Writes values at the end of a buffer.
pub(super) struct Encoder<'a>(pub(super) &'a mut Vec<u8>);

impl Encoder<'_> {
    fn signed(self, value: i64) -> Result<(), JournalError> {
        match u64::try_from(value) {
            Ok(value) => head(UNSIGNED, value, self.0),
            // -1 - value, which is the complement.
            Err(_) => head(NEGATIVE, !value as u64, self.0),
        }
        Ok(())
    }

    fn variant(&mut self, name: &'static str) {
        head(MAP, 1, self.0);
        self.text(name);
    }

    fn text(&mut self, value: &str) {
        head(TEXT, value.len() as u64, self.0);
        self.0.extend_from_slice(value.as_bytes());
    }
}

impl<'a> Serializer for Encoder<'a> {
    type Ok = ();
    type Error = JournalError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), JournalError> {
        self.0.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), JournalError> {
        self.signed(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), JournalError> {
        self.signed(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), JournalError> {
        self.signed(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), JournalError> {
        self.signed(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), JournalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), JournalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), JournalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), JournalError> {
        head(UNSIGNED, value, self.0);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), JournalError> {
        Err(JournalError::Shape)
    }

    fn serialize_f64(self, _: f64) -> Result<(), JournalError> {
        Err(JournalError::Shape)
    }

    fn serialize_char(self, value: char) -> Result<(), JournalError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, value: &str) -> Result<(), JournalError> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), JournalError> {
        head(BYTES, value.len() as u64, self.0);
        self.0.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), JournalError> {
        self.0.push(NULL);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), JournalError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), JournalError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), JournalError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), JournalError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), JournalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), JournalError> {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List<'a>, JournalError> {
        let length = length.ok_or(JournalError::Shape)? as u64;
        Ok(List { start: self.0.len(), out: self.0, length, form: Form::Unknown })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'a>, JournalError> {
        head(ARRAY, length as u64, self.0);
        Ok(Items(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items<'a>, JournalError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'a>, JournalError> {
        self.variant(variant);
        self.serialize_tuple(length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Items<'a>, JournalError> {
        head(MAP, length.ok_or(JournalError::Shape)? as u64, self.0);
        Ok(Items(self.0))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Items<'a>, JournalError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'a>, JournalError> {
        self.variant(variant);
        self.serialize_map(Some(length))
    }
}

/// The inside of anything whose head is written.
pub(super) struct Items<'a>(&'a mut Vec<u8>);

impl Items<'_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        value.serialize(Encoder(self.0))
    }

    fn named<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        Encoder(self.0).text(name);
        self.value(value)
    }
}

macro_rules! inside {
    ($($kind:ident::$method:ident;)*) => {$(
        impl $kind for Items<'_> {
            type Ok = ();
            type Error = JournalError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
                self.value(value)
            }

            fn end(self) -> Result<(), JournalError> {
                Ok(())
            }
        }
    )*};
}

macro_rules! inside_named {
    ($($kind:ident;)*) => {$(
        impl $kind for Items<'_> {
            type Ok = ();
            type Error = JournalError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), JournalError> {
                self.named(name, value)
            }

            fn end(self) -> Result<(), JournalError> {
                Ok(())
            }
        }
    )*};
}

inside! {
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

inside_named! {
    SerializeStruct;
    SerializeStructVariant;
}

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = JournalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), JournalError> {
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        self.value(value)
    }

    fn end(self) -> Result<(), JournalError> {
        Ok(())
    }
}

/// A list: a byte string as long as every item is a `u8`.
pub(super) struct List<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
    length: u64,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unknown,
    /// Where the bytes begin.
    Bytes(usize),
    Items,
}

impl List<'_> {
    /// Turns what is there into an array: an item was no `u8` after all.
    fn become_items(&mut self) {
        let so_far = match self.form {
            Form::Bytes(begin) => self.out.split_off(begin),
            _ => Vec::new(),
        };
        self.out.truncate(self.start);
        head(ARRAY, self.length, self.out);
        for byte in so_far {
            head(UNSIGNED, byte.into(), self.out);
        }
        self.form = Form::Items;
    }
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = JournalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        if self.form != Form::Items {
            if let Ok(byte) = value.serialize(OnlyByte) {
                if self.form == Form::Unknown {
                    head(BYTES, self.length, self.out);
                    self.form = Form::Bytes(self.out.len());
                }
                self.out.push(byte);
                return Ok(());
            }
            self.become_items();
        }
        value.serialize(Encoder(self.out))
    }

    fn end(self) -> Result<(), JournalError> {
        if self.form == Form::Unknown {
            head(ARRAY, 0, self.out);
        }
        Ok(())
    }
}

/// Takes a `u8` and nothing else.
struct OnlyByte;

type Never = Impossible<u8, NoByte>;

/// The value is no `u8`.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not a byte")]
struct NoByte;

impl serde::ser::Error for NoByte {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! no_byte {
    ($($name:ident($($kind:ty),*) -> $result:ty;)*) => {
        $(fn $name(self, $(_: $kind),*) -> Result<$result, NoByte> { Err(NoByte) })*
    };
}

impl Serializer for OnlyByte {
    type Ok = u8;
    type Error = NoByte;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    fn serialize_u8(self, value: u8) -> Result<u8, NoByte> {
        Ok(value)
    }

    no_byte! {
        serialize_bool(bool) -> u8;
        serialize_i8(i8) -> u8;
        serialize_i16(i16) -> u8;
        serialize_i32(i32) -> u8;
        serialize_i64(i64) -> u8;
        serialize_u16(u16) -> u8;
        serialize_u32(u32) -> u8;
        serialize_u64(u64) -> u8;
        serialize_f32(f32) -> u8;
        serialize_f64(f64) -> u8;
        serialize_char(char) -> u8;
        serialize_str(&str) -> u8;
        serialize_bytes(&[u8]) -> u8;
        serialize_none() -> u8;
        serialize_unit() -> u8;
        serialize_unit_struct(&'static str) -> u8;
        serialize_unit_variant(&'static str, u32, &'static str) -> u8;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<u8, NoByte> {
        Err(NoByte)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<u8, NoByte> {
        Err(NoByte)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<u8, NoByte> {
        Err(NoByte)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::compose::{decode, encode};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Choice {
        Unit,
        New(Vec<u8>),
        Tuple(u8, i64),
        Struct { bytes: Vec<u8>, other: Option<Box<Choice>> },
    }

    use super::*;

    fn comes_back<T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
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
        comes_back(BTreeMap::from([(1_u16, None), (2, Some(vec![9_u8]))]));
        comes_back(Choice::Unit);
        comes_back(Choice::New(vec![1, 2, 3]));
        comes_back(Choice::Tuple(24, -25));
        comes_back(Choice::Struct { bytes: vec![0; 40], other: Some(Box::new(Choice::Unit)) });
        comes_back(vec![Choice::Unit, Choice::New(vec![])]);
    }

    #[test]
    fn a_list_of_bytes_takes_its_length_and_a_head() {
        assert_eq!(encode(&vec![200_u8; 32]).unwrap().len(), 34);
        assert_eq!(encode(&vec![200_u16; 32]).unwrap().len(), 66);
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
}
