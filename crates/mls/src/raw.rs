//! Reading MLS structures that OpenMLS has verified but does not show: a commit's proposals before it is staged, the
//! leaves of a tree before it becomes a group (RFC 9420 §6, §7, §12).
//!
//! Nothing read here is believed on its own: [`crate::Member`], [`crate::Observer`] and the previews hand the same bytes to
//! OpenMLS first.

use doorstep_wire::numbers::{Epoch, LeafIndex};
use doorstep_wire::{Dictionary, dictionary};

/// The bytes are not the structure they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed MLS structure")]
pub struct Malformed;

type Read<T> = Result<T, Malformed>;

/// Extension `app_data_dictionary` (mls-extensions §4.6).
pub(crate) const APP_DATA_DICTIONARY: u16 = 6;
/// Extension `last_resort`, where OpenMLS still puts it.
const LAST_RESORT: u16 = 0x000A;

/// A place in some bytes.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn left(&self) -> usize {
        self.0.len()
    }

    fn take(&mut self, length: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    pub(crate) fn u8(&mut self) -> Read<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Read<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Read<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Read<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// `opaque <V>` (RFC 9420 §2.1.2).
    pub(crate) fn vector(&mut self) -> Read<&'a [u8]> {
        let first = self.u8()?;
        let low = u32::from(first & 0x3f);
        let length = match first >> 6 {
            0 => low,
            1 => (low << 8) | u32::from(self.u8()?),
            2 => {
                let [b, c, d] = self.array()?;
                (low << 24) | u32::from_be_bytes([0, b, c, d])
            }
            _ => return Err(Malformed),
        };
        self.take(length as usize)
    }

    fn list(&mut self) -> Read<Reader<'a>> {
        self.vector().map(Reader::new)
    }
}

/// `LeafNode` (RFC 9420 §7.2), what others need of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawLeaf {
    pub(crate) encryption_key: Vec<u8>,
    pub(crate) signature_key: Vec<u8>,
    pub(crate) credential_type: u16,
    pub(crate) credential: Vec<u8>,
    /// Of leaves from a KeyPackage: `not_before`, `not_after`, seconds.
    pub(crate) lifetime: Option<(u64, u64)>,
    pub(crate) components: Dictionary,
    /// The cipher suites its owner's software can.
    pub(crate) suites: Vec<u16>,
}

pub(crate) fn leaf(reader: &mut Reader<'_>) -> Read<RawLeaf> {
    let encryption_key = reader.vector()?.to_vec();
    let signature_key = reader.vector()?.to_vec();
    let credential_type = reader.u16()?;
    let credential = reader.vector()?.to_vec();
    reader.vector()?;
    let mut list = reader.list()?;
    let mut suites = Vec::new();
    while !list.is_empty() {
        suites.push(list.u16()?);
    }
    for _ in 0..3 {
        reader.vector()?;
    }
    let lifetime = match reader.u8()? {
        1 => Some((reader.u64()?, reader.u64()?)),
        2 => None,
        3 => {
            reader.vector()?;
            None
        }
        _ => return Err(Malformed),
    };
    let components = extensions(reader)?.components;
    reader.vector()?;
    Ok(RawLeaf { encryption_key, signature_key, credential_type, credential, lifetime, components, suites })
}

#[derive(Default)]
struct RawExtensions {
    components: Dictionary,
    last_resort: bool,
}

fn extensions(reader: &mut Reader<'_>) -> Read<RawExtensions> {
    let mut list = reader.list()?;
    let mut found = RawExtensions::default();
    while !list.is_empty() {
        let kind = list.u16()?;
        let data = list.vector()?;
        match kind {
            APP_DATA_DICTIONARY => found.components = dictionary::decode(data).map_err(|_| Malformed)?,
            LAST_RESORT => found.last_resort = true,
            _ => {}
        }
    }
    Ok(found)
}

/// `KeyPackage` (RFC 9420 §10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawKeyPackage {
    pub(crate) bytes: Vec<u8>,
    pub(crate) leaf: RawLeaf,
    pub(crate) components: Dictionary,
    pub(crate) last_resort: bool,
}

