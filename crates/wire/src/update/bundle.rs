//! What is handed in.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, DecodeError, invalid},
    mls_message::{BareGroupInfo, BareWelcome, RawMlsMessage},
    tree::RatchetTreeOption,
};

/// ```text
/// struct { MLSMessage proposalOrCommit;
///   select (proposalOrCommit.content.content_type) {
///     case commit: optional<Welcome> welcome; GroupInfoOption groupInfoOption; RatchetTreeOption ratchetTreeOption;
///     case proposal: MLSMessage moreProposals<V>; }; } HandshakeBundle;
/// ```
///
/// An `UpdateRequest` is this and nothing else: the room's protocol is always MLS 1.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeBundle {
    /// A commit.
    Commit {
        /// Public message.
        commit: RawMlsMessage,
        /// For those the commit adds; no tree inside.
        welcome: Option<BareWelcome>,
        /// Of the epoch the commit creates; no tree inside.
        group_info: GroupInfoOption,
        /// The hub has the tree: [`RatchetTreeOption::DistributionService`] from us.
        ratchet_tree: RatchetTreeOption,
    },
    /// Proposals that wait for somebody's commit.
    Proposal {
        /// The first one.
        proposal: RawMlsMessage,
        /// Those that belong to it.
        more: Vec<RawMlsMessage>,
    },
}

impl HandshakeBundle {
    /// A commit as MLS makes it: `MLSMessage`, bare Welcome, bare GroupInfo.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not that.
    pub fn commit(commit: &[u8], welcome: Option<&[u8]>, group_info: &[u8]) -> Result<Self, DecodeError> {
        let commit = RawMlsMessage::decode(commit)?;
        if !commit.is_commit() {
            return Err(invalid("not a public commit").into());
        }
        Ok(Self::Commit {
            commit,
            welcome: welcome.map(BareWelcome::decode).transpose()?,
            group_info: GroupInfoOption::Full(BareGroupInfo::decode(group_info)?),
            ratchet_tree: RatchetTreeOption::DistributionService,
        })
    }

    /// One proposal as MLS makes it.
    ///
    /// # Errors
    /// [`DecodeError`] if it is not exactly one public proposal.
    pub fn proposal(proposal: &[u8]) -> Result<Self, DecodeError> {
        let proposal = RawMlsMessage::decode(proposal)?;
        if !proposal.is_proposal() {
            return Err(invalid("not a public proposal").into());
        }
        Ok(Self::Proposal { proposal, more: Vec::new() })
    }

    /// The commit or first proposal.
    pub fn message(&self) -> &RawMlsMessage {
        match self {
            Self::Commit { commit, .. } => commit,
            Self::Proposal { proposal, .. } => proposal,
        }
    }

    /// SHA-256 of [`message`](Self::message).
    pub fn message_hash(&self) -> [u8; 32] {
        self.message().sha256()
    }
}

impl Body for HandshakeBundle {
    const LIMIT: usize = 4 << 20;
}

impl Size for HandshakeBundle {
    fn tls_serialized_len(&self) -> usize {
        match self {
            Self::Commit { commit, welcome, group_info, ratchet_tree } => {
                commit.tls_serialized_len()
                    + welcome.tls_serialized_len()
                    + group_info.tls_serialized_len()
                    + ratchet_tree.tls_serialized_len()
            }
            Self::Proposal { proposal, more } => proposal.tls_serialized_len() + more.tls_serialized_len(),
        }
    }
}

impl Serialize for HandshakeBundle {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        match self {
            Self::Commit { commit, welcome, group_info, ratchet_tree } => Ok(commit.tls_serialize(writer)?
                + welcome.tls_serialize(writer)?
                + group_info.tls_serialize(writer)?
                + ratchet_tree.tls_serialize(writer)?),
            Self::Proposal { proposal, more } => Ok(proposal.tls_serialize(writer)? + more.tls_serialize(writer)?),
        }
    }
}

impl Deserialize for HandshakeBundle {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let message = RawMlsMessage::tls_deserialize(bytes)?;
        if message.is_commit() {
            Ok(Self::Commit {
                commit: message,
                welcome: Deserialize::tls_deserialize(bytes)?,
                group_info: Deserialize::tls_deserialize(bytes)?,
                ratchet_tree: Deserialize::tls_deserialize(bytes)?,
            })
        } else if message.is_proposal() {
            let more = Vec::<RawMlsMessage>::tls_deserialize(bytes)?;
            if more.iter().all(RawMlsMessage::is_proposal) {
                Ok(Self::Proposal { proposal: message, more })
            } else {
                Err(invalid("something else among the proposals"))
            }
        } else {
            Err(invalid("neither a public commit nor a public proposal"))
        }
    }
}

/// ```text
/// enum { reserved(0), full(1), partial(2), (255) } GroupInfoRepresentation;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum GroupInfoOption {
    /// The whole.
    #[tls_codec(discriminant = 1)]
    Full(BareGroupInfo),
    /// Our hub does not take it, nor do we send it.
    Partial(PartialGroupInfo),
}

/// ```text
/// struct { RatchetTreePresence ratchet_tree_presence; Extension group_info_extensions<V>; opaque signature<V>; }
/// ```
/// (mls-ratchet-tree-options-03)
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct PartialGroupInfo {
    /// 0 none, 1 present, 2 removed, 3 added.
    pub ratchet_tree_presence: u8,
    /// Not looked into.
    pub group_info_extensions: VLByteVec,
    /// Of the whole GroupInfo.
    pub signature: VLByteVec,
}
