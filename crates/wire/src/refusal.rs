//! The words by which something is refused: one table, for whoever refuses and for whoever tells a person.
//!
//! A word travels in the header `doorstep-reason`, in the descriptions of the drafts' answers, and in what a browser keeps.
//! Words are stable: one that was said once stays what it is. A variant is named as its word.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares the enum, its words and the list of all variants from one table.
macro_rules! refusals {
    ($($(#[$meta:meta])+ $variant:ident = $word:literal,)+) => {
        /// Why something is refused. Each variant is a [`word`](Self::word) on the wire.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $($(#[$meta])+ $variant,)+
            /// A word that this version does not know, of another provider or of another version.
            Other(OtherWord),
        }

        impl Refusal {
            /// All that have a word of their own.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The word that goes over the wire.
            pub fn word(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word.as_str(),
                }
            }
        }
    };
}

refusals! {
    // The rules of the room (doorstep-policy).
    /// The user is banned from this room.
    Banned = "banned",
    /// The user is not in this room.
    NotParticipant = "not-participant",
    /// The user is in this room already.
    AlreadyParticipant = "already-participant",
    /// The user's role does not let them do this.
    NotAllowed = "not-allowed",
    /// There is no open way into this room.
    CannotJoin = "cannot-join",
    /// This room cannot be knocked at.
    CannotKnock = "cannot-knock",
    /// There is no such join link (any more), it leads to a role that nobody can come into, or the joining code's proof is
    /// wrong.
    LinkUnknown = "link-unknown",
    /// The join link has ended.
    LinkExpired = "link-expired",
    /// The room takes nobody by a join link at the moment.
    LinkPaused = "link-paused",
    /// Nobody more fits into this role.
    RoleFull = "role-full",
    /// The room needs the people that this role has.
    RoleTooSmall = "role-too-small",
    /// Nobody more fits into this room.
    RoomFull = "room-full",
    /// No more clients fit into this room.
    TooManyClients = "too-many-clients",
    /// This room takes one client of each user.
    OneClientOnly = "one-client-only",
    /// In this room everybody is under a pseudonym.
    PseudonymRequired = "pseudonym-required",
    /// In this room nobody is under a pseudonym.
    PseudonymForbidden = "pseudonym-forbidden",
    /// This room does not take people of that provider.
    IssuerNotAllowed = "issuer-not-allowed",
    /// The KeyPackage, or the room, is for another use.
    WrongPurpose = "wrong-purpose",
    /// The KeyPackage ends too soon.
    KeyPackageEndsSoon = "key-package-ends-soon",
    /// A client cannot become another client or another user.
    IdentityChanged = "identity-changed",
    /// Who comes in is not who was let in.
    GrantMismatch = "grant-mismatch",
    /// The credential is not valid.
    CredentialInvalid = "credential-invalid",
    /// A user who is out of the room still has a client in it.
    ClientsRemain = "clients-remain",
    /// Users who have left must be taken off the list.
    CleanUpMissing = "clean-up-missing",
    /// The change does not fit the list it changes.
    ListMismatch = "list-mismatch",
    /// This part of the room cannot be changed.
    Fixed = "fixed",
    /// The room would contradict itself.
    Contradiction = "contradiction",
    /// Bytes of the room's state, or of a request, cannot be read.
    Malformed = "malformed",
    /// These changes cannot be made in one commit.
    NotTogether = "not-together",
    /// This sort of proposal is not used in our rooms.
    ProposalKind = "proposal-kind",
    /// A newcomer's commit may contain nothing but their coming in.
    NotInExternalCommit = "not-in-external-commit",
    /// The hub may remove clients and nothing else.
    HubMayOnlyRemove = "hub-may-only-remove",
    /// Who answers knocks needs a key for reading them.
    KnockKeyMissing = "knock-key-missing",
    /// Nobody would be left to read knocks.
    NobodyReadsKnocks = "nobody-reads-knocks",

    // Credentials and leaves (doorstep-membership).
    /// The credential has ended.
    CredentialExpired = "credential-expired",
    /// The keys of an issuer are not known.
    UnknownIssuer = "unknown-issuer",
    /// The client does not know every component of the room.
    UnsupportedClient = "unsupported-client",

    // The hub.
    /// The room is another one than was meant, or of another sort than the operation needs.
    WrongRoom = "wrong-room",
    /// The message is of another MLS group than the room's.
    WrongGroup = "wrong-group",
    /// The commit or proposal is not of the room's current epoch.
    WrongEpoch = "wrong-epoch",
    /// The message is of an epoch the room has not reached.
    FutureEpoch = "future-epoch",
    /// The message is too old; it has to be made again in the current epoch.
    EpochTooOld = "epoch-too-old",
    /// MLS itself refuses it: signature, tree, proposal list.
    InvalidMls = "invalid-mls",
    /// The cipher suite is not this hub's.
    CipherSuite = "cipher-suite",
    /// A signature of a request does not verify.
    BadSignature = "bad-signature",
    /// The credential cannot be read, has ended, is for another room, or its issuer is not known.
    BadCredential = "bad-credential",
    /// The room, or the provider, takes no visitors without an account.
    NoGuests = "no-guests",
    /// Making rooms needs an account here.
    GuestCannotCreate = "guest-cannot-create",
    /// All uses of the join link are spent, or claimed for somebody else.
    LinkUsedUp = "link-used-up",
    /// The knock room and the room behind it do not name each other (any more), or the room takes no knocks now.
    KnockClosed = "knock-closed",
    /// Nobody in the knock room could read a knock.
    KnockUnreadable = "knock-unreadable",
    /// As many knockers are inside as fit.
    KnockRoomFull = "knock-room-full",
    /// This knocker has sent what a knocker may send.
    KnockLimit = "knock-limit",
    /// The message is bigger than a knock may be.
    KnockTooLarge = "knock-too-large",
    /// Proposals wait; they have to be committed first.
    Pending = "pending",
    /// An external commit without groupInfo before, or with another key or credential, or too late.
    NoReservation = "no-reservation",
    /// The external commit does not carry exactly the leaves it was given.
    LeavesNotCarried = "leaves-not-carried",
    /// The GroupInfo beside the commit is missing, partial, forged, or of another epoch.
    BadGroupInfo = "bad-group-info",
    /// The Welcome beside the commit is missing, or not for exactly the clients that were added.
    BadWelcome = "bad-welcome",
    /// The ratchet tree is missing where the hub needs it.
    BadRatchetTree = "bad-ratchet-tree",
    /// The sender has left already.
    Left = "left",
    /// A proposal for this leaf waits already.
    AlreadyLeaving = "already-leaving",
    /// Too many proposals wait.
    TooManyProposals = "too-many-proposals",
    /// The knocker took the knock back.
    Withdrawn = "withdrawn",
    /// A commit of this client was rejected by the room.
    CommitRejected = "commit-rejected",
    /// The sender is not in the room.
    NotAParticipant = "not-a-participant",
    /// The room URI is not of this hub, or not a room address.
    BadRoomUri = "bad-room-uri",
    /// The hub is not the first external sender, or its franking key is not in the room.
    NotThisHub = "not-this-hub",
    /// The first state of the room breaks a rule.
    BadRoomState = "bad-room-state",
    /// The creator of a room is its only member.
    NotAlone = "not-alone",
    /// The commit refers to a proposal that does not wait here.
    UnknownProposal = "unknown-proposal",

    // The provider towards its browsers and other providers.
    /// The request speaks for a user, or about a room, that is not the caller's; a message of somebody else.
    NotYours = "not-yours",
    /// The room is not of the provider that speaks for it.
    NotYourRoom = "not-your-room",
    /// The client has no account.
    NoAccount = "no-account",
    /// What is to be vouched for as a pseudonym is none.
    NotAPseudonym = "not-a-pseudonym",
    /// A user of another provider is to be vouched for.
    NotOurDomain = "not-our-domain",
    /// The pseudonym is used with another key.
    PseudonymTaken = "pseudonym-taken",
    /// A KeyPackage with this reference is somebody else's.
    ReferenceTaken = "reference-taken",
    /// More KeyPackages than the provider keeps.
    TooManyPackages = "too-many-packages",
    /// The KeyPackage cannot be read or does not hold.
    InvalidPackage = "invalid-package",
    /// The KeyPackage is made for one room and cannot be given out for any.
    PackageIsBound = "package-is-bound",
    /// Last resorts are not given out.
    NoLastResort = "no-last-resort",
    /// The KeyPackage ends too soon to be given out.
    PackageEndsSoon = "package-ends-soon",
    /// The proof of being this client does not hold.
    NoProof = "no-proof",
    /// The request has no session.
    NoSession = "no-session",
    /// The session has ended.
    SessionEnded = "session-ended",
    /// Somebody has made a room at this address already.
    SlugTaken = "slug-taken",
    /// More bytes than are taken.
    TooLarge = "too-large",
    /// Another media type.
    MediaType = "media-type",
    /// The body came too slowly.
    TooSlow = "too-slow",
    /// Too often.
    TooOften = "too-often",
    /// Not now.
    TryAgain = "try-again",
    /// Another provider has shown no certificate.
    NoCertificate = "no-certificate",
    /// The request is for another domain than this provider's.
    AnotherDomain = "another-domain",
    /// The sender is not who their certificate says.
    FromMismatch = "from-mismatch",
    /// The other provider is not found, or does not offer what is needed.
    ProviderUnknown = "provider-unknown",
    /// The two providers do not speak with each other.
    ProviderNotAllowed = "provider-not-allowed",
    /// The other provider does not answer.
    ProviderUnreachable = "provider-unreachable",
    /// The other provider does not answer as it should.
    ProviderFailed = "provider-failed",
    /// What answers could not prove that it is the other provider.
    ProviderNotItself = "provider-not-itself",
    /// Somebody has this handle already.
    HandleTaken = "handle-taken",
    /// The handle is not one.
    HandleInvalid = "handle-invalid",
    /// The provider makes no new accounts.
    SignUpClosed = "sign-up-closed",
    /// The client is known with another key.
    ClientTaken = "client-taken",

    // The engine of a browser.
    /// The engine could not do what it can always do.
    Internal = "internal",
    /// There is no such room, or this browser is not in it.
    NoRoom = "no-room",
    /// The hub gives no GroupInfo out.
    NotAuthorized = "not-authorized",
    /// The room is over for this browser.
    RoomOver = "room-over",
    /// This browser has lost track of the room and is about to come in again.
    RoomReturning = "room-returning",
    /// The hub shows a room whose state cannot be read.
    RoomInvalid = "room-invalid",
    /// The provider made no room, and did not say why.
    RoomRefused = "room-refused",
    /// The address is no room's.
    NotARoom = "not-a-room",
    /// The address is no user's.
    NotAUser = "not-a-user",
    /// The room has no such role.
    NoRole = "no-role",
    /// There is no such message.
    NoMessage = "no-message",
    /// Too long, or empty: a message.
    TextLength = "text-length",
    /// Too long: a reaction.
    ReactionLength = "reaction-length",
    /// Too long: a note.
    NoteLength = "note-length",
    /// Too long: the reason of an answer.
    ReasonLength = "reason-length",
    /// Too long, or empty: a room's name.
    NameLength = "name-length",
    /// Too long: a room's description.
    DescriptionLength = "description-length",
    /// The address wished for is not possible.
    SlugInvalid = "slug-invalid",
    /// This needs an account.
    NeedsAccount = "needs-account",
    /// This browser has an account already.
    HasAccount = "has-account",
    /// The own provider does not vouch for this name.
    NotIssued = "not-issued",
    /// The identity for this room is gone.
    NoIdentity = "no-identity",
    /// The pseudonym is known elsewhere.
    PseudonymInUse = "pseudonym-in-use",
    /// The provider did not take the addresses at which this browser can be added.
    NotRegistered = "not-registered",
    /// It was tried too often in a row.
    TooBusy = "too-busy",
    /// In the room already.
    AlreadyIn = "already-in",
    /// Joining this room is under way.
    AlreadyJoining = "already-joining",
    /// The knock has no good id.
    NotAKnock = "not-a-knock",
    /// There is no such knock.
    NoKnock = "no-knock",
    /// A knock at this room waits already.
    AlreadyKnocked = "already-knocked",
    /// I have asked them already, and they have not answered.
    AlreadyAsked = "already-asked",
    /// I talk with them already.
    AlreadyConnected = "already-connected",
    /// That is no request to connect.
    NotAnAsk = "not-an-ask",
    /// It is the own account.
    ThatIsMe = "that-is-me",
    /// Their provider has no fresh KeyPackages of them, and asks them for some.
    NeedsPackages = "needs-packages",
    /// The knock is over: there is nothing to take back.
    KnockOver = "knock-over",
    /// The knock is not over: it is not dropped from the list.
    KnockNotOver = "knock-not-over",
    /// The knock room is not this room's.
    WrongKnockRoom = "wrong-knock-room",
    /// Others than moderators could read the knock.
    KnockRoomUnsafe = "knock-room-unsafe",
    /// The keys of the knock are gone.
    LostState = "lost-state",
    /// There is no such knock to be answered.
    NoRequest = "no-request",
    /// The knock is answered.
    AnsweredAlready = "answered-already",
    /// The time for an answer is over.
    Expired = "expired",
    /// The key for the answer to a knock is none.
    BadAnswerKey = "bad-answer-key",
    /// The KeyPackage that came with a knock lets nobody in.
    BadKeyPackage = "bad-key-package",
    /// The Welcome to a knock leads nowhere.
    WelcomeSpoiled = "welcome-spoiled",
    /// The keys of the hub are not known, or not all of them.
    HubKeys = "hub-keys",
    /// What the hub says is not signed or sealed by it.
    HubForged = "hub-forged",
    /// The hub shows an older state of the room than this browser has seen.
    EpochBackwards = "epoch-backwards",
    /// The hub goes on as if somebody who left were in.
    LeaveIgnored = "leave-ignored",
    /// There is no link in the text.
    LinkEmpty = "link-empty",
    /// The text is something else than a link into a room.
    LinkForeign = "link-foreign",
    /// A piece of the link is missing or was changed.
    LinkDamaged = "link-damaged",
    /// The link is of a version this browser does not know.
    LinkTooNew = "link-too-new",
    /// The hub is not the one that the link means.
    LinkWrongHub = "link-wrong-hub",
    /// The link leads to a provider that this one does not talk to.
    LinkElsewhere = "link-elsewhere",
    /// Whoever made the link is not in the room any more.
    LinkInviterGone = "link-inviter-gone",
    /// No link with this role.
    LinkRole = "link-role",
    /// No link with this life.
    LinkLife = "link-life",
    /// No link with this many uses.
    LinkUses = "link-uses",
    /// The id is no link's.
    NotALink = "not-a-link",
    /// The room wants to hear no names.
    DisclosureForbidden = "disclosure-forbidden",
    /// In the room with the account already.
    AlreadyAccount = "already-account",
    /// The same was told to the same people.
    AlreadyDisclosed = "already-disclosed",
    /// Who is to be told is not in the room.
    NotAMember = "not-a-member",
    /// Nobody is there who could read it.
    NobodyToRead = "nobody-to-read",
    /// What somebody says about who they are does not hold.
    IdentityUnproven = "identity-unproven",
    /// The report was not taken.
    NotReported = "not-reported",

    // The driver of the engine, and the page.
    /// The engine stopped.
    EngineStopped = "engine-stopped",
    /// This browser could not write.
    StorageFailed = "storage-failed",
    /// This browser keeps nothing.
    NothingKept = "nothing-kept",
    /// Another engine was started on the same rows.
    AnotherEngine = "another-engine",
    /// What this browser keeps is of another provider.
    OtherProvider = "other-provider",
    /// What this browser keeps was written by a newer version.
    NewerVersion = "newer-version",
    /// Another tab runs another version.
    OtherVersion = "other-version",
    /// The browser gives no cryptography to a page like this.
    NotSecure = "not-secure",
    /// Somebody is at home in this browser already.
    AlreadyHere = "already-here",
    /// What somebody was to move in with cannot be opened.
    MoveInFailed = "move-in-failed",
}

