//! A GroupInfo taken apart (RFC 9420 §8.1, §12.4.3), because a hub must compare each part with what it computed itself.
//!
//! ```text
//! struct { GroupContext group_context; Extension extensions<V>; MAC confirmation_tag; uint32 signer;
//!          opaque signature<V>; } GroupInfo;
//! struct { ProtocolVersion version; CipherSuite cipher_suite; opaque group_id<V>; uint64 epoch; opaque tree_hash<V>;
//!          opaque confirmed_transcript_hash<V>; Extension extensions<V>; } GroupContext;
//! ```

use tls_codec::{Deserialize, Serialize, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, DecodeError, invalid},
    credential::ExternalSender,
    dictionary::{self, Dictionary},
    mls_message::BareGroupInfo,
    numbers::{Epoch, LeafIndex},
    sign::sign_content,
};

/// Extension type `external_pub`.
pub const EXTERNAL_PUB: u16 = 4;
/// Extension type `external_senders`.
pub const EXTERNAL_SENDERS: u16 = 5;
/// Extension type `app_data_dictionary`.
pub const APP_DATA_DICTIONARY: u16 = 6;

/// A GroupInfo's parts. Nothing is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInfoParts {
    /// Bytes of the GroupContext.
    pub context_bytes: Vec<u8>,
    /// The GroupContext.
    pub context: GroupContextParts,
    /// Extensions of the GroupInfo, as received.
    pub extensions: Vec<Extension>,
    /// Of the epoch.
    pub confirmation_tag: Vec<u8>,
    /// Who signed it.
    pub signer: LeafIndex,
    /// By the signer's leaf key, over [`to_be_signed`](Self::to_be_signed).
    pub signature: Vec<u8>,
    /// All but the signature.
    pub tbs: Vec<u8>,
}

/// A GroupContext's parts.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct GroupContextParts {
    /// 1: MLS 1.0.
    pub version: u16,
    /// Of the group.
    pub cipher_suite: u16,
    /// URI of the group, see [`GroupUri`](crate::GroupUri).
    pub group_id: VLByteVec,
    /// The epoch.
    pub epoch: Epoch,
    /// Of the ratchet tree.
    pub tree_hash: VLByteVec,
    /// Of everything so far.
    pub confirmed_transcript_hash: VLByteVec,
    /// As received.
    pub extensions: Vec<Extension>,
}

/// `struct { ExtensionType extension_type; opaque extension_data<V>; } Extension;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Extension {
    /// Registry value.
    pub extension_type: u16,
    /// Bytes.
    pub extension_data: VLByteVec,
}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
struct Fields {
    context: GroupContextParts,
    extensions: Vec<Extension>,
    confirmation_tag: VLByteVec,
    signer: LeafIndex,
    signature: VLByteVec,
}

impl GroupInfoParts {
    /// Takes a bare GroupInfo apart.
    ///
    /// # Errors
    /// [`DecodeError`] if it is malformed, not of MLS 1.0, or has an extension twice.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > BareGroupInfo::LIMIT {
            return Err(DecodeError::TooLong { len: bytes.len(), limit: BareGroupInfo::LIMIT });
        }
        let fields = Fields::tls_deserialize_exact(bytes)?;
        if fields.context.version != 1 {
            return Err(invalid("not MLS 1.0").into());
        }
        if has_twice(&fields.context.extensions) || has_twice(&fields.extensions) {
            return Err(invalid("an extension twice").into());
        }
        let context_bytes = fields.context.tls_serialize_detached()?;
        let mut tbs = bytes.to_vec();
        tbs.truncate(bytes.len().saturating_sub(tls_codec::Size::tls_serialized_len(&fields.signature)));
        Ok(Self {
            context_bytes,
            context: fields.context,
            extensions: fields.extensions,
            confirmation_tag: fields.confirmation_tag.into(),
            signer: fields.signer,
            signature: fields.signature.into(),
            tbs,
        })
    }

    /// The bytes that the signer signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        sign_content("GroupInfoTBS", &self.tbs)
    }

    /// The `external_pub` extension, if it is an X25519 key.
    pub fn external_pub(&self) -> Option<[u8; 32]> {
        let data = find(&self.extensions, EXTERNAL_PUB)?;
        VLByteVec::tls_deserialize_exact(data).ok()?.as_slice().try_into().ok()
    }
}

impl GroupContextParts {
    /// The room's state; empty if there is none.
    ///
    /// # Errors
    /// [`DecodeError`] if the extension is malformed.
    pub fn dictionary(&self) -> Result<Dictionary, DecodeError> {
        find(&self.extensions, APP_DATA_DICTIONARY).map_or(Ok(Dictionary::new()), dictionary::decode)
    }

    /// Who may propose from outside; the hub is the first.
    ///
    /// # Errors
    /// [`DecodeError`] if the extension is malformed.
    pub fn external_senders(&self) -> Result<Vec<ExternalSender>, DecodeError> {
        match find(&self.extensions, EXTERNAL_SENDERS) {
            Some(data) => Ok(Vec::tls_deserialize_exact(data)?),
            None => Ok(Vec::new()),
        }
    }
}

fn find(extensions: &[Extension], extension_type: u16) -> Option<&[u8]> {
    let found = extensions.iter().find(|extension| extension.extension_type == extension_type)?;
    Some(found.extension_data.as_slice())
}

fn has_twice(extensions: &[Extension]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    !extensions.iter().all(|extension| seen.insert(extension.extension_type))
}

#[cfg(test)]
mod tests;
