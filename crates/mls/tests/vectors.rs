//! Real HPKE with fixed keys, made by another implementation (Python, RFC 9180 written out): what `docs/vectors.json`
//! prints opens here, with the keys that it prints.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

use doorstep_content::{Disclosure, HouseMessage, Outcome, OutcomeKind, SealedTo};
use doorstep_mls::hpke_open;
use doorstep_wire::{
    Body as _, LeafIndex, RoomUri,
    consent::{ConsentEntry, ConsentOperation},
    ext::{
        knock::{KnockContext, RecipientContext},
        outcome::OutcomeContext,
    },
    group_info::{GroupInfoRatchetTree, GroupInfoRequest, GroupInfoResponse},
    hpke::HpkeCiphertext,
};
use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::types::AeadType;

fn field(vector: &str, name: &str) -> Vec<u8> {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../docs/vectors.json")).unwrap();
    hex::decode(all[vector][name].as_str().unwrap()).unwrap()
}

fn key(vector: &str, name: &str) -> [u8; 32] {
    field(vector, name).try_into().unwrap()
}

fn aead_open(key: &[u8], nonce: [u8; 12], context: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    RustCrypto::default().aead_decrypt(AeadType::Aes128Gcm, key, ciphertext, &nonce, context).unwrap()
}

#[test]
fn a_knock_opens_for_each_of_those_it_is_sealed_to() {
    let vector = "sealed_knock";
    let Ok(HouseMessage::Knock(sealed)) = HouseMessage::decode(&field(vector, "sealed")) else { panic!() };
    let context = KnockContext::decode(&field(vector, "knock_context")).unwrap();
    assert_eq!(context.request_id, sealed.request_id);
    for (leaf, private) in [(1, "private_key_1"), (300, "private_key_300")] {
        let SealedTo { leaf, kem_output, wrapped } = *sealed.sealed_to(LeafIndex(leaf)).unwrap();
        let info = RecipientContext { context: context.clone(), recipient_leaf: leaf }.info().unwrap();
        let content_key = hpke_open(&key(vector, private), &info, b"", &kem_output, &wrapped).unwrap();
        assert_eq!(content_key, field(vector, "content_key"));
        let opened = aead_open(&content_key, sealed.nonce, &context.encode().unwrap(), &sealed.ciphertext);
        assert_eq!(opened, field(vector, "knock"));
        let knock = sealed.read_opened(&opened).unwrap();
        assert_eq!((knock.epoch, knock.leaf_index), (context.epoch, context.sender_leaf));
    }
    let one = RecipientContext { context, recipient_leaf: LeafIndex(1) };
    assert_eq!(one.info().unwrap(), field(vector, "info_1"));
}

#[test]
fn a_disclosure_opens_for_each_of_those_it_is_sealed_to() {
    let vector = "sealed_disclosure";
    let Ok(HouseMessage::SealedDisclosure(sealed)) = HouseMessage::decode(&field(vector, "sealed")) else { panic!() };
    let context = KnockContext::decode(&field(vector, "knock_context")).unwrap();
    for (leaf, private) in [(0, "private_key_0"), (2, "private_key_2")] {
        let SealedTo { leaf, kem_output, wrapped } = *sealed.sealed_to(LeafIndex(leaf)).unwrap();
        let info = RecipientContext { context: context.clone(), recipient_leaf: leaf }.disclosure_info().unwrap();
        let content_key = hpke_open(&key(vector, private), &info, b"", &kem_output, &wrapped).unwrap();
        let opened = aead_open(&content_key, sealed.nonce, &context.encode().unwrap(), &sealed.ciphertext);
        assert_eq!(opened, field(vector, "disclosure"));
        let Disclosure { presentations, note, .. } = sealed.read_opened(&opened).unwrap();
        assert_eq!(presentations[0].as_bytes(), field("presentation", "presentation"));
        assert_eq!(note, "It is me.");
    }
    let first = RecipientContext { context, recipient_leaf: LeafIndex(0) };
    assert_eq!(first.disclosure_info().unwrap(), field(vector, "info_0"));
}

#[test]
fn an_outcome_opens_for_the_knocker() {
    let vector = "outcome";
    let entry = ConsentEntry::decode(&field(vector, "consent_entry")).unwrap();
    assert_eq!(entry.operation, ConsentOperation::Cancel);
    let sealed = &entry.extensions[&doorstep_wire::component::KNOCK_SEALING_KEY];
    assert_eq!(*sealed, field(vector, "hpke_ciphertext"));
    let HpkeCiphertext { kem_output, ciphertext } = HpkeCiphertext::decode(sealed).unwrap();
    let context = OutcomeContext { room: entry.room.unwrap(), knocker_user: entry.target, request_id: [0xee; 16] };
    assert_eq!(context.encode().unwrap(), field(vector, "outcome_context"));
    let info = context.info().unwrap();
    assert_eq!(info, field(vector, "info"));
    let private = key(vector, "answer_private_key");
    let opened = hpke_open(&private, &info, b"", kem_output.as_slice(), ciphertext.as_slice()).unwrap();
    assert_eq!(opened, field(vector, "outcome"));
    let outcome = Outcome::decode(&opened).unwrap();
    assert_eq!((outcome.kind, outcome.reason.as_str()), (OutcomeKind::Declined, "Not now"));
}

#[test]
fn a_group_info_opens_for_the_one_who_asked() {
    let vector = "group_info";
    let request = GroupInfoRequest::decode(&field(vector, "request")).unwrap();
    let room: RoomUri = "mimi://a.example/r/club-door".parse().unwrap();
    let response = GroupInfoResponse::decode(&field(vector, "response")).unwrap();
    let hub = ed25519_dalek::SigningKey::from_bytes(&[0x2a; 32]).verifying_key();
    let verify = |signed: &[u8], signature: &[u8]| {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| hub.verify_strict(signed, &signature).is_ok())
    };
    let HpkeCiphertext { kem_output, ciphertext } =
        response.verified(&room, request.tbs.cipher_suite, hub.as_bytes(), verify).unwrap();
    let info = GroupInfoRatchetTree::hpke_info(&room);
    assert_eq!(info, field(vector, "info"));
    let private = key(vector, "group_info_private_key");
    let opened = hpke_open(&private, &info, b"", kem_output.as_slice(), ciphertext.as_slice()).unwrap();
    assert_eq!(opened, field(vector, "group_info_ratchet_tree"));
    let inside = GroupInfoRatchetTree::decode(&opened).unwrap();
    assert!(inside.ratchet_tree().is_some() && inside.pending_proposals.is_empty());
}
