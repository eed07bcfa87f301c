//! Connections as a page shows them: whom I asked, who asks me, and who may.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Claims, Disclosed, Problem};

/// Somebody to be asked whether they want to talk. They learn who asks, provably, and the greeting; no provider learns both
/// ends of the room in which they talk, if they do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskDraft {
    /// Made by the page, UUIDv4 text; one request is sent per id however often the draft arrives.
    pub id: String,
    /// A handle with its provider in any whole spelling (`bob@b.example`, `im:bob@b.example`, `mimi://b.example/u/bob`), a
    /// handle of the own provider, or the address of a [`MyContact::address`].
    pub who: String,
    /// ≤ 1 000 characters, may be empty. Read by nobody but who is asked.
    pub greeting: String,
    /// What is shown of me besides the account's URI, which always is.
    pub claims: Claims,
}

impl fmt::Debug for AskDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskDraft").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Somebody I asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyAsk {
    /// [`AskDraft::id`].
    pub id: String,
    /// Account URI as I asked for it, or, while it was not looked up, what I wrote.
    pub who: String,
    /// My greeting.
    pub greeting: String,
    /// When I clicked.
    pub at: u64,
    /// Where it is.
    pub state: MyAskState,
}

/// The life of a request to connect, seen from who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MyAskState {
    /// On its way. `step` of `steps`, for a progress bar.
    Sending {
        /// From 1.
        step: u8,
        /// Total.
        steps: u8,
        /// Last attempt failed for want of a network, or all their packages are used up; it goes on by itself.
        waiting: bool,
    },
    /// It is with them. Nobody says whether they have seen it.
    Waiting {
        /// Accepted by the hub at.
        since: u64,
        /// Can be answered until; later the other side has to ask for it once more, which happens by itself.
        expires: u64,
    },
    /// We talk in this room.
    Connected {
        /// Room URI.
        room: String,
    },
    /// They do not exist, do not want to be found, or do not want to be asked: which of them nobody is told.
    NotReached,
    /// Taken back by me.
    Withdrawn,
    /// Could not be done.
    Refused(Problem),
}

/// Somebody asks me. Shown only once it is proven who they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRequest {
    /// Request id, 32 hex digits.
    pub id: String,
    /// Who they proved to be.
    pub who: Disclosed,
    /// Their words. Of a stranger's choosing: shown folded.
    pub greeting: String,
    /// Accepted by the hub at.
    pub at: u64,
    /// I already talk with this account in this room.
    pub known_from: Option<String>,
    /// Where my answer is.
    pub state: ContactRequestState,
}

impl fmt::Debug for ContactRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactRequest").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Where the answer to a request to connect is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactRequestState {
    /// Not answered.
    Open,
    /// I said yes; the room is being made. `waiting`: for fresh packages of theirs, which their provider is asked for.
    Answering {
        /// See above.
        waiting: bool,
        /// The room is made at this time: I want a pause before my answers ([`AnswerPause`]).
        until: Option<u64>,
    },
    /// We talk in this room.
    Connected {
        /// Room URI.
        room: String,
    },
    /// Not now. They are told nothing; it can still be accepted.
    NotNow,
    /// And never again.
    Blocked,
    /// My yes was refused; can be tried again.
    Failed(Problem),
}

/// An answer to a request to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactAnswer {
    /// A new room, for the two of us.
    Accept,
    /// Put it aside. They are told nothing.
    NotNow,
    /// Put it aside, and let nothing more of them reach me.
    Block,
}

/// How I can be found, and who may ask me.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyContact {
    /// My address: `bob@b.example`.
    pub address: String,
    /// By what somebody finds me.
    pub found_by: FoundBy,
    /// Who may ask.
    pub asked_by: AskedBy,
    /// How long an answer of mine waits.
    pub pause: AnswerPause,
    /// Accounts (URIs) of whom nothing reaches me, in the order of their URIs.
    pub blocked: Vec<String>,
    /// Something I changed here is still on its way to my provider, or it has nothing yet with which I can be asked.
    pub on_its_way: bool,
    /// Invitations that nothing explained and that were turned away, since this profile was made.
    pub turned_away: u64,
}

/// How long, drawn by chance, the room waits that I make when I say yes, so that the time at which I say it tells less
/// (docs/PRIVACY.md, "What timing gives away").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerPause {
    /// Not at all.
    #[default]
    None,
    /// Twelve hours at most.
    HalfDay,
    /// Three days at most.
    ThreeDays,
}

/// By what somebody finds me.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundBy {
    /// By nothing.
    Nothing,
    /// By my exact handle.
    #[default]
    Handle,
    /// By my exact handle, or my exact display name.
    HandleOrName,
}

/// Who may ask me.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AskedBy {
    /// Nobody.
    Nobody,
    /// Whoever proves to be somebody who told me who they are in a room we share. Others are not shown.
    PeopleIKnow,
    /// Anybody.
    #[default]
    Anybody,
}
