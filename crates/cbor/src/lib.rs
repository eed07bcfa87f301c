//! Deterministic CBOR (RFC 8949 §4.2.1): one value has one encoding, and [`Reader`] takes no other.
//!
//! Credentials and messages are signed, hashed and compared as bytes, so a second spelling of the same value is an
//! attack, not a variant. `minicbor`, which does the reading and writing, accepts such spellings; this crate is the check
//! above it. Start with [`decode`] for reading and [`Writer`] for writing.
//!
//! It must never allocate by a length it has only read, and never recurse by input.

mod error;
mod reader;
mod writer;

pub use error::CborError;
pub use reader::{Entries, Key, Kind, Reader, decode, decode_prefix};
pub use writer::Writer;
