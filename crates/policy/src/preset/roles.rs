//! The roles of our rooms.

use doorstep_wire::{
    Capability as Can,
    room::{Role, RoleIndex, SingleSourceRoleChangeTargets},
};

use super::{ADMIN, KNOCKER, MAX_KNOCKERS, MEMBER};

const OUTSIDER: RoleIndex = RoleIndex::OUTSIDER;
const BANNED: RoleIndex = RoleIndex::BANNED;

/// Outsiders can knock, and come in by a link. Without a link only admins let somebody in: nobody has canOpenJoin.
pub(super) fn ask_to_join() -> Vec<Role> {
    let capabilities = [Can::CAN_KNOCK, Can::CAN_USE_JOIN_CODE];
    let outsider = role(OUTSIDER, "outsider", "May ask to be let in.", &[&capabilities], &[(OUTSIDER, &[MEMBER])]);
    vec![outsider, banned(), member(), admin()]
}

/// Outsiders may come in as members.
pub(super) fn open() -> Vec<Role> {
    let capabilities = [Can::CAN_OPEN_JOIN, Can::CAN_USE_JOIN_CODE];
    let outsider = role(OUTSIDER, "outsider", "May come in.", &[&capabilities], &[(OUTSIDER, &[MEMBER])]);
    vec![outsider, banned(), member(), admin()]
}

/// Outsiders may come in as knockers, who can send and cannot read.
pub(super) fn knock_room() -> Vec<Role> {
    let outsider = role(OUTSIDER, "outsider", "May knock.", &[&[Can::CAN_OPEN_JOIN]], &[(OUTSIDER, &[KNOCKER])]);
    let knocking = [Can::CAN_SEND_MESSAGE, Can::CAN_REMOVE_SELF, Can::CAN_REMOVE_OWN_CLIENT];
    let mut knocker = role(
        KNOCKER,
        "knocker",
        "Says what they want and waits for the answer.",
        &[&knocking],
        &[(KNOCKER, &[OUTSIDER])],
    );
    // Of the list itself nothing is limited: who has left stands there until the next commit.
    knocker.maximum_active_participants = Some(MAX_KNOCKERS);
    let changes: [(RoleIndex, &[RoleIndex]); 4] = [
        (OUTSIDER, &[BANNED, ADMIN]),
        (BANNED, &[KNOCKER]),
        // Somebody who became an admin of the room behind it comes in like a knocker, and is let stay.
        (KNOCKER, &[OUTSIDER, BANNED, ADMIN]),
        (ADMIN, &[OUTSIDER, BANNED]),
    ];
    let mut admin =
        role(ADMIN, "admin", "Reads and answers knocks.", &[&PRESENCE, &READING, &PEOPLE, &STATE], &changes);
    admin.minimum_participants = 1;
    vec![outsider, banned(), knocker, admin]
}

/// Who asks, with who is asked. Either may leave: the room ends with the last client of one of them, so that nobody has to
/// stay in it.
pub(super) fn connection() -> Vec<Role> {
    let capabilities = [&PRESENCE[..], &[Can::CAN_RECEIVE_MESSAGE], &MAKING];
    let admin = role(ADMIN, "admin", "Asks, and can end the room.", &capabilities, &ONE_OTHER);
    let asked = [&PRESENCE[..], &[Can::CAN_RECEIVE_MESSAGE]];
    let member = role(MEMBER, "member", "Is asked.", &asked, &[(MEMBER, &[OUTSIDER])]);
    vec![nobody(), banned(), member, admin]
}

/// Two equals. One of them made the room, and can bring the other one in again and end it.
pub(super) fn pair() -> Vec<Role> {
    let capabilities = [&PRESENCE[..], &READING, &WRITING, &MAKING];
    let admin = role(ADMIN, "admin", "Made the room, and can end it.", &capabilities, &ONE_OTHER);
    vec![nobody(), banned(), member(), admin]
}

/// Outsiders who can do nothing: not come in, not knock.
fn nobody() -> Role {
    role(OUTSIDER, "outsider", "Stays outside.", &[], &[])
}

fn banned() -> Role {
    let mut banned = role(BANNED, Role::BANNED, "May not come in.", &[], &[]);
    banned.maximum_active_participants = Some(0);
    banned
}

fn member() -> Role {
    role(MEMBER, "member", "Reads and writes.", &[&PRESENCE, &READING, &WRITING], &[(MEMBER, &[OUTSIDER])])
}

fn admin() -> Role {
    let changes: [(RoleIndex, &[RoleIndex]); 4] = [
        (OUTSIDER, &[BANNED, MEMBER, ADMIN]),
        (BANNED, &[MEMBER]),
        (MEMBER, &[OUTSIDER, BANNED, ADMIN]),
        (ADMIN, &[OUTSIDER, BANNED, MEMBER]),
    ];
    let capabilities = [&PRESENCE[..], &READING, &WRITING, &PEOPLE, &ORDER, &STATE];
    let mut admin = role(ADMIN, "admin", "Lets people in and looks after the room.", &capabilities, &changes);
    admin.minimum_participants = 1;
    admin
}

