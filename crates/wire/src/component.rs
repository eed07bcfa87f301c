//! Component numbers (mls-extensions, mimi-protocol-06, mimi-room-policy-03, and ours in the private range).
//!
//! 0x0024–0x0030 are the drafts' suggestions, not assigned by IANA yet; they are written down here and nowhere else.

/// Number of a component of an `app_data_dictionary`.
pub type ComponentId = u16;

macro_rules! components {
    ($($(#[doc = $doc:literal])+ $id:literal $name:ident $text:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: ComponentId = $id;)+

        /// The name of a component, as the draft writes it.
        pub fn name(id: ComponentId) -> Option<&'static str> {
            match id {
                $($id => Some($text),)+
                _ => None,
            }
        }
    };
}

components! {
    /// Components that a group requires or a leaf understands: [`crate::dictionary::components_list`].
    0x0001 APP_COMPONENTS "app_components";
    /// Components whose items may stand in authenticated data.
    0x0002 SAFE_AAD "safe_aad";
    /// Media types of application data, the first is the default.
    0x0003 CONTENT_MEDIA_TYPES "content_media_types";
    /// Marks a KeyPackage of last resort; no data.
    0x0004 LAST_RESORT_KEY_PACKAGE "last_resort_key_package";
    /// Ephemeral; not used by us.
    0x0005 APP_ACK "app_ack";
    /// [`crate::franking::FrankAad`], in authenticated data.
    0x0020 FRANK_AAD "frank_aad";
    /// [`crate::franking::FrankingAgent`].
    0x0021 FRANKING_AGENT "franking_agent";
    /// Who is in the room, with which role.
    0x0022 PARTICIPANT_LIST "participant_list";
    /// Name, description, picture.
    0x0023 ROOM_METADATA "room_metadata";
    /// Operational parameters of MLS.
    0x0024 MLS_OPERATIONAL_POLICY "mls_operational_policy";
    /// Roles and their capabilities.
    0x0025 ROLES_LIST "roles_list";
    /// Who gets which role on joining.
    0x0026 PREAUTH_LIST "preauth_list";
    /// The base policy.
    0x0027 BASE_ROOM_POLICY "base_room_policy";
    /// Delivery and read receipts.
    0x0028 STATUS_NOTIFICATION_POLICY "status_notification_policy";
    /// Limits of join links.
    0x0029 JOIN_LINK_POLICY "join_link_policy";
    /// Join links.
    0x002A JOIN_LINKS "join_links";
    /// Link previews.
    0x002B LINK_PREVIEW_POLICY "link_preview_policy";
    /// Assets.
    0x002C ASSET_POLICY "asset_policy";
    /// Logging.
    0x002D LOGGING_POLICY "logging_policy";
    /// Sharing of history.
    0x002E CHAT_HISTORY_POLICY "chat_history_policy";
    /// Bots.
    0x002F BOT_POLICY "bot_policy";
    /// Expiring messages.
    0x0030 MESSAGE_EXPIRATION_POLICY "message_expiration_policy";
    /// Ours: pseudonyms required, optional, forbidden.
    0x8D40 PSEUDONYM_POLICY "pseudonym_policy";
    /// Ours: standard, connection or knock room.
    0x8D41 ROOM_PURPOSE "room_purpose";
    /// Ours: what a KeyPackage may be used for, [`crate::ext::kp_usage::KpUsage`].
    0x8D42 KP_USAGE "kp_usage";
    /// Ours: the HPKE label of a sealed disclosure, [`crate::ext::knock::RecipientContext::disclosure_info`].
    0x8D43 IDENTITY_DISCLOSURE "identity_disclosure";
    /// Ours: renewal ticket in `consent_extensions`, [`crate::ext::kp_ticket::KpTicket`].
    0x8D44 KP_TICKET "kp_ticket";
    /// Ours: hints in identifier queries, [`crate::ext::contact_hints::ContactHints`].
    0x8D45 CONTACT_HINTS "contact_hints";
    /// Ours: an admin's sealing key in a leaf, [`crate::ext::knock::KnockSealingKey`]; also the outcome of a knock in
    /// `consent_extensions` and the namespace of both HPKE labels.
    0x8D46 KNOCK_SEALING_KEY "knock_sealing_key";
    /// Ours: an admin's public card in a leaf, [`crate::ext::moderator_card::ModeratorCard`].
    0x8D47 MODERATOR_CARD "moderator_card";
    /// Ours: the knock room of a room.
    0x8D48 KNOCK_ROOM "knock_room";
}

/// Every component this software knows as group or leaf state, ascending: `app_components` of each of our leaves, the
/// same in all of them so that a leaf tells nothing about its owner (`docs/PROTOCOL.md`).
pub const LEAF_APP_COMPONENTS: [ComponentId; 25] = [
    APP_COMPONENTS,
    SAFE_AAD,
    CONTENT_MEDIA_TYPES,
    FRANK_AAD,
    FRANKING_AGENT,
    PARTICIPANT_LIST,
    ROOM_METADATA,
    MLS_OPERATIONAL_POLICY,
    ROLES_LIST,
    PREAUTH_LIST,
    BASE_ROOM_POLICY,
    STATUS_NOTIFICATION_POLICY,
    JOIN_LINK_POLICY,
    JOIN_LINKS,
    LINK_PREVIEW_POLICY,
    ASSET_POLICY,
    LOGGING_POLICY,
    CHAT_HISTORY_POLICY,
    BOT_POLICY,
    MESSAGE_EXPIRATION_POLICY,
    PSEUDONYM_POLICY,
    ROOM_PURPOSE,
    KP_USAGE,
    KNOCK_SEALING_KEY,
    KNOCK_ROOM,
];

/// Components that `policy_component_ids` of the base policy names if the room has them, ascending.
pub fn is_policy(id: ComponentId) -> bool {
    matches!(id, MLS_OPERATIONAL_POLICY..=MESSAGE_EXPIRATION_POLICY | PSEUDONYM_POLICY | ROOM_PURPOSE | KNOCK_ROOM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_components_ascend() {
        assert!(LEAF_APP_COMPONENTS.is_sorted_by(|a, b| a < b));
        assert!(LEAF_APP_COMPONENTS.iter().all(|id| name(*id).is_some()));
    }

    #[test]
    fn no_component_is_grease() {
        let grease = |id: u16| id & 0x0f0f == 0x0a0a && id >> 12 == (id >> 4) & 0xf;
        assert!(grease(0x8a8a) && !LEAF_APP_COMPONENTS.iter().any(|id| grease(*id)));
    }
}
