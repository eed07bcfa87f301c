//! Join links as a page shows them: the links of a room, and what a link leads to before it is used.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Problem, Pseudonyms};

/// What a person pasted, scanned or opened, or the code of a link of theirs: base64url of an invite (docs/PROTOCOL.md,
/// "Invite"). It lets whoever has it in, so it does not print, and never goes into a URL that is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkText(pub String);

impl fmt::Debug for LinkText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkText(..)")
    }
}

impl From<&str> for LinkText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A join link of a room, for those who may make or revoke links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// Link id, 32 hex digits.
    pub id: String,
    /// Name of the role it gives.
    pub role: String,
    /// Cannot be used from this time on.
    pub until: u64,
    /// Uses at most; 0: any number.
    pub max_uses: u32,
    /// What the hub says about its use; none while it was not asked, or does not tell. Nothing but the hub's word.
    pub uses: Option<LinkUses>,
    /// My own note for it, empty if I did not make it here.
    pub note: String,
    /// The code, to be put behind `{origin}/j#`. Only in the browser that made the link.
    pub code: Option<LinkText>,
}

/// How often a link was used, by the word of the hub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUses {
    /// Uses that are spent.
    pub used: u32,
    /// Uses kept for a while for people whose coming in was overtaken by something else.
    pub claimed: u32,
    /// Who came in by it, oldest first; the last 100.
    pub joined: Vec<LinkJoin>,
}

/// Somebody who came in by a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkJoin {
    /// User URI.
    pub user: String,
    /// When.
    pub at: u64,
}

/// What links of a room can be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRules {
    /// Nobody can use a link at the moment, whatever the links say.
    pub paused: bool,
    /// Names of the roles that a link can give. Empty: no links in this room.
    pub roles: Vec<String>,
    /// Longest life in seconds.
    pub max_seconds: u32,
    /// False: each link can be used once.
    pub many_uses: bool,
}

/// What came of looking at a link. Nothing was spent, and nobody in the room has heard of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPreview {
    /// [`super::Envelope::id`] of the command that asked.
    pub command: String,
    /// Room URI the link names; empty if the text is no link of ours.
    pub room: String,
    /// Link id, 32 hex digits; empty if the text is no link of ours.
    pub link: String,
    /// What the link calls itself, unverified; may be empty.
    pub hint: String,
    /// Where it leads, or why nowhere.
    pub result: Result<LinkOffer, DeadLink>,
}

/// Where a link leads. All of it was checked against the room itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOffer {
    /// Room name.
    pub name: String,
    /// Plain text, may be empty.
    pub description: String,
    /// Domain of the hub.
    pub hub: String,
    /// Name of the role I would have.
    pub role: String,
    /// What the room says about pseudonyms.
    pub pseudonyms: Pseudonyms,
    /// Who is in, banned ones not counted.
    pub people: Vec<LinkPerson>,
    /// Uses at most; 0: any number.
    pub max_uses: u32,
    /// Uses left, if that is known: of a link for one use, one.
    pub uses_left: Option<u32>,
    /// Cannot be used from this time on.
    pub until: u64,
    /// Whoever made the link is not in the room any more, or has other keys there than the link says: to be asked before
    /// [`super::Command::JoinByLink`] with `inviter_gone`.
    pub inviter_gone: bool,
    /// I am in this room.
    pub already_in: bool,
    /// UUID of the pseudonym I would have (always the same for the same room); none with the account's own name, or if I
    /// am in.
    pub pseudonym: Option<String>,
}

/// Somebody in a room that a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPerson {
    /// User URI.
    pub user: String,
    /// Role name.
    pub role: String,
    /// True: pseudonym (verified credential kind).
    pub pseudonym: bool,
    /// Domain that vouches for the credential.
    pub provider: String,
}

/// A link that leads nowhere. If it names a room, the room's public page may have another way in
/// (`doorstep_wire::ext::door::Door`, which the page fetches itself): with `WayIn::Knock` one can knock and say which
/// link one came by ([`super::KnockDraft::link`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLink {
    /// No link at all: `link-empty`, `link-foreign` (something else, e.g. a web address of somebody else; not opened),
    /// `link-damaged`, `link-too-new`. Said by the hub to whoever holds the code: `link-expired`, `link-used-up`,
    /// `link-paused`; to anybody: `link-unknown` (revoked, never there, or no such room). `link-elsewhere`: the room is at
    /// a provider that this one does not talk to. Pins that do not hold:
    /// `link-wrong-hub`, `wrong-room`. Me: `pseudonym-forbidden` (look again as the account), `pseudonym-required`,
    /// `banned`, `no-guests`, `needs-account`, and what other joins are refused with.
    pub problem: Problem,
}

/// The link a knocker came by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnockLink {
    /// Link id, 32 hex digits. The knocker's word.
    pub id: String,
    /// My own note for it, if I made it in this browser.
    pub note: Option<String>,
}
