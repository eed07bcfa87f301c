//! How a ratchet tree travels beside a GroupInfo (mls-ratchet-tree-options-03).

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::codec::{DecodeError, put_vector, write_raw};

/// `optional<Node> ratchet_tree<V>`: bytes as the body of the RFC 9420 §12.4.3.3 extension, its length in front.
#[derive(Clone, PartialEq, Eq)]
pub struct RatchetTree(Vec<u8>);

impl RatchetTree {
    /// Takes the body of the extension.
    ///
    /// # Errors
    /// [`DecodeError`] if it is not exactly one vector.
    pub fn from_extension_body(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        VLByteVec::tls_deserialize_exact(&bytes)?;
        Ok(Self(bytes))
    }

    /// The body of the extension.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The body of the extension.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl std::fmt::Debug for RatchetTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RatchetTree({} bytes)", self.0.len())
    }
}

impl Size for RatchetTree {
    fn tls_serialized_len(&self) -> usize {
        self.0.len()
    }
}

impl Serialize for RatchetTree {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        write_raw(writer, &self.0)
    }
}

impl Deserialize for RatchetTree {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let nodes = VLByteVec::tls_deserialize(bytes)?;
        let mut body = Vec::with_capacity(nodes.as_slice().len() + 4);
        put_vector(&mut body, nodes.as_slice());
        Ok(Self(body))
    }
}

/// ```text
/// enum { reserved(0), full(1), httpsUri(2), outOfBand(3), distributionService(4), (255) } RatchetTreeRepresentation;
/// struct { RatchetTreeRepresentation representation;
///   select (representation) { case full: optional<Node> ratchet_tree<V>;
///     case httpsUri: opaque url<V>; opaque tree_signature<V>; case outOfBand: opaque tree_signature<V>;
///     case distributionService: struct {}; }; } RatchetTreeOption;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum RatchetTreeOption {
    /// The tree itself.
    #[tls_codec(discriminant = 1)]
    Full(RatchetTree),
    /// Where to fetch it; never sent by us, the draft does not say what is signed.
    HttpsUri {
        /// Where.
        url: VLByteVec,
        /// Unspecified.
        tree_signature: VLByteVec,
    },
    /// Comes by another way; never sent by us.
    OutOfBand {
        /// Unspecified.
        tree_signature: VLByteVec,
    },
    /// The hub has it.
    DistributionService,
}

impl RatchetTreeOption {
    /// The tree, if it is here.
    pub fn full(&self) -> Option<&RatchetTree> {
        match self {
            Self::Full(tree) => Some(tree),
            Self::HttpsUri { .. } | Self::OutOfBand { .. } | Self::DistributionService => None,
        }
    }
}
