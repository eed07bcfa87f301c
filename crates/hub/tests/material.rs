//! Who asks for KeyPackages, and which ones are offered: with real credentials and real KeyPackages.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

use doorstep_credential::{Audience, LeafKey};
use doorstep_hub::HubError;
use doorstep_hub::key_material::{OfferRefused, fits, floor, judge_offer, verify};
use doorstep_hub::store::Pool;
use doorstep_testkit::{now, people::*, rooms::*};
use doorstep_wire::{
    Body, Credential, Refusal, RoomUri, UnixMillis,
    ext::{
        kp_usage::KpUsage,
        policy::{KnockTerms, RoomPurpose},
    },
    key_material::{
        ClientKeyMaterial, KeyMaterial, KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse,
        KeyMaterialUserCode, RequiredCapabilities,
    },
    mls_message::BareKeyPackage,
};

fn tbs(alice: &Person, audience: &Audience, room: Option<RoomUri>) -> KeyMaterialRequestTbs {
    KeyMaterialRequestTbs {
        requester: alice.user(),
        target: "mimi://b.example/u/bob".parse().unwrap(),
        room,
        cipher_suites: vec![1],
        required: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![5] },
        signature_key: LeafKey::from_seed(&[alice.number; 32]).public().as_slice().into(),
        credential: Credential::sd_cwt(alice.identity(audience).credential().to_vec()),
    }
}

fn signed(alice: &Person, tbs: KeyMaterialRequestTbs) -> KeyMaterialRequest {
    let signature = LeafKey::from_seed(&[alice.number; 32]).sign(&tbs.to_be_signed().unwrap());
    KeyMaterialRequest { tbs, signature: signature.as_slice().into() }
}

fn unproven(refusal: Refusal) -> Result<(), HubError> {
    Err(HubError::Unproven(refusal))
}

#[test]
fn the_requester_is_proven_by_key_and_credential() {
    let alice = Person::new(1);
    let in_club = Audience::Room(club());
    for (audience, room) in
        [(&in_club, Some(club())), (&Audience::KeyPackage, Some(club())), (&Audience::KeyPackage, None)]
    {
        assert_eq!(verify(&signed(&alice, tbs(&alice, audience, room)), &keys(), now()), Ok(()));
    }
    let good = || tbs(&alice, &in_club, Some(club()));
    let check = |request: &KeyMaterialRequest| verify(request, &keys(), now());

    let mut altered = signed(&alice, good());
    altered.tbs.target = "mimi://b.example/u/carl".parse().unwrap();
    assert_eq!(check(&altered), unproven(Refusal::BadSignature));
    let thief = Person::new(2);
    assert_eq!(check(&signed(&thief, good())), unproven(Refusal::BadSignature));

    // Somebody else's credential with an own key; an own credential for somebody else; one for another room.
    let own_key = LeafKey::from_seed(&[2; 32]).public().as_slice().into();
    let stolen = KeyMaterialRequestTbs { signature_key: own_key, ..good() };
    assert_eq!(check(&signed(&thief, stolen)), unproven(Refusal::BadCredential));
    let posing = KeyMaterialRequestTbs { requester: thief.user(), ..good() };
    assert_eq!(check(&signed(&alice, posing)), unproven(Refusal::BadCredential));
    for room in [Some(door()), None] {
        let elsewhere = tbs(&alice, &in_club, room);
        assert_eq!(check(&signed(&alice, elsewhere)), unproven(Refusal::BadCredential));
    }
    let basic = Credential { credential_type: 1, ..good().credential };
    let basic = KeyMaterialRequestTbs { credential: basic, ..good() };
    assert_eq!(check(&signed(&alice, basic)), unproven(Refusal::BadCredential));

    let other_suite = KeyMaterialRequestTbs { cipher_suites: vec![2, 1], ..good() };
    assert_eq!(check(&signed(&alice, other_suite)), unproven(Refusal::CipherSuite));
    let late = now().plus_seconds(200 * 86_400);
    assert_eq!(verify(&signed(&alice, good()), &keys(), late), unproven(Refusal::BadCredential));
    assert_eq!(verify(&signed(&alice, good()), &Keys(None), now()), unproven(Refusal::BadCredential));
}

#[test]
fn a_package_is_offered_by_its_owner_for_everybody() {
    let bob = Person::new(1);
    let judge = |package: Vec<u8>, now: UnixMillis| judge_offer(package, &bob.client(), &keys(), now);
    let package = bob.package(&KpUsage::ConnectionOnly, &Audience::KeyPackage);
    let offer = judge(package.clone(), now()).unwrap();
    assert_eq!((offer.pool, offer.last_resort, offer.package), (Pool::ConnectionOnly, false, package.clone()));
    assert_eq!(offer.reference.len(), 32);
    let any = judge(bob.package(&KpUsage::Any, &Audience::KeyPackage), now()).unwrap();
    assert_eq!(any.pool, Pool::Any);

    for usage in [KpUsage::RoomBound(club()), KpUsage::RequesterBound(Person::new(2).user())] {
        let bound = bob.package(&usage, &Audience::KeyPackage);
        assert_eq!(judge(bound, now()), Err(OfferRefused::Usage));
    }
    let for_a_room = bob.package(&KpUsage::Any, &Audience::Room(club()));
    assert_eq!(judge(for_a_room, now()), Err(OfferRefused::NotYours));
    let others = Person::new(2).package(&KpUsage::Any, &Audience::KeyPackage);
    assert_eq!(judge(others, now()), Err(OfferRefused::NotYours));
    assert_eq!(judge(b"x".to_vec(), now()), Err(OfferRefused::Invalid));
    let mut damaged = package.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(judge(damaged, now()), Err(OfferRefused::Invalid));
    let late = UnixMillis::from_seconds(offer.not_after - 28 * 86_400 + 1);
    assert_eq!(judge(package, late), Err(OfferRefused::EndsSoon));
    assert!(floor(late) > offer.not_after);
}

/// The hub alone: it knows what the room is for, and the target's provider does not.
#[test]
fn a_package_for_a_first_contact_is_brought_into_no_other_room() {
    let bob = Person::new(2);
    let answer = |usage: &KpUsage| {
        let package = bob.package(usage, &Audience::KeyPackage);
        let material = KeyMaterial::Success(BareKeyPackage::decode(&package).unwrap());
        let exhausted = ClientKeyMaterial { client: bob.client(), material: KeyMaterial::Exhausted };
        let clients = vec![exhausted, ClientKeyMaterial { client: bob.client(), material }];
        KeyMaterialResponse { status: KeyMaterialUserCode::PartialSuccess, user: bob.user(), clients }
    };
    let terms = KnockTerms {
        target_room: club(),
        knocker_role: doorstep_policy::preset::KNOCKER,
        max_messages_per_knocker: 1,
        max_message_bytes: 1,
    };
    let first_contact = RoomPurpose::Connection { expires_at: 1 };
    for (purpose, verdict) in [
        (&first_contact, Ok(())),
        (&RoomPurpose::Standard, Err(Refusal::WrongPurpose)),
        (&RoomPurpose::Knock(terms), Err(Refusal::WrongPurpose)),
    ] {
        assert_eq!(fits(&answer(&KpUsage::ConnectionOnly), purpose), verdict, "{purpose:?}");
        assert_eq!(fits(&answer(&KpUsage::Any), purpose), Ok(()));
    }
    let refused = KeyMaterialResponse::refused(KeyMaterialUserCode::NoConsent, bob.user());
    assert_eq!(fits(&refused, &RoomPurpose::Standard), Ok(()));
}
