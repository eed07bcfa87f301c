//! A text that is being written, kept at every letter until it is sent or thrown away.

use yew::prelude::*;

use crate::services::{field, shelf};

/// What a text is for. A place can have several: a room has a note to its moderators and a message to its members, and
/// one must never become the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The note of a knock.
    Note,
    /// A few words to somebody who is asked whether they want to talk.
    Greeting,
    /// A message.
    Message,
    /// A message that is being changed; the place is the message.
    Edit,
    /// Why a knock is declined.
    Reason,
    /// A word to whoever a message is reported to; the place is the message.
    Report,
    /// A field of a form; the place is its name.
    Field,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Greeting => "greeting",
            Self::Message => "message",
            Self::Edit => "edit",
            Self::Reason => "reason",
            Self::Report => "report",
            Self::Field => "field",
        }
    }
}

/// A text that is being written.
#[derive(Clone, PartialEq)]
pub(crate) struct DraftHandle {
    key: String,
    text: String,
    setter: UseStateSetter<String>,
}

impl DraftHandle {
    /// The text so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// It is another text now.
    pub(crate) fn set(&self, text: String) {
        shelf::keep_draft(&self.key, &text);
        self.setter.set(text);
    }

    /// It is on its way: it stays where it is shown, and is not begun with again.
    pub(crate) fn forget(&self) {
        shelf::keep_draft(&self.key, "");
    }

    /// It was sent, or thrown away.
    pub(crate) fn clear(&self) {
        self.set(String::new());
    }

    /// For a field in which it is written.
    pub(crate) fn on_input(&self) -> Callback<InputEvent> {
        let draft = self.clone();
        Callback::from(move |event: InputEvent| draft.set(field::text(&event)))
    }
}

/// A text to go on with at a place that is not shown yet.
pub(crate) fn keep_text(purpose: Purpose, place: &str, text: &str) {
    shelf::keep_draft(&key_of(purpose, place), text);
}

fn key_of(purpose: Purpose, place: &str) -> String {
    format!("{}.{place}", purpose.name())
}

/// The text that is being written at a place for a purpose; `start` is what it begins with where nothing was kept.
#[hook]
pub(crate) fn use_draft(purpose: Purpose, place: &str, start: &str) -> DraftHandle {
    let key = key_of(purpose, place);
    let text = use_state(|| shelf::draft(&key).unwrap_or_else(|| start.to_owned()));
    {
        let (text, start) = (text.clone(), start.to_owned());
        let first = use_mut_ref(|| true);
        // Another place has another text.
        use_effect_with(key.clone(), move |key| {
            if !first.replace(false) {
                text.set(shelf::draft(key).unwrap_or(start));
            }
        });
    }
    DraftHandle { key, text: (*text).clone(), setter: text.setter() }
}
