//! Commits by members: adding by KeyPackage, removing, own echoes, waiting proposals.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{
    Author, CommitError, Incoming, KeyPackageError, KeyPackageView, LeafChange, Lifespan, Member, Plan, Proposer,
    SendError, WelcomeError, WelcomePreview, hub_remove, key_package,
};
use doorstep_wire::component::{KNOCK_SEALING_KEY, PARTICIPANT_LIST};
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::numbers::{Epoch, LeafIndex, UnixMillis};
use doorstep_wire::{Dictionary, dictionary};
use room::*;

fn usage() -> KpUsage {
    KpUsage::RoomBound("mimi://hub.example/r/clubhouse".parse().unwrap())
}

#[test]
fn a_key_package_says_what_it_is_for_and_looks_like_every_other() {
    let (bob, cathy) = (Person::new("bob"), Person::new("cathy"));
    let span = Lifespan::starting(now());
    let made = key_package(&bob.mls(), &bob.identity, &usage(), span).unwrap();
    let view = KeyPackageView::decode(&made.bytes).unwrap();
    assert_eq!(view.reference, made.reference);
    assert_eq!(view.usage, usage());
    assert_eq!((view.not_before, view.not_after), (span.not_before, span.not_after));
    assert_eq!(view.credential, bob.identity.credential());
    assert_eq!(view.credential_type, doorstep_wire::credential::SD_CWT);
    assert_eq!(view.signature_key, bob.identity.public_key());
    assert_eq!(view.components, dictionary::leaf_dictionary());
    assert!(!view.last_resort);
    let other = key_package(&cathy.mls(), &cathy.identity, &KpUsage::Any, span).unwrap();
    assert_eq!(KeyPackageView::decode(&other.bytes).unwrap().components, view.components);

    for end in 0..made.bytes.len() {
        assert!(KeyPackageView::decode(&made.bytes[..end]).is_err());
    }
    let mut forged = made.bytes.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert!(matches!(KeyPackageView::decode(&forged), Err(KeyPackageError::Invalid(_))));
    let old = Lifespan::starting(UnixMillis(now().0 - 100 * 86_400_000));
    let expired = key_package(&bob.mls(), &bob.identity, &usage(), old).unwrap();
    assert_eq!(KeyPackageView::decode(&expired.bytes), Err(KeyPackageError::Lifetime));
    let long = Lifespan { not_after: span.not_before + 85 * 86_400, ..span };
    let long = key_package(&bob.mls(), &bob.identity, &usage(), long).unwrap();
    assert_eq!(KeyPackageView::decode(&long.bytes), Err(KeyPackageError::LifetimeRange));

    doorstep_mls::drop_key_package(&bob.mls(), &made.reference);
    doorstep_mls::drop_key_package(&bob.mls(), &expired.reference);
    assert_eq!(bob.journal.scan_prefix(b"k").len(), 1);
}

#[test]
fn a_welcome_is_looked_at_before_it_is_accepted() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let made = key_package(&bob.mls(), &bob.identity, &usage(), Lifespan::starting(now())).unwrap();
    let plan =
        Plan { adds: vec![made.bytes.clone()], updates: vec![(PARTICIPANT_LIST, b"bob;".to_vec())], ..Plan::default() };
    let outgoing = commit(&alice, &mut alice_in, plan);
    let view = hub_accepts(&hub, &mut observer, &outgoing);
    assert_eq!(view.author, Author::Member(LeafIndex(0)));
    assert_eq!(view.adds[0].index, LeafIndex(1));
    assert_eq!(view.adds[0].key_package, KeyPackageView::decode(&made.bytes).unwrap());
    assert!(matches!(alice_in.process(&alice.mls(), &outgoing.commit).unwrap(), Incoming::OwnCommit));
    alice_in.merge_pending(&alice.mls()).unwrap();
    assert_eq!(alice_in.view().leaves, observer.view().leaves);

    let welcome = outgoing.welcome.unwrap();
    let tree = observer.ratchet_tree().unwrap();
    bob.journal.drain_writes();
    let preview = WelcomePreview::open(&bob.mls(), &welcome, &tree).unwrap();
    assert_eq!(preview.view().dictionary[&PARTICIPANT_LIST], b"alice;bob;");
    assert_eq!(preview.view().own_leaf, Some(LeafIndex(1)));
    assert_eq!(preview.sender(), LeafIndex(0));
    preview.reject(&bob.mls());
    assert_eq!(bob.journal.drain_writes(), []);

    let mut bob_in = WelcomePreview::open(&bob.mls(), &welcome, &tree).unwrap().accept();
    assert_eq!(bob.journal.scan_prefix(b"k").len(), 0, "the KeyPackage is used up");
    assert!(matches!(
        WelcomePreview::open(&bob.mls(), &welcome, &tree),
        Err(WelcomeError::NoKeyPackage | WelcomeError::AlreadyMember)
    ));
    let hello = bob_in.send(&bob.mls(), &bob.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut alice_in, &alice, &hello), (LeafIndex(1), b"hello".to_vec()));
}

