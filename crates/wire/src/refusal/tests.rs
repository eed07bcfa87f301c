use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// What was said by the time there was a table. A word is never changed and never goes: other providers say it, and
/// browsers have kept it.
const SAID: &str = "
    already-account already-disclosed already-here already-in already-joining already-knocked already-leaving
    already-participant another-domain another-engine answered-already bad-answer-key bad-credential bad-group-info
    bad-key-package bad-ratchet-tree bad-room-state bad-room-uri bad-signature bad-welcome banned cannot-join
    cannot-knock cipher-suite clean-up-missing client-taken clients-remain commit-rejected contradiction
    credential-expired credential-invalid description-length disclosure-forbidden engine-stopped epoch-backwards
    epoch-too-old expired fixed from-mismatch future-epoch grant-mismatch guest-cannot-create handle-invalid
    handle-taken has-account hub-forged hub-keys hub-may-only-remove identity-changed identity-unproven internal
    invalid-mls invalid-package issuer-not-allowed key-package-ends-soon knock-closed knock-key-missing knock-limit
    knock-not-over knock-over knock-room-full knock-room-unsafe knock-too-large knock-unreadable leave-ignored
    leaves-not-carried left link-damaged link-elsewhere link-empty link-expired link-foreign link-inviter-gone
    link-life link-paused link-role link-too-new link-unknown link-used-up link-uses link-wrong-hub list-mismatch
    lost-state malformed media-type move-in-failed name-length needs-account newer-version no-account no-certificate no-guests
    no-identity no-knock no-last-resort no-message no-proof no-request no-reservation no-role no-room no-session
    nobody-reads-knocks nobody-to-read not-a-knock not-a-link not-a-member not-a-participant not-a-pseudonym
    not-a-room not-a-user not-allowed not-alone not-authorized not-in-external-commit not-issued not-our-domain
    not-participant not-registered not-reported not-secure not-this-hub not-together not-your-room not-yours
    note-length nothing-kept one-client-only other-provider other-version package-ends-soon package-is-bound pending
    proposal-kind provider-failed provider-not-allowed provider-not-itself provider-unknown provider-unreachable
    pseudonym-forbidden pseudonym-in-use pseudonym-required pseudonym-taken reaction-length reason-length
    reference-taken role-full role-too-small room-full room-invalid room-over room-refused room-returning
    session-ended sign-up-closed slug-invalid slug-taken storage-failed text-length too-busy too-large
    too-many-clients too-many-packages too-many-proposals too-often too-slow try-again unknown-issuer
    unknown-proposal unsupported-client welcome-spoiled withdrawn wrong-epoch wrong-group wrong-knock-room
    wrong-purpose wrong-room
";

#[test]
fn words_that_were_said_once_stay() {
    for word in SAID.split_whitespace() {
        let refusal = Refusal::from_word(word);
        assert!(!matches!(refusal, Refusal::Other(_)), "{word}");
        assert_eq!(refusal.word(), word);
        assert_eq!(refusal.to_string(), word);
    }
}

#[test]
fn each_word_is_of_one_variant_that_is_named_like_it() {
    let words: BTreeSet<&str> = Refusal::KNOWN.iter().map(Refusal::word).collect();
    assert_eq!(words.len(), Refusal::KNOWN.len());
    for refusal in Refusal::KNOWN {
        let parts = refusal.word().split('-').map(|part| part[..1].to_uppercase() + &part[1..]);
        assert_eq!(format!("{refusal:?}"), parts.collect::<String>());
        assert_eq!(Refusal::heard(refusal.word()).as_ref(), Some(refusal));
    }
}

#[test]
fn a_refusal_is_written_as_its_word() {
    assert_eq!(serde_json::to_string(&Refusal::KnockLimit).unwrap(), r#""knock-limit""#);
    assert_eq!(serde_json::from_str::<Refusal>(r#""knock-limit""#).unwrap(), Refusal::KnockLimit);
    for refusal in Refusal::KNOWN {
        let written = serde_json::to_string(refusal).unwrap();
        assert_eq!(written, format!("\"{}\"", refusal.word()));
        assert_eq!(serde_json::from_str::<Refusal>(&written).unwrap(), *refusal);
    }
}

#[test]
fn a_word_of_a_version_to_come_is_kept_and_written_back() {
    let written = r#""brand-new-word-7""#;
    let refusal: Refusal = serde_json::from_str(written).unwrap();
    assert!(matches!(&refusal, Refusal::Other(word) if word.as_str() == "brand-new-word-7"));
    assert_eq!(serde_json::to_string(&refusal).unwrap(), written);
    assert_eq!(Refusal::heard("brand-new-word-7"), Some(refusal));
}

#[test]
fn what_is_no_word_is_not_heard() {
    let long = "x".repeat(OtherWord::LONGEST + 1);
    for text in ["", "Knock-Limit", "knock limit", "knock_limit", "<b>", "gefüllt", "a\u{0}", &long] {
        assert_eq!(Refusal::heard(text), None, "{text}");
    }
    assert!(Refusal::heard(&long[1..]).is_some());
}

/// The words of a section of the page: first those in its table, then all others in code.
fn printed() -> (Vec<&'static str>, BTreeSet<&'static str>) {
    let page: &'static str = include_str!("../../../../docs/PROTOCOL.md");
    let (_, section) = page.split_once("\n## 22. Reasons\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let (_, table) = section.split_once("<!-- checked by crates/wire/src/refusal/tests.rs -->\n").unwrap();
    let (table, behind) = table.split_once("\n\n").unwrap();
    let first_in_code = |line: &'static str| line.strip_prefix("| `")?.split_once('`').map(|(word, _)| word);
    let others = behind.split('`').skip(1).step_by(2).collect();
    (table.lines().filter_map(first_in_code).collect(), others)
}

/// What a provider says stands in docs/PROTOCOL.md, once: to other providers in the table, to its own clients behind it.
#[test]
fn the_protocol_page_has_every_word_that_a_provider_says() {
    let (table, own) = printed();
    let last = Refusal::KNOWN.iter().position(|refusal| *refusal == Refusal::ClientTaken).unwrap();
    let provider: BTreeSet<&str> = Refusal::KNOWN[..=last].iter().map(Refusal::word).collect();
    let between: BTreeSet<&str> = table.iter().copied().collect();
    assert_eq!(between.len(), table.len(), "a word stands there twice");
    let said: BTreeSet<&str> = between.union(&own).copied().collect();
    let missing: Vec<_> = provider.difference(&said).collect();
    let unknown: Vec<_> = said.difference(&provider).collect();
    assert!(missing.is_empty(), "section 22 of docs/PROTOCOL.md lacks {missing:?}");
    assert!(unknown.is_empty(), "section 22 of docs/PROTOCOL.md has words that no provider says: {unknown:?}");
    assert_eq!(between.intersection(&own).count(), 0, "a word is for others or for own clients");
}

proptest! {
    #[test]
    fn whatever_is_said_is_a_short_word_in_the_end(text in any::<String>()) {
        let refusal = Refusal::from_word(&text);
        prop_assert!(refusal.word().len() <= OtherWord::LONGEST);
        prop_assert!(refusal.word().chars().all(OtherWord::is_letter));
        // What was cut down may be a known word, and is it when it is read again.
        let again = Refusal::from_word(refusal.word());
        prop_assert_eq!(again.word(), refusal.word());
    }

    #[test]
    fn every_word_comes_back_as_it_was(word in "[a-z0-9-]{1,64}") {
        let refusal = Refusal::heard(&word);
        prop_assert_eq!(refusal.as_ref().map(Refusal::word), Some(word.as_str()));
    }
}
