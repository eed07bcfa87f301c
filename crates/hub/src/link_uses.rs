//! What the hub tells of the use of join links, to those who may make or take away links.

use doorstep_wire::{Capability, UnixMillis, UserUri};

use crate::{
    Hub, HubError, Room,
    room::{claim, link_uses},
};

/// The use of one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkUse {
    /// Which.
    pub link_id: [u8; 16],
    /// Uses that are spent.
    pub used: u32,
    /// Uses kept for people whose commit was overtaken.
    pub claimed: u32,
    /// User and time of the last hundred uses, oldest first.
    pub joined: Vec<(UserUri, UnixMillis)>,
}

impl Hub {
    /// The use of all links of a room. `users` are those that the asker has shown to be.
    ///
    /// # Errors
    /// [`HubError::NotFound`]: none of them is in the room with a role that makes or takes away links.
    pub fn link_uses(&self, room: &Room, users: &[UserUri], now: UnixMillis) -> Result<Vec<LinkUse>, HubError> {
        let may = |user: &UserUri| {
            room.roster.count_of(user) > 0
                && (room.state.has(user, Capability::CAN_CREATE_JOIN_CODE)
                    || room.state.has(user, Capability::CAN_DELETE_JOIN_CODE))
        };
        if !users.iter().any(may) {
            return Err(HubError::NotFound);
        }
        let journal = &room.journal;
        let links = room.state.settings().join_links.iter();
        links
            .map(|entry| {
                let joined = link_uses::joined(journal, &entry.link_id)?;
                Ok(LinkUse {
                    link_id: entry.link_id,
                    used: link_uses::get(journal, &entry.link_id)?,
                    claimed: claim::count(journal, &entry.link_id, now.0)?,
                    joined: joined.into_iter().map(|row| (row.user, UnixMillis(row.at))).collect(),
                })
            })
            .collect()
    }
}