#[test]
fn a_welcome_into_a_room_with_an_expired_leaf_opens_all_the_same() {
    let (alice, bob) = (Person::new("alice"), Person::new("bob"));
    let new = doorstep_mls::NewGroup {
        group_id: GROUP.to_vec(),
        dictionary: state(),
        hub_domain: "hub.example".parse().unwrap(),
        hub_key: hub_key().verifying_key().to_bytes(),
        leaf_components: Dictionary::new(),
        lifespan: Lifespan::starting(UnixMillis(now().0 - 100 * 86_400_000)),
    };
    let (mut alice_in, _) = Member::create(&alice.mls(), &alice.identity, new).unwrap();
    // A commit without a path: the creator's leaf stays the expired one.
    let made = key_package(&bob.mls(), &bob.identity, &usage(), Lifespan::starting(now())).unwrap();
    let outgoing = commit(&alice, &mut alice_in, Plan { adds: vec![made.bytes], ..Plan::default() });
    alice_in.merge_pending(&alice.mls()).unwrap();
    assert!(alice_in.leaf(LeafIndex(0)).unwrap().from_key_package);
    let tree = alice_in.ratchet_tree().unwrap();
    let mut bob_in = WelcomePreview::open(&bob.mls(), &outgoing.welcome.unwrap(), &tree).unwrap().accept();
    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut bob_in, &bob, &hello).1, b"hello");

    let cathy = Person::new("cathy");
    let published = alice_in.publish(&alice.mls(), &alice.identity).unwrap();
    let mls = cathy.mls();
    doorstep_mls::JoinPreview::open(&mls, &cathy.identity, &published.group_info, &published.ratchet_tree, &[])
        .unwrap();
}

/// Alice with Bob in a room, both in the same epoch, and the hub.
struct Two {
    alice: Person,
    bob: Person,
    hub: Person,
    alice_in: Member,
    bob_in: Member,
    observer: doorstep_mls::Observer,
}

fn two() -> Two {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    Two { alice, bob, hub, alice_in, bob_in, observer }
}

#[test]
fn while_a_proposal_waits_nothing_can_be_sent_and_a_commit_frees_the_way() {
    let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
    let remove = hub_remove(&observer, LeafIndex(1), sign_as_hub);
    hub_stores(&hub, &mut observer, &remove);
    member_stores(&alice, &mut alice_in, &remove);
    member_stores(&bob, &mut bob_in, &remove);
    assert_eq!(alice_in.pending()[0].proposer, Proposer::External(0));
    let blocked = alice_in.send(&alice.mls(), &alice.identity, b"x", Some([1; 32]));
    assert!(matches!(blocked, Err(SendError::ProposalsPending)));

    let plan = Plan { updates: vec![(PARTICIPANT_LIST, b"-bob;".to_vec())], ..Plan::default() };
    let outgoing = commit(&alice, &mut alice_in, plan);
    let view = hub_accepts(&hub, &mut observer, &outgoing);
    assert_eq!(view.removes[0].proposer, Proposer::External(0));
    assert_eq!((view.references.len(), view.inline), (1, 1));
    alice_in.merge_pending(&alice.mls()).unwrap();
    let Incoming::Commit(last) = bob_in.process(&bob.mls(), &outgoing.commit).unwrap() else { panic!() };
    assert!(last.removes_us);
    alice_in.send(&alice.mls(), &alice.identity, b"x", None).unwrap();
    assert_eq!(alice_in.leaves().count(), 1);
}

