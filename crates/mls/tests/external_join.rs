//! Joining from outside, with a leaver taken along, and everybody following.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{Author, Incoming, JoinPreview, Member, Plan, ProcessError, ProposalContent, SendError};
use doorstep_wire::Dictionary;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use room::*;

#[test]
fn a_joiner_takes_the_leaver_along_and_everybody_follows() {
    let (alice, bob, cathy, hub) = (Person::new("alice"), Person::new("bob"), Person::new("cathy"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    assert_eq!(observer.epoch(), Epoch(0));

    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    let view = hub_accepts(&hub, &mut observer, &joined);
    assert_eq!(view.author, Author::External(LeafIndex(1)));
    assert_eq!(view.external_inits, 1);
    assert_eq!(view.path_leaf.as_ref().unwrap().signature_key, bob.identity.public_key());
    assert_eq!(member_accepts(&alice, &mut alice_in, &joined.commit), view);
    assert_eq!(participants(&alice_in), b"alice;bob;");

    let leave = bob_in.self_remove(&bob.mls(), &bob.identity).unwrap();
    hub_stores(&hub, &mut observer, &leave);
    hub_stores(&hub, &mut observer, &leave);
    member_stores(&alice, &mut alice_in, &leave);
    member_stores(&alice, &mut alice_in, &leave);
    let pending = observer.pending(&hub.mls()).unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].view.content, ProposalContent::SelfRemove);
    assert_eq!(pending[0].bytes, leave);
    assert_eq!(alice_in.pending(), [pending[0].view.clone()]);

    let (mut cathy_in, joined) = join(&cathy, &observer, &hub, &joined.group_info, b"cathy;");
    let view = hub_accepts(&hub, &mut observer, &joined);
    assert_eq!(view.self_removes, [LeafIndex(1)]);
    assert_eq!(view.references, [pending[0].view.reference.clone()]);
    assert_eq!(view.author, Author::External(LeafIndex(1)), "the place of the leaver is free again");
    assert!(observer.pending(&hub.mls()).unwrap().is_empty());
    assert_eq!(member_accepts(&alice, &mut alice_in, &joined.commit), view);

    let Incoming::Commit(last) = bob_in.process(&bob.mls(), &joined.commit).unwrap() else { panic!() };
    assert!(last.removes_us);
    let changes = append(&bob_in.dictionary(), &last.view).unwrap();
    bob_in.accept(&bob.mls(), *last, &changes).unwrap();
    assert!(!bob_in.is_active());
    assert!(matches!(bob_in.send(&bob.mls(), &bob.identity, b"x", None), Err(SendError::NotMember)));

    assert_eq!(alice_in.view().leaves, observer.view().leaves);
    assert_eq!(cathy_in.view().dictionary, observer.dictionary());
    assert_eq!(
        cathy_in.export(&cathy.mls(), "l", b"c", 32).unwrap(),
        alice_in.export(&alice.mls(), "l", b"c", 32).unwrap()
    );

    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut cathy_in, &cathy, &hello), (LeafIndex(0), b"hello".to_vec()));
    let answer = cathy_in.send(&cathy.mls(), &cathy.identity, b"hi", Some([7; 32])).unwrap();
    let Incoming::Application(answer) = alice_in.process(&alice.mls(), &answer).unwrap() else { panic!() };
    assert_eq!(answer.sender, LeafIndex(1));
    assert_eq!(answer.frank, Some(vec![7; 32]));
    assert!(matches!(alice_in.process(&alice.mls(), &hello).unwrap(), Incoming::OwnMessage));
}

#[test]
fn everything_is_in_the_journal_after_each_step() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (_, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();

    let mut bob_again = Member::load(&bob.mls(), GROUP).unwrap().unwrap();
    assert_eq!(text(&mut bob_again, &bob, &hello).1, b"hello");
    let mut bob_thrice = Member::load(&bob.mls(), GROUP).unwrap().unwrap();
    assert!(matches!(bob_thrice.process(&bob.mls(), &hello), Err(ProcessError::Undecryptable(_))), "read twice");
    let alice_again = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
    assert_eq!(alice_again.view(), alice_in.view());
    let observer_again = doorstep_mls::Observer::load(&hub.mls(), GROUP).unwrap().unwrap();
    assert_eq!(observer_again.view(), observer.view());
    assert_eq!(observer_again.ratchet_tree().unwrap(), observer.ratchet_tree().unwrap());

    alice_again.delete(&alice.mls());
    assert!(alice.journal.is_empty());
    assert!(Member::load(&alice.mls(), GROUP).unwrap().is_none());
}

