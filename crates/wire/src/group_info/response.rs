//! What the hub answers.

use std::io::{Read, Write};

use thiserror::Error;
use tls_codec::{Deserialize, Error as TlsError, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::Body,
    credential::ExternalSender,
    hpke::HpkeCiphertext,
    numbers::Protocol,
    sign::sign_content,
    uri::{ProviderDomain, RoomUri},
};

/// Label of the hub's signature.
pub const GROUP_INFO_RESPONSE_LABEL: &str = "GroupInfoResponseTBS";

/// `enum { reserved(0), success(1), notAuthorized(2), noSuchRoom(3), (255) } GroupInfoCode;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum GroupInfoCode {
    /// Here it is.
    Success = 1,
    /// Not for you.
    NotAuthorized = 2,
    /// No room that you may know of.
    NoSuchRoom = 3,
}

/// ```text
/// struct { Protocol version; opaque room_id<V>; GroupInfoCode status;
///   select (status) { case success: select (protocol) { case mls10: CipherSuite cipher_suite;
///     ExternalSender hub_sender; HPKECiphertext encrypted_groupinfo_and_tree; opaque signature<V>; };
///     default: struct{}; }; } GroupInfoResponse;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupInfoResponse {
    /// Here it is.
    Success(Box<GroupInfoSuccess>),
    /// Not for you.
    NotAuthorized {
        /// As asked.
        room: RoomUri,
    },
    /// No room that you may know of.
    NoSuchRoom {
        /// As asked.
        room: RoomUri,
    },
}

/// The successful answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInfoSuccess {
    /// As asked.
    pub room: RoomUri,
    /// As asked.
    pub cipher_suite: u16,
    /// Byte-equal to an entry of the group's `external_senders`.
    pub hub_sender: ExternalSender,
    /// [`GroupInfoRatchetTree`](super::GroupInfoRatchetTree) for the requester's key.
    pub encrypted_group_info_and_tree: HpkeCiphertext,
    /// By `hub_sender.signature_key` over [`to_be_signed`](Self::to_be_signed).
    pub signature: VLByteVec,
}

/// Why an answer is not the hub's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ResponseError {
    /// It is no success.
    #[error("no group info in the answer")]
    NoGroupInfo,
    /// It is about another room.
    #[error("answer for another room")]
    Room,
    /// It is in another suite than asked for.
    #[error("answer in another cipher suite")]
    CipherSuite,
    /// Its sender is not the hub.
    #[error("sender is not the hub")]
    Sender,
    /// The hub did not sign it.
    #[error("signature is not the hub's")]
    Signature,
}

impl GroupInfoResponse {
    /// What it says.
    pub fn status(&self) -> GroupInfoCode {
        match self {
            Self::Success(_) => GroupInfoCode::Success,
            Self::NotAuthorized { .. } => GroupInfoCode::NotAuthorized,
            Self::NoSuchRoom { .. } => GroupInfoCode::NoSuchRoom,
        }
    }

    /// The room it is about.
    pub fn room(&self) -> &RoomUri {
        match self {
            Self::Success(success) => &success.room,
            Self::NotAuthorized { room } | Self::NoSuchRoom { room } => room,
        }
    }

    /// Checks a successful answer and gives out what is encrypted. `hub_key` is a key of the hub that the caller trusts;
    /// `verify` gets the signed bytes and the signature.
    ///
    /// # Errors
    /// [`ResponseError`] if it is not a success for this room and suite, signed by the hub.
    pub fn verified(
        &self,
        room: &RoomUri,
        cipher_suite: u16,
        hub_key: &[u8],
        verify: impl FnOnce(&[u8], &[u8]) -> bool,
    ) -> Result<&HpkeCiphertext, ResponseError> {
        let Self::Success(success) = self else { return Err(ResponseError::NoGroupInfo) };
        if success.room != *room {
            return Err(ResponseError::Room);
        }
        if success.cipher_suite != cipher_suite {
            return Err(ResponseError::CipherSuite);
        }
        let sender: Option<ProviderDomain> = success.hub_sender.credential.hub();
        if sender != Some(room.host()) || success.hub_sender.signature_key.as_slice() != hub_key {
            return Err(ResponseError::Sender);
        }
        let signed = success.to_be_signed().map_err(|_| ResponseError::Signature)?;
        if verify(&signed, success.signature.as_slice()) {
            Ok(&success.encrypted_group_info_and_tree)
        } else {
            Err(ResponseError::Signature)
        }
    }
}

impl GroupInfoSuccess {
    /// The bytes that the hub signs: the answer up to the signature.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if a part is too long for its length prefix.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, TlsError> {
        let mut content = Vec::new();
        self.write_tbs(&mut content)?;
        Ok(sign_content(GROUP_INFO_RESPONSE_LABEL, &content))
    }

    fn write_tbs<W: Write>(&self, writer: &mut W) -> Result<usize, TlsError> {
        Ok(write_head(writer, &self.room, GroupInfoCode::Success)?
            + self.cipher_suite.tls_serialize(writer)?
            + self.hub_sender.tls_serialize(writer)?
            + self.encrypted_group_info_and_tree.tls_serialize(writer)?)
    }
}

impl Body for GroupInfoResponse {
    const LIMIT: usize = 4 << 20;
}

impl Size for GroupInfoResponse {
    fn tls_serialized_len(&self) -> usize {
        2 + self.room().tls_serialized_len()
            + match self {
                Self::Success(success) => {
                    2 + success.hub_sender.tls_serialized_len()
                        + success.encrypted_group_info_and_tree.tls_serialized_len()
                        + success.signature.tls_serialized_len()
                }
                Self::NotAuthorized { .. } | Self::NoSuchRoom { .. } => 0,
            }
    }
}

impl Serialize for GroupInfoResponse {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, TlsError> {
        match self {
            Self::Success(success) => Ok(success.write_tbs(writer)? + success.signature.tls_serialize(writer)?),
            Self::NotAuthorized { room } => write_head(writer, room, GroupInfoCode::NotAuthorized),
            Self::NoSuchRoom { room } => write_head(writer, room, GroupInfoCode::NoSuchRoom),
        }
    }
}

fn write_head<W: Write>(writer: &mut W, room: &RoomUri, status: GroupInfoCode) -> Result<usize, TlsError> {
    Ok(Protocol::Mls10.tls_serialize(writer)? + room.tls_serialize(writer)? + status.tls_serialize(writer)?)
}

impl Deserialize for GroupInfoResponse {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, TlsError> {
        Protocol::tls_deserialize(bytes)?;
        let room = RoomUri::tls_deserialize(bytes)?;
        Ok(match GroupInfoCode::tls_deserialize(bytes)? {
            GroupInfoCode::Success => Self::Success(Box::new(GroupInfoSuccess {
                room,
                cipher_suite: u16::tls_deserialize(bytes)?,
                hub_sender: ExternalSender::tls_deserialize(bytes)?,
                encrypted_group_info_and_tree: HpkeCiphertext::tls_deserialize(bytes)?,
                signature: VLByteVec::tls_deserialize(bytes)?,
            })),
            GroupInfoCode::NotAuthorized => Self::NotAuthorized { room },
            GroupInfoCode::NoSuchRoom => Self::NoSuchRoom { room },
        })
    }
}
