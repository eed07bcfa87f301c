//! What a provider can be asked, by the names of its directory (mimi-protocol-06 §5.1; ours behind them).

/// An endpoint of another provider.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Endpoint {
    /// POST; subject: target user.
    KeyMaterial,
    /// POST; subject: room.
    Update,
    /// POST; subject: room.
    SubmitMessage,
    /// POST; subject: room.
    Notify,
    /// POST; subject: room.
    GroupInfo,
    /// POST; subject: target user.
    RequestConsent,
    /// POST; subject: requester.
    UpdateConsent,
    /// POST; subject: domain.
    IdentifierQuery,
    /// POST; subject: room.
    ReportAbuse,
    /// POST `RejectCommit`; subject: room. Ours, follower to hub.
    RejectCommit,
    /// POST `EndRoom`; subject: room. Ours, follower to hub.
    EndRoom,
    /// POST `RoomEnded`; subject: room. Ours, hub to follower.
    RoomEnded,
    /// POST `Restored`; subject: room. Ours, hub to follower.
    Restored,
    /// POST `ConsentEntry`; subject: room. Ours, hub to the providers of those who read knocks: one was taken back.
    Withdrawn,
    /// POST a list of users; subject: room. Ours: how often the room's join links were used.
    LinkUses,
    /// GET JSON; subject: room. Ours: what strangers see of a room.
    Door,
    /// GET COSE_KeySet; subject: domain. Ours.
    IssuerKeys,
    /// GET COSE_KeySet; subject: domain. Ours.
    HubKeys,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::KeyMaterial,
        Self::Update,
        Self::SubmitMessage,
        Self::Notify,
        Self::GroupInfo,
        Self::RequestConsent,
        Self::UpdateConsent,
        Self::IdentifierQuery,
        Self::ReportAbuse,
        Self::RejectCommit,
        Self::Restored,
        Self::EndRoom,
        Self::RoomEnded,
        Self::Withdrawn,
        Self::LinkUses,
        Self::Door,
        Self::IssuerKeys,
        Self::HubKeys,
    ];

    /// Its member in the directory: of the directory itself, or ([`Self::is_ours`]) of its member `doorstep`.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyMaterial => "keyMaterial",
            Self::Update => "update",
            Self::SubmitMessage => "submitMessage",
            Self::Notify => "notify",
            Self::GroupInfo => "groupInfo",
            Self::RequestConsent => "requestConsent",
            Self::UpdateConsent => "updateConsent",
            Self::IdentifierQuery => "identifierQuery",
            Self::ReportAbuse => "reportAbuse",
            Self::RejectCommit => "rejectCommit",
            Self::Restored => "restored",
            Self::EndRoom => "endRoom",
            Self::RoomEnded => "roomEnded",
            Self::Withdrawn => "withdrawn",
            Self::LinkUses => "linkUses",
            Self::Door => "door",
            Self::IssuerKeys => "issuerKeys",
            Self::HubKeys => "hubKeys",
        }
    }

    /// The variable of its template.
    pub fn variable(self) -> &'static str {
        match self {
            Self::KeyMaterial | Self::RequestConsent => "targetUser",
            Self::UpdateConsent => "requesterUser",
            Self::IdentifierQuery | Self::IssuerKeys | Self::HubKeys => "domain",
            _ => "roomId",
        }
    }

    /// Not in the draft.
    pub fn is_ours(self) -> bool {
        matches!(
            self,
            Self::RejectCommit
                | Self::Restored
                | Self::EndRoom
                | Self::RoomEnded
                | Self::Withdrawn
                | Self::LinkUses
                | Self::Door
                | Self::IssuerKeys
                | Self::HubKeys
        )
    }

    /// Asked with GET, without a body.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Door | Self::IssuerKeys | Self::HubKeys)
    }
}
