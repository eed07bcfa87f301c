use doorstep_wire::{Capability, component, dictionary, ext::policy::RoomPurpose, room::Optionality};

use super::{ADMIN, KNOCKER, MEMBER, PresetInput, ask_to_join, open};
use crate::{Denied, Leaf, RoomState, initial, initial_knock_room, permit_group_info, permit_knock, testing::*};

#[test]
fn preset_rooms_are_rooms_that_may_be_made() {
    for pseudonyms in [Optionality::Optional, Optionality::Required, Optionality::Forbidden] {
        let (target, knock) = ask_to_join(&input(pseudonyms), &knock_uri(), &user(2)).unwrap();
        let target = RoomState::from_dictionary(&target).unwrap();
        let knock = RoomState::from_dictionary(&knock).unwrap();
        assert_eq!(initial_knock_room(&knock, &target), Ok(()));
        assert_eq!(target.knock_room(), Some(&knock_uri()));
        assert_eq!(*target.purpose(), RoomPurpose::Standard);
        assert_eq!(knock.knock_terms().map(|terms| terms.knocker_role), Some(KNOCKER));
        if pseudonyms != Optionality::Forbidden {
            assert_eq!(initial(&target, &leaf(1, 1)), Ok(()));
            assert_eq!(initial(&knock, &Leaf { has_knock_key: true, ..leaf(2, 2) }), Ok(()));
            assert_eq!(initial(&knock, &leaf(2, 2)), Err(Denied::KnockKeyMissing));
        } else {
            assert_eq!(initial(&target, &leaf(1, 1)), Err(Denied::PseudonymForbidden));
        }
        assert_eq!(initial(&target, &leaf(3, 3)), Err(Denied::ListMismatch));
        assert_eq!(
            target.to_dictionary()[&component::APP_COMPONENTS],
            dictionary::app_components(&target.to_dictionary())
        );
    }
}

#[test]
fn policy_components_are_named_ascending() {
    let (target, _) = ask_to_join(&input(Optionality::Optional), &knock_uri(), &user(2)).unwrap();
    let target = RoomState::from_dictionary(&target).unwrap();
    let named = &target.settings().base.policy_component_ids;
    assert_eq!(*named, [0x0025, 0x0027, 0x0029, 0x002A, 0x8D40, 0x8D41, 0x8D48]);
}

#[test]
fn who_gets_in_where() {
    let open = RoomState::from_dictionary(&open(&input(Optionality::Optional)).unwrap()).unwrap();
    let club = Scene::club();
    assert_eq!(permit_group_info(&open, &club.roster, &leaf(9, 9)).map(|grant| grant.role), Ok(MEMBER));
    assert_eq!(permit_group_info(&club.state, &club.roster, &leaf(9, 9)).unwrap_err(), Denied::CannotJoin);
    assert_eq!(permit_group_info(&club.state, &club.roster, &leaf(4, 4)).unwrap_err(), Denied::Banned);
    assert_eq!(permit_group_info(&club.state, &club.roster, &leaf(2, 9)).map(|grant| grant.role), Ok(MEMBER));
}

#[test]
fn who_may_knock() {
    let club = Scene::club();
    assert_eq!(permit_knock(&club.state, &knock_uri(), &user(9)), Ok(()));
    assert_eq!(permit_knock(&club.state, &room_uri(), &user(9)), Err(Denied::CannotKnock));
    assert_eq!(permit_knock(&club.state, &knock_uri(), &user(4)), Err(Denied::Banned));
    assert_eq!(permit_knock(&club.state, &knock_uri(), &user(2)), Err(Denied::AlreadyParticipant));
    assert_eq!(permit_knock(&Scene::open().state, &knock_uri(), &user(9)), Err(Denied::CannotKnock));
}

#[test]
fn roles_for_newcomers_and_banned_ones_are_found() {
    let club = Scene::club().state;
    assert_eq!(club.member_role(), Some(MEMBER));
    assert_eq!(club.role_name(ADMIN), "admin");
    assert!(club.is_banned(&user(4)) && !club.is_in(&user(4)));
    assert_eq!(club.people(), 3);
    assert_eq!(crate::permit_send(&club, &user(4)), Err(Denied::Banned));
    assert_eq!(crate::permit_send(&club, &user(9)), Err(Denied::NotParticipant));
    assert_eq!(crate::permit_send(&club, &user(2)), Ok(()));
    assert!(club.has(&user(1), Capability::CAN_ACCEPT_KNOCK) && !club.has(&user(2), Capability::CAN_ACCEPT_KNOCK));
}

#[test]
fn a_knock_room_of_another_room_does_not_belong() {
    let club = Scene::club().state;
    let (_, stranger) = {
        let mut input = input(Optionality::Optional);
        input.room = "mimi://a.example/r/other".parse().unwrap();
        ask_to_join(&input, &knock_uri(), &user(2)).unwrap()
    };
    let stranger = RoomState::from_dictionary(&stranger).unwrap();
    assert_eq!(initial_knock_room(&stranger, &club), Err(Denied::CannotKnock));
}

#[test]
fn a_room_says_whether_names_are_told_and_nobody_has_to_before_she_is_let_in() {
    let rules = [
        (Optionality::Optional, 0, Optionality::Optional),
        (Optionality::Required, 3600, Optionality::Optional),
        (Optionality::Forbidden, 0, Optionality::Forbidden),
    ];
    for (disclosure, grace, at_the_door) in rules {
        let input = PresetInput { disclosure, disclosure_grace: 3600, ..input(Optionality::Optional) };
        let (target, knock) = ask_to_join(&input, &knock_uri(), &user(2)).unwrap();
        let policy = |room| RoomState::from_dictionary(room).unwrap().settings().pseudonyms.clone();
        assert_eq!((policy(&target).disclosure, policy(&target).disclosure_grace), (disclosure, grace));
        assert_eq!((policy(&knock).disclosure, policy(&knock).disclosure_grace), (at_the_door, 0));
    }
}
