//! What a message does in the conversation.

use crate::{Disposition, HOUSE_MESSAGE, MessageId, MimiContent, PartBody};

/// What a message does in the conversation (draft-ietf-mimi-content, message derivation). Whether its sender may do so is
/// for policy: only who wrote a message may replace it, unless a role says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// Says something.
    Says,
    /// Says something in answer to a message.
    Replies(MessageId),
    /// Reacts to a message.
    Reacts {
        /// The message.
        to: MessageId,
        /// The reaction, as text.
        reaction: &'a str,
    },
    /// Takes the place of a message, named by its first version.
    Replaces(MessageId),
    /// Takes a message or a reaction back, named by its first version.
    TakesBack(MessageId),
    /// A message of our own kind, still encoded: [`crate::HouseMessage`].
    House(&'a [u8]),
    /// Nothing that anybody could see: a body without content that replaces nothing.
    Nothing,
}

impl MimiContent {
    /// What this message does.
    pub fn meaning(&self) -> Meaning<'_> {
        match (self.replaces, self.in_reply_to, &self.part.body) {
            (None, _, PartBody::Single { content_type, content }) if content_type == HOUSE_MESSAGE => {
                Meaning::House(content)
            }
            (Some(first), _, PartBody::Null) => Meaning::TakesBack(first),
            (None, _, PartBody::Null) => Meaning::Nothing,
            (Some(first), _, _) => Meaning::Replaces(first),
            (None, Some(to), _) => match self.shown_text() {
                Some(reaction) if self.part.disposition == Disposition::REACTION => Meaning::Reacts { to, reaction },
                _ => Meaning::Replies(to),
            },
            (None, None, _) => Meaning::Says,
        }
    }
}
