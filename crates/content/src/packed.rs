//! From a message to the bytes that MLS encrypts, and back with every check that needs no other message.

use doorstep_wire::{RoomUri, UserUri};

use crate::{ContentError, Framed, FramingError, MessageId, MimiContent, frame, franking_tag, unframe};

/// A message ready to be encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Framed content: what MLS encrypts.
    pub application_data: Vec<u8>,
    /// Id of the message.
    pub id: MessageId,
    /// For the `frank_aad` component of the authenticated data.
    pub franking_tag: [u8; 32],
}

/// A message that is what its MLS sender and its room say it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unpacked {
    /// The message.
    pub message: MimiContent,
    /// Its id.
    pub id: MessageId,
    /// To be compared with the tag in the authenticated data.
    pub franking_tag: [u8; 32],
}

/// Why application data is no message to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// No frame.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// No MIMI content inside the frame.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// A delivery report or a media type that is not known: nothing to show, nobody's fault.
    #[error("not a message")]
    OtherType,
    /// The message names another sender or another room than it came from.
    #[error("the message names another sender or room")]
    Names,
}

impl MimiContent {
    /// Encodes and frames. `sender` and `room` are those the message was made with.
    pub fn pack(&self, sender: &UserUri, room: &RoomUri) -> Packed {
        let content = self.encode();
        let application_data = frame(&content);
        Packed {
            id: self.id(sender, room, &content),
            franking_tag: franking_tag(&self.salt, &application_data),
            application_data,
        }
    }

    /// Opens application data of `room` whose MLS sender is the user `sender` (mimi-protocol-06, receiver checks).
    ///
    /// # Errors
    /// See [`UnpackError`].
    pub fn unpack(application_data: &[u8], sender: &UserUri, room: &RoomUri) -> Result<Unpacked, UnpackError> {
        let Framed::Content(content) = unframe(application_data)? else { return Err(UnpackError::OtherType) };
        let message = Self::decode(&content)?;
        if !message.extensions.are_of(sender, room) {
            return Err(UnpackError::Names);
        }
        let id = message.id(sender, room, &content);
        Ok(Unpacked { id, franking_tag: franking_tag(&message.salt, application_data), message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{ORIGINAL_ID, original, room, user};

    #[test]
    fn what_is_packed_is_unpacked() {
        let packed = original().pack(&user("alice-smith"), &room());
        assert_eq!(packed.id.to_string(), ORIGINAL_ID);
        let unpacked = MimiContent::unpack(&packed.application_data, &user("alice-smith"), &room()).unwrap();
        assert_eq!(unpacked.message, original());
        assert_eq!(unpacked.id, packed.id);
        assert_eq!(unpacked.franking_tag, packed.franking_tag);
    }

    #[test]
    fn a_message_of_another_sender_or_room_is_refused() {
        let data = original().pack(&user("alice-smith"), &room()).application_data;
        let other_room = "mimi://example.com/r/other".parse().unwrap();
        assert_eq!(MimiContent::unpack(&data, &user("bob-jones"), &room()), Err(UnpackError::Names));
        assert_eq!(MimiContent::unpack(&data, &user("alice-smith"), &other_room), Err(UnpackError::Names));
    }

    #[test]
    fn other_media_types_and_broken_frames_are_told_apart() {
        let unpack = |data: &[u8]| MimiContent::unpack(data, &user("alice-smith"), &room());
        assert_eq!(unpack(b"\x09image/png\x00\x01x"), Err(UnpackError::OtherType));
        assert_eq!(unpack(b""), Err(UnpackError::Framing(FramingError)));
        assert!(matches!(unpack(&frame(b"x")), Err(UnpackError::Content(_))));
    }

    /// What `docs/vectors.json` prints, made with other software: a sealed knock as it stands in its message.
    #[test]
    fn a_message_of_our_own_is_packed_as_printed() {
        let all: serde_json::Value = serde_json::from_str(include_str!("../../../docs/vectors.json")).unwrap();
        let field = |vector: &str, name: &str| hex::decode(all[vector][name].as_str().unwrap()).unwrap();
        let sender = "mimi://c.example/p/3d1f0a52-6c1b-4e0e-9a34-5b7c9d2e8f10".parse().unwrap();
        let room = "mimi://a.example/r/club-door".parse().unwrap();
        let salt = field("content", "salt").try_into().unwrap();
        let message = MimiContent::house(salt, &sender, &room, &field("sealed_knock", "sealed"));
        let packed = message.pack(&sender, &room);
        assert_eq!(packed.application_data, field("content", "application_data"));
        assert_eq!(packed.id.0, *field("content", "message_id"));
        assert_eq!(field("content", "authenticated_data"), [&[0x23, 0, 0x20, 0x20][..], &packed.franking_tag].concat());
        assert_eq!(MimiContent::unpack(&packed.application_data, &sender, &room).unwrap().message, message);
    }
}
