//! An external join under way.

use core::fmt;

use doorstep_wire::{ClientUri, GroupUri, RoomUri};
use serde::{Deserialize, Serialize};

use super::{Busy, KeptInvite};

/// Why somebody joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To be in an open room. `command` is to be answered.
    Stay { command: String },
    /// To leave a knock; the id is that of the knock.
    Knock { knock: String },
    /// To read knocks at the room, of which I have become a moderator.
    Keep { target: RoomUri },
    /// To be in the room of this knock, into which the knocker was let by a Welcome that leads nowhere. `named`: there
    /// was one for their KeyPackage.
    LetIn { knock: String, named: bool },
    /// To be again in a room whose group was lost, as the same client with the same key.
    Return,
}

/// One external join; a room can be joined once at a time. Key: room URI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JoinRecord {
    pub(crate) room: RoomUri,
    pub(crate) client: ClientUri,
    pub(crate) purpose: Purpose,
    /// The link the person comes by.
    #[serde(default)]
    pub(crate) link: Option<KeptInvite>,
    /// Times another commit was faster.
    pub(crate) lost: u32,
    pub(crate) state: JoinState,
}

impl JoinRecord {
    /// The group is made, and the hub may have taken the person in already.
    pub(crate) fn is_committing(&self) -> bool {
        matches!(self.state, JoinState::Committing { .. })
    }
}

/// Where it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JoinState {
    /// Waits for the identity.
    Gathering,
    /// Asks for the GroupInfo.
    Asking {
        /// Private HPKE key the answer is sealed to.
        secret: [u8; 32],
        /// Content of the credential in the request: the commit has to carry the same.
        credential: serde_bytes::ByteBuf,
        /// `GroupInfoRequest`.
        request: serde_bytes::ByteBuf,
    },
    /// The group is made; the commit is being sent.
    Committing {
        group: GroupUri,
        /// `HandshakeBundle`.
        request: serde_bytes::ByteBuf,
        /// In a knock room: what is to be done there next, and is sent with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<Busy>,
    },
}

impl fmt::Debug for JoinState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gathering => f.write_str("Gathering"),
            Self::Asking { secret: _, credential: _, request: _ } => f.write_str("Asking"),
            Self::Committing { group, request: _, then: _ } => {
                f.debug_struct("Committing").field("group", group).finish()
            }
        }
    }
}
