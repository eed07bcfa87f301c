//! Component 0x0022, `participant_list` (mimi-protocol-06 §7.1).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use super::RoleIndex;
use crate::{codec::Body, uri::UserUri};

/// ```text
/// struct { opaque user<V>; uint32 role_index; } UserRolePair;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct UserRolePair {
    /// An account or a pseudonym.
    pub user: UserUri,
    /// Index into the roles list, never 0.
    pub role_index: RoleIndex,
}

/// ```text
/// struct { UserRolePair participants<V>; } ParticipantListData;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ParticipantListData {
    /// Everybody in the room, and those who are banned from it, in the order they came.
    pub participants: Vec<UserRolePair>,
}

/// ```text
/// struct { uint32 user_index; uint32 role_index; } UserindexRolePair;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct UserIndexRolePair {
    /// Position in the list before the commit.
    pub user_index: u32,
    /// The new role.
    pub role_index: RoleIndex,
}

/// ```text
/// struct { UserindexRolePair changedRoleParticipants<V>; uint32 removedIndices<V>; UserRolePair addedParticipants<V>; }
///     ParticipantListUpdate;
/// ```
/// Indices of all updates in a commit refer to the list of the epoch the commit was made in.
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ParticipantListUpdate {
    /// New roles, done first.
    pub changed: Vec<UserIndexRolePair>,
    /// Positions that go, done second.
    pub removed: Vec<u32>,
    /// Users that come, appended last.
    pub added: Vec<UserRolePair>,
}

impl ParticipantListUpdate {
    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }
}

impl Body for ParticipantListData {
    /// 10 000 participants with long URIs.
    const LIMIT: usize = 16 << 20;
}

impl Body for ParticipantListUpdate {}
