//! What is somebody and what is not.

use doorstep_cbor::{CborError, Writer};
use proptest::prelude::*;

use super::*;
use crate::cose_sign1;
use crate::vectors::{BOUND, END, PID, TOKEN, bytes, domain, issuer, leaf, pseudonym};
use crate::{IssuerKey, KeyUse, LeafKey, accept_token, bind, issue_pseudonym};

const NOW: UnixMillis = UnixMillis(1_780_000_000_000);

fn keys() -> KeySet {
    KeySet::new().with(KeyUse::Issuer, issuer().public())
}

fn check(bound: &[u8]) -> Result<VerifiedCredential, CredentialError> {
    CredentialIn::decode(bound)?.verify(&keys(), &leaf().public(), NOW)
}

/// A claim or header as raw bytes: key, value.
type Entry = (Vec<u8>, Vec<u8>);

fn item(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}

fn int(value: i64) -> Vec<u8> {
    item(|w| w.int(value))
}

fn text(value: &str) -> Vec<u8> {
    item(|w| w.text(value))
}

fn map(entries: &[Entry]) -> Vec<u8> {
    item(|w| {
        w.map(entries.len());
        for (key, value) in entries {
            w.raw(key).raw(value);
        }
        w
    })
}

fn cnf(key: &[u8; 32]) -> Vec<u8> {
    item(|w| {
        w.map(1).int(1);
        crate::cose_key::write(w, key);
        w
    })
}

/// The claims of the vector, to be changed one at a time.
fn claims() -> Vec<Entry> {
    let client = pseudonym();
    vec![
        (int(1), text("mimi://a.example")),
        (int(2), text(client.as_str())),
        (int(4), int(END as i64)),
        (int(8), cnf(&leaf().public())),
        (int(-70_001), text(client.user().as_str())),
        (int(-70_002), int(1)),
    ]
}

fn headers() -> Vec<Entry> {
    vec![(int(1), int(-19)), (int(4), item(|w| w.bytes(&issuer().kid().0))), (int(16), int(293))]
}

fn token(headers: &[Entry], claims: &[Entry]) -> Vec<u8> {
    cose_sign1::write(&map(headers), &map(claims), |bytes| issuer().sign(bytes))
}

fn bound(token: &[u8]) -> Vec<u8> {
    bind(token, &Audience::KeyPackage, [0xaa; 16], &leaf())
}

fn with_claim(at: usize, value: Vec<u8>) -> Result<VerifiedCredential, CredentialError> {
    let mut claims = claims();
    claims[at].1 = value;
    check(&bound(&token(&headers(), &claims)))
}

#[test]
fn what_was_verified_is_asked_again_for_everything_but_its_signatures() {
    let bytes = bytes(BOUND);
    let mut spoiled = bytes.clone();
    *spoiled.last_mut().unwrap() ^= 1;
    let key = leaf().public();
    let again = |keys: &KeySet, key: &[u8], now| CredentialIn::decode(&spoiled).unwrap().verify_again(keys, key, now);
    assert_eq!(check(&spoiled), Err(CredentialError::HolderSignature));
    assert_eq!(again(&keys(), &key, NOW), check(&bytes));
    assert_eq!(again(&KeySet::new(), &key, NOW), Err(CredentialError::UnknownKey));
    assert_eq!(again(&keys(), &[1; 32], NOW), Err(CredentialError::OtherKey));
    assert_eq!(again(&keys(), &key, UnixMillis(END * 1000)), Err(CredentialError::Expired));
}

#[test]
fn a_pseudonym_token_is_the_vector() {
    let made = issue_pseudonym(&issuer(), &domain(), &pseudonym(), &leaf().public(), END);
    assert_eq!(hex::encode(made), TOKEN);
    assert_eq!(hex::encode(token(&headers(), &claims())), TOKEN);
}

#[test]
fn a_bound_token_is_the_vector() {
    assert_eq!(hex::encode(bound(&bytes(TOKEN))), BOUND);
}

#[test]
fn the_vector_is_a_pseudonym_of_a_example() {
    let somebody = check(&bytes(BOUND)).unwrap();
    assert_eq!(somebody.user.pseudonym_id(), Some(PID));
    assert_eq!(somebody.client, pseudonym());
    assert_eq!(somebody.kind, IdentityKind::Pseudonym);
    assert_eq!(somebody.leaf_key, leaf().public());
    assert_eq!(somebody.expires, UnixMillis(END * 1000));
    assert_eq!(somebody.audience, Audience::KeyPackage);
    assert_eq!(somebody.issuer, domain());
}