/// Being there, with several clients, and going.
const PRESENCE: [Can; 4] =
    [Can::CAN_SEND_MESSAGE, Can::CAN_REMOVE_SELF, Can::CAN_REMOVE_OWN_CLIENT, Can::CAN_ADD_OWN_CLIENT];

const READING: [Can; 9] = [
    Can::CAN_RECEIVE_MESSAGE,
    Can::CAN_COPY_MESSAGE,
    Can::CAN_REPORT_ABUSE,
    Can::CAN_DOWNLOAD_IMAGE,
    Can::CAN_DOWNLOAD_AUDIO,
    Can::CAN_DOWNLOAD_VIDEO,
    Can::CAN_DOWNLOAD_ATTACHMENT,
    Can::CAN_FOLLOW_LINK,
    Can::CAN_COPY_LINK,
];

const WRITING: [Can; 15] = [
    Can::CAN_REPLY_TO_MESSAGE,
    Can::CAN_REACT_TO_MESSAGE,
    Can::CAN_EDIT_REACTION,
    Can::CAN_DELETE_OWN_REACTION,
    Can::CAN_EDIT_OWN_MESSAGE,
    Can::CAN_DELETE_OWN_MESSAGE,
    Can::CAN_START_TOPIC,
    Can::CAN_REPLY_IN_TOPIC,
    Can::CAN_EDIT_OWN_TOPIC,
    Can::CAN_UPLOAD_IMAGE,
    Can::CAN_UPLOAD_AUDIO,
    Can::CAN_UPLOAD_VIDEO,
    Can::CAN_UPLOAD_ATTACHMENT,
    Can::CAN_SEND_LINK,
    Can::CAN_SEND_LINK_PREVIEW,
];

/// Letting in and putting out.
const PEOPLE: [Can; 8] = [
    Can::CAN_ADD_PARTICIPANT,
    Can::CAN_REMOVE_PARTICIPANT,
    Can::CAN_BAN,
    Can::CAN_UNBAN,
    Can::CAN_KICK,
    Can::CAN_CHANGE_USER_ROLE,
    Can::CAN_ACCEPT_KNOCK,
    Can::CAN_ADD_CLIENT_OF_PARTICIPANT,
];

const ORDER: [Can; 5] = [
    Can::CAN_DELETE_OTHER_MESSAGE,
    Can::CAN_DELETE_OTHER_REACTION,
    Can::CAN_EDIT_OTHER_TOPIC,
    Can::CAN_CREATE_JOIN_CODE,
    Can::CAN_DELETE_JOIN_CODE,
];

/// What the maker of a room for two can do and the other one cannot.
const MAKING: [Can; 3] = [Can::CAN_ADD_PARTICIPANT, Can::CAN_REMOVE_PARTICIPANT, Can::CAN_DESTROY_ROOM];

/// In a room for two the maker brings the other one in and takes them out; either can go.
const ONE_OTHER: [(RoleIndex, &[RoleIndex]); 3] = [(OUTSIDER, &[MEMBER]), (MEMBER, &[OUTSIDER]), (ADMIN, &[OUTSIDER])];

/// Changing the room itself.
const STATE: [Can; 9] = [
    Can::CAN_CHANGE_ROOM_NAME,
    Can::CAN_CHANGE_ROOM_DESCRIPTION,
    Can::CAN_CHANGE_ROOM_AVATAR,
    Can::CAN_CHANGE_ROOM_SUBJECT,
    Can::CAN_CHANGE_ROOM_MOOD,
    Can::CAN_CHANGE_ROLE_DEFINITIONS,
    Can::CAN_CHANGE_ROOM_MEMBERSHIP_STYLE,
    Can::CAN_CHANGE_PSEUDONYM_POLICY,
    Can::CAN_DESTROY_ROOM,
];

fn role(
    index: RoleIndex,
    name: &str,
    description: &str,
    capabilities: &[&[Can]],
    changes: &[(RoleIndex, &[RoleIndex])],
) -> Role {
    let mut capabilities = capabilities.concat();
    capabilities.sort_unstable();
    let changes = changes.iter().filter(|(_, targets)| !targets.is_empty());
    Role {
        index,
        name: name.to_owned(),
        description: description.to_owned(),
        capabilities,
        minimum_participants: 0,
        maximum_participants: None,
        minimum_active_participants: 0,
        maximum_active_participants: None,
        authorized_role_changes: changes
            .map(|(from, targets)| SingleSourceRoleChangeTargets { from: *from, targets: targets.to_vec() })
            .collect(),
    }
}
