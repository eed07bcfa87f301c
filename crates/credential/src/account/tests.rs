use super::*;
use crate::vectors::{ACCOUNT_DISCLOSURES, ACCOUNT_TOKEN, END, alice, bytes, domain, issuer, leaf};
use crate::{KeySet, KeyUse, accept_token, issue_account};
use doorstep_wire::{IdentityKind, UnixMillis};

fn claims() -> AccountClaims {
    AccountClaims { handle: "alice".into(), display_name: Some("Alice Liddell".into()) }
}

fn issued(claims: &AccountClaims) -> (Vec<u8>, Vec<u8>) {
    issue_account(&issuer(), &domain(), &alice(), &leaf().public(), END, claims, Salts([[0x77; 16], [0x88; 16]]))
}

#[test]
fn the_digest_is_that_of_the_draft() {
    // draft-ietf-spice-sd-cwt, first disclosure of its example: "ABCD-123456" for claim 501.
    let salt = bytes("bae611067bb823486797da1ebbb52f83").try_into().unwrap();
    assert_eq!(
        hex::encode(digest(&salted(&salt, "ABCD-123456", 501))),
        "af375dc3fba1d082448642c00be7b2f7bb05c9d8fb61cfc230ddfdfb4616a693"
    );
}

#[test]
fn an_account_token_is_the_vector() {
    let (token, disclosures) = issued(&claims());
    assert_eq!(hex::encode(token), ACCOUNT_TOKEN);
    assert_eq!(hex::encode(disclosures), ACCOUNT_DISCLOSURES);
}

#[test]
fn the_holder_opens_her_own_token() {
    assert_eq!(AccountClaims::open(&bytes(ACCOUNT_TOKEN), &bytes(ACCOUNT_DISCLOSURES)), Ok(claims()));
    let keys = KeySet::new().with(KeyUse::Issuer, issuer().public());
    let accepted = accept_token(&bytes(ACCOUNT_TOKEN), &keys, &alice(), &leaf().public(), UnixMillis(0)).unwrap();
    assert_eq!(accepted.kind, IdentityKind::Account);
}

#[test]
fn a_token_does_not_tell_whether_there_is_a_display_name() {
    let nameless = AccountClaims { handle: "alice".into(), display_name: None };
    let (without, disclosures) = issued(&nameless);
    assert_eq!(without.len(), issued(&claims()).0.len());
    assert_eq!(AccountClaims::open(&without, &disclosures), Ok(nameless));
}

#[test]
fn a_token_does_not_show_handle_or_name() {
    let (token, _) = issued(&AccountClaims { handle: "h4ndle".into(), display_name: Some("n4me".into()) });
    for secret in [&b"h4ndle"[..], b"n4me"] {
        assert!(!token.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn disclosures_of_another_token_are_refused() {
    let other = AccountClaims { handle: "mallory".into(), display_name: None };
    let (_, disclosures) = issued(&other);
    assert_eq!(AccountClaims::open(&bytes(ACCOUNT_TOKEN), &disclosures), Err(CredentialError::Disclosure));
}

#[test]
fn a_missing_or_repeated_disclosure_is_refused() {
    let token = bytes(ACCOUNT_TOKEN);
    let entry = salted(&[0x77; 16], "alice", claim::HANDLE);
    for entries in [vec![], vec![&entry], vec![&entry, &entry]] {
        let mut writer = Writer::new();
        writer.array(entries.len());
        for entry in entries {
            writer.bytes(entry);
        }
        assert_eq!(AccountClaims::open(&token, &writer.finish()), Err(CredentialError::Disclosure));
    }
}

#[test]
fn every_prefix_of_the_disclosures_is_refused() {
    let disclosures = bytes(ACCOUNT_DISCLOSURES);
    for end in 0..disclosures.len() {
        assert!(AccountClaims::open(&bytes(ACCOUNT_TOKEN), &disclosures[..end]).is_err(), "{end}");
    }
}