pub(crate) fn key_package(reader: &mut Reader<'_>) -> Read<RawKeyPackage> {
    let start = *reader;
    reader.u16()?;
    reader.u16()?;
    reader.vector()?;
    let leaf = leaf(reader)?;
    let RawExtensions { components, last_resort } = extensions(reader)?;
    reader.vector()?;
    let bytes = between(start, reader)?;
    Ok(RawKeyPackage { bytes, leaf, components, last_resort })
}

fn between(start: Reader<'_>, end: &Reader<'_>) -> Read<Vec<u8>> {
    let length = start.left().checked_sub(end.left()).ok_or(Malformed)?;
    start.0.get(..length).map(<[u8]>::to_vec).ok_or(Malformed)
}

/// `Proposal` (RFC 9420 §12.1, mls-extensions §4.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RawProposal {
    Add(Box<RawKeyPackage>),
    Update(Box<RawLeaf>),
    Remove(LeafIndex),
    ExternalInit,
    AppDataUpdate { component: u16, data: Option<Vec<u8>> },
    SelfRemove,
    Other(u16),
}

pub(crate) fn proposal(reader: &mut Reader<'_>) -> Read<RawProposal> {
    let kind = reader.u16()?;
    Ok(match kind {
        1 => RawProposal::Add(Box::new(key_package(reader)?)),
        2 => RawProposal::Update(Box::new(leaf(reader)?)),
        3 => RawProposal::Remove(LeafIndex(reader.u32()?)),
        4 => {
            match reader.u8()? {
                1 => {
                    reader.vector()?;
                }
                2 => {
                    reader.u8()?;
                    reader.vector()?;
                    reader.u64()?;
                }
                _ => return Err(Malformed),
            }
            reader.vector()?;
            RawProposal::Other(kind)
        }
        5 => {
            reader.vector()?;
            reader.u16()?;
            reader.u16()?;
            reader.vector()?;
            RawProposal::Other(kind)
        }
        6 => {
            reader.vector()?;
            RawProposal::ExternalInit
        }
        8 => {
            let component = reader.u16()?;
            let data = match reader.u8()? {
                1 => Some(reader.vector()?.to_vec()),
                2 => None,
                _ => return Err(Malformed),
            };
            RawProposal::AppDataUpdate { component, data }
        }
        9 => {
            reader.u16()?;
            reader.vector()?;
            RawProposal::Other(kind)
        }
        0x000A => RawProposal::SelfRemove,
        // GroupContextExtensions, and proposals of unknown type as OpenMLS frames them: one vector.
        _ => {
            reader.vector()?;
            RawProposal::Other(kind)
        }
    })
}

/// `Sender` (RFC 9420 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawSender {
    Member(LeafIndex),
    External(u32),
    NewMemberProposal,
    NewMemberCommit,
}

/// An entry of a commit's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RawEntry {
    Inline(RawProposal),
    Reference(Vec<u8>),
}

/// A commit in a PublicMessage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawCommit {
    pub(crate) epoch: Epoch,
    pub(crate) sender: RawSender,
    pub(crate) entries: Vec<RawEntry>,
    pub(crate) path_leaf: Option<RawLeaf>,
    pub(crate) confirmation_tag: Vec<u8>,
}

