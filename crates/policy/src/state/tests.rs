use doorstep_wire::{
    Body, Capability, component,
    room::{Optionality, Role, RoleData},
};

use crate::{RoomState, StateError, preset, testing::*};

fn room() -> doorstep_wire::Dictionary {
    preset::open(&input(Optionality::Optional)).unwrap()
}

fn roles(change: impl FnOnce(&mut Vec<Role>)) -> Result<RoomState, StateError> {
    let mut room = room();
    let mut data = RoleData::decode(&room[&component::ROLES_LIST]).unwrap();
    change(&mut data.roles);
    room.insert(component::ROLES_LIST, data.encode().unwrap());
    RoomState::from_dictionary(&room)
}

#[test]
fn a_dictionary_survives() {
    let room = room();
    assert_eq!(RoomState::from_dictionary(&room).unwrap().to_dictionary(), room);
}

#[test]
fn a_component_nobody_knows_survives_if_it_is_named() {
    let mut room = room();
    room.insert(0x8D4F, vec![1, 2, 3]);
    let contradiction = Err(StateError::Contradiction(component::APP_COMPONENTS));
    assert_eq!(RoomState::from_dictionary(&room), contradiction);
    room.insert(component::APP_COMPONENTS, doorstep_wire::dictionary::app_components(&room));
    assert_eq!(RoomState::from_dictionary(&room).unwrap().to_dictionary(), room);
}

#[test]
fn what_every_room_has_cannot_be_missing_or_malformed() {
    for id in
        [component::PARTICIPANT_LIST, component::ROOM_METADATA, component::ROLES_LIST, component::BASE_ROOM_POLICY]
    {
        let mut without = room();
        without.remove(&id);
        assert_eq!(RoomState::from_dictionary(&without), Err(StateError::Missing(id)));
        let mut garbage = room();
        garbage.insert(id, vec![0xff; 9]);
        assert_eq!(RoomState::from_dictionary(&garbage), Err(StateError::Malformed(id)));
    }
}

#[test]
fn roles_must_make_sense() {
    let contradiction = Err(StateError::Contradiction(component::ROLES_LIST));
    assert!(roles(|_| {}).is_ok());
    assert_eq!(roles(|roles| roles.push(roles[2].clone())), contradiction, "an index twice");
    assert_eq!(roles(|roles| drop(roles.remove(0))), contradiction, "no role 0");
    assert_eq!(
        roles(|roles| roles[2].capabilities.push(Capability::CAN_OPEN_JOIN)),
        contradiction,
        "members open-join"
    );
    assert_eq!(roles(|roles| roles[0].capabilities.push(Capability::CAN_BAN)), contradiction, "outsiders ban");
    assert_eq!(roles(|roles| roles[1].maximum_active_participants = None), contradiction, "banned users have clients");
    assert_eq!(roles(|roles| roles[1].capabilities.push(Capability::CAN_SEND_MESSAGE)), contradiction, "banned send");
    assert_eq!(roles(|roles| roles[3].maximum_participants = Some(0)), contradiction, "fewest above most");
    let nowhere =
        |roles: &mut Vec<Role>| roles[3].authorized_role_changes[0].targets.push(doorstep_wire::room::RoleIndex(9));
    assert_eq!(roles(nowhere), contradiction, "into a role that is not there");
}

#[test]
fn a_role_in_use_must_be_there() {
    let missing = roles(|roles| {
        roles.retain(|role| role.index != preset::ADMIN);
        for role in roles {
            role.authorized_role_changes.clear();
        }
    });
    assert_eq!(missing, Err(StateError::Contradiction(component::PARTICIPANT_LIST)));
}
