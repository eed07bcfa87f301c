//! What a hub can catch and what it cannot, and how the epoch before comes back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{
    AcceptError, GroupInfoError, Incoming, Journal, Member, Observed, Observer, ObserverAcceptError, OutgoingCommit,
    Plan, ProcessError, Write,
};
use doorstep_wire::component::PARTICIPANT_LIST;
use doorstep_wire::numbers::Epoch;
use room::*;

fn accept(
    hub: &Person,
    observer: &mut Observer,
    outgoing: &OutgoingCommit,
    group_info: &[u8],
) -> Result<(), ObserverAcceptError> {
    let commit = observed_commit(observer, hub, &outgoing.commit);
    let changes = append(&observer.dictionary(), &commit.view).unwrap();
    observer.accept(&hub.mls(), commit, &changes, group_info)
}

fn info_error(result: Result<(), ObserverAcceptError>) -> GroupInfoError {
    match result {
        Err(ObserverAcceptError::GroupInfo(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_flipped_confirmation_tag_passes_the_commit_but_not_the_group_info() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (_, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    let mut forged = joined.clone();
    *forged.commit.last_mut().unwrap() ^= 1;

    assert!(matches!(observer.process(&hub.mls(), &forged.commit), Ok(Observed::Commit(_))), "no signature covers it");
    hub.journal.drain_writes();
    let refused = accept(&hub, &mut observer, &forged, &joined.group_info);
    // The tag is part of no context, so the context still fits.
    assert_eq!(info_error(refused), GroupInfoError::ConfirmationTag);
    assert_eq!(hub.journal.drain_writes(), []);
    assert_eq!(observer.epoch(), Epoch(0));

    let Incoming::Commit(commit) = alice_in.process(&alice.mls(), &forged.commit).unwrap() else { panic!() };
    let changes = append(&alice_in.dictionary(), &commit.view).unwrap();
    let refused = alice_in.accept(&alice.mls(), *commit, &changes);
    assert!(matches!(refused, Err(AcceptError::ConfirmationTag)));
    assert_eq!(alice_in.epoch(), Epoch(0));

    accept(&hub, &mut observer, &joined, &joined.group_info).unwrap();
    member_accepts(&alice, &mut alice_in, &joined.commit);
}

#[test]
fn a_flipped_tag_without_component_changes_is_told_at_once() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let mls = bob.mls();
    let preview =
        doorstep_mls::JoinPreview::open(&mls, &bob.identity, &published.group_info, &published.ratchet_tree, &[])
            .unwrap();
    let none = |_: &doorstep_mls::CommitView| Ok::<_, ()>(doorstep_mls::Changes::new());
    let (_, joined) = preview.join(&mls, &bob.identity, None, &doorstep_wire::Dictionary::new(), none).unwrap();
    let mut forged = joined.commit.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert!(matches!(alice_in.process(&alice.mls(), &forged), Err(ProcessError::ConfirmationTag)));
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
}

#[test]
fn only_the_group_info_of_the_new_epoch_by_the_committer_is_taken() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let outgoing = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    let mut check = |info: &[u8]| info_error(accept(&hub, &mut observer, &outgoing, info));

    assert_eq!(check(&joined.group_info), GroupInfoError::Context);
    let by_bob = bob_in.publish(&bob.mls(), &bob.identity).unwrap();
    assert_eq!(check(&by_bob.group_info), GroupInfoError::Context);
    for flipped in 0..outgoing.group_info.len() {
        let mut info = outgoing.group_info.clone();
        info[flipped] ^= 1;
        check(&info);
    }
    let mut signature = outgoing.group_info.clone();
    *signature.last_mut().unwrap() ^= 1;
    assert_eq!(check(&signature), GroupInfoError::Signature);
    let mut signer = outgoing.group_info.clone();
    let place = signer.len() - 66 - 1;
    signer[place] ^= 1;
    assert_eq!(check(&signer), GroupInfoError::Signer);
    let mut longer = outgoing.group_info.clone();
    longer.push(0);
    assert_eq!(check(&longer), GroupInfoError::Malformed);
    assert_eq!(check(&[]), GroupInfoError::Malformed);

    alice_in.merge_pending(&alice.mls()).unwrap();
    // Another GroupInfo of the same epoch by the committer is as good.
    let published = alice_in.publish(&alice.mls(), &alice.identity).unwrap();
    accept(&hub, &mut observer, &outgoing, &published.group_info).unwrap();
    assert_eq!(observer.epoch(), Epoch(2));
}

#[test]
fn taking_a_commit_back_restores_the_epoch_before_for_hub_and_member() {
    let (alice, bob, cathy, hub) = (Person::new("alice"), Person::new("bob"), Person::new("cathy"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let before = (observer.view(), observer.ratchet_tree().unwrap(), alice_in.view());
    let (hub_rows, alice_rows) = (hub.journal.scan_prefix(b""), alice.journal.scan_prefix(b""));

    let leave = bob_in.self_remove(&bob.mls(), &bob.identity).unwrap();
    let (hub_mark, alice_mark) = (hub.journal.mark(), alice.journal.mark());
    hub_stores(&hub, &mut observer, &leave);
    member_stores(&alice, &mut alice_in, &leave);
    let (_, bad) = join(&cathy, &observer, &hub, &joined.group_info, b"cathy;");
    hub_accepts(&hub, &mut observer, &bad);
    member_accepts(&alice, &mut alice_in, &bad.commit);
    let (hub_undo, alice_undo) = (hub.journal.undo_since(hub_mark), alice.journal.undo_since(alice_mark));
    hub.journal.drain_writes();
    alice.journal.drain_writes();

    hub.journal.apply(&hub_undo);
    alice.journal.apply(&alice_undo);
    assert_eq!(hub.journal.scan_prefix(b""), hub_rows);
    assert_eq!(alice.journal.scan_prefix(b""), alice_rows);
    let mut observer = Observer::load(&hub.mls(), GROUP).unwrap().unwrap();
    let mut alice_in = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
    assert_eq!((observer.view(), observer.ratchet_tree().unwrap(), alice_in.view()), before);
    assert!(observer.pending(&hub.mls()).unwrap().is_empty());

    let (mut cathy_in, good) = join(&cathy, &observer, &hub, &joined.group_info, b"cathy;");
    hub_accepts(&hub, &mut observer, &good);
    member_accepts(&alice, &mut alice_in, &good.commit);
    let hello = alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    assert_eq!(text(&mut cathy_in, &cathy, &hello).1, b"hello");
}

#[test]
fn rows_written_step_by_step_are_the_rows_in_memory() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let disk = Journal::new();
    let save = |person: &Person| disk.apply(&person.journal.drain_writes());
    let (mut alice_in, published) = create(&alice);
    save(&alice);
    let mut observer = observe(&hub, &published);
    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    save(&alice);
    for round in 0..8_u8 {
        let outgoing = commit(
            &alice,
            &mut alice_in,
            Plan { path: true, updates: vec![(PARTICIPANT_LIST, vec![round])], ..Plan::default() },
        );
        save(&alice);
        alice_in.merge_pending(&alice.mls()).unwrap();
        save(&alice);
        member_accepts(&bob, &mut bob_in, &outgoing.commit);
        let message = bob_in.send(&bob.mls(), &bob.identity, &[round], None).unwrap();
        assert_eq!(text(&mut alice_in, &alice, &message).1, [round]);
        save(&alice);
    }
    assert_eq!(disk.scan_prefix(b""), alice.journal.scan_prefix(b""));
    // Five past epochs are kept, not all eight.
    let restarted = Person::new("alice");
    restarted.journal.apply(
        &disk
            .scan_prefix(b"")
            .into_iter()
            .map(|(key, value)| Write { key, value: Some(value.to_vec()) })
            .collect::<Vec<_>>(),
    );
    assert_eq!(Member::load(&restarted.mls(), GROUP).unwrap().unwrap().view(), alice_in.view());
}

#[test]
fn a_message_crosses_five_commits_and_not_six() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let observer = observe(&hub, &published);
    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let early = bob_in.send(&bob.mls(), &bob.identity, b"early", None).unwrap();
    let late = bob_in.send(&bob.mls(), &bob.identity, b"late", None).unwrap();
    for round in 0..6 {
        commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
        alice_in.merge_pending(&alice.mls()).unwrap();
        if round == 4 {
            assert_eq!(text(&mut alice_in, &alice, &early).1, b"early");
        }
    }
    assert!(matches!(alice_in.process(&alice.mls(), &late), Err(ProcessError::Undecryptable(_))));
}

#[test]
fn a_late_message_is_known_to_be_of_a_sender_whose_place_somebody_else_has() {
    let (alice, bob, cathy, hub) = (Person::new("alice"), Person::new("bob"), Person::new("cathy"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let (mut cathy_in, joined) = join(&cathy, &observer, &hub, &joined.group_info, b"cathy;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    member_accepts(&bob, &mut bob_in, &joined.commit);
    let late: Vec<_> =
        (0..4_u8).map(|number| bob_in.send(&bob.mls(), &bob.identity, &[number], None).unwrap()).collect();
    let bob_leaf = bob_in.own_leaf();

    let read = |cathy_in: &mut Member, number: u8| {
        let (sender, data) = text(cathy_in, &cathy, &late[usize::from(number)]);
        assert_eq!((sender, data), (bob_leaf, vec![number]));
    };
    let removal = commit(&alice, &mut alice_in, Plan { removes: vec![bob_leaf], ..Plan::default() });
    hub_accepts(&hub, &mut observer, &removal);
    alice_in.merge_pending(&alice.mls()).unwrap();
    member_accepts(&cathy, &mut cathy_in, &removal.commit);
    read(&mut Member::load(&cathy.mls(), GROUP).unwrap().unwrap(), 0);

    let mut info = removal.group_info;
    for name in ["dave", "erin", "frank"] {
        let person = Person::new(name);
        let (joiner, joined) = join(&person, &observer, &hub, &info, b";");
        assert_eq!(joiner.own_leaf() == bob_leaf, name == "dave");
        hub_accepts(&hub, &mut observer, &joined);
        cathy_in = Member::load(&cathy.mls(), GROUP).unwrap().unwrap();
        member_accepts(&cathy, &mut cathy_in, &joined.commit);
        info = joined.group_info;
    }
    assert_ne!(cathy_in.leaf(bob_leaf).unwrap().signature_key, bob.identity.public_key());
    let mut again = Member::load(&cathy.mls(), GROUP).unwrap().unwrap();
    read(&mut again, 1);
    read(&mut again, 2);
    read(&mut Member::load(&cathy.mls(), GROUP).unwrap().unwrap(), 3);
}

#[test]
fn as_shipped_nothing_comes_out_twice_the_same() {
    let ((group, joined, outgoing, message), again) = (story(), story());
    assert_ne!(group, again.0);
    assert_ne!(joined.commit, again.1.commit);
    assert_ne!(outgoing.commit, again.2.commit);
    assert_ne!(message, again.3);
}
