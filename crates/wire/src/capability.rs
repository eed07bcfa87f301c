//! What a role may do (mimi-room-policy-03, capability registry).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

/// `uint16 CapabilityType;` Unknown values are kept and written back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Capability(pub u16);

macro_rules! capabilities {
    ($($value:literal $constant:ident $name:literal $($reserved:ident)?;)+) => {
        impl Capability {
            $(
                #[doc = concat!("`", $name, "`", $(" (", stringify!($reserved), " in the draft, not interpreted)")?)]
                pub const $constant: Self = Self($value);
            )+

            /// The registry's name.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)+
                    _ => None,
                }
            }
        }
    };
}

// 0x0007, 0x0008, 0x000d and 0x000e are reserved in the draft; this software gives them the meaning of their names.
// 0xF101 and 0xF102 are ours (`docs/PROTOCOL.md`).
capabilities! {
    0x0000 CAN_ADD_PARTICIPANT "canAddParticipant";
    0x0001 CAN_REMOVE_PARTICIPANT "canRemoveParticipant";
    0x0002 CAN_ADD_OWN_CLIENT "canAddOwnClient";
    0x0003 CAN_REMOVE_OWN_CLIENT "canRemoveOwnClient";
    0x0004 CAN_OPEN_JOIN "canOpenJoin";
    0x0005 CAN_JOIN_IF_PREAUTHORIZED "canJoinIfPreauthorized";
    0x0006 CAN_REMOVE_SELF "canRemoveSelf";
    0x0007 CAN_CREATE_JOIN_CODE "canCreateJoinCode";
    0x0008 CAN_DELETE_JOIN_CODE "canDeleteJoinCode";
    0x0009 CAN_USE_JOIN_CODE "canUseJoinCode";
    0x000a CAN_BAN "canBan";
    0x000b CAN_UNBAN "canUnBan";
    0x000c CAN_KICK "canKick";
    0x000d CAN_KNOCK "canKnock";
    0x000e CAN_ACCEPT_KNOCK "canAcceptKnock";
    0x000f CAN_CHANGE_USER_ROLE "canChangeUserRole";
    0x0010 CAN_CHANGE_OWN_ROLE "canChangeOwnRole";
    0x0011 CAN_CREATE_SUBGROUP "canCreateSubgroup" reserved;
    0x0100 CAN_SEND_MESSAGE "canSendMessage";
    0x0101 CAN_RECEIVE_MESSAGE "canReceiveMessage";
    0x0102 CAN_COPY_MESSAGE "canCopyMessage";
    0x0103 CAN_REPORT_ABUSE "canReportAbuse";
    0x0104 CAN_REPLY_TO_MESSAGE "canReplyToMessage";
    0x0105 CAN_REACT_TO_MESSAGE "canReactToMessage";
    0x0106 CAN_EDIT_REACTION "canEditReaction";
    0x0107 CAN_DELETE_OWN_REACTION "canDeleteOwnReaction";
    0x0108 CAN_DELETE_OTHER_REACTION "canDeleteOtherReaction";
    0x0109 CAN_EDIT_OWN_MESSAGE "canEditOwnMessage";
    0x010a CAN_DELETE_OWN_MESSAGE "canDeleteOwnMessage";
    0x010b CAN_DELETE_OTHER_MESSAGE "canDeleteOtherMessage";
    0x010c CAN_START_TOPIC "canStartTopic";
    0x010d CAN_REPLY_IN_TOPIC "canReplyInTopic";
    0x010e CAN_EDIT_OWN_TOPIC "canEditOwnTopic";
    0x010f CAN_EDIT_OTHER_TOPIC "canEditOtherTopic";
    0x0110 CAN_SEND_DIRECT_MESSAGE "canSendDirectMessage" reserved;
    0x0111 CAN_TARGET_MESSAGE "canTargetMessage" reserved;
    0x0200 CAN_UPLOAD_IMAGE "canUploadImage";
    0x0201 CAN_UPLOAD_AUDIO "canUploadAudio";
    0x0202 CAN_UPLOAD_VIDEO "canUploadVideo";
    0x0203 CAN_UPLOAD_ATTACHMENT "canUploadAttachment";
    0x0204 CAN_DOWNLOAD_IMAGE "canDownloadImage";
    0x0205 CAN_DOWNLOAD_AUDIO "canDownloadAudio";
    0x0206 CAN_DOWNLOAD_VIDEO "canDownloadVideo";
    0x0207 CAN_DOWNLOAD_ATTACHMENT "canDownloadAttachment";
    0x0208 CAN_SEND_LINK "canSendLink";
    0x0209 CAN_SEND_LINK_PREVIEW "canSendLinkPreview";
    0x020a CAN_FOLLOW_LINK "canFollowLink";
    0x020b CAN_COPY_LINK "canCopyLink";
    0x0300 CAN_CHANGE_ROOM_NAME "canChangeRoomName";
    0x0301 CAN_CHANGE_ROOM_DESCRIPTION "canChangeRoomDescription";
    0x0302 CAN_CHANGE_ROOM_AVATAR "canChangeRoomAvatar";
    0x0303 CAN_CHANGE_ROOM_SUBJECT "canChangeRoomSubject";
    0x0304 CAN_CHANGE_ROOM_MOOD "canChangeRoomMood";
    0x0380 CAN_CHANGE_OWN_NAME "canChangeOwnName" reserved;
    0x0381 CAN_CHANGE_OWN_PRESENCE "canChangeOwnPresence" reserved;
    0x0382 CAN_CHANGE_OWN_MOOD "canChangeOwnMood" reserved;
    0x0383 CAN_CHANGE_OWN_AVATAR "canChangeOwnAvatar" reserved;
    0x0400 CAN_START_CALL "canStartCall";
    0x0401 CAN_JOIN_CALL "canJoinCall";
    0x0402 CAN_SEND_AUDIO "canSendAudio";
    0x0403 CAN_RECEIVE_AUDIO "canReceiveAudio";
    0x0404 CAN_SEND_VIDEO "canSendVideo";
    0x0405 CAN_RECEIVE_VIDEO "canReceiveVideo";
    0x0406 CAN_SHARE_SCREEN "canShareScreen";
    0x0407 CAN_VIEW_SHARED_SCREEN "canViewSharedScreen";
    0x0500 CAN_CREATE_ROOM "canCreateRoom" reserved;
    0x0501 CAN_DESTROY_ROOM "canDestroyRoom";
    0x0502 CAN_CHANGE_ROOM_MEMBERSHIP_STYLE "canChangeRoomMembershipStyle";
    0x0503 CAN_CHANGE_ROLE_DEFINITIONS "canChangeRoleDefinitions";
    0x0504 CAN_CHANGE_PREAUTHORIZED_USER_LIST "canChangePreauthorizedUserList";
    0x0505 CAN_CHANGE_OTHER_POLICY_ATTRIBUTE "canChangeOtherPolicyAttribute" reserved;
    0x0600 CAN_CHANGE_MLS_OPERATIONAL_POLICIES "canChangeMlsOperationalPolicies" reserved;
    0x0601 CAN_SEND_MLS_REINIT_PROPOSAL "canSendMLSReinitProposal";
    0x0602 CAN_SEND_MLS_UPDATE_PROPOSAL "canSendMLSUpdateProposal" reserved;
    0x0603 CAN_SEND_MLS_PSK_PROPOSAL "canSendMLSPSKProposal" reserved;
    0x0604 CAN_SEND_MLS_EXTERNAL_PROPOSAL "canSendMLSExternalProposal" reserved;
    0x0605 CAN_SEND_MLS_EXTERNAL_COMMIT "canSendMLSExternalCommit" reserved;
    0xF101 CAN_ADD_CLIENT_OF_PARTICIPANT "canAddClientOfParticipant";
    0xF102 CAN_CHANGE_PSEUDONYM_POLICY "canChangePseudonymPolicy";
}

impl std::fmt::Debug for Capability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Capability({:#06x})", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_registry() {
        assert_eq!(Capability::CAN_ADD_PARTICIPANT.0, 0);
        assert_eq!(Capability(0x0100).name(), Some("canSendMessage"));
        assert_eq!(Capability(0xF102), Capability::CAN_CHANGE_PSEUDONYM_POLICY);
        assert_eq!(Capability(0x0999).name(), None);
        assert_eq!(format!("{:?}", Capability(0x0999)), "Capability(0x0999)");
    }
}
