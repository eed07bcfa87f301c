//! Reading item by item.

use crate::CborError;
use crate::float::{check_double, check_half, check_single};

/// Deepest nesting that [`Reader::raw`] walks through.
const MAX_DEPTH: usize = 32;

const UINT: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// Reads exactly one item with `read`: trailing bytes are an error.
///
/// # Errors
/// Whatever `read` answers, and [`CborError::Trailing`].
pub fn decode<'a, T, E: From<CborError>>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, E>,
) -> Result<T, E> {
    let (value, rest) = decode_prefix(bytes, read)?;
    if rest.is_empty() { Ok(value) } else { Err(CborError::Trailing.into()) }
}

/// Reads one item from the front; the second value is what follows it.
///
/// # Errors
/// Whatever `read` answers.
pub fn decode_prefix<'a, T, E: From<CborError>>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, E>,
) -> Result<(T, &'a [u8]), E> {
    let mut reader = Reader { rest: bytes };
    let value = read(&mut reader)?;
    Ok((value, reader.rest))
}

/// What the next item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Unsigned integer.
    Uint,
    /// Negative integer.
    Negative,
    /// Byte string.
    Bytes,
    /// Text string.
    Text,
    /// Array.
    Array,
    /// Map.
    Map,
    /// Tagged item.
    Tag,
    /// `null`.
    Null,
    /// Any other simple value, or a floating point number.
    Simple,
}

