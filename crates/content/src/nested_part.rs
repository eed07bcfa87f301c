//! The body of a message: parts, and parts of parts.

use doorstep_cbor::{CborError, Reader, Writer};

use crate::Disposition;
use crate::mimi_content::{ContentError, MAX_INTEGER};

/// Parts inside parts, the outermost counted.
const MAX_DEPTH: usize = 4;
/// Parts of a message altogether.
const MAX_PARTS: usize = 1024;

const NULL: u64 = 0;
const SINGLE: u64 = 1;
const EXTERNAL: u64 = 2;
const MULTI: u64 = 3;

/// `NestedPart = [disposition: uint8, language: tstr, cardinality, …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NestedPart {
    /// What it is there for.
    pub disposition: Disposition,
    /// BCP 47 tag; empty: unknown.
    pub language: String,
    /// What it holds.
    pub body: PartBody,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartBody {
    /// Nothing: takes back what it replaces.
    Null,
    /// `1, contentType: tstr, content: bstr`.
    Single {
        /// Media type with parameters.
        content_type: String,
        /// Bytes.
        content: Vec<u8>,
    },
    /// Content somewhere else. Never to be fetched without asking.
    External(Box<ExternalPart>),
    /// `3, partSemantics, parts: [2* NestedPart]`.
    Multi {
        /// How the parts belong together.
        semantics: PartSemantics,
        /// At least two.
        parts: Vec<NestedPart>,
    },
}

/// How parts belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartSemantics {
    /// The same thing in several forms: show one.
    ChooseOne,
    /// One thing made of several.
    SingleUnit,
    /// Several things.
    ProcessAll,
}

/// `2, contentType, url, expires: uint32, size: uint64, encAlg: uint16, key, nonce, aad, hashAlg: uint8, contentHash,
/// description, filename`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalPart {
    /// Media type with parameters.
    pub content_type: String,
    /// Where it is.
    pub url: String,
    /// Seconds since the UNIX epoch; 0: never.
    pub expires: u32,
    /// Bytes.
    pub size: u64,
    /// IANA AEAD number; 0: not encrypted.
    pub enc_alg: u16,
    /// Key.
    pub key: Vec<u8>,
    /// Nonce.
    pub nonce: Vec<u8>,
    /// Additional data.
    pub aad: Vec<u8>,
    /// Named information hash number; 1 = SHA-256.
    pub hash_alg: u8,
    /// Hash of the content as fetched.
    pub content_hash: Vec<u8>,
    /// For people.
    pub description: String,
    /// For saving; not to be trusted as a path.
    pub filename: String,
}

impl NestedPart {
    pub(crate) fn write(&self, writer: &mut Writer) {
        let Self { disposition, language, body } = self;
        let head = |writer: &mut Writer, length, cardinality| {
            writer.array(length).uint(u64::from(disposition.0)).text(language).uint(cardinality);
        };
        match body {
            PartBody::Null => head(writer, 3, NULL),
            PartBody::Single { content_type, content } => {
                head(writer, 5, SINGLE);
                writer.text(content_type).bytes(content);
            }
            PartBody::External(external) => {
                head(writer, 15, EXTERNAL);
                external.write(writer);
            }
            PartBody::Multi { semantics, parts } => {
                head(writer, 5, MULTI);
                writer.uint(semantics.number()).array(parts.len());
                for part in parts {
                    part.write(writer);
                }
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ContentError> {
        let mut left = MAX_PARTS;
        Self::read_within(reader, MAX_DEPTH, &mut left)
    }

    fn read_within(reader: &mut Reader<'_>, depth: usize, left: &mut usize) -> Result<Self, ContentError> {
        *left = left.checked_sub(1).ok_or(ContentError::Part)?;
        let inside = depth.checked_sub(1).ok_or(ContentError::Part)?;
        let length = reader.array()?;
        let disposition = Disposition(reader.uint_as()?);
        let language = reader.text()?.to_owned();
        let body = match (length, reader.uint()?) {
            (3, NULL) => PartBody::Null,
            (5, SINGLE) => {
                PartBody::Single { content_type: reader.text()?.to_owned(), content: reader.bytes()?.to_vec() }
            }
            (15, EXTERNAL) => PartBody::External(Box::new(ExternalPart::read(reader)?)),
            (5, MULTI) => {
                let semantics = PartSemantics::from_number(reader.uint()?)?;
                let count = reader.array()?;
                if count < 2 || count > *left {
                    return Err(ContentError::Part);
                }
                let parts = (0..count).map(|_| Self::read_within(reader, inside, left)).collect::<Result<_, _>>()?;
                PartBody::Multi { semantics, parts }
            }
            _ => return Err(ContentError::Part),
        };
        Ok(Self { disposition, language, body })
    }
}

impl PartSemantics {
    fn number(self) -> u64 {
        match self {
            Self::ChooseOne => 0,
            Self::SingleUnit => 1,
            Self::ProcessAll => 2,
        }
    }

    fn from_number(number: u64) -> Result<Self, ContentError> {
        match number {
            0 => Ok(Self::ChooseOne),
            1 => Ok(Self::SingleUnit),
            2 => Ok(Self::ProcessAll),
            _ => Err(ContentError::Part),
        }
    }
}

impl ExternalPart {
    fn write(&self, writer: &mut Writer) {
        let Self {
            content_type,
            url,
            expires,
            size,
            enc_alg,
            key,
            nonce,
            aad,
            hash_alg,
            content_hash,
            description,
            filename,
        } = self;
        writer.text(content_type).text(url).uint(u64::from(*expires)).uint(*size).uint(u64::from(*enc_alg));
        writer.bytes(key).bytes(nonce).bytes(aad).uint(u64::from(*hash_alg)).bytes(content_hash);
        writer.text(description).text(filename);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        Ok(Self {
            content_type: reader.text()?.to_owned(),
            url: reader.text()?.to_owned(),
            expires: reader.uint_as()?,
            size: reader.uint().and_then(|size| if size > MAX_INTEGER { Err(CborError::Range) } else { Ok(size) })?,
            enc_alg: reader.uint_as()?,
            key: reader.bytes()?.to_vec(),
            nonce: reader.bytes()?.to_vec(),
            aad: reader.bytes()?.to_vec(),
            hash_alg: reader.uint_as()?,
            content_hash: reader.bytes()?.to_vec(),
            description: reader.text()?.to_owned(),
            filename: reader.text()?.to_owned(),
        })
    }
}
