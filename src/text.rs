//! Sentences of the app's catalogue for what the engine says in words of its own.

mod disclosure;
mod happening;
mod pair;
mod problem;

use doorstep_page_api::view::{Problem, RoomEnd};
pub(crate) use doorstep_texts::Texts;

pub(crate) use self::disclosure::{account, own_account, readers, target, told};
pub(crate) use self::happening::happening;
pub(crate) use self::pair::{called, called_in, person_name};

/// From a word of the engine to a sentence.
pub(crate) trait Sentences {
    /// The sentence for a problem; a general one with the word itself for those that are not known.
    fn problem(&self, problem: &Problem) -> String;
    /// A role of the presets in this language; another role as the room calls it.
    fn role(&self, name: &str) -> String;
}

impl Sentences for Texts {
    fn problem(&self, problem: &Problem) -> String {
        problem::sentence(self, problem)
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

/// Why a room is over.
pub(crate) fn room_end(texts: &Texts, end: RoomEnd) -> &'static str {
    match end {
        RoomEnd::Left => texts.end_left,
        RoomEnd::Removed => texts.end_removed,
        RoomEnd::Banned => texts.end_banned,
        RoomEnd::Broken => texts.end_broken,
        RoomEnd::Closed => texts.end_closed,
    }
}
