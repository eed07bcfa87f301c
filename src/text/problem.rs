//! A sentence for every word of refusal: what happened, whose turn it is, what can be done.

use doorstep_client_api::view::Problem;
use doorstep_public_page::text::fill;

use super::Texts;

/// The sentence for a problem; a general one with the word itself for those that are not known.
pub(super) fn sentence(texts: &Texts, problem: &Problem) -> String {
    let sentence = match problem.code.as_str() {
        "no-guests" | "needs-account" | "guest-cannot-create" | "no-account" => texts.p_account,
        "knock-room-full" | "too-often" | "too-busy" | "try-again" | "pending" | "too-many-proposals"
        | "too-many-clients" | "no-reservation" | "wrong-epoch" => texts.p_busy,
        "knock-closed" | "no-room" | "wrong-room" | "wrong-purpose" | "not-a-room" | "knock-over" => texts.p_closed,
        "nobody-reads-knocks" | "knock-unreadable" | "knock-key-missing" => texts.p_nobody,
        "already-knocked" | "knock-limit" => texts.p_already,
        "not-allowed" | "not-authorized" | "cannot-knock" | "cannot-join" | "not-yours" | "role-full" => {
            texts.p_not_allowed
        }
        "role-too-small" => texts.p_last,
        "pseudonym-required" | "pseudonym-forbidden" | "issuer-not-allowed" => texts.p_names,
        "handle-taken" | "client-taken" => texts.p_handle_taken,
        "handle-invalid" => texts.p_handle_invalid,
        "slug-taken" => texts.p_slug_taken,
        "slug-invalid" => texts.p_slug_invalid,
        "sign-up-closed" => texts.p_sign_up_closed,
        "hub-forged" | "hub-keys" | "wrong-knock-room" | "knock-room-unsafe" | "not-this-hub" => texts.p_untrusted,
        "already-in" | "already-participant" => texts.p_already_in,
        "answered-already" => texts.p_answered,
        "text-length" | "note-length" | "reason-length" | "name-length" | "description-length" | "too-large"
        | "knock-too-large" | "reaction-length" => texts.p_length,
        "withdrawn" => texts.p_withdrawn,
        "room-full" => texts.p_full,
        "room-over" | "left" | "not-a-participant" | "not-participant" | "no-message" | "no-request" | "no-knock" => {
            texts.p_over
        }
        "key-package-ends-soon" | "credential-invalid" | "bad-credential" => texts.p_ended,
        "lost-state" | "no-identity" => texts.p_lost,
        "already-joining" => texts.p_busy,
        "unknown-issuer" => texts.p_untrusted,
        "link-inviter-gone" => texts.p_inviter_gone,
        "link-expired" => texts.dead_expired,
        "link-used-up" => texts.dead_used_up,
        "link-paused" => texts.dead_paused,
        "link-unknown" | "not-a-link" => texts.dead_unknown,
        "link-role" | "link-life" | "link-uses" => texts.p_links,
        "storage-failed" => texts.p_storage,
        "engine-stopped" => texts.p_stopped,
        "another-engine" => texts.p_another_engine,
        "nothing-kept" => texts.p_nothing_kept,
        "not-secure" => texts.p_not_secure,
        "other-provider" => texts.p_other_provider,
        "already-here" => texts.p_already_here,
        "move-in-failed" => texts.p_move_in_failed,
        "other-version" => texts.p_other_version,
        "disclosure-forbidden" => texts.p_disclosure_forbidden,
        "already-account" => texts.p_already_account,
        "already-disclosed" => texts.p_already_disclosed,
        "not-a-member" => texts.p_not_a_member,
        "nobody-to-read" => texts.p_nobody_to_read,
        "provider-unknown" | "link-elsewhere" => texts.p_provider_unknown,
        "provider-not-allowed" => texts.p_provider_not_allowed,
        "provider-unreachable" | "provider-failed" => texts.p_provider_away,
        "provider-not-itself" => texts.p_provider_not_itself,
        "commit-rejected" => texts.p_commit_rejected,
        "epoch-backwards" | "bad-group-info" | "wrong-group" => texts.p_untrusted,
        "identity-unproven" => texts.p_identity_unproven,
        "welcome-spoiled" => texts.p_welcome_spoiled,
        other => return fill(texts.p_general, &[other]),
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use doorstep_public_page::Lang;

    use super::*;

    #[test]
    fn a_word_nobody_knows_is_shown_as_it_is() {
        let text = sentence(Texts::of(Lang::En), &Problem::new("brand-new-word"));
        assert!(text.contains("brand-new-word"));
    }

    #[test]
    fn a_known_word_is_not_shown() {
        let text = sentence(Texts::of(Lang::De), &Problem::new("knock-room-full"));
        assert!(!text.contains("knock-room-full"));
    }

    #[test]
    fn what_other_providers_do_has_a_sentence_in_every_language() {
        for word in [
            "provider-unknown",
            "provider-not-allowed",
            "provider-unreachable",
            "provider-failed",
            "provider-not-itself",
            "link-elsewhere",
            "hub-forged",
            "epoch-backwards",
            "commit-rejected",
            "unknown-issuer",
            "not-yours",
            "welcome-spoiled",
        ] {
            for lang in Lang::ALL {
                let text = sentence(Texts::of(lang), &Problem::new(word));
                assert!(!text.is_empty() && !text.contains(word), "{word}: {text}");
            }
        }
    }
}
