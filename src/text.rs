//! Sentences of the app's catalogue for what the engine says in words of its own.

mod problem;

use doorstep_client_api::view::{Problem, RoomEnd};
pub(crate) use doorstep_texts::Texts;

/// From a word of the engine to a sentence.
pub(crate) trait Sentences {
    /// The sentence for a problem; a general one with the word itself for those that are not known.
    fn problem(&self, problem: &Problem) -> String;
    /// Why a room is over.
    fn room_end(&self, end: RoomEnd) -> &'static str;
    /// A role of the presets in this language; another role as the room calls it.
    fn role(&self, name: &str) -> String;
}

impl Sentences for Texts {
    fn problem(&self, problem: &Problem) -> String {
        problem::sentence(self, problem)
    }

    fn room_end(&self, end: RoomEnd) -> &'static str {
        match end {
            RoomEnd::Left => self.end_left,
            RoomEnd::Removed => self.end_removed,
            RoomEnd::Banned => self.end_banned,
            RoomEnd::Broken => self.end_broken,
        }
    }

    fn role(&self, name: &str) -> String {
        let word = match name {
            "admin" | "moderator" | "owner" => self.role_admin,
            "member" | "ordinary" | "participant" => self.role_member,
            "knocker" => self.role_knocker,
            "banned" => self.role_banned,
            other => other,
        };
        word.to_owned()
    }
}
