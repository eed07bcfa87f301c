use doorstep_wire::{Epoch, LeafIndex, ext::disclosure_context::DisclosureContext};

use super::*;
use crate::vectors::{ACCOUNT_DISCLOSURES, ACCOUNT_TOKEN, BOUND, END, TOKEN, alice, bytes, domain, issuer, leaf};
use crate::{AccountClaims, IssuerKey, KeyUse, Salts, issue_account};

const BEFORE: UnixMillis = UnixMillis(END * 1000 - 1);
const BOTH: ShownClaims = ShownClaims { handle: true, display_name: true };
const NONE: ShownClaims = ShownClaims { handle: false, display_name: false };

/// The worked example of the protocol digest (F.4).
fn context() -> DisclosureContext {
    DisclosureContext {
        room: "mimi://b.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap(),
        group_id: b"mimi://b.example/g/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".to_vec(),
        epoch: Epoch(3),
        leaf_index: LeafIndex(1),
        leaf_signature_key: (0..32).collect(),
        user: "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427".parse().unwrap(),
    }
}

fn binding() -> DisclosureBinding {
    DisclosureBinding::new(&[0x11; 32], &context().to_bytes())
}

fn keys() -> KeySet {
    KeySet::new().with(KeyUse::Issuer, issuer().public())
}

fn shown(claims: ShownClaims) -> Vec<u8> {
    present(&bytes(ACCOUNT_TOKEN), &bytes(ACCOUNT_DISCLOSURES), claims, &binding(), &leaf()).unwrap()
}

fn verify(presented: &[u8], binding: &DisclosureBinding) -> Result<VerifiedDisclosure, CredentialError> {
    DisclosureIn::decode(presented)?.verify(&keys(), binding, BEFORE)
}

#[test]
fn the_binding_is_that_of_the_worked_example() {
    let DisclosureBinding { audience, cti, nonce } = binding();
    assert_eq!(hex::encode(nonce), "f70a9a9fb6cda9bb493d9d19f6ad98a54189a53f1300b36c4165efc67b5f9667");
    assert_eq!(audience, "mimi://local.invalid/x/CiLUq8VNgcl6wMiKs1ocUTibW0N--c1fVgEfMxOe9XQ");
    assert_eq!(hex::encode(cti), "6a6947db6e208413642b3d74c910ca8c");
}

#[test]
fn exactly_the_chosen_claims_are_shown() {
    for (claims, handle, name) in [
        (BOTH, Some("alice"), Some("Alice Liddell")),
        (ShownClaims { handle: true, ..NONE }, Some("alice"), None),
        (ShownClaims { display_name: true, ..NONE }, None, Some("Alice Liddell")),
        (NONE, None, None),
    ] {
        let presented = shown(claims);
        let verified = verify(&presented, &binding()).unwrap();
        assert_eq!(verified.user.as_str(), "mimi://a.example/u/alice");
        assert_eq!(verified.issuer, domain());
        assert_eq!((verified.handle.as_deref(), verified.display_name.as_deref()), (handle, name));
        let tells = presented.windows(13).any(|window| window == b"Alice Liddell");
        assert_eq!(tells, name.is_some(), "the bytes tell what was not chosen");
    }
}

#[test]
fn it_holds_for_one_place_only() {
    let presented = shown(BOTH);
    let elsewhere = |change: &dyn Fn(&mut DisclosureContext)| {
        let mut context = context();
        change(&mut context);
        DisclosureBinding::new(&[0x11; 32], &context.to_bytes())
    };
    for (what, other) in [
        ("room", elsewhere(&|c| c.room = "mimi://b.example/r/other".parse().unwrap())),
        ("group", elsewhere(&|c| c.group_id.push(b'x'))),
        ("epoch", elsewhere(&|c| c.epoch = Epoch(4))),
        ("leaf", elsewhere(&|c| c.leaf_index = LeafIndex(2))),
        ("leaf key", elsewhere(&|c| c.leaf_signature_key = vec![9; 32])),
        ("member", elsewhere(&|c| c.user = "mimi://a.example/u/mallory".parse().unwrap())),
        ("epoch's secret", DisclosureBinding::new(&[0x12; 32], &context().to_bytes())),
    ] {
        assert_eq!(verify(&presented, &other), Err(CredentialError::OtherContext), "{what}");
    }
}

