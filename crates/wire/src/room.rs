//! The state of a room: data and updates of the components in its group's `app_data_dictionary`
//! (mimi-protocol-06 §7, mimi-room-policy). One file per component; `docs/PROTOCOL.md` lists how we read the places where
//! the drafts contradict themselves.

mod base_policy;
pub(crate) mod boolean;
mod content_policy;
mod join_link;
mod metadata;
mod notification_policy;
mod optionality;
mod participants;
mod preauth;
mod roles;

pub use base_policy::BaseRoomPolicy;
pub use content_policy::{
    ExpirationTerms, HistoryPolicy, HistoryTerms, LinkPreviewPolicy, LinkPreviewProxy, LoggingPolicy, LoggingTerms,
    MessageExpiration,
};
pub use join_link::{JoinLink, JoinLinkPolicy, JoinLinks, JoinLinksUpdate};
pub use metadata::{RichDescription, RoomMetaData};
pub use notification_policy::StatusNotificationPolicy;
pub use optionality::Optionality;
pub use participants::{ParticipantListData, ParticipantListUpdate, UserIndexRolePair, UserRolePair};
pub use preauth::{Claim, ClaimId, PreAuthData, PreAuthRoleEntry};
pub use roles::{Role, RoleData, RoleIndex, SingleSourceRoleChangeTargets};

#[cfg(test)]
mod tests;