#[test]
fn who_comes_too_late_deletes_and_joins_again() {
    let (alice, bob, cathy, hub) = (Person::new("alice"), Person::new("bob"), Person::new("cathy"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (_, late) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    let (_, first) = join(&cathy, &observer, &hub, &published.group_info, b"cathy;");
    hub_accepts(&hub, &mut observer, &first);
    let refused = observer.process(&hub.mls(), &late.commit);
    assert!(matches!(refused, Err(doorstep_mls::ObserverError::WrongEpoch { current: Epoch(1) })));

    doorstep_mls::delete(&bob.mls(), GROUP);
    assert!(bob.journal.is_empty());
    let (mut bob_in, again) = join(&bob, &observer, &hub, &first.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &again);
    member_accepts(&alice, &mut alice_in, &first.commit);
    member_accepts(&alice, &mut alice_in, &again.commit);
    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut bob_in, &bob, &hello).1, b"hello");
    assert!(matches!(alice_in.process(&alice.mls(), &late.commit).unwrap(), Incoming::Past(Epoch(0))));
    assert!(matches!(bob_in.process(&bob.mls(), &first.commit).unwrap(), Incoming::Past(Epoch(0))));
}

#[test]
fn joining_again_with_the_same_key_replaces_the_stale_leaf() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (_, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);

    let (mut bob_in, again) = join(&bob, &observer, &hub, &joined.group_info, b"");
    let view = hub_accepts(&hub, &mut observer, &again);
    assert_eq!(view.removes.iter().map(|remove| remove.leaf).collect::<Vec<_>>(), [LeafIndex(1)]);
    assert_eq!(view.author, Author::External(LeafIndex(1)));
    member_accepts(&alice, &mut alice_in, &again.commit);
    assert_eq!(observer.leaves().count(), 2);
    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut bob_in, &bob, &hello).1, b"hello");
}

#[test]
fn a_forged_group_info_or_tree_is_not_joined() {
    let (alice, bob) = (Person::new("alice"), Person::new("bob"));
    let (mut alice_in, published) = create(&alice);
    let open = |info: &[u8], tree: &[u8]| {
        JoinPreview::open(&bob.mls(), &bob.identity, info, tree, &[]).map(|_| ()).map_err(|error| error.to_string())
    };
    open(&published.group_info, &published.ratchet_tree).unwrap();
    for flipped in 0..published.group_info.len() {
        let mut info = published.group_info.clone();
        info[flipped] ^= 1;
        assert!(open(&info, &published.ratchet_tree).is_err(), "byte {flipped}");
    }
    let mut tree = published.ratchet_tree.clone();
    let last = tree.len() - 1;
    tree[last] ^= 1;
    assert!(open(&published.group_info, &tree).is_err());

    commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    alice_in.merge_pending(&alice.mls()).unwrap();
    let later = alice_in.publish(&alice.mls(), &alice.identity).unwrap();
    assert!(open(&later.group_info, &published.ratchet_tree).is_err());
    assert!(bob.journal.is_empty());
}

#[test]
fn a_refused_join_stores_nothing() {
    let (alice, bob) = (Person::new("alice"), Person::new("bob"));
    let (_, published) = create(&alice);
    let mls = bob.mls();
    let preview = JoinPreview::open(&mls, &bob.identity, &published.group_info, &published.ratchet_tree, &[]).unwrap();
    let refused = preview.join(&mls, &bob.identity, None, &Dictionary::new(), |_| Err("no"));
    assert!(matches!(refused, Err(doorstep_mls::JoinError::Refused("no"))));
    assert!(bob.journal.is_empty());
}