#[test]
fn a_credential_for_a_room_names_it() {
    let room: doorstep_wire::RoomUri = "mimi://b.example/r/clubhouse".parse().unwrap();
    let bound = bind(&bytes(TOKEN), &Audience::Room(room.clone()), [1; 16], &leaf());
    assert_eq!(check(&bound).unwrap().audience, Audience::Room(room));
}

#[test]
fn every_prefix_and_a_trailing_byte_are_refused() {
    let whole = bytes(BOUND);
    for end in 0..whole.len() {
        assert!(CredentialIn::decode(&whole[..end]).is_err(), "{end}");
    }
    let longer = [whole, vec![0]].concat();
    assert_eq!(CredentialIn::decode(&longer).unwrap_err(), CredentialError::Malformed(CborError::Trailing));
}

#[test]
fn every_flipped_bit_is_refused() {
    let whole = bytes(BOUND);
    for at in 0..whole.len() * 8 {
        let mut bad = whole.clone();
        bad[at / 8] ^= 1 << (at % 8);
        assert!(check(&bad).is_err(), "bit {at}");
    }
}

#[test]
fn an_ended_token_is_refused_from_its_last_moment_on() {
    let whole = bytes(BOUND);
    let read = CredentialIn::decode(&whole).unwrap();
    let verify = |now| read.verify(&keys(), &leaf().public(), UnixMillis(now));
    assert!(verify(END * 1000 - 1).is_ok());
    assert_eq!(verify(END * 1000), Err(CredentialError::Expired));
    let member = read.verify_even_if_ended(&keys(), &leaf().public()).unwrap();
    assert!(member.has_ended(UnixMillis(END * 1000)));
    assert!(!member.has_ended(UnixMillis(END * 1000 - 1)));
}

#[test]
fn a_credential_in_another_leaf_is_refused() {
    let whole = bytes(BOUND);
    let read = CredentialIn::decode(&whole).unwrap();
    let other = LeafKey::from_seed(&[5; 32]).public();
    assert_eq!(read.verify(&keys(), &other, NOW), Err(CredentialError::OtherKey));
    assert_eq!(read.verify(&keys(), &[], NOW), Err(CredentialError::OtherKey));
}

#[test]
fn a_token_without_its_holder_is_refused() {
    let stolen = bind(&bytes(TOKEN), &Audience::KeyPackage, [0xaa; 16], &LeafKey::from_seed(&[5; 32]));
    assert_eq!(check(&stolen), Err(CredentialError::HolderSignature));
}

#[test]
fn an_issuer_key_that_the_provider_does_not_show_is_refused() {
    let read = bytes(BOUND);
    let read = CredentialIn::decode(&read).unwrap();
    let verify = |keys: KeySet| read.verify(&keys, &leaf().public(), NOW);
    assert_eq!(verify(KeySet::new()), Err(CredentialError::UnknownKey));
    let hub_key = KeySet::new().with(KeyUse::Franking, issuer().public());
    assert_eq!(verify(hub_key), Err(CredentialError::UnknownKey));
}

#[test]
fn another_providers_signature_is_refused() {
    let forged =
        cose_sign1::write(&map(&headers()), &map(&claims()), |bytes| IssuerKey::from_seed(&[9; 32]).sign(bytes));
    assert_eq!(check(&bound(&forged)), Err(CredentialError::IssuerSignature));
}

#[test]
fn kind_and_path_must_agree() {
    assert_eq!(with_claim(5, int(0)), Err(CredentialError::Inconsistent));
    let mut account = claims();
    account[1].1 = text("mimi://a.example/d/alice/1");
    account[4].1 = text("mimi://a.example/u/alice");
    assert_eq!(check(&bound(&token(&headers(), &account))), Err(CredentialError::Inconsistent));
    account[5].1 = int(0);
    assert_eq!(check(&bound(&token(&headers(), &account))).unwrap().kind, IdentityKind::Account);
    assert_eq!(with_claim(5, int(2)), Err(CredentialError::Claim));
}

#[test]
fn a_pseudonym_that_is_no_uuid_is_refused() {
    let mut nick = claims();
    nick[4].1 = text("mimi://a.example/p/crazykoala75");
    assert_eq!(check(&bound(&token(&headers(), &nick))), Err(CredentialError::Inconsistent));
}

#[test]
fn a_provider_speaks_only_for_its_own_users() {
    assert_eq!(with_claim(0, text("mimi://b.example")), Err(CredentialError::Inconsistent));
    let mut foreign = claims();
    foreign[1].1 = text(&pseudonym().as_str().replace("a.example", "b.example"));
    foreign[4].1 = text(&pseudonym().user().as_str().replace("a.example", "b.example"));
    assert_eq!(check(&bound(&token(&headers(), &foreign))), Err(CredentialError::Inconsistent));
}

