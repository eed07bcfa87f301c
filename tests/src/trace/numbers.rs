//! Names of the numbers that occur, from the registries of RFC 9420 and of the drafts, and ours.

pub(super) type Names = &'static [(u64, &'static str)];

pub(super) const PROTOCOLS: Names = &[(0, "reserved"), (1, "mls10")];
pub(super) const VERSIONS: Names = &[(1, "mls10")];
pub(super) const SUITES: Names = &[(1, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519")];
pub(super) const WIRE_FORMATS: Names = &[
    (1, "mls_public_message"),
    (2, "mls_private_message"),
    (3, "mls_welcome"),
    (4, "mls_group_info"),
    (5, "mls_key_package"),
];
pub(super) const CONTENT_TYPES: Names = &[(1, "application"), (2, "proposal"), (3, "commit")];
pub(super) const SENDER_TYPES: Names =
    &[(1, "member"), (2, "external"), (3, "new_member_proposal"), (4, "new_member_commit")];
pub(super) const PROPOSAL_TYPES: Names = &[
    (1, "add"),
    (2, "update"),
    (3, "remove"),
    (4, "psk"),
    (5, "reinit"),
    (6, "external_init"),
    (7, "group_context_extensions"),
    (8, "app_data_update"),
    (9, "app_ephemeral"),
    (10, "self_remove"),
];
pub(super) const PROPOSAL_OR_REF: Names = &[(1, "proposal"), (2, "reference")];
pub(super) const LEAF_SOURCES: Names = &[(1, "key_package"), (2, "update"), (3, "commit")];
pub(super) const NODE_TYPES: Names = &[(1, "leaf"), (2, "parent")];
pub(super) const CREDENTIALS: Names = &[(1, "basic"), (2, "x509"), (5, "sd_cwt")];
pub(super) const EXTENSIONS: Names = &[
    (1, "application_id"),
    (2, "ratchet_tree"),
    (3, "required_capabilities"),
    (4, "external_pub"),
    (5, "external_senders"),
    (6, "app_data_dictionary"),
];
pub(super) const OPERATIONS: Names = &[(1, "update"), (2, "remove")];
pub(super) const COMPONENTS: Names = &[
    (0x0001, "app_components"),
    (0x0002, "safe_aad"),
    (0x0003, "content_media_types"),
    (0x0004, "last_resort_key_package"),
    (0x0020, "frank_aad"),
    (0x0021, "franking_agent"),
    (0x0022, "participant_list"),
    (0x0023, "room_metadata"),
    (0x0024, "mls_operational_policy"),
    (0x0025, "roles_list"),
    (0x0026, "preauth_list"),
    (0x0027, "base_room_policy"),
    (0x0028, "status_notification_policy"),
    (0x0029, "join_link_policy"),
    (0x002a, "join_links"),
    (0x002b, "link_preview_policy"),
    (0x002c, "asset_policy"),
    (0x002d, "logging_policy"),
    (0x002e, "chat_history_policy"),
    (0x002f, "bot_policy"),
    (0x0030, "message_expiration_policy"),
    (0x8d40, "pseudonym_policy"),
    (0x8d41, "room_purpose"),
    (0x8d42, "kp_usage"),
    (0x8d43, "identity_disclosure"),
    (0x8d44, "kp_ticket"),
    (0x8d46, "knock_sealing_key"),
    (0x8d48, "knock_room"),
];
pub(super) const TREE_REPRESENTATIONS: Names =
    &[(1, "full"), (2, "httpsUri"), (3, "outOfBand"), (4, "distributionService")];
pub(super) const INFO_REPRESENTATIONS: Names = &[(1, "full"), (2, "partial")];
pub(super) const END_REASONS: Names = &[(1, "expired"), (2, "by_member"), (3, "by_operator"), (4, "served")];
pub(super) const INFO_CODES: Names = &[(1, "success"), (2, "notAuthorized"), (3, "noSuchRoom")];
pub(super) const UPDATE_CODES: Names = &[(0, "success"), (1, "wrongEpoch"), (2, "notAllowed"), (3, "invalidProposal")];
pub(super) const SUBMIT_CODES: Names = &[(0, "accepted"), (1, "notAllowed"), (2, "epochTooOld")];
pub(super) const CONSENT: Names = &[(0, "cancel"), (1, "request"), (2, "grant"), (3, "revoke")];
pub(super) const USAGES: Names = &[(1, "any"), (2, "connection_only"), (3, "room_bound"), (4, "requester_bound")];
pub(super) const MATERIAL_USER_CODES: Names = &[
    (0, "success"),
    (1, "partialSuccess"),
    (2, "incompatibleProtocol"),
    (3, "noCompatibleMaterial"),
    (4, "userUnknown"),
    (5, "noConsent"),
    (6, "noConsentForThisRoom"),
    (7, "userDeleted"),
];
pub(super) const MATERIAL_CLIENT_CODES: Names =
    &[(0, "success"), (1, "keyMaterialExhausted"), (2, "nothingCompatible")];
pub(super) const SEARCH_TYPES: Names = &[
    (0, "reserved"),
    (1, "handle"),
    (2, "nick"),
    (3, "email"),
    (4, "phone"),
    (5, "partialName"),
    (6, "wholeProfile"),
    (7, "oidcStdClaim"),
    (8, "vcardField"),
];
pub(super) const QUERY_CODES: Names =
    &[(0, "success"), (1, "notFound"), (2, "ambiguous"), (3, "forbidden"), (4, "unsupportedField")];
pub(super) const FIELD_SOURCES: Names = &[(0, "reserved"), (7, "oidcStdClaim"), (8, "vcardField")];
pub(super) const ABUSE_TYPES: Names = &[(0, "reserved")];
