//! Application messages: who may send, who may receive.

use doorstep_wire::{Capability, uri::UserUri};

use crate::{Denied, RoomState};

/// Whether a user may send messages (mimi-room-policy, canSendMessage).
///
/// # Errors
/// [`Denied`]: banned, not in the room, or not allowed to.
pub fn permit_send(state: &RoomState, user: &UserUri) -> Result<(), Denied> {
    if state.is_banned(user) {
        return Err(Denied::Banned);
    }
    if !state.is_in(user) {
        return Err(Denied::NotParticipant);
    }
    if state.has(user, Capability::CAN_SEND_MESSAGE) { Ok(()) } else { Err(Denied::NotAllowed) }
}

/// Whether messages are handed to a user (mimi-room-policy, canReceiveMessage).
pub fn may_receive(state: &RoomState, user: &UserUri) -> bool {
    state.is_in(user) && state.has(user, Capability::CAN_RECEIVE_MESSAGE)
}
