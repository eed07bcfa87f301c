//! What is sealed to the key of a leaf opens for its owner, however they came in and whatever was committed since.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{Lifespan, Member, Plan, WelcomePreview, hpke_open, key_package};
use doorstep_wire::ext::kp_usage::KpUsage;
use room::*;

/// `from` seals to the leaf of `to`, who opens it; nobody else's secret opens it.
fn is_reached(from: (&Person, &Member), to: (&Person, &Member), others: &[(&Person, &Member)]) {
    let leaf = to.1.own_leaf();
    let key = from.1.encryption_key(leaf).unwrap();
    assert_eq!(Some(key), to.1.encryption_key(leaf));
    let (kem_output, sealed) = from.0.mls().hpke_seal(&key, b"info", b"", b"secret").unwrap();
    let secret = to.1.own_encryption_secret(&to.0.mls()).unwrap();
    assert_eq!(hpke_open(&secret, b"info", b"", &kem_output, &sealed).unwrap(), b"secret");
    for (person, member) in others {
        let secret = member.own_encryption_secret(&person.mls()).unwrap();
        assert!(hpke_open(&secret, b"info", b"", &kem_output, &sealed).is_err());
    }
}

#[test]
fn whoever_made_a_group_was_added_or_came_by_herself_can_be_reached() {
    let (alice, bob, cathy, hub) = (Person::new("alice"), Person::new("bob"), Person::new("cathy"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);

    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    is_reached((&bob, &bob_in), (&alice, &alice_in), &[(&bob, &bob_in)]);
    is_reached((&alice, &alice_in), (&bob, &bob_in), &[(&alice, &alice_in)]);

    let package = key_package(&cathy.mls(), &cathy.identity, &KpUsage::Any, Lifespan::starting(now())).unwrap();
    let added = commit(&alice, &mut alice_in, Plan { adds: vec![package.bytes], ..Plan::default() });
    hub_accepts(&hub, &mut observer, &added);
    alice_in.merge_pending(&alice.mls()).unwrap();
    member_accepts(&bob, &mut bob_in, &added.commit);
    let tree = observer.ratchet_tree().unwrap();
    let mut cathy_in = WelcomePreview::open(&cathy.mls(), added.welcome.as_ref().unwrap(), &tree).unwrap().accept();
    is_reached((&bob, &bob_in), (&cathy, &cathy_in), &[(&bob, &bob_in), (&alice, &alice_in)]);
    // Bob's leaf did not change with the epoch, Alice's did.
    is_reached((&cathy, &cathy_in), (&bob, &bob_in), &[(&alice, &alice_in)]);
    is_reached((&cathy, &cathy_in), (&alice, &alice_in), &[(&bob, &bob_in)]);

    let before = bob_in.own_encryption_secret(&bob.mls()).unwrap();
    let fresh = commit(&bob, &mut bob_in, Plan { path: true, ..Plan::default() });
    // Until the hub has taken it, the old key counts.
    assert_eq!(*bob_in.own_encryption_secret(&bob.mls()).unwrap(), *before);
    hub_accepts(&hub, &mut observer, &fresh);
    bob_in.merge_pending(&bob.mls()).unwrap();
    member_accepts(&alice, &mut alice_in, &fresh.commit);
    member_accepts(&cathy, &mut cathy_in, &fresh.commit);
    assert_ne!(*bob_in.own_encryption_secret(&bob.mls()).unwrap(), *before);
    is_reached((&alice, &alice_in), (&bob, &bob_in), &[(&cathy, &cathy_in)]);

    let loaded = Member::load(&bob.mls(), GROUP).unwrap().unwrap();
    is_reached((&alice, &alice_in), (&bob, &loaded), &[]);
    assert_eq!(alice_in.encryption_key(doorstep_wire::LeafIndex(99)), None);
}
