//! Something that happened in a room, as a line between messages.

use doorstep_page_api::view::{Happening, Refusal};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::text::fill;

use super::{Texts, account};

/// The sentence. `from` did it; `me` is told as “you”.
pub(crate) fn happening(texts: &Texts, happening: &Happening, from: &str, me: &str) -> String {
    if let Happening::Disclosed(user) = happening {
        let template = if from == me { texts.disclosed_by_me } else { texts.disclosed };
        return fill(template, &[&account(user), &display_name(from)]);
    }
    let (template, own_template, user) = match happening {
        Happening::Created => (texts.made, texts.made_by_me, from),
        Happening::Joined(user) => (texts.joined, texts.joined_me, user.as_str()),
        Happening::Added(user) => (texts.added, texts.added_me, user.as_str()),
        Happening::Left(user) => (texts.left, texts.left_me, user.as_str()),
        Happening::Removed(user) => (texts.removed, texts.removed_me, user.as_str()),
        Happening::Banned(user) => (texts.banned, texts.banned_me, user.as_str()),
        Happening::Returned(user) => (texts.returned, texts.returned_me, user.as_str()),
        Happening::Refused(Refusal::LeaveIgnored) => (texts.leave_ignored, texts.leave_ignored, from),
        Happening::Refused(_) => (texts.change_refused, texts.change_refused, from),
        Happening::Unvouched => (texts.unvouched, texts.unvouched, from),
        Happening::Disclosed(user) => (texts.disclosed, texts.disclosed_by_me, user.as_str()),
    };
    fill(if user == me { own_template } else { template }, &[&display_name(user), &display_name(from)])
}

#[cfg(test)]
mod tests {
    use doorstep_public_page::Lang;

    use super::*;

    #[test]
    fn what_happens_to_me_is_told_to_me() {
        let texts = Texts::of(Lang::En);
        let added = Happening::Added("mimi://a.example/u/bob".into());
        let alice = "mimi://a.example/u/alice";
        assert_eq!(happening(texts, &added, alice, alice), "bob was let in by alice.");
        assert_eq!(happening(texts, &added, alice, "mimi://a.example/u/bob"), "You were let in by alice.");
    }

    #[test]
    fn who_somebody_proved_to_be_is_said_with_the_house_that_vouches() {
        let texts = Texts::of(Lang::En);
        let told = Happening::Disclosed("mimi://b.example/u/alice".into());
        let harbour = "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427";
        let name = display_name(harbour);
        assert_eq!(happening(texts, &told, harbour, "me"), format!("{name} proved to be alice@b.example."));
        assert_eq!(happening(texts, &told, harbour, harbour), "You said that you are alice@b.example.");
    }
}
