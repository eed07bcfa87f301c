use doorstep_wire::{
    Capability, component, dictionary,
    ext::policy::RoomPurpose,
    room::{BaseRoomPolicy, Optionality},
};

use super::{ADMIN, KNOCKER, MEMBER, PresetInput, ask_to_join, connection, open, pair};
use crate::{
    CONNECTION_LIFE, Change, Denied, Leaf, RoomState, initial, initial_connection, initial_knock_room,
    permit_group_info, permit_knock, testing::*,
};

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

#[test]
fn a_room_to_ask_in_is_for_two_and_for_nobody_outside() {
    let made = connection(&input(Optionality::Required), 1_790_000_000).unwrap();
    let room = RoomState::from_dictionary(&made).unwrap();
    assert_eq!(*room.purpose(), RoomPurpose::Connection { expires_at: 1_790_000_000 });
    assert_eq!((room.settings().base.max_users, room.settings().base.discoverable), (Some(2), false));
    assert_eq!(room.settings().pseudonyms.pseudonyms, Optionality::Optional);
    assert_eq!(initial(&room, &leaf(1, 1)), Ok(()));
    for outside in [Capability::CAN_OPEN_JOIN, Capability::CAN_USE_JOIN_CODE, Capability::CAN_KNOCK] {
        assert!(!room.outsiders_have(outside));
    }
    let can = |role, capability| room.role_has(role, capability);
    for both in [
        Capability::CAN_SEND_MESSAGE,
        Capability::CAN_RECEIVE_MESSAGE,
        Capability::CAN_REMOVE_SELF,
        Capability::CAN_ADD_OWN_CLIENT,
    ] {
        assert!(can(ADMIN, both) && can(MEMBER, both), "{both:?}");
    }
    for one in [Capability::CAN_ADD_PARTICIPANT, Capability::CAN_REMOVE_PARTICIPANT, Capability::CAN_DESTROY_ROOM] {
        assert!(can(ADMIN, one) && !can(MEMBER, one), "{one:?}");
    }
    assert!(!can(ADMIN, Capability::CAN_CREATE_JOIN_CODE));
}

#[test]
fn a_room_to_ask_in_ends_within_120_days() {
    let now = NOW.seconds();
    let judged = |expires_at| {
        let made = connection(&input(Optionality::Optional), expires_at).unwrap();
        initial_connection(&RoomState::from_dictionary(&made).unwrap(), NOW)
    };
    for (expires_at, verdict) in [
        (0, Err(Denied::Contradiction)),
        (now, Err(Denied::Contradiction)),
        (now + 1, Ok(())),
        (now + CONNECTION_LIFE, Ok(())),
        (now + CONNECTION_LIFE + 1, Err(Denied::Contradiction)),
        (u64::MAX, Err(Denied::Contradiction)),
    ] {
        assert_eq!(judged(expires_at), verdict, "{expires_at}");
    }
    let made = connection(&input(Optionality::Optional), now + 1).unwrap();
    for max_users in [None, Some(1), Some(3)] {
        let scene = Scene::of(&made);
        let base = BaseRoomPolicy { max_users, ..scene.state.settings().base.clone() };
        let crowded = scene.with_component(component::BASE_ROOM_POLICY, &base).state;
        assert_eq!(initial_connection(&crowded, NOW), Err(Denied::Contradiction), "{max_users:?}");
    }
    assert_eq!(initial_connection(&Scene::club().state, NOW), Ok(()), "any other room lasts");
}

#[test]
fn a_room_of_two_hides_them_and_needs_no_name() {
    let named = PresetInput { name: String::new(), ..input(Optionality::Optional) };
    let room = RoomState::from_dictionary(&pair(&named).unwrap()).unwrap();
    assert_eq!(*room.purpose(), RoomPurpose::Standard);
    assert_eq!((room.settings().base.max_users, room.metadata().room_name.as_str()), (Some(2), ""));
    assert_eq!(room.settings().pseudonyms.pseudonyms, Optionality::Required);
    assert_eq!(initial(&room, &leaf(1, 1)), Ok(()));
    assert!(!room.outsiders_have(Capability::CAN_OPEN_JOIN) && !room.outsiders_have(Capability::CAN_KNOCK));
    assert!(room.role_has(ADMIN, Capability::CAN_DESTROY_ROOM) && !room.role_has(MEMBER, Capability::CAN_DESTROY_ROOM));
}

#[test]
fn rooms_of_two_take_the_other_one_a_third_not_and_let_both_go() {
    for dictionary in [connection(&input(Optionality::Optional), 1_790_000_000), pair(&input(Optionality::Required))] {
        let alone = Scene::of(&dictionary.unwrap());
        let second = vec![by(ADMIN_LEAF, list(&[], &[], &[(2, MEMBER)])), by(ADMIN_LEAF, add(leaf(2, 2)))];
        assert!(alone.commit(ADMIN_LEAF, second).is_ok());
        let two = alone.with([(1, ADMIN), (2, MEMBER)]);
        let third = vec![by(ADMIN_LEAF, list(&[], &[], &[(3, MEMBER)])), by(ADMIN_LEAF, add(leaf(3, 3)))];
        assert_eq!(two.commit(ADMIN_LEAF, third).unwrap_err(), Denied::RoomFull);
        let maker_goes = vec![by(ADMIN_LEAF, Change::SelfRemove), by(ADMIN_LEAF, list(&[], &[0], &[]))];
        assert!(two.commit(BOB, maker_goes).is_ok());
        let other_goes = vec![by(BOB, Change::SelfRemove), by(BOB, list(&[], &[1], &[]))];
        assert!(two.commit(ADMIN_LEAF, other_goes).is_ok());
    }
}