#[test]
fn a_hub_remove_signed_by_anybody_else_is_refused() {
    let Two { alice, hub, mut alice_in, observer, .. } = two();
    let forged = hub_remove(&observer, LeafIndex(1), |bytes| alice.identity.sign_bytes(bytes));
    assert!(observer.process(&hub.mls(), &forged).is_err());
    assert!(alice_in.process(&alice.mls(), &forged).is_err());
}

#[test]
fn a_leave_committed_by_another_member_ends_it() {
    let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
    let leave = bob_in.self_remove(&bob.mls(), &bob.identity).unwrap();
    let more = bob_in.propose_update(&bob.mls(), &bob.identity, PARTICIPANT_LIST, b"-bob;").unwrap();
    assert!(matches!(bob_in.send(&bob.mls(), &bob.identity, b"x", None), Err(SendError::ProposalsPending)));
    for message in [&leave, &more] {
        hub_stores(&hub, &mut observer, message);
        member_stores(&alice, &mut alice_in, message);
    }
    let outgoing = commit(&alice, &mut alice_in, Plan::default());
    let view = hub_accepts(&hub, &mut observer, &outgoing);
    assert_eq!(view.self_removes, [LeafIndex(1)]);
    assert_eq!(view.updates[0].proposer, Proposer::Member(LeafIndex(1)));
    alice_in.merge_pending(&alice.mls()).unwrap();
    assert_eq!(participants(&alice_in), b"alice;bob;-bob;");
}

/// By their own will, or because the hub proposed it: the commit that was to remove them as well takes what waits.
#[test]
fn who_goes_already_is_not_removed_once_more() {
    for by_hub in [false, true] {
        let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
        let going = if by_hub {
            hub_remove(&observer, LeafIndex(1), sign_as_hub)
        } else {
            bob_in.self_remove(&bob.mls(), &bob.identity).unwrap()
        };
        hub_stores(&hub, &mut observer, &going);
        member_stores(&alice, &mut alice_in, &going);
        let outgoing = commit(&alice, &mut alice_in, Plan { removes: vec![LeafIndex(1)], ..Plan::default() });
        let view = hub_accepts(&hub, &mut observer, &outgoing);
        assert_eq!((view.removed(), view.references.len()), ([LeafIndex(1)].into(), 1));
    }
}

#[test]
fn own_echoes_are_known_also_after_a_restart() {
    let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
    let outgoing = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    let mut alice_in = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
    assert!(alice_in.has_pending_commit());
    let again = alice_in.commit(&alice.mls(), &alice.identity, Plan::default(), |_| Err(()));
    assert!(matches!(again, Err(CommitError::Pending)));
    assert!(matches!(alice_in.process(&alice.mls(), &outgoing.commit).unwrap(), Incoming::OwnCommit));
    alice_in.merge_pending(&alice.mls()).unwrap();
    assert!(matches!(alice_in.process(&alice.mls(), &outgoing.commit).unwrap(), Incoming::Past(Epoch(1))));
    hub_accepts(&hub, &mut observer, &outgoing);
    member_accepts(&bob, &mut bob_in, &outgoing.commit);
    let sent = alice_in.send(&alice.mls(), &alice.identity, b"x", None).unwrap();
    assert!(matches!(alice_in.process(&alice.mls(), &sent).unwrap(), Incoming::OwnMessage));
    assert_eq!(text(&mut bob_in, &bob, &sent).1, b"x");
}

#[test]
fn another_commit_wins_over_our_pending_one() {
    let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
    let _lost = commit(&bob, &mut bob_in, Plan { path: true, ..Plan::default() });
    let won = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    hub_accepts(&hub, &mut observer, &won);
    alice_in.merge_pending(&alice.mls()).unwrap();
    member_accepts(&bob, &mut bob_in, &won.commit);
    assert!(!bob_in.has_pending_commit());
    assert_eq!(bob_in.epoch(), Epoch(2));
}

