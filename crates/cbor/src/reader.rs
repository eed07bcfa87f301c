//! Reading item by item: `minicbor` says what an item is, and here it is checked that it could not be written otherwise.

use half::f16;
use minicbor::Decoder;
use minicbor::data::Type;

use crate::CborError;

/// Deepest nesting that [`Reader::raw`] walks through.
const MAX_DEPTH: usize = 32;
/// The one way to write that something is not a number (RFC 8949 §4.2.2).
const NAN: [u8; 3] = [0xf9, 0x7e, 0x00];

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
    let mut reader = Reader { decoder: Decoder::new(bytes) };
    let value = read(&mut reader)?;
    let rest = bytes.get(reader.decoder.position()..).ok_or(CborError::End)?;
    Ok((value, rest))
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
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    /// Kind of the next item; the position stays.
    ///
    /// # Errors
    /// [`CborError::End`] at the end, [`CborError::NotDeterministic`] for a length that is not said and for reserved values.
    pub fn kind(&self) -> Result<Kind, CborError> {
        Ok(match self.datatype()? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Kind::Uint,
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => Kind::Negative,
            Type::Bytes => Kind::Bytes,
            Type::String => Kind::Text,
            Type::Array => Kind::Array,
            Type::Map => Kind::Map,
            Type::Tag => Kind::Tag,
            Type::Null => Kind::Null,
            Type::Bool | Type::Undefined | Type::Simple | Type::F16 | Type::F32 | Type::F64 => Kind::Simple,
            _ => return Err(CborError::NotDeterministic),
        })
    }

    /// Unsigned integer.
    ///
    /// # Errors
    /// Anything else.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.shortest(CborError::Range, Decoder::u64, |value| minicbor::len(value))
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
        self.shortest(CborError::Range, Decoder::i64, |value| minicbor::len(value))
    }

    /// Byte string.
    ///
    /// # Errors
    /// Anything else.
    pub fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        self.shortest(CborError::End, Decoder::bytes, |bytes| minicbor::len(bytes.len() as u64) + bytes.len())
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
        self.shortest(CborError::Utf8, Decoder::str, |text| minicbor::len(text.len() as u64) + text.len())
    }

    /// Head of an array: how many items follow. Never more than bytes are left.
    ///
    /// # Errors
    /// Anything else.
    pub fn array(&mut self) -> Result<usize, CborError> {
        self.count(Decoder::array, 1)
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
        Ok(Entries { left: self.count(Decoder::map, 2)?, last: &[] })
    }

    /// Tag number; the tagged item follows.
    ///
    /// # Errors
    /// Anything else.
    pub fn tag(&mut self) -> Result<u64, CborError> {
        self.shortest(CborError::Range, |decoder| decoder.tag().map(|tag| tag.as_u64()), |number| minicbor::len(number))
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Anything else.
    pub fn bool(&mut self) -> Result<bool, CborError> {
        self.shortest(CborError::Range, Decoder::bool, |_| 1)
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
            self.shortest(CborError::Range, Decoder::null, |()| 1)?;
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
        let start = self.decoder.position();
        self.walk(depth.min(MAX_DEPTH))?;
        self.since(start)
    }

    fn walk(&mut self, depth: usize) -> Result<(), CborError> {
        let inside = depth.checked_sub(1).ok_or(CborError::Depth)?;
        match self.kind()? {
            Kind::Uint => self.uint().map(drop),
            Kind::Negative => self.shortest(CborError::Range, Decoder::int, |value| minicbor::len(value)).map(drop),
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
            Kind::Null => self.nullable(|_| Ok(())).map(drop),
            Kind::Simple if matches!(self.datatype()?, Type::F16 | Type::F32 | Type::F64) => self.float(),
            Kind::Simple => self.simple().map(drop),
        }
    }

    /// Simple values but `null`, and no floating point numbers.
    fn simple(&mut self) -> Result<u8, CborError> {
        match self.datatype()? {
            Type::Bool => self.bool().map(|value| 20 + u8::from(value)),
            Type::Undefined => self.shortest(CborError::Range, Decoder::undefined, |()| 1).map(|()| 23),
            _ => match self.shortest(CborError::Range, Decoder::simple, |value| minicbor::len(value))? {
                // Two bytes that stand for nothing (RFC 8949 §3.3).
                24..32 => Err(CborError::NotDeterministic),
                value => Ok(value),
            },
        }
    }

    /// A floating point number in the narrowest format that holds it exactly (RFC 8949 §4.2.2).
    fn float(&mut self) -> Result<(), CborError> {
        let start = self.decoder.position();
        let exactly = |value: f64, other: f64| value.to_bits() == other.to_bits();
        let value = self.shortest(CborError::Range, Decoder::f64, |value| match *value {
            value if value.is_nan() || exactly(value, f16::from_f64(value).to_f64()) => 3,
            value if exactly(value, f64::from(value as f32)) => 5,
            _ => 9,
        })?;
        if value.is_nan() && self.since(start)? != NAN { Err(CborError::NotDeterministic) } else { Ok(()) }
    }

    fn key(&mut self) -> Result<Key<'a>, CborError> {
        match self.kind()? {
            Kind::Uint | Kind::Negative => self.int().map(Key::Int),
            Kind::Text => self.text().map(Key::Text),
            Kind::Bytes => self.bytes().map(Key::Bytes),
            Kind::Simple => self.simple().map(Key::Simple),
            _ => Err(CborError::Unexpected),
        }
    }

    /// Number of items to come, each of at least `least` bytes.
    fn count(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<Option<u64>, minicbor::decode::Error>,
        least: usize,
    ) -> Result<usize, CborError> {
        let count = self.shortest(CborError::Range, read, |count| count.map_or(0, minicbor::len))?;
        let count = usize::try_from(count.unwrap_or(u64::MAX)).map_err(|_| CborError::End)?;
        let left = self.decoder.input().len().saturating_sub(self.decoder.position());
        if count > left / least { Err(CborError::End) } else { Ok(count) }
    }

    /// What `read` reads, if it took no more bytes than the `least` that can say it. `other` is the error where the item is
    /// whole and of the right type, and still wrong.
    fn shortest<T>(
        &mut self,
        other: CborError,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
        least: impl FnOnce(&T) -> usize,
    ) -> Result<T, CborError> {
        let start = self.decoder.position();
        let value = read(&mut self.decoder).map_err(|error| self.refused(start, &error, other))?;
        let taken = self.decoder.position().saturating_sub(start);
        if taken == least(&value) { Ok(value) } else { Err(CborError::NotDeterministic) }
    }

    /// Why the item at `start` was not read.
    fn refused(&mut self, start: usize, error: &minicbor::decode::Error, other: CborError) -> CborError {
        if error.is_end_of_input() {
            return CborError::End;
        }
        if !error.is_type_mismatch() {
            return other;
        }
        self.decoder.set_position(start);
        self.kind().err().unwrap_or(CborError::Unexpected)
    }

    fn datatype(&self) -> Result<Type, CborError> {
        self.decoder.datatype().map_err(|_| CborError::End)
    }

    /// The bytes from `start` to the position.
    fn since(&self, start: usize) -> Result<&'a [u8], CborError> {
        self.decoder.input().get(start..self.decoder.position()).ok_or(CborError::End)
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
        let start = reader.decoder.position();
        let key = reader.key()?;
        let encoded = reader.since(start)?;
        if self.last >= encoded {
            return Err(CborError::KeyOrder);
        }
        self.last = encoded;
        Ok(Some(key))
    }
}

#[cfg(test)]
mod tests;
