use std::collections::BTreeMap;

use doorstep_wire::{
    Body,
    room::{ParticipantListData, ParticipantListUpdate, RoleIndex, UserIndexRolePair, UserRolePair},
    uri::UserUri,
};
use proptest::prelude::*;

use super::{ListChanges, Participants};
use crate::{Denied, testing::user};

fn pair(number: u8, role: u32) -> UserRolePair {
    UserRolePair { user: user(number), role_index: RoleIndex(role) }
}

fn people(people: &[(u8, u32)]) -> Participants {
    let participants = people.iter().map(|(number, role)| pair(*number, *role)).collect();
    Participants::new(ParticipantListData { participants }).unwrap()
}

/// The rule as the document has it, on plain vectors.
fn by_the_book(list: &[UserRolePair], updates: &[ParticipantListUpdate]) -> Option<Vec<UserRolePair>> {
    let mut touched = std::collections::BTreeSet::new();
    let mut next: Vec<Option<UserRolePair>> = list.iter().cloned().map(Some).collect();
    for update in updates {
        for index in update.changed.iter().map(|change| change.user_index).chain(update.removed.iter().copied()) {
            if usize::try_from(index).unwrap() >= list.len() || !touched.insert(index) {
                return None;
            }
        }
    }
    for change in updates.iter().flat_map(|update| &update.changed) {
        if change.role_index == RoleIndex(0) {
            return None;
        }
        next[change.user_index as usize].as_mut()?.role_index = change.role_index;
    }
    for index in updates.iter().flat_map(|update| &update.removed) {
        next[*index as usize] = None;
    }
    let mut next: Vec<UserRolePair> = next.into_iter().flatten().collect();
    for added in updates.iter().flat_map(|update| &update.added) {
        let known = list.iter().chain(&next).any(|pair| pair.user == added.user);
        if known || added.role_index == RoleIndex(0) {
            return None;
        }
        next.push(added.clone());
    }
    Some(next)
}

fn apply(list: &Participants, updates: &[ParticipantListUpdate]) -> Result<Participants, Denied> {
    let mut changes = ListChanges::default();
    for update in updates {
        changes.collect(update.clone(), ())?;
    }
    list.apply(&changes)
}

fn update() -> impl Strategy<Value = ParticipantListUpdate> {
    let changed = proptest::collection::vec((0u32..9, 0u32..4), 0..3);
    let removed = proptest::collection::vec(0u32..9, 0..3);
    let added = proptest::collection::vec((0u8..14, 0u32..4), 0..3);
    (changed, removed, added).prop_map(|(changed, removed, added)| ParticipantListUpdate {
        changed: changed
            .into_iter()
            .map(|(user_index, role)| UserIndexRolePair { user_index, role_index: RoleIndex(role) })
            .collect(),
        removed,
        added: added.into_iter().map(|(number, role)| pair(number, role)).collect(),
    })
}

proptest! {
    #[test]
    fn updates_do_what_the_book_says(
        numbers in proptest::sample::subsequence((0u8..12).collect::<Vec<_>>(), 0..9).prop_shuffle(),
        updates in proptest::collection::vec(update(), 0..4),
    ) {
        let before: Vec<UserRolePair> = numbers.iter().map(|number| pair(*number, u32::from(*number) % 3 + 1)).collect();
        let list = Participants::new(ParticipantListData { participants: before.clone() }).unwrap();
        let after = apply(&list, &updates);
        match by_the_book(&before, &updates) {
            None => prop_assert!(after.is_err()),
            Some(expected) => {
                let after = after.unwrap();
                let again = Participants::new(ParticipantListData { participants: expected.clone() }).unwrap();
                // The index and the counts are those of a list read afresh.
                prop_assert_eq!(&after, &again);
                prop_assert_eq!(after.encode(), ParticipantListData { participants: expected.clone() }.encode().unwrap());
                let mut holders: BTreeMap<RoleIndex, u32> = BTreeMap::new();
                for (position, entry) in (0u32..).zip(&expected) {
                    prop_assert_eq!(after.position(&entry.user), Some(position));
                    prop_assert_eq!(after.role_of(&entry.user), entry.role_index);
                    *holders.entry(entry.role_index).or_default() += 1;
                }
                for role in 0..5 {
                    let role = RoleIndex(role);
                    prop_assert_eq!(after.holders(role), holders.get(&role).copied().unwrap_or(0));
                }
            }
        }
        prop_assert_eq!(list, Participants::new(ParticipantListData { participants: before }).unwrap());
    }

    #[test]
    fn the_order_of_proposals_about_different_entries_does_not_matter(
        one in 0u32..4, other in 4u32..8,
    ) {
        let list = people(&[(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 2), (7, 2), (8, 2)]);
        let remove = |index| ParticipantListUpdate { removed: vec![index], ..ParticipantListUpdate::default() };
        prop_assert_eq!(
            apply(&list, &[remove(one), remove(other)]).unwrap(),
            apply(&list, &[remove(other), remove(one)]).unwrap()
        );
    }
}

#[test]
fn a_list_names_everybody_once_and_nobody_with_role_0() {
    let twice = ParticipantListData { participants: vec![pair(1, 2), pair(1, 3)] };
    assert_eq!(Participants::new(twice), Err(Denied::ListMismatch));
    assert_eq!(Participants::new(ParticipantListData { participants: vec![pair(1, 0)] }), Err(Denied::ListMismatch));
}

#[test]
fn somebody_removed_cannot_be_added_in_the_same_commit() {
    let list = people(&[(1, 3), (2, 2)]);
    let back = ParticipantListUpdate { removed: vec![1], added: vec![pair(2, 3)], ..ParticipantListUpdate::default() };
    assert_eq!(apply(&list, &[back]), Err(Denied::AlreadyParticipant));
}

#[test]
fn ten_thousand_people_are_no_trouble() {
    let everybody: Vec<UserRolePair> = (0..10_000u32)
        .map(|number| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&number.to_be_bytes());
            let user = UserUri::pseudonym(&"b.example".parse().unwrap(), doorstep_wire::uri::uuid_v4(id));
            UserRolePair { user, role_index: RoleIndex(2) }
        })
        .collect();
    let mut list = Participants::new(ParticipantListData { participants: everybody }).unwrap();
    for round in 1..=200u8 {
        let update = ParticipantListUpdate {
            changed: Vec::new(),
            removed: vec![u32::from(round) * 7],
            added: vec![pair(round, 2)],
        };
        list = apply(&list, &[update]).unwrap();
    }
    assert_eq!(list.len(), 10_000);
    assert_eq!(list.position(&user(200)), Some(9_999));
}