#[test]
fn a_client_of_somebody_else_is_refused() {
    let other = pseudonym().user().as_str().replace("1b4e28ba", "1b4e28bb");
    assert_eq!(with_claim(4, text(&other)), Err(CredentialError::Inconsistent));
}

#[test]
fn the_issuer_is_a_provider_in_canonical_spelling() {
    for bad in ["https://a.example", "mimi://A.example", "mimi://a.example/", "mimi://a.example/u/x", "a.example", ""] {
        assert_eq!(with_claim(0, text(bad)), Err(CredentialError::Uri), "{bad}");
    }
}

#[test]
fn an_end_that_is_no_full_day_is_refused() {
    assert_eq!(with_claim(2, int(END as i64 + 1)), Err(CredentialError::Claim));
    let beyond_time = item(|w| w.uint(u64::MAX / 86_400 * 86_400));
    assert_eq!(with_claim(2, beyond_time), Err(CredentialError::Claim));
}

#[test]
fn a_pseudonym_with_redacted_claims_is_refused() {
    let mut more = claims();
    more.push((vec![0xf8, 59], item(|w| w.array(1).bytes(&[7; 32]))));
    assert_eq!(check(&bound(&token(&headers(), &more))), Err(CredentialError::Inconsistent));
}

#[test]
fn a_claim_more_or_less_is_refused() {
    let forbidden = [
        (3, (int(5), int(1))),
        (3, (int(6), int(1))),
        (3, (int(7), item(|w| w.bytes(&[1; 16])))),
        (6, (int(-70_003), text("alice"))),
        (6, (text("vct"), text("x"))),
    ];
    for (at, entry) in forbidden {
        let mut more = claims();
        more.insert(at, entry.clone());
        assert_eq!(check(&bound(&token(&headers(), &more))), Err(CredentialError::Claim), "{entry:?}");
    }
    for at in 0..claims().len() {
        let mut fewer = claims();
        fewer.remove(at);
        assert_eq!(check(&bound(&token(&headers(), &fewer))), Err(CredentialError::Claim), "{at}");
    }
}

#[test]
fn a_header_more_less_or_else_is_refused() {
    for at in 0..3 {
        let mut fewer = headers();
        fewer.remove(at);
        assert_eq!(check(&bound(&token(&fewer, &claims()))), Err(CredentialError::Header), "{at}");
    }
    for (at, value) in [(0, int(-8)), (0, int(-7)), (2, int(294)), (2, int(292))] {
        let mut other = headers();
        other[at].1 = value;
        assert_eq!(check(&bound(&token(&other, &claims()))), Err(CredentialError::Header), "{at}");
    }
    let mut more = headers();
    more.insert(1, (int(2), item(|w| w.array(0))));
    assert_eq!(check(&bound(&token(&more, &claims()))), Err(CredentialError::Header));
}

#[test]
fn a_header_in_another_spelling_is_refused() {
    // -19 as a bignum, which is deterministic and another item.
    let mut bignum = headers();
    bignum[0].1 = vec![0xc3, 0x41, 18];
    let refused = check(&bound(&token(&bignum, &claims())));
    assert_eq!(refused, Err(CredentialError::Malformed(CborError::Unexpected)));
    let mut longer = headers();
    longer[2].1 = vec![0x1a, 0, 0, 1, 0x25];
    let refused = check(&bound(&token(&longer, &claims())));
    assert_eq!(refused, Err(CredentialError::Malformed(CborError::NotDeterministic)));
}

#[test]
fn counter_signatures_are_not_followed_however_deep() {
    let signed = |protected: &[u8]| item(|w| w.array(3).bytes(protected).map(0).bytes(&[]));
    let mut protected = vec![0xa0];
    for _ in 0..5_000 {
        protected = map(&[(int(7), signed(&protected))]);
    }
    let token_of_it = cose_sign1::write(&protected, &map(&claims()), |bytes| issuer().sign(bytes));
    assert_eq!(check(&bound(&token_of_it)), Err(CredentialError::Header));
    assert_eq!(check(&token_of_it), Err(CredentialError::Header));
    let whole = bytes(TOKEN);
    let at = 2 + 1 + 17;
    let unprotected = map(&[(int(7), signed(&protected))]);
    let bad = [&whole[..at], &unprotected, &whole[at + 1..]].concat();
    assert_eq!(check(&bound(&bad)), Err(CredentialError::Header));
    assert_eq!(check(&bad), Err(CredentialError::Header));
}

#[test]
fn unprotected_headers_are_refused() {
    // 18([protected, {}, …]) → 18([protected, {4: 0}, …]); the signature does not cover it.
    let whole = bytes(TOKEN);
    let at = 2 + 1 + 17;
    assert_eq!(whole[at], 0xa0);
    let bad = [&whole[..at], &[0xa1, 4, 0], &whole[at + 1..]].concat();
    assert_eq!(check(&bound(&bad)), Err(CredentialError::Header));
}

