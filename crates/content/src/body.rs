//! Media types of what a part holds, and the messages we write.

use doorstep_wire::{RoomUri, UserUri};

use crate::{Disposition, Extensions, MessageId, MimiContent, NestedPart, PartBody};

/// Text without markup; every client can show it.
pub const PLAIN_TEXT: &str = "text/plain;charset=utf-8";
/// The markdown of MIMI: GFM without HTML and without autolinks.
pub const MARKDOWN: &str = "text/markdown;variant=GFM-MIMI";
/// CBOR of [`crate::HouseMessage`].
pub const HOUSE_MESSAGE: &str = "application/vnd.mimi-pseudonyms+cbor";

impl MimiContent {
    /// A message with a text. `salt`: 16 fresh random bytes, here and in the other constructors.
    pub fn text(salt: [u8; 16], sender: &UserUri, room: &RoomUri, markdown: &str) -> Self {
        Self::with_part(salt, sender, room, NestedPart::single(Disposition::RENDER, MARKDOWN, markdown.as_bytes()))
    }

    /// A reaction to a message: one grapheme.
    pub fn reaction(salt: [u8; 16], sender: &UserUri, room: &RoomUri, to: MessageId, reaction: &str) -> Self {
        let part = NestedPart::single(Disposition::REACTION, PLAIN_TEXT, reaction.as_bytes());
        Self { in_reply_to: Some(to), ..Self::with_part(salt, sender, room, part) }
    }

    /// Takes back the message, or the reaction, whose first version is `first`.
    pub fn withdrawal(salt: [u8; 16], sender: &UserUri, room: &RoomUri, first: MessageId) -> Self {
        let part = NestedPart { disposition: Disposition::RENDER, language: String::new(), body: PartBody::Null };
        Self { replaces: Some(first), ..Self::with_part(salt, sender, room, part) }
    }

    /// Carries one of our own messages (encoded).
    pub fn house(salt: [u8; 16], sender: &UserUri, room: &RoomUri, message: &[u8]) -> Self {
        Self::with_part(salt, sender, room, NestedPart::single(Disposition::PROFILE, HOUSE_MESSAGE, message))
    }

    /// The same message as an answer to another.
    #[must_use]
    pub fn replying_to(self, message: MessageId) -> Self {
        Self { in_reply_to: Some(message), ..self }
    }

    /// The same message in place of the one whose first version is `first`.
    #[must_use]
    pub fn replacing(self, first: MessageId) -> Self {
        Self { replaces: Some(first), ..self }
    }

    /// Text to be shown: of the part itself, or of the first part inside that has one.
    pub fn shown_text(&self) -> Option<&str> {
        self.part.shown_text()
    }

    fn with_part(salt: [u8; 16], sender: &UserUri, room: &RoomUri, part: NestedPart) -> Self {
        Self {
            salt,
            replaces: None,
            topic_id: Vec::new(),
            expires: None,
            in_reply_to: None,
            extensions: Extensions::new(sender, room),
            part,
        }
    }
}

impl NestedPart {
    fn single(disposition: Disposition, content_type: &str, content: &[u8]) -> Self {
        let body = PartBody::Single { content_type: content_type.to_owned(), content: content.to_vec() };
        Self { disposition, language: String::new(), body }
    }

    fn shown_text(&self) -> Option<&str> {
        match &self.body {
            PartBody::Single { content_type, content } if is_text(content_type) => core::str::from_utf8(content).ok(),
            PartBody::Multi { parts, .. } => parts.iter().find_map(Self::shown_text),
            PartBody::Null | PartBody::Single { .. } | PartBody::External(_) => None,
        }
    }
}

fn is_text(content_type: &str) -> bool {
    content_type == PLAIN_TEXT || content_type == MARKDOWN || content_type == "text/plain"
}