/// Key of a map entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Integer.
    Int(i64),
    /// Text string.
    Text(&'a str),
    /// Byte string.
    Bytes(&'a [u8]),
    /// Simple value, e.g. the 59 of SD-CWT.
    Simple(u8),
}

/// A position in deterministic CBOR. Every method moves past what it returns, or fails.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

struct Head {
    major: u8,
    info: u8,
    value: u64,
}

impl<'a> Reader<'a> {
    /// Kind of the next item; the position stays.
    ///
    /// # Errors
    /// [`CborError::End`] at the end.
    pub fn kind(&self) -> Result<Kind, CborError> {
        let first = *self.rest.first().ok_or(CborError::End)?;
        Ok(match first >> 5 {
            UINT => Kind::Uint,
            NEGATIVE => Kind::Negative,
            BYTES => Kind::Bytes,
            TEXT => Kind::Text,
            ARRAY => Kind::Array,
            MAP => Kind::Map,
            TAG => Kind::Tag,
            _ if first == 0xf6 => Kind::Null,
            _ => Kind::Simple,
        })
    }

    /// Unsigned integer.
    ///
    /// # Errors
    /// Anything else.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.expect(UINT)
    }

    /// Unsigned integer that fits `T`.
    ///
    /// # Errors
    /// Anything else.
    pub fn uint_as<T: TryFrom<u64>>(&mut self) -> Result<T, CborError> {
        T::try_from(self.uint()?).map_err(|_| CborError::Range)
    }

    /// Integer of either sign that fits 64 bits.
    ///
    /// # Errors
    /// Anything else.
    pub fn int(&mut self) -> Result<i64, CborError> {
        let head = self.head()?;
        let value = i64::try_from(head.value).map_err(|_| CborError::Range)?;
        match head.major {
            UINT => Ok(value),
            NEGATIVE => Ok(-1 - value),
            _ => Err(CborError::Unexpected),
        }
    }

    /// Byte string.
    ///
    /// # Errors
    /// Anything else.
    pub fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let length = self.expect(BYTES)?;
        self.take(length)
    }

    /// Byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// Anything else.
    pub fn byte_array<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        self.bytes()?.try_into().map_err(|_| CborError::Range)
    }

    /// Text string.
    ///
    /// # Errors
    /// Anything else.
    pub fn text(&mut self) -> Result<&'a str, CborError> {
        let length = self.expect(TEXT)?;
        core::str::from_utf8(self.take(length)?).map_err(|_| CborError::Utf8)
    }

    /// Head of an array: how many items follow. Never more than bytes are left.
    ///
    /// # Errors
    /// Anything else.
    pub fn array(&mut self) -> Result<usize, CborError> {
        let count = self.expect(ARRAY)?;
        self.count(count, 1)
    }

    /// Head of an array of exactly `count` items.
    ///
    /// # Errors
    /// Anything else.
    pub fn array_of(&mut self, count: usize) -> Result<(), CborError> {
        if self.array()? == count { Ok(()) } else { Err(CborError::Range) }
    }

    /// Head of a map; go through it with [`Entries::next`].
    ///
    /// # Errors
    /// Anything else.
    pub fn map(&mut self) -> Result<Entries<'a>, CborError> {
        let count = self.expect(MAP)?;
        Ok(Entries { left: self.count(count, 2)?, last: &[] })
    }

    /// Tag number; the tagged item follows.
    ///
    /// # Errors
    /// Anything else.
    pub fn tag(&mut self) -> Result<u64, CborError> {
        self.expect(TAG)
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Anything else.
    pub fn bool(&mut self) -> Result<bool, CborError> {
        match self.take(1)? {
            [0xf4] => Ok(false),
            [0xf5] => Ok(true),
            _ => Err(CborError::Unexpected),
        }
    }

    /// `None` for `null`, otherwise what `read` reads.
    ///
    /// # Errors
    /// Whatever `read` answers.
    pub fn nullable<T, E: From<CborError>>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if self.kind()? == Kind::Null {
            self.take(1)?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// The bytes of the next item, whatever it is; checked to be deterministic all the way down.
    ///
    /// # Errors
    /// Items that are not deterministic, are cut off, or are nested more than 32 deep.
    pub fn raw(&mut self) -> Result<&'a [u8], CborError> {
        self.raw_within(MAX_DEPTH)
    }

    /// As [`Reader::raw`] with another limit for the depth: 1 for an item without items inside.
    ///
    /// # Errors
    /// As [`Reader::raw`].
    pub fn raw_within(&mut self, depth: usize) -> Result<&'a [u8], CborError> {
        let start = self.rest;
        self.walk(depth.min(MAX_DEPTH))?;
        let length = start.len() - self.rest.len();
        start.get(..length).ok_or(CborError::End)
    }

    fn walk(&mut self, depth: usize) -> Result<(), CborError> {
        let inside = depth.checked_sub(1).ok_or(CborError::Depth)?;
        match self.kind()? {
            Kind::Uint | Kind::Negative => self.head().map(drop),
            Kind::Bytes => self.bytes().map(drop),
            Kind::Text => self.text().map(drop),
            Kind::Array => {
                for _ in 0..self.array()? {
                    self.walk(inside)?;
                }
                Ok(())
            }
            Kind::Map => {
                let mut entries = self.map()?;
                while entries.next(self)?.is_some() {
                    self.walk(inside)?;
                }
                Ok(())
            }
            Kind::Tag => {
                self.tag()?;
                self.walk(inside)
            }
            Kind::Null | Kind::Simple => self.simple(),
        }
    }

    /// Simple values and floating point numbers: `head` has checked their form.
    fn simple(&mut self) -> Result<(), CborError> {
        self.head().map(drop)
    }

    fn key(&mut self) -> Result<Key<'a>, CborError> {
        match self.kind()? {
            Kind::Uint | Kind::Negative => self.int().map(Key::Int),
            Kind::Text => self.text().map(Key::Text),
            Kind::Bytes => self.bytes().map(Key::Bytes),
            Kind::Simple => match self.head()? {
                Head { info: 0..=24, value, .. } => u8::try_from(value).map(Key::Simple).map_err(|_| CborError::Range),
                _ => Err(CborError::Unexpected),
            },
            _ => Err(CborError::Unexpected),
        }
    }

    fn expect(&mut self, major: u8) -> Result<u64, CborError> {
        let head = self.head()?;
        if head.major == major { Ok(head.value) } else { Err(CborError::Unexpected) }
    }

    fn head(&mut self) -> Result<Head, CborError> {
        let (first, rest) = self.rest.split_first().ok_or(CborError::End)?;
        self.rest = rest;
        let (major, info) = (first >> 5, first & 0x1f);
        let value = match info {
            0..=23 => u64::from(info),
            24 => self.argument::<1>()?,
            25 => self.argument::<2>()?,
            26 => self.argument::<4>()?,
            27 => self.argument::<8>()?,
            _ => return Err(CborError::NotDeterministic),
        };
        let head = Head { major, info, value };
        head.check()?;
        Ok(head)
    }

    fn argument<const N: usize>(&mut self) -> Result<u64, CborError> {
        let bytes = self.take(N as u64)?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::End)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CborError::End)?;
        self.rest = rest;
        Ok(taken)
    }

    fn count(&self, count: u64, least: usize) -> Result<usize, CborError> {
        let count = usize::try_from(count).map_err(|_| CborError::End)?;
        if count > self.rest.len() / least { Err(CborError::End) } else { Ok(count) }
    }
}

impl Head {
    fn check(&self) -> Result<(), CborError> {
        if self.major == 7 {
            return match self.info {
                24 if self.value < 32 => Err(CborError::NotDeterministic),
                25 => check_half(self.value as u16),
                26 => check_single(self.value as u32),
                27 => check_double(self.value),
                _ => Ok(()),
            };
        }
        let least = match self.info {
            24 => 24,
            25 => 1 << 8,
            26 => 1 << 16,
            27 => 1 << 32,
            _ => 0,
        };
        if self.value < least { Err(CborError::NotDeterministic) } else { Ok(()) }
    }
}

/// The entries of a map that are still to come.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    left: usize,
    last: &'a [u8],
}

impl<'a> Entries<'a> {
    /// The next key, with `reader` then standing before its value; `None` after the last entry.
    ///
    /// # Errors
    /// Keys that are arrays, maps, tags or floats, and keys that do not ascend.
    pub fn next(&mut self, reader: &mut Reader<'a>) -> Result<Option<Key<'a>>, CborError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let start = reader.rest;
        let key = reader.key()?;
        let encoded = start.get(..start.len() - reader.rest.len()).ok_or(CborError::End)?;
        if self.last >= encoded {
            return Err(CborError::KeyOrder);
        }
        self.last = encoded;
        Ok(Some(key))
    }
}

#[cfg(test)]
mod tests;
