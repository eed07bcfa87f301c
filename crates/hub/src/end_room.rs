//! Rooms that end (docs/PROTOCOL.md, "Rooms that end"): by a member who may, by their time, when one of two has left, and
//! by the operator. Everybody in the room gets the hub's signed word; of the room nothing stays but that its address is
//! taken.

use std::collections::BTreeSet;

use doorstep_mls::verify_with_label;
use doorstep_wire::{
    Body, Capability, ClientUri, EndReason, EndRoom, LeafIndex, Refusal, RoomEnded, UnixMillis, UserUri,
    ext::{
        policy::RoomPurpose,
        room_ended::{END_ROOM_LABEL, ROOM_ENDED_LABEL, end_room_content},
    },
};

use crate::{
    Answer, Effects, Ended, Hub, HubError, Room,
    room::{hosts, waiting},
};

impl Hub {
    /// A member ends the room. `digest`: SHA-256 of the request, by which the caller knows a repeated one once the room is
    /// gone.
    ///
    /// # Errors
    /// [`HubError::NotFound`]: the signer may not, or it is a knock room, which ends with the room behind it.
    pub fn end_room(
        &self,
        room: &Room,
        request: &EndRoom,
        digest: [u8; 32],
        now: UnixMillis,
    ) -> Result<Answer, HubError> {
        let leaf = room.roster.get(LeafIndex(request.leaf_index)).ok_or(HubError::NotFound)?;
        let content = end_room_content(room.uri(), request.epoch);
        let signed = verify_with_label(&leaf.signature_key, END_ROOM_LABEL, &content, &request.signature);
        let may = room.state.has(&leaf.user, Capability::CAN_DESTROY_ROOM)
            && !room.gone()?.has_left(&room.roster, &leaf.user);
        if !signed || !may || room.knock_terms().is_some() {
            return Err(HubError::NotFound);
        }
        if request.epoch != room.epoch().0 {
            // Who may do what may have changed since.
            return Ok(Answer::refused(Vec::new(), Some(Refusal::WrongEpoch)));
        }
        Ok(Answer { effects: self.close(room, EndReason::ByMember, digest, now)?, ..Answer::default() })
    }

    /// What it takes that a room is over. The room is as it was; whoever writes the effects forgets it.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be read.
    pub fn close(
        &self,
        room: &Room,
        reason: EndReason,
        request: [u8; 32],
        now: UnixMillis,
    ) -> Result<Effects, HubError> {
        let mut said =
            RoomEnded { room: room.uri().clone(), epoch: room.epoch().0, reason, at: now.0, signature: [0; 64] };
        said.signature = self.keys.sign_statement(ROOM_ENDED_LABEL, &said.signed());
        let mut here: BTreeSet<ClientUri> = room.roster.iter().map(|(_, leaf)| leaf.client.clone()).collect();
        // Who knocked and went out again waits for an answer that will not come.
        here.extend(waiting::all(&room.journal)?);
        here.retain(|client| client.host() == self.domain);
        let mut providers = hosts::all(&room.journal)?;
        providers.retain(|provider| *provider != self.domain);
        let statement = said.encode().map_err(HubError::internal)?.into();
        let ended = Ended { statement, here: here.into_iter().collect(), providers, reason, request };
        Ok(Effects { ended: Some(ended), ..Effects::default() })
    }

    /// The room's time is over, if it has one.
    pub(crate) fn is_expired(room: &Room, now: UnixMillis) -> bool {
        matches!(room.state.purpose(), RoomPurpose::Connection { expires_at } if *expires_at <= now.seconds())
    }
}

/// Who is in a room in which two meet, those who have said that they leave not counted; nobody in any other room.
pub(crate) fn who_meets(room: &Room) -> Result<BTreeSet<UserUri>, HubError> {
    if !matches!(room.state.purpose(), RoomPurpose::Connection { .. }) {
        return Ok(BTreeSet::new());
    }
    let gone = room.gone()?;
    Ok(room.roster.users().filter(|user| !gone.has_left(&room.roster, user)).cloned().collect())
}

impl Room {
    /// When its time is over, milliseconds since the UNIX epoch, if it has an end.
    pub fn expires(&self) -> Option<u64> {
        match self.state.purpose() {
            RoomPurpose::Connection { expires_at } => Some(expires_at.saturating_mul(1_000)),
            RoomPurpose::Standard | RoomPurpose::Knock(_) => None,
        }
    }
}
