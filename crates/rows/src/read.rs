//! Reading.
//!
//! What is generic here is instantiated for every stored type, so it does nothing but call what is not.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use crate::write::{ARRAY, BYTES, FALSE, MAP, NEGATIVE, NULL, TEXT, TRUE, UNSIGNED};
use crate::{MAX_DEPTH, RowError};

const TAG: u8 = 6;
const SIMPLE: u8 = 7;

/// A position in a row.
pub(crate) struct Decoder<'a> {
    rest: &'a [u8],
    /// Items left in the list or map we are in.
    left: usize,
    /// Levels left.
    depth: u32,
    /// In a byte string that is read as a list: every byte is an item, a small integer.
    bare: bool,
}

/// What the decoder goes back to after a list or map.
#[derive(Clone, Copy)]
struct Outside(usize);

impl<'a> Decoder<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest, left: 0, depth: MAX_DEPTH, bare: false }
    }

    pub(crate) fn finish(&self) -> Result<(), RowError> {
        if self.rest.is_empty() { Ok(()) } else { Err(RowError::Trailing) }
    }

    /// Major type and argument of the next item.
    #[inline(never)]
    fn head(&mut self) -> Result<(u8, u64), RowError> {
        let (first, rest) = self.rest.split_first().ok_or(RowError::End)?;
        self.rest = rest;
        if self.bare {
            return Ok((UNSIGNED, u64::from(*first)));
        }
        let (major, info) = (first >> 5, first & 0x1f);
        let size = match info {
            0..=23 => return Ok((major, u64::from(info))),
            24..=27 => 1_usize << (info - 24),
            _ => return Err(RowError::Unexpected),
        };
        let bytes = self.take(size as u64)?;
        Ok((major, bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))))
    }

    /// Major type of the next item, which is not taken.
    fn kind(&self) -> Result<u8, RowError> {
        let first = self.rest.first().ok_or(RowError::End)?;
        Ok(if self.bare { UNSIGNED } else { first >> 5 })
    }

    #[inline(never)]
    fn take(&mut self, length: u64) -> Result<&'a [u8], RowError> {
        let length = usize::try_from(length).map_err(|_| RowError::End)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(RowError::End)?;
        self.rest = rest;
        Ok(taken)
    }

    /// One item of a list of bytes, which is what most of the rows of MLS state consist of.
    #[inline]
    fn byte(&mut self) -> Result<u64, RowError> {
        match self.rest {
            [byte, rest @ ..] if self.bare => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.unsigned(),
        }
    }

    #[inline(never)]
    fn unsigned(&mut self) -> Result<u64, RowError> {
        match self.head()? {
            (UNSIGNED, value) => Ok(value),
            (NEGATIVE, _) => Err(RowError::Range),
            _ => Err(RowError::Unexpected),
        }
    }

    #[inline(never)]
    fn signed(&mut self) -> Result<i64, RowError> {
        let (major, value) = self.head()?;
        let value = i64::try_from(value).map_err(|_| RowError::Range)?;
        match major {
            UNSIGNED => Ok(value),
            NEGATIVE => Ok(!value),
            _ => Err(RowError::Unexpected),
        }
    }

    #[inline(never)]
    fn boolean(&mut self) -> Result<bool, RowError> {
        let (value, rest) = match self.rest {
            [FALSE, rest @ ..] if !self.bare => (false, rest),
            [TRUE, rest @ ..] if !self.bare => (true, rest),
            _ => return Err(RowError::Unexpected),
        };
        self.rest = rest;
        Ok(value)
    }

    #[inline(never)]
    fn text(&mut self) -> Result<&'a str, RowError> {
        let (TEXT, length) = self.head()? else { return Err(RowError::Unexpected) };
        core::str::from_utf8(self.take(length)?).map_err(|_| RowError::Utf8)
    }

    #[inline(never)]
    fn character(&mut self) -> Result<char, RowError> {
        let mut characters = self.text()?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(RowError::Unexpected),
        }
    }

    /// Takes a `null`, if that is what is next.
    #[inline(never)]
    fn null(&mut self) -> bool {
        match self.rest {
            [NULL, rest @ ..] if !self.bare => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    #[inline(never)]
    fn unit(&mut self) -> Result<(), RowError> {
        if self.null() { Ok(()) } else { Err(RowError::Unexpected) }
    }

    /// A byte string; `None`, and nothing is taken, if something else is next.
    #[inline(never)]
    fn bytes(&mut self) -> Result<Option<&'a [u8]>, RowError> {
        if self.kind()? != BYTES {
            return Ok(None);
        }
        let (_, length) = self.head()?;
        self.take(length).map(Some)
    }

    #[inline(never)]
    fn open_list(&mut self) -> Result<Outside, RowError> {
        let (major, count) = self.head()?;
        if major != ARRAY && major != BYTES {
            return Err(RowError::Unexpected);
        }
        let outside = self.open(count)?;
        self.bare = major == BYTES;
        Ok(outside)
    }

    #[inline(never)]
    fn open_map(&mut self) -> Result<Outside, RowError> {
        match self.head()? {
            (MAP, count) => self.open(count),
            _ => Err(RowError::Unexpected),
        }
    }

    /// Goes into something with `count` items, each at least one byte.
    fn open(&mut self, count: u64) -> Result<Outside, RowError> {
        let count = usize::try_from(count).map_err(|_| RowError::End)?;
        if count > self.rest.len() {
            return Err(RowError::End);
        }
        self.deeper()?;
        Ok(Outside(std::mem::replace(&mut self.left, count)))
    }

    fn deeper(&mut self) -> Result<(), RowError> {
        self.depth = self.depth.checked_sub(1).ok_or(RowError::Depth)?;
        Ok(())
    }

    #[inline(never)]
    fn close(&mut self, outside: Outside) -> Result<(), RowError> {
        if self.left != 0 {
            return Err(RowError::Range);
        }
        self.left = outside.0;
        self.depth += 1;
        self.bare = false;
        Ok(())
    }

    /// Whether there is another item, which is then counted as taken.
    #[inline]
    fn another(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// The beginning of a variant: whether it holds something.
    #[inline(never)]
    fn open_variant(&mut self) -> Result<bool, RowError> {
        if self.kind()? == TEXT {
            return Ok(false);
        }
        match self.head()? {
            (MAP, 1) => self.deeper().map(|()| true),
            _ => Err(RowError::Unexpected),
        }
    }

    /// Passes over the next item, whatever it is.
    #[inline(never)]
    fn skip(&mut self) -> Result<(), RowError> {
        let mut items = 1_u64;
        while let Some(left) = items.checked_sub(1) {
            let inside = match self.head()? {
                (BYTES | TEXT, length) => {
                    self.take(length)?;
                    0
                }
                (ARRAY, count) => count,
                (MAP, count) => count.checked_mul(2).ok_or(RowError::End)?,
                (TAG, _) => 1,
                _ => 0,
            };
            items = left.checked_add(inside).ok_or(RowError::End)?;
        }
        Ok(())
    }

    /// All there is, as a map by field name whose values are not looked into.
    pub(crate) fn fields(mut self) -> Result<Vec<(&'a str, &'a [u8])>, RowError> {
        let outside = self.open_map()?;
        let mut fields = Vec::new();
        while self.another() {
            let name = self.text()?;
            let value = self.rest;
            self.skip()?;
            fields.push((name, value.get(..value.len() - self.rest.len()).ok_or(RowError::End)?));
        }
        self.close(outside)?;
        self.finish()?;
        Ok(fields)
    }
}

macro_rules! by {
    ($($name:ident by $read:ident to $visit:ident;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

macro_rules! refused {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, _: V) -> Result<V::Value, RowError> {
            Err(RowError::Shape)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Decoder<'_> {
    type Error = RowError;

    fn is_human_readable(&self) -> bool {
        false
    }

    by! {
        deserialize_bool by boolean to visit_bool;
        deserialize_i8 by signed to visit_i64;
        deserialize_i16 by signed to visit_i64;
        deserialize_i32 by signed to visit_i64;
        deserialize_i64 by signed to visit_i64;
        deserialize_u8 by byte to visit_u64;
        deserialize_u16 by unsigned to visit_u64;
        deserialize_u32 by unsigned to visit_u64;
        deserialize_u64 by unsigned to visit_u64;
        deserialize_char by character to visit_char;
        deserialize_str by text to visit_str;
        deserialize_string by text to visit_str;
        deserialize_identifier by text to visit_str;
    }

    refused! { deserialize_f32 deserialize_f64 }

    /// Only for types that have had several shapes and look which one it is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.kind()? {
            UNSIGNED => self.deserialize_u64(visitor),
            NEGATIVE => self.deserialize_i64(visitor),
            BYTES => self.deserialize_bytes(visitor),
            TEXT => self.deserialize_str(visitor),
            ARRAY => self.deserialize_seq(visitor),
            MAP => self.deserialize_map(visitor),
            SIMPLE if self.null() => visitor.visit_none(),
            SIMPLE => self.deserialize_bool(visitor),
            _ => Err(RowError::Unexpected),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        match self.bytes()? {
            Some(bytes) => visitor.visit_bytes(bytes),
            None => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        if self.null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        self.unit()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, RowError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let outside = self.open_list()?;
        let value = visitor.visit_seq(Inside(&mut *self))?;
        self.close(outside)?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        let outside = self.open_map()?;
        let value = visitor.visit_map(Inside(&mut *self))?;
        self.close(outside)?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, RowError> {
        let holds = self.open_variant()?;
        let value = visitor.visit_enum(Variant { decoder: &mut *self, holds })?;
        self.depth += u32::from(holds);
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, RowError> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// The items of a list, or the entries of a map.
struct Inside<'d, 'a>(&'d mut Decoder<'a>);

impl<'de> SeqAccess<'de> for Inside<'_, '_> {
    type Error = RowError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, RowError> {
        if self.0.another() { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        // Serde takes it for a hint: what it allocates by it is bounded, and it is no more than there are bytes.
        Some(self.0.left)
    }
}

impl<'de> MapAccess<'de> for Inside<'_, '_> {
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        if self.0.another() { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, RowError> {
        seed.deserialize(&mut *self.0)
    }
}

/// A variant, before its name, then before what it holds.
struct Variant<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    holds: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = RowError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), RowError> {
        Ok((seed.deserialize(&mut *self.decoder)?, self))
    }
}

impl<'d, 'a> Variant<'d, 'a> {
    fn held(self) -> Result<&'d mut Decoder<'a>, RowError> {
        if self.holds { Ok(self.decoder) } else { Err(RowError::Unexpected) }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = RowError;

    fn unit_variant(self) -> Result<(), RowError> {
        if self.holds { Err(RowError::Unexpected) } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, RowError> {
        seed.deserialize(self.held()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, RowError> {
        self.held()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, RowError> {
        self.held()?.deserialize_map(visitor)
    }
}