impl Refusal {
    /// What is said by this text. What is no word is cut down to one: nothing else is ever kept or shown.
    pub fn from_word(text: &str) -> Self {
        match Self::KNOWN.iter().find(|known| known.word() == text) {
            Some(known) => known.clone(),
            None => Self::Other(OtherWord::cut(text)),
        }
    }

    /// What somebody else says by this text. None if it is no word.
    pub fn heard(text: &str) -> Option<Self> {
        let is_word = (1..=OtherWord::LONGEST).contains(&text.len()) && text.chars().all(OtherWord::is_letter);
        is_word.then(|| Self::from_word(text))
    }

    /// Said by the own provider of another one: it cannot be had, or not as it should be.
    pub const fn is_about_a_provider(&self) -> bool {
        matches!(
            self,
            Self::ProviderUnknown
                | Self::ProviderNotAllowed
                | Self::ProviderUnreachable
                | Self::ProviderFailed
                | Self::ProviderNotItself
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_word(&String::deserialize(deserializer)?))
    }
}

/// A word that is not in the table: at most [`OtherWord::LONGEST`] of `a-z 0-9 -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OtherWord(Box<str>);

impl OtherWord {
    /// Letters of a word at most.
    pub const LONGEST: usize = 64;

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn cut(text: &str) -> Self {
        let letters = text.chars().filter(|letter| Self::is_letter(*letter)).take(Self::LONGEST);
        Self(letters.collect::<String>().into_boxed_str())
    }

    const fn is_letter(letter: char) -> bool {
        matches!(letter, 'a'..='z' | '0'..='9' | '-')
    }
}

#[cfg(test)]
mod tests;
