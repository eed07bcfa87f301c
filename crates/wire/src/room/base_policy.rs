//! Component 0x0027, `base_room_policy` (mimi-room-policy).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use super::boolean;
use crate::codec::Body;

/// ```text
/// struct { bool fixed_membership; bool parent_dependant; Uri parent_room; bool multi_device;
///          optional<uint32> max_clients; optional<uint32> max_users; bool pseudonyms_allowed; bool persistent_room;
///          bool discoverable; ComponentID policy_component_ids<V>; } BaseRoomPolicy;
/// ```
/// One `Uri` where the draft writes `Uri parent_room<V>`; none is a zero byte in both readings.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct BaseRoomPolicy {
    /// The set of participants never changes.
    #[tls_codec(with = "boolean")]
    pub fixed_membership: bool,
    /// Membership follows another room.
    #[tls_codec(with = "boolean")]
    pub parent_dependant: bool,
    /// That room, or empty.
    pub parent_room: String,
    /// A user may have several clients in the group.
    #[tls_codec(with = "boolean")]
    pub multi_device: bool,
    /// Most leaves.
    pub max_clients: Option<u32>,
    /// Most entries in the participant list, banned ones not counted.
    pub max_users: Option<u32>,
    /// Pseudonyms may come in.
    #[tls_codec(with = "boolean")]
    pub pseudonyms_allowed: bool,
    /// The room stays when its last participant leaves.
    #[tls_codec(with = "boolean")]
    pub persistent_room: bool,
    /// The room may be listed.
    #[tls_codec(with = "boolean")]
    pub discoverable: bool,
    /// Policy components that the room has, ascending.
    pub policy_component_ids: Vec<u16>,
}

impl Body for BaseRoomPolicy {}