#[test]
fn a_refused_commit_leaves_no_trace() {
    let Two { alice, mut alice_in, .. } = two();
    alice.journal.drain_writes();
    let refused = alice_in.commit(&alice.mls(), &alice.identity, Plan::default(), |_| Err("no"));
    assert!(matches!(refused, Err(CommitError::Refused("no"))));
    let outgoing = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    alice_in.clear_pending(&alice.mls()).unwrap();
    assert!(!alice_in.has_pending_commit());
    assert_eq!(outgoing.epoch, Epoch(1));
    assert_eq!(alice.journal.drain_writes(), []);
}

#[test]
fn a_leaf_renews_its_credential_and_gets_a_knock_key_with_the_same_signature_key() {
    let Two { alice, bob, hub, mut alice_in, mut bob_in, mut observer } = two();
    let components = Dictionary::from([(KNOCK_SEALING_KEY, vec![32; 33])]);
    let change = LeafChange { credential: Some(b"renewed".to_vec()), components: Some(components.clone()) };
    let outgoing = commit(&alice, &mut alice_in, Plan { leaf: Some(change), ..Plan::default() });
    let view = hub_accepts(&hub, &mut observer, &outgoing);
    let leaf = view.path_leaf.unwrap();
    assert_eq!(leaf.credential, b"renewed");
    assert_eq!(leaf.signature_key, alice.identity.public_key());
    assert_eq!(leaf.components[&KNOCK_SEALING_KEY], components[&KNOCK_SEALING_KEY]);
    assert!(leaf.components.len() > 1 && !leaf.from_key_package);
    alice_in.merge_pending(&alice.mls()).unwrap();
    member_accepts(&bob, &mut bob_in, &outgoing.commit);
    assert_eq!(bob_in.leaf(LeafIndex(0)).unwrap(), leaf);
    // The next path keeps what the leaf has.
    let outgoing = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    let kept = member_accepts(&bob, &mut bob_in, &outgoing.commit).path_leaf.unwrap();
    assert_eq!((kept.credential, kept.components), (leaf.credential, leaf.components));
}

#[test]
fn adds_take_the_leftmost_free_leaves_in_commit_order() {
    let (alice, hub) = (Person::new("alice"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let add = |alice_in: &mut Member, observer: &mut doorstep_mls::Observer, names: &[&str], removes: &[u32]| {
        let adds = names
            .iter()
            .map(|name| {
                let person = Person::new(name);
                key_package(&person.mls(), &person.identity, &usage(), Lifespan::starting(now())).unwrap().bytes
            })
            .collect();
        let removes = removes.iter().map(|leaf| LeafIndex(*leaf)).collect();
        let outgoing = commit(&alice, alice_in, Plan { adds, removes, ..Plan::default() });
        let view = hub_accepts(&hub, observer, &outgoing);
        alice_in.merge_pending(&alice.mls()).unwrap();
        for add in &view.adds {
            assert_eq!(observer.leaf(add.index).unwrap().signature_key, add.key_package.signature_key);
        }
        view.adds.iter().map(|add| add.index.0).collect::<Vec<_>>()
    };
    assert_eq!(add(&mut alice_in, &mut observer, &["b", "c", "d", "e", "f"], &[]), [1, 2, 3, 4, 5]);
    assert_eq!(add(&mut alice_in, &mut observer, &["g", "h", "i"], &[2, 4]), [2, 4, 6]);
    assert_eq!(add(&mut alice_in, &mut observer, &[], &[3, 5, 6, 4]), Vec::<u32>::new());
    assert_eq!(add(&mut alice_in, &mut observer, &["j", "k", "l"], &[]), [3, 4, 5]);
    assert_eq!(alice_in.view().leaves, observer.view().leaves);
    // What lies in the journals, written by difference only, is the whole truth.
    let again = doorstep_mls::Observer::load(&hub.mls(), GROUP).unwrap().unwrap();
    assert_eq!(again.ratchet_tree().unwrap(), observer.ratchet_tree().unwrap());
    let again = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
    assert_eq!(again.ratchet_tree().unwrap(), observer.ratchet_tree().unwrap());
}