#[test]
fn an_ended_token_and_an_unknown_issuer_are_refused() {
    let presented = shown(BOTH);
    let presented = DisclosureIn::decode(&presented).unwrap();
    let end = UnixMillis(END * 1000);
    assert_eq!(presented.verify(&keys(), &binding(), end), Err(CredentialError::Expired));
    assert_eq!(presented.verify(&KeySet::new(), &binding(), BEFORE), Err(CredentialError::UnknownKey));
}

#[test]
fn only_the_holder_of_the_accounts_key_shows_it() {
    let token = bytes(ACCOUNT_TOKEN);
    let mallory = LeafKey::from_seed(&[9; 32]);
    let presented = present(&token, &bytes(ACCOUNT_DISCLOSURES), BOTH, &binding(), &mallory).unwrap();
    assert_eq!(verify(&presented, &binding()), Err(CredentialError::HolderSignature));
}

#[test]
fn a_changed_claim_is_refused() {
    let presented = shown(BOTH);
    let at = presented.windows(13).position(|window| window == b"Alice Liddell").unwrap();
    let mut changed = presented.clone();
    changed[at] = b'M';
    // The holder's signature covers the headers, and the headers the claims.
    assert_eq!(verify(&changed, &binding()), Err(CredentialError::HolderSignature));
    // A holder who signs a claim that the issuer did not make.
    let claims = AccountClaims { handle: "alice".into(), display_name: Some("The Queen".into()) };
    let (_, forged) =
        issue_account(&IssuerKey::from_seed(&[7; 32]), &domain(), &alice(), &leaf().public(), END, &claims, SALTS);
    let forged = present(&bytes(ACCOUNT_TOKEN), &forged, BOTH, &binding(), &leaf()).unwrap();
    assert_eq!(verify(&forged, &binding()), Err(CredentialError::Disclosure));
}

#[test]
fn a_claim_is_shown_once_and_a_decoy_never() {
    let nameless = AccountClaims { handle: "alice".into(), display_name: None };
    let (token, disclosures) = issue_account(&issuer(), &domain(), &alice(), &leaf().public(), END, &nameless, SALTS);
    let presented = present(&token, &disclosures, BOTH, &binding(), &leaf()).unwrap();
    assert_eq!(verify(&presented, &binding()).unwrap().display_name, None);
    let entries: Vec<Vec<u8>> = decode(&disclosures, |reader| {
        (0..reader.array()?).map(|_| Ok::<_, CredentialError>(reader.bytes()?.to_vec())).collect()
    })
    .unwrap();
    let [handle, decoy] = entries.try_into().unwrap();
    for claims in [vec![handle.clone(), handle], vec![decoy]] {
        let token = Sign1::decode(&token).unwrap().showing(claims);
        let DisclosureBinding { audience, cti, nonce } = binding();
        let mut payload = Writer::new();
        payload.map(3).int(AUD).text(&audience).int(CTI).bytes(&cti).int(CNONCE).bytes(&nonce);
        let signed = cose_sign1::write(&headers_with(&token), &payload.finish(), |bytes| leaf().sign(bytes));
        assert_eq!(verify(&signed, &binding()), Err(CredentialError::Disclosure));
    }
}

#[test]
fn a_pseudonym_is_no_identity_and_a_leaf_credential_no_disclosure() {
    let pseudonym = present(&bytes(TOKEN), &[0x80], NONE, &binding(), &leaf()).unwrap();
    assert!(matches!(DisclosureIn::decode(&pseudonym), Err(CredentialError::NotAnAccount)));
    assert!(DisclosureIn::decode(&bytes(BOUND)).is_err());
}

#[test]
fn every_prefix_and_any_longer_one_is_refused() {
    let presented = shown(BOTH);
    for end in 0..presented.len() {
        assert!(DisclosureIn::decode(&presented[..end]).is_err(), "{end}");
    }
    let longer = [&presented[..], &[0]].concat();
    assert!(DisclosureIn::decode(&longer).is_err());
}

#[test]
fn no_changed_bit_is_believed() {
    let presented = shown(BOTH);
    for at in 0..presented.len() {
        let mut changed = presented.clone();
        changed[at] ^= 1;
        assert!(verify(&changed, &binding()).is_err(), "{at}");
    }
}

const SALTS: Salts = Salts([[0x77; 16], [0x88; 16]]);
