//! Component 0x0025, `roles_list` (mimi-room-policy).

use std::fmt;

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{capability::Capability, codec::Body};

/// Which role: the `role_index` of a [`Role`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RoleIndex(pub u32);

impl RoleIndex {
    /// Everybody who is not in the participant list.
    pub const OUTSIDER: Self = Self(0);
    /// Banned users, if the role is named [`Role::BANNED`].
    pub const BANNED: Self = Self(1);
}

impl fmt::Display for RoleIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// ```text
/// struct { uint32 from_role_index; uint32 target_role_indexes<V>; } SingleSourceRoleChangeTargets;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct SingleSourceRoleChangeTargets {
    /// The role before.
    pub from: RoleIndex,
    /// The roles it may be changed into; 0 means out of the room.
    pub targets: Vec<RoleIndex>,
}

/// ```text
/// struct { uint32 role_index; opaque role_name<V>; opaque role_description<V>; CapabilityType role_capabilities<V>;
///          uint32 minimum_participants_constraint; optional<uint32> maximum_participants_constraint;
///          uint32 minimum_active_participants_constraint; optional<uint32> maximum_active_participants_constraint;
///          SingleSourceRoleChangeTargets authorized_role_changes<V>; } Role;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Role {
    /// Unique in the list.
    pub index: RoleIndex,
    /// UTF-8.
    pub name: String,
    /// UTF-8.
    pub description: String,
    /// What its holders may do.
    pub capabilities: Vec<Capability>,
    /// Fewest holders.
    pub minimum_participants: u32,
    /// Most holders.
    pub maximum_participants: Option<u32>,
    /// Fewest holders with a client in the group.
    pub minimum_active_participants: u32,
    /// Most holders with a client in the group.
    pub maximum_active_participants: Option<u32>,
    /// Whose role its holders may change into what.
    pub authorized_role_changes: Vec<SingleSourceRoleChangeTargets>,
}

impl Role {
    /// Name of the role with index 1 that makes its holders banned ones.
    pub const BANNED: &str = "banned";

    /// True if its holders may do this.
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// True if its holders may change somebody's role from `from` to `to`.
    pub fn may_change(&self, from: RoleIndex, to: RoleIndex) -> bool {
        self.authorized_role_changes.iter().any(|change| change.from == from && change.targets.contains(&to))
    }
}

/// ```text
/// struct { Role roles<V>; } RoleData;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RoleData {
    /// All roles of the room.
    pub roles: Vec<Role>,
}

impl RoleData {
    /// The role with this index.
    pub fn get(&self, index: RoleIndex) -> Option<&Role> {
        self.roles.iter().find(|role| role.index == index)
    }
}

impl Body for RoleData {}
