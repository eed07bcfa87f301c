//! What the sealed outcome of a knock is bound to.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::Body,
    component::KNOCK_SEALING_KEY,
    hpke,
    uri::{RoomUri, UserUri},
};

/// Plaintext length of an outcome, padded with zero bytes, so that its length tells nothing.
pub const OUTCOME_LEN: usize = 2304;

/// ```text
/// struct { opaque room_uri<V>; opaque knocker_user<V>; opaque request_id[16]; } OutcomeContext;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct OutcomeContext {
    /// The room that was knocked at.
    pub room: RoomUri,
    /// The knocker's pseudonym for that room.
    pub knocker_user: UserUri,
    /// Names the knock.
    pub request_id: [u8; 16],
}

impl Body for OutcomeContext {}

impl OutcomeContext {
    /// HPKE `info`; `aad` is empty, the suite is 0x0001.
    ///
    /// # Errors
    /// None in practice: both URIs are limited.
    pub fn info(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(hpke::info(&hpke::component_label(KNOCK_SEALING_KEY, "outcome"), &self.encode()?))
    }
}
