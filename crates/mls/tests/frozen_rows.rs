//! Rows as earlier versions wrote them. They lie in browsers and on hubs and have to be read for good.
//!
//! `frozen/` was made once before `doorstep-rows`, and `frozen/byte_strings/` once with it: Alice adds Bob, Cathy joins from outside, Bob proposes to leave; then Bob's and the hub's rows
//! are kept, and Alice's after she made the commit that settles it, which waits, with a KeyPackage beside it. A row a line.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{Author, Incoming, Journal, Member, Observer};
use doorstep_wire::numbers::{Epoch, LeafIndex};
use room::*;

fn unhex(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn frozen(name: &str, rows: &str) -> Person {
    let rows = rows.lines().map(|line| {
        let (key, value) = line.split_once(' ').unwrap();
        (unhex(key), unhex(value))
    });
    let mut person = Person::new(name);
    person.journal = Journal::load(rows);
    person
}

/// What one version left behind.
struct Left {
    alice: &'static str,
    bob: &'static str,
    hub: &'static str,
    messages: &'static str,
}

const LEFT: [Left; 2] = [
    Left {
        alice: include_str!("frozen/alice.hex"),
        bob: include_str!("frozen/bob.hex"),
        hub: include_str!("frozen/hub.hex"),
        messages: include_str!("frozen/messages.hex"),
    },
    Left {
        alice: include_str!("frozen/byte_strings/alice.hex"),
        bob: include_str!("frozen/byte_strings/bob.hex"),
        hub: include_str!("frozen/byte_strings/hub.hex"),
        messages: include_str!("frozen/byte_strings/messages.hex"),
    },
];

impl Left {
    /// Bob's text of the epoch before Cathy, her text, the commit that waits, a secret of Alice's epoch.
    fn messages(&self) -> [Vec<u8>; 4] {
        let lines: Vec<_> = self.messages.lines().map(unhex).collect();
        lines.try_into().unwrap()
    }
}

#[test]
fn a_member_goes_on_from_the_rows_of_an_older_version() {
    for left in LEFT {
        let alice = frozen("alice", left.alice);
        let [late, current, commit, secret] = left.messages();
        let mut alice_in = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
        assert_eq!(alice_in.epoch(), Epoch(2));
        assert_eq!(participants(&alice_in), b"alice;bob;cathy;");
        assert_eq!(alice_in.leaves().count(), 3);
        assert_eq!(alice_in.export(&alice.mls(), "frozen", b"", 16).unwrap(), secret);
        assert_eq!(alice_in.pending().len(), 1);
        assert!(alice_in.has_pending_commit());
        assert_eq!(text(&mut alice_in, &alice, &late), (LeafIndex(1), b"late".to_vec()));
        assert_eq!(text(&mut alice_in, &alice, &current), (LeafIndex(2), b"current".to_vec()));

        assert!(matches!(alice_in.process(&alice.mls(), &commit).unwrap(), Incoming::OwnCommit));
        alice_in.merge_pending(&alice.mls()).unwrap();
        assert_eq!(participants(&alice_in), b"alice;bob;cathy;-bob;");
        assert_eq!(alice_in.leaves().count(), 2);
        let again = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
        assert_eq!(again.view().leaves, alice_in.view().leaves);
        assert_eq!(alice.journal.scan_prefix(b"k").len(), 1, "the KeyPackage");
    }
}

#[test]
fn others_follow_from_theirs() {
    for left in LEFT {
        let (bob, hub) = (frozen("bob", left.bob), frozen("hub", left.hub));
        let [_, current, commit, _] = left.messages();
        let mut bob_in = Member::load(&bob.mls(), GROUP).unwrap().unwrap();
        assert_eq!(text(&mut bob_in, &bob, &current), (LeafIndex(2), b"current".to_vec()));
        member_accepts(&bob, &mut bob_in, &commit);
        assert!(!bob_in.is_active());

        let observer = Observer::load(&hub.mls(), GROUP).unwrap().unwrap();
        assert_eq!(observer.pending(&hub.mls()).unwrap().len(), 1);
        assert_eq!(observed_commit(&observer, &hub, &commit).view.author, Author::Member(LeafIndex(0)));
    }
}

#[test]
fn what_has_not_changed_is_not_written_anew() {
    for left in LEFT {
        let alice = frozen("alice", left.alice);
        let mut alice_in = Member::load(&alice.mls(), GROUP).unwrap().unwrap();
        alice_in.clear_pending(&alice.mls()).unwrap();
        let changed: Vec<_> = alice.journal.drain_writes();
        assert_eq!(changed.len(), 1, "{changed:?}");
    }
}
