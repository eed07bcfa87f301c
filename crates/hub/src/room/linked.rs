//! What a room and its knock room have to know of each other. They are two rooms with two locks, so each says it in a
//! value that the caller carries over.

use doorstep_wire::{Capability, RoomUri, room::RoleIndex};

use super::Room;

/// What a knock room has to know of the room that is knocked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFacts {
    /// The room.
    pub room: RoomUri,
    /// Its one knock room (component 0x8D48).
    pub knock_room: Option<RoomUri>,
    /// Strangers may knock.
    pub takes_knocks: bool,
    /// Guests may come in.
    pub guests: bool,
}

/// What the page of a room has to know of its knock room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnockFacts {
    /// The knock room.
    pub room: RoomUri,
    /// The room it says it is for.
    pub target: Option<RoomUri>,
    /// Users who can read a knock, in the order of their URIs.
    pub moderators: Vec<String>,
}

impl Room {
    /// The room that a knock room is for; whose [`TargetFacts`] [`crate::Hub::group_info`] wants.
    pub fn target(&self) -> Option<&RoomUri> {
        self.knock_terms().map(|terms| &terms.target_room)
    }

    /// The room's knock room; whose [`KnockFacts`] [`crate::Hub::door`] wants.
    pub fn knock_room(&self) -> Option<&RoomUri> {
        self.state.knock_room()
    }

    /// For the knock room of this room.
    pub fn target_facts(&self) -> TargetFacts {
        TargetFacts {
            room: self.uri().clone(),
            knock_room: self.knock_room().cloned(),
            takes_knocks: self.state.role_has(RoleIndex::OUTSIDER, Capability::CAN_KNOCK),
            guests: self.about.guests != 0,
        }
    }

    /// For the page of the room behind this knock room.
    pub fn knock_facts(&self) -> KnockFacts {
        let users: std::collections::BTreeSet<&str> = self
            .recipients()
            .keys()
            .filter_map(|index| self.roster.get(*index))
            .map(|leaf| leaf.user.as_str())
            .collect();
        KnockFacts {
            room: self.uri().clone(),
            target: self.target().cloned(),
            moderators: users.into_iter().map(str::to_owned).collect(),
        }
    }
}
