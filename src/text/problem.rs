//! A sentence for every word of refusal: what happened, whose turn it is, what can be done.

use doorstep_client_api::view::Problem;
use doorstep_public_page::text::fill;

use super::Texts;

impl Texts {
    /// The sentence for a problem; a general one with the word itself for those that are not known.
    pub(crate) fn problem(&self, problem: &Problem) -> String {
        let sentence = match problem.code.as_str() {
            "no-guests" | "needs-account" | "guest-cannot-create" | "no-account" => self.p_account,
            "knock-room-full" | "too-often" | "too-busy" | "try-again" | "pending" | "too-many-proposals"
            | "too-many-clients" | "no-reservation" | "wrong-epoch" => self.p_busy,
            "knock-closed" | "no-room" | "wrong-room" | "wrong-purpose" | "not-a-room" | "knock-over" => self.p_closed,
            "nobody-reads-knocks" | "knock-unreadable" | "knock-key-missing" => self.p_nobody,
            "already-knocked" | "knock-limit" => self.p_already,
            "not-allowed" | "not-authorized" | "cannot-knock" | "cannot-join" | "not-yours" | "role-full"
            | "role-too-small" => self.p_not_allowed,
            "pseudonym-required" | "pseudonym-forbidden" | "issuer-not-allowed" => self.p_names,
            "handle-taken" | "client-taken" => self.p_handle_taken,
            "handle-invalid" => self.p_handle_invalid,
            "slug-taken" => self.p_slug_taken,
            "slug-invalid" => self.p_slug_invalid,
            "sign-up-closed" => self.p_sign_up_closed,
            "hub-forged" | "hub-keys" | "wrong-knock-room" | "knock-room-unsafe" | "not-this-hub" => self.p_untrusted,
            "already-in" | "already-participant" => self.p_already_in,
            "answered-already" => self.p_answered,
            "text-length" | "note-length" | "reason-length" | "name-length" | "description-length" | "too-large"
            | "knock-too-large" | "reaction-length" => self.p_length,
            "withdrawn" => self.p_withdrawn,
            "room-full" => self.p_full,
            "room-over" | "left" | "not-a-participant" | "not-participant" | "no-message" | "no-request"
            | "no-knock" => self.p_over,
            "key-package-ends-soon" | "credential-invalid" | "bad-credential" => self.p_ended,
            "lost-state" | "no-identity" => self.p_lost,
            "storage-failed" => self.p_storage,
            "engine-stopped" => self.p_stopped,
            "nothing-kept" => self.p_nothing_kept,
            "not-secure" => self.p_not_secure,
            "other-provider" => self.p_other_provider,
            "already-here" => self.p_already_here,
            "move-in-failed" => self.p_move_in_failed,
            other => return fill(self.p_general, &[other]),
        };
        sentence.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use doorstep_public_page::Lang;

    use super::*;

    #[test]
    fn a_word_nobody_knows_is_shown_as_it_is() {
        let text = Texts::of(Lang::En).problem(&Problem::new("brand-new-word"));
        assert!(text.contains("brand-new-word"));
    }

    #[test]
    fn a_known_word_is_not_shown() {
        let text = Texts::of(Lang::De).problem(&Problem::new("knock-room-full"));
        assert!(!text.contains("knock-room-full"));
    }
}
