//! Writing.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use crate::RowError;

/// Major types (RFC 8949 §3.1).
pub(crate) const UNSIGNED: u8 = 0;
pub(crate) const NEGATIVE: u8 = 1;
pub(crate) const BYTES: u8 = 2;
pub(crate) const TEXT: u8 = 3;
pub(crate) const ARRAY: u8 = 4;
pub(crate) const MAP: u8 = 5;
pub(crate) const FALSE: u8 = 0xf4;
pub(crate) const TRUE: u8 = 0xf5;
pub(crate) const NULL: u8 = 0xf6;

/// The head of an array of `length` items, at the end of `bytes`.
pub fn array_head(length: usize, bytes: &mut Vec<u8>) {
    head(ARRAY, length as u64, bytes);
}

/// The head of a map of `length` entries, at the end of `bytes`.
pub fn map_head(length: usize, bytes: &mut Vec<u8>) {
    head(MAP, length as u64, bytes);
}

/// A text string, at the end of `bytes`.
pub fn text(value: &str, bytes: &mut Vec<u8>) {
    string(TEXT, value.as_bytes(), bytes);
}

#[inline(never)]
fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
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

fn string(major: u8, value: &[u8], out: &mut Vec<u8>) {
    head(major, value.len() as u64, out);
    out.extend_from_slice(value);
}

/// Writes values at the end of a buffer.
pub(crate) struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    byte: Byte,
}

/// How a list learns that its item is a `u8`, without asking every type twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// Nobody wants to know.
    Unasked,
    /// The next item, if it is a `u8`, is to be written as one bare byte.
    Wanted,
    /// It was.
    Written,
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, byte: Byte::Unasked }
    }

    #[inline(never)]
    fn head(&mut self, major: u8, argument: u64) {
        self.byte = Byte::Unasked;
        head(major, argument, self.out);
    }

    #[inline(never)]
    fn string(&mut self, major: u8, value: &[u8]) {
        self.byte = Byte::Unasked;
        string(major, value, self.out);
    }

    #[inline(never)]
    fn signed(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.head(UNSIGNED, value),
            // -1 - value, which is the complement.
            Err(_) => self.head(NEGATIVE, !value as u64),
        }
    }

    #[inline]
    fn one_byte(&mut self, value: u8) {
        if self.byte == Byte::Wanted {
            self.out.push(value);
            self.byte = Byte::Written;
        } else {
            self.head(UNSIGNED, value.into());
        }
    }

    #[inline(never)]
    fn simple(&mut self, value: u8) {
        self.byte = Byte::Unasked;
        self.out.push(value);
    }

    /// The head of a variant, without what it holds.
    #[inline(never)]
    fn variant(&mut self, name: &'static str) {
        self.head(MAP, 1);
        self.string(TEXT, name.as_bytes());
    }

    #[inline(never)]
    fn begin_list(&mut self, length: Option<usize>) -> Result<List, RowError> {
        let length = length.ok_or(RowError::Shape)? as u64;
        let start = self.out.len();
        self.head(ARRAY, length);
        Ok(List { start, body: self.out.len(), form: Form::Unknown })
    }

    /// An item was written from `at` on: what the list is now.
    #[inline(never)]
    fn settle(&mut self, mut list: List, at: usize) -> List {
        let byte = self.byte == Byte::Written;
        self.byte = Byte::Unasked;
        match (list.form, byte) {
            (Form::Unknown, true) => {
                self.turn(list.start);
                list.form = Form::Bytes;
            }
            (Form::Bytes, true) => {}
            (Form::Bytes, false) => {
                // No list of one type comes here.
                let last = self.out.split_off(at);
                let bytes = self.out.split_off(list.body);
                self.turn(list.start);
                bytes.into_iter().for_each(|byte| head(UNSIGNED, byte.into(), self.out));
                self.out.extend_from_slice(&last);
                list.form = Form::Items;
            }
            _ => list.form = Form::Items,
        }
        list
    }

    /// Makes the head of an array that of a byte string of the same length, or the other way round.
    fn turn(&mut self, start: usize) {
        if let Some(head) = self.out.get_mut(start) {
            *head ^= (ARRAY ^ BYTES) << 5;
        }
    }
}

macro_rules! integers {
    ($($name:ident($kind:ty) by $method:ident;)*) => {$(
        #[inline]
        fn $name(self, value: $kind) -> Result<(), RowError> {
            self.$method(value.into());
            Ok(())
        }
    )*};
}

impl<'e, 'a> Serializer for &'e mut Encoder<'a> {
    type Ok = ();
    type Error = RowError;
    type SerializeSeq = Items<'e, 'a>;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    integers! {
        serialize_i8(i8) by signed;
        serialize_i16(i16) by signed;
        serialize_i32(i32) by signed;
        serialize_i64(i64) by signed;
        serialize_u8(u8) by one_byte;
    }

    fn serialize_u16(self, value: u16) -> Result<(), RowError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), RowError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), RowError> {
        self.head(UNSIGNED, value);
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), RowError> {
        self.simple(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), RowError> {
        Err(RowError::Shape)
    }

    fn serialize_f64(self, _: f64) -> Result<(), RowError> {
        Err(RowError::Shape)
    }

    fn serialize_char(self, value: char) -> Result<(), RowError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), RowError> {
        self.string(TEXT, value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), RowError> {
        self.string(BYTES, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), RowError> {
        self.simple(NULL);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), RowError> {
        self.byte = Byte::Unasked;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), RowError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), RowError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), RowError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), RowError> {
        self.byte = Byte::Unasked;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), RowError> {
        self.variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'e, 'a>, RowError> {
        let list = self.begin_list(length)?;
        Ok(Items { encoder: self, list })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self, RowError> {
        self.head(ARRAY, length as u64);
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Self, RowError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, RowError> {
        self.variant(variant);
        self.serialize_tuple(length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, RowError> {
        self.head(MAP, length.ok_or(RowError::Shape)? as u64);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Self, RowError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, RowError> {
        self.variant(variant);
        self.serialize_map(Some(length))
    }
}

macro_rules! inside {
    ($($kind:ident::$method:ident($($name:ident)?);)*) => {$(
        impl $kind for &mut Encoder<'_> {
            type Ok = ();
            type Error = RowError;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), RowError> {
                $(self.string(TEXT, $name.as_bytes());)?
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), RowError> {
                Ok(())
            }
        }
    )*};
}

inside! {
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(name);
    SerializeStructVariant::serialize_field(name);
}

impl SerializeMap for &mut Encoder<'_> {
    type Ok = ();
    type Error = RowError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), RowError> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), RowError> {
        Ok(())
    }
}

/// A list under way: a byte string as long as every item is a `u8`.
#[derive(Clone, Copy)]
struct List {
    /// Where its head is.
    start: usize,
    /// Where its items begin.
    body: usize,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unknown,
    Bytes,
    Items,
}

/// The items of a list.
pub(crate) struct Items<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    list: List,
}

impl SerializeSeq for Items<'_, '_> {
    type Ok = ();
    type Error = RowError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        let at = self.encoder.out.len();
        if self.list.form != Form::Items {
            self.encoder.byte = Byte::Wanted;
        }
        value.serialize(&mut *self.encoder)?;
        // The most frequent item by far: another byte of a byte string.
        if self.list.form != Form::Bytes || self.encoder.byte != Byte::Written {
            self.list = self.encoder.settle(self.list, at);
        }
        Ok(())
    }

    fn end(self) -> Result<(), RowError> {
        self.encoder.byte = Byte::Unasked;
        Ok(())
    }
}
