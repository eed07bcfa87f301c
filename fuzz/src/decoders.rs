//! Every decoder of `doorstep-wire` under the name of its fuzz target. The crate's tests include this file and run the
//! corpus through it, so that a find stays found.

use doorstep_wire::{
    BareGroupInfo, BareKeyPackage, BareWelcome, Body, ClientUri, Credential, EndRoom, ExternalSender, IdentifierUri,
    RawMlsMessage, Restored, RoomEnded, RoomUri, UserUri,
    abuse::AbuseReport,
    consent::ConsentEntry,
    dictionary,
    ext::{
        contact_hints::ContactHints,
        disclosure_context::DisclosureContext,
        join_code::JoiningCode,
        knock::{KnockContext, KnockSealingKey},
        kp_ticket::KpTicket,
        kp_usage::KpUsage,
        moderator_card::ModeratorCard,
        policy::{JoinLinkEntry, KnockRoom, PseudonymPolicyData, RoomPurpose},
    },
    franking::FrankingAgent,
    group_info::{GroupInfoRatchetTree, GroupInfoRequest, GroupInfoResponse},
    group_info_parts::GroupInfoParts,
    identifier::{IdentifierRequest, IdentifierResponse},
    key_material::{KeyMaterialRequest, KeyMaterialResponse},
    notify::FanoutMessage,
    room::{
        BaseRoomPolicy, HistoryPolicy, JoinLinkPolicy, JoinLinks, JoinLinksUpdate, LinkPreviewPolicy, LoggingPolicy,
        MessageExpiration, ParticipantListData, ParticipantListUpdate, PreAuthData, RoleData, RoomMetaData,
        StatusNotificationPolicy,
    },
    submit::{SubmitMessageRequest, SubmitMessageResponse},
    update::{HandshakeBundle, UpdateRoomResponse},
};

/// Decodes, says whether it was possible, and panics if the value has another encoding than the one it came from.
pub(crate) type Decoder = fn(&[u8]) -> bool;

/// By the name of the fuzz target.
pub(crate) const DECODERS: &[(&str, Decoder)] = &[
    ("abuse_report", body::<AbuseReport>),
    ("base_room_policy", body::<BaseRoomPolicy>),
    ("consent_entry", body::<ConsentEntry>),
    ("contact_hints", body::<ContactHints>),
    ("credential", body::<Credential>),
    ("dictionary", dictionary),
    ("disclosure_context", disclosure_context),
    ("end_room", body::<EndRoom>),
    ("external_sender", body::<ExternalSender>),
    ("fanout_message", body::<FanoutMessage>),
    ("franking_agent", body::<FrankingAgent>),
    ("group_info", body::<BareGroupInfo>),
    ("group_info_parts", group_info_parts),
    ("group_info_ratchet_tree", body::<GroupInfoRatchetTree>),
    ("group_info_request", body::<GroupInfoRequest>),
    ("group_info_response", body::<GroupInfoResponse>),
    ("handshake_bundle", body::<HandshakeBundle>),
    ("history_policy", body::<HistoryPolicy>),
    ("identifier_request", body::<IdentifierRequest>),
    ("identifier_response", body::<IdentifierResponse>),
    ("join_link_entry", body::<JoinLinkEntry>),
    ("join_link_policy", body::<JoinLinkPolicy>),
    ("join_links", body::<JoinLinks>),
    ("join_links_update", body::<JoinLinksUpdate>),
    ("joining_code", body::<JoiningCode>),
    ("key_material_request", body::<KeyMaterialRequest>),
    ("key_material_response", body::<KeyMaterialResponse>),
    ("key_package", body::<BareKeyPackage>),
    ("knock_context", body::<KnockContext>),
    ("knock_room", body::<KnockRoom>),
    ("knock_sealing_key", body::<KnockSealingKey>),
    ("kp_ticket", body::<KpTicket>),
    ("kp_usage", body::<KpUsage>),
    ("link_preview_policy", body::<LinkPreviewPolicy>),
    ("logging_policy", body::<LoggingPolicy>),
    ("message_expiration", body::<MessageExpiration>),
    ("mls_message", body::<RawMlsMessage>),
    ("moderator_card", body::<ModeratorCard>),
    ("notify_body", notify_body),
    ("participant_list_data", body::<ParticipantListData>),
    ("participant_list_update", body::<ParticipantListUpdate>),
    ("preauth_data", body::<PreAuthData>),
    ("pseudonym_policy", body::<PseudonymPolicyData>),
    ("restored", body::<Restored>),
    ("role_data", body::<RoleData>),
    ("room_ended", body::<RoomEnded>),
    ("room_metadata", body::<RoomMetaData>),
    ("room_purpose", body::<RoomPurpose>),
    ("status_notification_policy", body::<StatusNotificationPolicy>),
    ("submit_message_request", body::<SubmitMessageRequest>),
    ("submit_message_response", body::<SubmitMessageResponse>),
    ("update_room_response", body::<UpdateRoomResponse>),
    ("uri", uri),
    ("welcome", welcome),
];

fn body<T: Body>(data: &[u8]) -> bool {
    let Ok(value) = T::decode(data) else { return false };
    assert_eq!(value.encode().as_deref(), Ok(data), "another encoding");
    true
}

fn dictionary(data: &[u8]) -> bool {
    let Ok(dictionary) = dictionary::decode(data) else { return false };
    assert_eq!(dictionary::encode(&dictionary), data, "another encoding");
    true
}

fn disclosure_context(data: &[u8]) -> bool {
    let Ok(context) = DisclosureContext::decode(data) else { return false };
    assert_eq!(context.to_bytes(), data, "another encoding");
    true
}

fn group_info_parts(data: &[u8]) -> bool {
    let Ok(parts) = GroupInfoParts::decode(data) else { return false };
    assert!(data.starts_with(&parts.context_bytes) && data.starts_with(&parts.tbs), "another encoding");
    // Malformed extensions are an error of their own.
    let _ = parts.context.dictionary();
    let _ = parts.context.external_senders();
    let _ = parts.external_pub();
    true
}

fn notify_body(data: &[u8]) -> bool {
    let Ok(messages) = FanoutMessage::decode_all(data) else { return false };
    let encoded: Vec<u8> = messages.iter().flat_map(|message| message.encode().unwrap_or_default()).collect();
    assert_eq!(encoded, data, "another encoding");
    true
}

fn welcome(data: &[u8]) -> bool {
    body::<BareWelcome>(data) && BareWelcome::decode(data).is_ok_and(|welcome| welcome.new_members().is_ok())
}

fn uri(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Ok(uri) = text.parse::<IdentifierUri>() else { return false };
    assert_eq!(IdentifierUri::from_canonical(uri.as_str()).as_ref(), Ok(&uri), "spelling is not canonical");
    if let Ok(client) = text.parse::<ClientUri>() {
        assert_eq!(client.host(), client.user().host());
        assert!(UserUri::from_canonical(client.user().as_str()).is_ok(), "owner is no user");
    }
    if let Ok(user) = text.parse::<UserUri>() {
        assert_eq!(user.host(), uri.host());
    }
    if let Ok(room) = text.parse::<RoomUri>() {
        assert_eq!(RoomUri::from_path(text), Ok(room));
    }
    true
}
