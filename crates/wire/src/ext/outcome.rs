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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

    #[test]
    fn an_outcome_is_bound_to_room_knocker_and_knock() {
        let [room, user] = ["mimi://a.example/r/x", "mimi://c.example/u/c"].map(hex::encode);
        let bytes = format!("14 {room} 14 {user} {}", "ee".repeat(16));
        let context: OutcomeContext = strictly_hex(&bytes);
        assert_eq!(context.knocker_user.as_str(), "mimi://c.example/u/c");
        let info = hex::encode(context.info().unwrap());
        let label = "204d4c5320312e30200d4d4c5320436f6d706f6e656e748d46076f7574636f6d65";
        assert_eq!(info, format!("{label}3a{}", bytes.replace(' ', "")));
    }
}