/// Reads `MLSMessage { version, mls_public_message, FramedContent with a commit, … }`.
pub(crate) fn commit(message: &[u8]) -> Read<RawCommit> {
    let mut reader = Reader::new(message);
    if (reader.u16()?, reader.u16()?) != (1, 1) {
        return Err(Malformed);
    }
    reader.vector()?;
    let epoch = Epoch(reader.u64()?);
    let sender = match reader.u8()? {
        1 => RawSender::Member(LeafIndex(reader.u32()?)),
        2 => RawSender::External(reader.u32()?),
        3 => RawSender::NewMemberProposal,
        4 => RawSender::NewMemberCommit,
        _ => return Err(Malformed),
    };
    reader.vector()?;
    if reader.u8()? != 3 {
        return Err(Malformed);
    }
    let mut list = reader.list()?;
    let mut entries = Vec::new();
    while !list.is_empty() {
        entries.push(match list.u8()? {
            1 => RawEntry::Inline(proposal(&mut list)?),
            2 => RawEntry::Reference(list.vector()?.to_vec()),
            _ => return Err(Malformed),
        });
    }
    let path_leaf = match reader.u8()? {
        0 => None,
        1 => {
            let leaf = leaf(&mut reader)?;
            reader.vector()?;
            Some(leaf)
        }
        _ => return Err(Malformed),
    };
    reader.vector()?;
    let confirmation_tag = reader.vector()?.to_vec();
    Ok(RawCommit { epoch, sender, entries, path_leaf, confirmation_tag })
}

/// Reads a member's proposal in a PublicMessage: who, in which epoch, what.
pub(crate) fn public_proposal(message: &[u8]) -> Read<(LeafIndex, Epoch, RawProposal)> {
    let mut reader = Reader::new(message);
    if (reader.u16()?, reader.u16()?) != (1, 1) {
        return Err(Malformed);
    }
    reader.vector()?;
    let epoch = Epoch(reader.u64()?);
    if reader.u8()? != 1 {
        return Err(Malformed);
    }
    let sender = LeafIndex(reader.u32()?);
    reader.vector()?;
    if reader.u8()? != 2 {
        return Err(Malformed);
    }
    Ok((sender, epoch, proposal(&mut reader)?))
}

/// `ProposalRef` (RFC 9420 §5.2): of the AuthenticatedContent, which is the PublicMessage from its wire format on,
/// without the membership tag.
pub(crate) fn proposal_reference(message: &[u8]) -> Read<Vec<u8>> {
    use sha2::{Digest, Sha256};
    public_proposal(message)?;
    let start = Reader::new(message.get(2..).ok_or(Malformed)?);
    let mut reader = start;
    reader.u16()?;
    reader.vector()?;
    reader.u64()?;
    reader.u8()?;
    reader.u32()?;
    reader.vector()?;
    reader.u8()?;
    proposal(&mut reader)?;
    reader.vector()?;
    let content = between(start, &reader)?;
    let mut input = Vec::with_capacity(content.len() + 40);
    doorstep_wire::codec::put_vector(&mut input, b"MLS 1.0 Proposal Reference");
    doorstep_wire::codec::put_vector(&mut input, &content);
    Ok(Sha256::digest(input).to_vec())
}

/// The leaves of `optional<Node> ratchet_tree<V>` (RFC 9420 §12.4.3.3) with their places.
pub(crate) fn leaves(tree: &[u8]) -> Read<Vec<(LeafIndex, RawLeaf)>> {
    let mut reader = Reader::new(tree);
    let mut nodes = reader.list()?;
    let mut found = Vec::new();
    let mut place = 0_u32;
    while !nodes.is_empty() {
        match nodes.u8()? {
            0 => {}
            1 => match nodes.u8()? {
                1 => found.push((LeafIndex(place / 2), leaf(&mut nodes)?)),
                2 => {
                    for _ in 0..3 {
                        nodes.vector()?;
                    }
                }
                _ => return Err(Malformed),
            },
            _ => return Err(Malformed),
        }
        place = place.checked_add(1).ok_or(Malformed)?;
    }
    if reader.is_empty() { Ok(found) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bounded_by_what_is_there() {
        for bytes in [&[0x01][..], &[0x40], &[0x40, 0x01], &[0x80, 0, 0], &[0xbf, 0xff, 0xff, 0xff], &[0xc0]] {
            assert_eq!(Reader::new(bytes).vector(), Err(Malformed));
        }
        assert_eq!(Reader::new(&[2, 7, 8, 9]).vector(), Ok(&[7, 8][..]));
        let long = [&[0x40, 0x41][..], &[5; 65]].concat();
        assert_eq!(Reader::new(&long).vector(), Ok(&[5; 65][..]));
    }
}
