//! What a commit costs in a room of two hundred.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{Lifespan, Plan, Write, key_package};
use doorstep_wire::component::PARTICIPANT_LIST;
use doorstep_wire::ext::kp_usage::KpUsage;
use room::*;

fn bytes(writes: &[Write]) -> usize {
    writes.iter().map(|write| write.key.len() + write.value.as_ref().map_or(0, Vec::len)).sum()
}

#[test]
fn a_commit_writes_a_small_part_of_the_tree_and_a_message_less() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let adds = (0..200)
        .map(|number| {
            let person = Person::new(&format!("person {number}"));
            key_package(&person.mls(), &person.identity, &KpUsage::Any, Lifespan::starting(now())).unwrap().bytes
        })
        .collect();
    let outgoing = commit(&alice, &mut alice_in, Plan { adds, ..Plan::default() });
    hub_accepts(&hub, &mut observer, &outgoing);
    alice_in.merge_pending(&alice.mls()).unwrap();
    hub.journal.drain_writes();
    alice.journal.drain_writes();
    let tree = observer.ratchet_tree().unwrap().len();

    let (_, joined) = join(&bob, &observer, &hub, &outgoing.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    let written = bytes(&hub.journal.drain_writes());
    assert!(written * 10 < tree, "the hub wrote {written} bytes of {tree}");

    member_accepts(&alice, &mut alice_in, &joined.commit);
    alice.journal.drain_writes();
    let plan = Plan { path: true, updates: vec![(PARTICIPANT_LIST, b"x".to_vec())], ..Plan::default() };
    let outgoing = commit(&alice, &mut alice_in, plan);
    hub_accepts(&hub, &mut observer, &outgoing);
    let written = bytes(&hub.journal.drain_writes());
    assert!(written * 10 < tree, "the hub wrote {written} bytes of {tree}");
    alice.journal.drain_writes();
    alice_in.merge_pending(&alice.mls()).unwrap();
    alice.journal.drain_writes();
    alice_in.send(&alice.mls(), &alice.identity, b"hello", None).unwrap();
    let written = bytes(&alice.journal.drain_writes());
    assert!(written * 10 < tree, "a message wrote {written} bytes of {tree}");
}
