//! What the hub answers.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::Body,
    numbers::{Epoch, UnixMillis},
};

/// ```text
/// enum { success(0), wrongEpoch(1), notAllowed(2), invalidProposal(3), (255) } UpdateResponseCode;
/// struct { UpdateResponseCode responseCode; string errorDescription;
///   select (responseCode) { case success: uint64 accepted_timestamp; case wrongEpoch: uint64 currentEpoch;
///     case invalidProposal: ProposalRef invalidProposals<V>; }; } UpdateRoomResponse;
/// ```
///
/// `string` is not defined by the draft; it is read as `opaque<V>` of UTF-8 that may be empty.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum UpdateRoomResponse {
    /// Taken.
    #[tls_codec(discriminant = 0)]
    Success {
        /// Empty.
        error_description: String,
        /// When the hub took it.
        accepted_timestamp: UnixMillis,
    },
    /// Somebody was faster.
    WrongEpoch {
        /// For people who debug.
        error_description: String,
        /// The group's.
        current_epoch: Epoch,
    },
    /// Policy says no.
    NotAllowed {
        /// For people who debug.
        error_description: String,
    },
    /// Some proposals cannot be taken.
    InvalidProposal {
        /// For people who debug.
        error_description: String,
        /// RFC 9420 §5.2 ProposalRef each.
        invalid_proposals: Vec<VLByteVec>,
    },
}

impl UpdateRoomResponse {
    /// Taken at this time.
    pub fn success(accepted_timestamp: UnixMillis) -> Self {
        Self::Success { error_description: String::new(), accepted_timestamp }
    }

    /// Another epoch, and why.
    pub fn wrong_epoch(current_epoch: Epoch, error_description: &str) -> Self {
        Self::WrongEpoch { error_description: error_description.to_owned(), current_epoch }
    }

    /// Refused, and why.
    pub fn not_allowed(error_description: &str) -> Self {
        Self::NotAllowed { error_description: error_description.to_owned() }
    }

    /// These ProposalRefs, and why.
    pub fn invalid_proposal(references: Vec<Vec<u8>>, error_description: &str) -> Self {
        Self::InvalidProposal {
            error_description: error_description.to_owned(),
            invalid_proposals: references.into_iter().map(VLByteVec::from).collect(),
        }
    }
}

impl Body for UpdateRoomResponse {}