#[test]
fn claims_out_of_order_are_refused() {
    let mut swapped = claims();
    swapped.swap(0, 1);
    let refused = check(&bound(&token(&headers(), &swapped)));
    assert_eq!(refused, Err(CredentialError::Malformed(CborError::KeyOrder)));
    let mut twice = claims();
    twice.insert(0, twice[0].clone());
    let refused = check(&bound(&token(&headers(), &twice)));
    assert_eq!(refused, Err(CredentialError::Malformed(CborError::KeyOrder)));
}

#[test]
fn other_spellings_of_the_same_claims_are_refused() {
    let not_shortest = with_claim(5, vec![0x18, 1]);
    assert_eq!(not_shortest, Err(CredentialError::Malformed(CborError::NotDeterministic)));
    let mut indefinite = map(&claims());
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    let signed = cose_sign1::write(&map(&headers()), &indefinite, |bytes| issuer().sign(bytes));
    assert_eq!(check(&bound(&signed)), Err(CredentialError::Malformed(CborError::NotDeterministic)));
}

#[test]
fn another_kind_of_confirmation_key_is_refused() {
    let mut curve = cnf(&leaf().public());
    let at = curve.iter().position(|byte| *byte == 6).unwrap();
    curve[at] = 4;
    assert_eq!(with_claim(3, curve), Err(CredentialError::Malformed(CborError::Unexpected)));
    let thumbprint = item(|w| w.map(1).int(5).bytes(&[0; 32]));
    assert_eq!(with_claim(3, thumbprint), Err(CredentialError::Claim));
}

#[test]
fn a_binding_with_other_claims_is_refused() {
    let protected = item(|w| w.map(3).int(1).int(-19).int(13).raw(&bytes(TOKEN)).int(16).int(294));
    let audience = (int(3), text("mimi://local.invalid/kp"));
    let cti = (int(7), item(|w| w.bytes(&[0xaa; 16])));
    let sign = |claims: &[Entry]| cose_sign1::write(&protected, &map(claims), |bytes| leaf().sign(bytes));
    assert!(check(&sign(&[audience.clone(), cti.clone()])).is_ok());
    for bad in [
        vec![audience.clone()],
        vec![cti.clone()],
        vec![audience.clone(), (int(6), int(1)), cti.clone()],
        vec![audience.clone(), cti.clone(), (int(39), item(|w| w.bytes(&[0; 32])))],
    ] {
        assert_eq!(check(&sign(&bad)), Err(CredentialError::Claim));
    }
    for aud in ["mimi://local.invalid/kp/", "mimi://a.example/u/alice", "https://a.example", "mimi://A.example/r/x"] {
        assert_eq!(check(&sign(&[(int(3), text(aud)), cti.clone()])), Err(CredentialError::Uri), "{aud}");
    }
}

#[test]
fn a_client_takes_only_the_token_it_asked_for() {
    let token = bytes(TOKEN);
    let accept = |client: &ClientUri, key: &LeafKey, now| accept_token(&token, &keys(), client, &key.public(), now);
    assert_eq!(accept(&pseudonym(), &leaf(), NOW).unwrap().expires, UnixMillis(END * 1000));
    let other_key = LeafKey::from_seed(&[5; 32]);
    assert_eq!(accept(&pseudonym(), &other_key, NOW).unwrap_err(), CredentialError::OtherKey);
    let other = ClientUri::pseudonym(&domain(), PID, [0x40; 16]);
    assert_eq!(accept(&other, &leaf(), NOW).unwrap_err(), CredentialError::Inconsistent);
    assert_eq!(accept(&pseudonym(), &leaf(), UnixMillis(u64::MAX)).unwrap_err(), CredentialError::Expired);
}

proptest! {
    #[test]
    fn what_is_issued_and_bound_is_verified(pid: [u8; 16], cid: [u8; 16], seed: [u8; 32], days in 20_700_u64..60_000) {
        let (client, key) = (ClientUri::pseudonym(&domain(), pid, cid), LeafKey::from_seed(&seed));
        let token = issue_pseudonym(&issuer(), &domain(), &client, &key.public(), days * 86_400);
        let bound = bind(&token, &Audience::KeyPackage, cid, &key);
        let somebody = CredentialIn::decode(&bound).unwrap().verify(&keys(), &key.public(), NOW).unwrap();
        prop_assert_eq!(somebody.client, client);
    }

    #[test]
    fn nothing_makes_the_decoder_panic(bytes: Vec<u8>) {
        prop_assert!(CredentialIn::decode(&bytes).is_err());
    }
}
