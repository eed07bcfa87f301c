//! The byte vectors of `docs/PROTOCOL.md`, computed apart from this code.

use super::*;
use crate::codec::Body;

const ALICE: &str = "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427";

fn pair(user: &str, role: u32) -> UserRolePair {
    UserRolePair { user: user.parse().unwrap(), role_index: RoleIndex(role) }
}

/// Both ways; every prefix fails; a trailing byte fails.
fn vector<T: Body + PartialEq + std::fmt::Debug>(value: &T, bytes: &str) {
    let bytes = hex::decode(bytes.replace(' ', "")).unwrap();
    assert_eq!(hex::encode(value.encode().unwrap()), hex::encode(&bytes));
    assert_eq!(&T::decode(&bytes).unwrap(), value);
    for end in 0..bytes.len() {
        assert!(T::decode(&bytes[..end]).is_err(), "prefix of {end} bytes");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(T::decode(&longer).is_err(), "trailing byte");
}

#[test]
fn participant_list() {
    let data = ParticipantListData { participants: vec![pair(ALICE, 4), pair("mimi://b.example/u/bob", 2)] };
    let bob = hex::encode("mimi://b.example/u/bob");
    vector(&data, &format!("4057 37 {} 00000004 16 {bob} 00000002", hex::encode(ALICE)));
}

#[test]
fn participant_list_update_with_role_and_addition() {
    let update = ParticipantListUpdate {
        changed: vec![UserIndexRolePair { user_index: 1, role_index: RoleIndex(3) }],
        removed: Vec::new(),
        added: vec![pair("mimi://c.example/u/cathy", 2)],
    };
    let cathy = hex::encode("mimi://c.example/u/cathy");
    vector(&update, &format!("08 00000001 00000003 00 1d 18 {cathy} 00000002"));
}

#[test]
fn participant_list_update_with_removal() {
    let update = ParticipantListUpdate { removed: vec![0], ..ParticipantListUpdate::default() };
    vector(&update, "00 04 00000000 00");
}

#[test]
fn base_room_policy() {
    let policy = BaseRoomPolicy {
        fixed_membership: false,
        parent_dependant: false,
        parent_room: String::new(),
        multi_device: true,
        max_clients: None,
        max_users: Some(2),
        pseudonyms_allowed: true,
        persistent_room: false,
        discoverable: false,
        policy_component_ids: vec![0x0025, 0x8D40, 0x8D41],
    };
    vector(&policy, "00 00 00 01 00 01 00000002 01 00 00 06 0025 8d40 8d41");
}

#[test]
fn a_bool_is_nothing_but_0_or_1() {
    assert!(BaseRoomPolicy::decode(&hex::decode("0200000100000100000000").unwrap()).is_err());
}

#[test]
fn join_links_update_with_one_entry_is_70_bytes() {
    let added = vec![JoinLink { join_link: vec![1; 65].into() }];
    let update = JoinLinksUpdate { removed: Vec::new(), added };
    assert_eq!(update.encode().unwrap().len(), 70);
    vector(&update, &format!("00 4043 4041 {}", "01".repeat(65)));
}

#[test]
fn join_link_policy() {
    let policy = JoinLinkPolicy { on_request: false, join_link: String::new(), multiuser: true, expiration: 604_800 };
    vector(&policy, "00 00 01 00093a80");
}

#[test]
fn metadata() {
    let data = RoomMetaData {
        room_uri: "mimi://a.example/r/x".parse().unwrap(),
        room_name: "Café".to_owned(),
        room_descriptions: vec![RichDescription {
            media_type: String::new(),
            language_tag: "en".to_owned(),
            content: "hi".to_owned(),
        }],
        room_avatar: String::new(),
        room_subject: "s".to_owned(),
        room_mood: String::new(),
    };
    let uri = hex::encode("mimi://a.example/r/x");
    vector(&data, &format!("14 {uri} 05 436166c3a9 07 00 02 656e 02 6869 00 01 73 00"));
    assert_eq!(data.plain_description(), "hi");
}

#[test]
fn metadata_that_is_not_utf8_fails() {
    let uri = hex::encode("mimi://a.example/r/x");
    assert!(RoomMetaData::decode(&hex::decode(format!("14{uri}01ff00000000")).unwrap()).is_err());
}

#[test]
fn a_participant_must_be_a_user() {
    let room = hex::encode("mimi://a.example/r/x");
    let bytes = hex::decode(format!("19 14 {room} 00000002").replace(' ', "")).unwrap();
    assert!(ParticipantListData::decode(&bytes).is_err());
}

#[test]
fn roles_keep_capabilities_nobody_knows() {
    let role = Role {
        index: RoleIndex(2),
        name: "m".to_owned(),
        description: String::new(),
        capabilities: vec![crate::capability::Capability(0x0100), crate::capability::Capability(0xF777)],
        minimum_participants: 0,
        maximum_participants: Some(200),
        minimum_active_participants: 0,
        maximum_active_participants: None,
        authorized_role_changes: vec![SingleSourceRoleChangeTargets {
            from: RoleIndex(2),
            targets: vec![RoleIndex(0)],
        }],
    };
    let body = "00000002 01 6d 00 04 0100 f777 00000000 01 000000c8 00000000 00 09 00000002 04 00000000";
    vector(&RoleData { roles: vec![role] }, &format!("24 {body}"));
}

#[test]
fn preauthorisation_names_a_role_by_index() {
    let entry = PreAuthRoleEntry {
        claimset: vec![Claim {
            claim_id: ClaimId { credential_type: 5, id: vec![1].into() },
            claim_value: vec![0x61, 0x78].into(),
        }],
        target_role: RoleIndex(3),
    };
    vector(&PreAuthData { entries: vec![entry] }, "0c 07 0005 01 01 02 6178 00000003");
}

#[test]
fn policies_without_terms_are_one_byte() {
    vector(&LoggingPolicy::Forbidden, "02");
    vector(&HistoryPolicy::Forbidden, "02");
    vector(&MessageExpiration::Forbidden, "02");
}

#[test]
fn policies_with_terms() {
    let history =
        HistoryTerms { roles_that_can_share: vec![RoleIndex(3)], automatically_share: true, max_time_period: 60 };
    vector(&HistoryPolicy::Optional(history), "00 04 00000003 01 0000003c");
    let expiry = ExpirationTerms { min_duration: 1, max_duration: 2, default_duration: Some(2) };
    vector(&MessageExpiration::Required(expiry), "01 00000001 00000002 01 00000002");
    vector(
        &StatusNotificationPolicy {
            delivery_notifications: Optionality::Required,
            read_receipts: Optionality::Forbidden,
        },
        "01 02",
    );
    vector(
        &LinkPreviewPolicy {
            autodetect_hyperlinks_in_text: Optionality::Optional,
            send_link_previews: Optionality::Forbidden,
            automatic_link_previews: Optionality::Forbidden,
            proxy: LinkPreviewProxy::Forbidden,
        },
        "00 02 02 02",
    );
}
