//! A sentence for every refusal: what happened, whose turn it is, what can be done.

use doorstep_page_api::view::{Problem, Refusal};
use doorstep_public_page::text::fill;

use super::Texts;

/// The sentence for a problem; a general one with the word itself for those that are not known. Every refusal stands
/// here: one without a sentence does not compile.
pub(super) fn sentence(texts: &Texts, problem: &Problem) -> String {
    use Refusal as R;
    let sentence = match &problem.code {
        // What the room does not want.
        R::NotAllowed | R::NotAuthorized | R::CannotKnock | R::CannotJoin | R::NotYours | R::RoleFull => {
            texts.p_not_allowed
        }
        R::Banned => texts.p_banned,
        R::NoGuests | R::NeedsAccount | R::GuestCannotCreate | R::NoAccount => texts.p_account,
        R::PseudonymRequired | R::PseudonymForbidden => texts.p_names,
        R::IssuerNotAllowed => texts.p_issuer,
        R::RoleTooSmall => texts.p_last,
        R::RoomFull | R::TooManyClients => texts.p_full,
        R::OneClientOnly => texts.p_one_browser,
        R::AlreadyIn | R::AlreadyParticipant => texts.p_already_in,
        R::AlreadyLeaving => texts.p_already_leaving,
        R::LeaveIgnored => texts.leave_ignored,

        // What is not there, or not any more.
        R::RoomOver
        | R::Left
        | R::NotAParticipant
        | R::NotParticipant
        | R::NoMessage
        | R::NoRequest
        | R::NoKnock
        | R::NoRole => texts.p_over,
        R::NoRoom | R::WrongRoom | R::WrongPurpose | R::NotARoom | R::KnockClosed => texts.p_closed,
        R::LostState | R::NoIdentity => texts.p_lost,

        // Knocks, people who are asked whether they want to talk, and answers.
        R::NobodyReadsKnocks | R::KnockUnreadable | R::KnockKeyMissing => texts.p_nobody,
        R::AlreadyKnocked | R::KnockLimit => texts.p_already,
        R::AlreadyAsked => texts.p_already_asked,
        R::AlreadyConnected => texts.p_already_connected,
        R::ThatIsMe => texts.p_that_is_me,
        R::NeedsPackages => texts.p_needs_packages,
        R::NotAUser => texts.p_not_a_user,
        R::Withdrawn => texts.p_withdrawn,
        R::KnockOver => texts.p_knock_over,
        R::KnockNotOver => texts.p_knock_not_over,
        R::AnsweredAlready => texts.p_answered,
        R::Expired => texts.request_expired,
        R::BadAnswerKey => texts.p_bad_answer_key,
        R::BadKeyPackage | R::KeyPackageEndsSoon => texts.p_bad_key_package,
        R::WelcomeSpoiled => texts.p_welcome_spoiled,

        // What may go at another time.
        R::KnockRoomFull
        | R::TooOften
        | R::TooBusy
        | R::TryAgain
        | R::Pending
        | R::TooManyProposals
        | R::NoReservation
        | R::WrongEpoch
        | R::AlreadyJoining => texts.p_busy,
        R::FutureEpoch | R::EpochTooOld | R::RoomReturning => texts.p_catching_up,
        R::NoSession | R::SessionEnded => texts.p_session,
        R::TooSlow => texts.p_too_slow,

        // What can be said otherwise.
        R::TextLength
        | R::NoteLength
        | R::ReasonLength
        | R::NameLength
        | R::DescriptionLength
        | R::TooLarge
        | R::KnockTooLarge
        | R::ReactionLength => texts.p_length,
        R::HandleTaken | R::ClientTaken => texts.p_handle_taken,
        R::HandleInvalid => texts.p_handle_invalid,
        R::SlugTaken => texts.p_slug_taken,
        R::SlugInvalid => texts.p_slug_invalid,
        R::PseudonymTaken | R::PseudonymInUse => texts.p_name_in_use,

        // Names and the proofs for them.
        R::SignUpClosed => texts.p_sign_up_closed,
        R::HasAccount => texts.p_has_account,
        R::NotIssued => texts.p_not_issued,
        R::CredentialInvalid | R::CredentialExpired | R::BadCredential => texts.p_ended,
        R::DisclosureForbidden => texts.p_disclosure_forbidden,
        R::AlreadyAccount => texts.p_already_account,
        R::AlreadyDisclosed => texts.p_already_disclosed,
        R::NotAMember => texts.p_not_a_member,
        R::NobodyToRead => texts.p_nobody_to_read,
        R::IdentityUnproven => texts.p_identity_unproven,

        // Links.
        R::LinkInviterGone => texts.p_inviter_gone,
        R::LinkExpired => texts.dead_expired,
        R::LinkUsedUp => texts.dead_used_up,
        R::LinkPaused => texts.dead_paused,
        R::LinkUnknown | R::NotALink => texts.dead_unknown,
        R::LinkRole | R::LinkLife | R::LinkUses => texts.p_links,
        R::LinkEmpty => return two(texts.dead_empty, texts.dead_empty_text),
        R::LinkForeign => return two(texts.dead_foreign, texts.dead_foreign_text),
        R::LinkDamaged => return two(texts.dead_damaged, texts.dead_damaged_text),
        R::LinkTooNew => return two(texts.dead_new, texts.dead_new_text),
        R::LinkWrongHub => texts.dead_hub_text,

        // Who is not to be believed.
        R::HubForged
        | R::HubKeys
        | R::WrongKnockRoom
        | R::KnockRoomUnsafe
        | R::NotThisHub
        | R::UnknownIssuer
        | R::EpochBackwards
        | R::BadGroupInfo
        | R::WrongGroup
        | R::RoomInvalid => texts.p_untrusted,
        R::CommitRejected => texts.p_commit_rejected,

        // Other providers.
        R::ProviderUnknown | R::LinkElsewhere => texts.p_provider_unknown,
        R::ProviderNotAllowed | R::NotYourRoom | R::NoCertificate | R::AnotherDomain | R::FromMismatch => {
            texts.p_provider_not_allowed
        }
        R::ProviderUnreachable | R::ProviderFailed => texts.p_provider_away,
        R::ProviderNotItself => texts.p_provider_not_itself,

        // This browser.
        R::StorageFailed => texts.p_storage,
        R::EngineStopped => texts.p_stopped,
        R::AnotherEngine => texts.p_another_engine,
        R::NothingKept => texts.p_nothing_kept,
        R::NotSecure => texts.p_not_secure,
        R::OtherProvider => texts.p_other_provider,
        R::NewerVersion => texts.p_newer_version,
        R::AlreadyHere => texts.p_already_here,
        R::MoveInFailed => texts.p_move_in_failed,
        R::OtherVersion => texts.p_other_version,

        // What nobody who uses the page can help: somebody's program is wrong, or somebody meddles.
        R::CipherSuite => texts.p_cipher_suite,
        R::UnsupportedClient => texts.p_unsupported,
        R::RoomRefused | R::BadRoomUri | R::BadRoomState | R::NotAlone => texts.p_room_refused,
        R::NotReported => texts.p_not_reported,
        R::NotRegistered
        | R::ReferenceTaken
        | R::TooManyPackages
        | R::InvalidPackage
        | R::PackageIsBound
        | R::NoLastResort
        | R::PackageEndsSoon
        | R::NotOurDomain
        | R::NoProof
        | R::MediaType => texts.p_own_provider,
        R::Internal | R::NotAKnock | R::NotAnAsk | R::NotAPseudonym => texts.p_internal,
        R::IdentityChanged
        | R::GrantMismatch
        | R::ClientsRemain
        | R::CleanUpMissing
        | R::ListMismatch
        | R::Fixed
        | R::Contradiction
        | R::Malformed
        | R::NotTogether
        | R::ProposalKind
        | R::NotInExternalCommit
        | R::HubMayOnlyRemove
        | R::InvalidMls
        | R::BadSignature
        | R::LeavesNotCarried
        | R::BadWelcome
        | R::BadRatchetTree
        | R::UnknownProposal => texts.p_unfit,

        R::Other(word) => return fill(texts.p_general, &[word.as_str()]),
    };
    sentence.to_owned()
}

/// A title and what stands below it.
fn two(title: &str, text: &str) -> String {
    [title, text].join(". ")
}

#[cfg(test)]
mod tests {
    use doorstep_public_page::Lang;

    use super::*;

    #[test]
    fn a_word_nobody_knows_is_shown_as_it_is() {
        let text = sentence(Texts::of(Lang::En), &Problem::new(Refusal::from_word("brand-new-word")));
        assert!(text.contains("brand-new-word"));
    }

    #[test]
    fn every_refusal_has_a_sentence_in_every_language() {
        for refusal in Refusal::KNOWN {
            let mut all = Vec::new();
            for lang in Lang::ALL {
                let text = sentence(Texts::of(lang), &Problem::new(refusal.clone()));
                let word = refusal.word();
                assert!(text.split_whitespace().count() > 2, "{word} in {}: {text}", lang.tag());
                // A word with a hyphen is nobody's language; one without may well stand in a sentence.
                assert!(
                    text != word && !(word.contains('-') && text.contains(word)),
                    "{word} in {}: {text}",
                    lang.tag()
                );
                assert!(!text.contains(['{', '}', '|']), "{word} in {}: {text}", lang.tag());
                all.push(text);
            }
            all.sort();
            all.dedup();
            assert_eq!(all.len(), Lang::ALL.len(), "each language says it in its own words: {all:?}");
        }
    }
}
