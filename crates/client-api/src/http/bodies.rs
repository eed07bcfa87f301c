//! The structs that travel.

use doorstep_wire::{ClientUri, IdentifierUri, ProviderDomain, RoomUri, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::CHALLENGE_LEN;

/// A challenge that a browser makes for itself, so that it need not ask for one: milliseconds since the UNIX epoch by its
/// clock, 8 random bytes, and the first 16 of SHA-256 over `doorstep own challenge v1`, those 16 bytes and the provider's
/// domain. It is good at that provider, near that time, once.
pub fn own_challenge(provider: &ProviderDomain, time: u64, noise: [u8; 8]) -> [u8; CHALLENGE_LEN] {
    let head = (time.to_be_bytes(), noise);
    let hash = Sha256::new()
        .chain_update(b"doorstep own challenge v1")
        .chain_update(head.0)
        .chain_update(head.1)
        .chain_update(provider.as_bytes())
        .finalize();
    let mut challenge = [0; CHALLENGE_LEN];
    let all = head.0.into_iter().chain(head.1).chain(hash);
    challenge.iter_mut().zip(all).for_each(|(to, from)| *to = from);
    challenge
}

/// ```text
/// struct { opaque client_id[16]; opaque key[32]; opaque handle<V>; opaque display_name<V>;
///          opaque names<V><V>; opaque challenge[32]; opaque signature[64]; } Register;
/// ```
/// `handle` empty: a guest. `names`: at most [`NAMES_LIMIT`](super::NAMES_LIMIT) bodies of
/// [`ISSUE_PSEUDONYM`](super::ISSUE_PSEUDONYM), for whoever is known then. `signature` by `key` over the struct without it, label `doorstep register v1`.
/// Registering a known client with a handle turns a guest into an account.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Register {
    /// UUIDv4 of this browser profile.
    pub client_id: [u8; 16],
    /// Ed25519 public key of this browser profile.
    pub key: [u8; 32],
    /// UTF-8, may be empty.
    pub handle: VLByteVec,
    /// UTF-8, may be empty.
    pub display_name: VLByteVec,
    /// CBOR each, as a request of its own would have it.
    pub names: Vec<VLByteVec>,
    /// [`own_challenge`], or from [`super::CHALLENGE`].
    pub challenge: [u8; 32],
    /// Ed25519.
    pub signature: [u8; 64],
}

/// Outcome of [`Register`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Registered {
    /// Made, or was there with the same key.
    Ok = 0,
    /// Somebody has this handle.
    HandleTaken = 1,
    /// Not a handle (2–32 of `a-z 0-9 - _ .`, starts with a letter), or reserved (`p`).
    HandleInvalid = 2,
    /// The operator lets nobody make accounts.
    SignUpClosed = 3,
    /// The operator lets no guests in.
    NoGuests = 4,
    /// The client id is in use with another key, or has another handle already.
    ClientTaken = 5,
}

/// Answer to [`Register`]: `struct { Registered outcome; optional<Session> session; opaque tokens<V><V>; } Entered;` A session
/// for whoever is known now, and for each of the names its token. One that is empty was not issued: a request of its own
/// is told why.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Entered {
    /// What became of the registration.
    pub outcome: Registered,
    /// With [`Registered::Ok`].
    pub session: Option<Session>,
    /// With [`Registered::Ok`], in the order of the names.
    pub tokens: Vec<VLByteVec>,
}

/// ```text
/// struct { opaque client_id[16]; opaque challenge[32]; opaque signature[64]; } OpenSession;
/// ```
/// `signature` over the struct without it, label `doorstep session v1`. 401 for an unknown client or a bad signature.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct OpenSession {
    /// As registered.
    pub client_id: [u8; 16],
    /// [`own_challenge`], or from [`super::CHALLENGE`].
    pub challenge: [u8; 32],
    /// Ed25519 by the registered key.
    pub signature: [u8; 64],
}

/// `struct { opaque token[32]; uint64 expires; } Session;` used as `Authorization: Bearer <base64url of token>`.
#[derive(Clone, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Session {
    /// Secret.
    pub token: [u8; 32],
    /// Milliseconds since the UNIX epoch.
    pub expires: u64,
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { token: _, expires } = self;
        f.debug_struct("Session").field("expires", expires).finish_non_exhaustive()
    }
}

/// What a signature of this API covers: `SignWithLabel(key, label, content)` of RFC 9420 §5.1.2.
pub const REGISTER_LABEL: &str = "doorstep register v1";
/// See [`REGISTER_LABEL`].
pub const SESSION_LABEL: &str = "doorstep session v1";
/// See [`REGISTER_LABEL`]; content: `struct { opaque room<V>; uint64 epoch; opaque commit_hash[32]; }`.
pub const REJECT_COMMIT_LABEL: &str = "doorstep reject commit v1";

/// Rooms to be made in one transaction: a room, or a room and its knock room (in this order).
/// `struct { NewRoom rooms<V>; } CreateRooms;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct CreateRooms {
    /// One or two.
    pub rooms: Vec<NewRoom>,
}

/// ```text
/// struct { opaque room_uri<V>; opaque group_info<V>; opaque ratchet_tree<V>; uint8 visibility; bool noindex;
///          bool guests; bool silent_decline; } NewRoom;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct NewRoom {
    /// On this hub, unused.
    pub room_uri: RoomUri,
    /// Bare `GroupInfo` of epoch 0 with external_pub, without ratchet_tree, signed by the creator's leaf.
    pub group_info: VLByteVec,
    /// `optional<Node> ratchet_tree<V>`, bytes as in the RFC 9420 extension.
    pub ratchet_tree: VLByteVec,
    /// 0 listed, 1 unlisted, 2 private.
    pub visibility: u8,
    /// 1: search engines are asked to stay out.
    pub noindex: u8,
    /// 1: guests may come in.
    pub guests: u8,
    /// 1: no outcome is sent to declined knockers.
    pub silent_decline: u8,
}

/// Outcome of [`CreateRooms`]; [`super::REASON_HEADER`] says more. A repeated byte-identical request is `Ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum RoomsCreated {
    /// Made.
    Ok = 0,
    /// A room URI is in use.
    Taken = 1,
    /// Refused.
    NotAllowed = 2,
}

/// `struct { Step steps<V>; } InOrder;` What has to be done one after the other, at most [`super::IN_ORDER_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct InOrder {
    /// In this order.
    pub steps: Vec<Step>,
}

/// `struct { StepKind kind; opaque body<V>; } Step;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Step {
    /// What is asked.
    pub kind: StepKind,
    /// Of the request that stands for it.
    pub body: VLByteVec,
}

/// What a step asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum StepKind {
    /// As [`super::KEY_PACKAGE_REFS`].
    KeyPackageRefs = 1,
    /// As [`super::UPDATE`], with a commit.
    Commit = 2,
    /// As [`super::SUBMIT_MESSAGE`].
    Message = 3,
    /// As [`super::UPDATE`], with a proposal.
    Proposal = 4,
}

/// `struct { StepAnswer answers<V>; } InOrderAnswers;` As many as were carried out: all, or up to the first that was not
/// accepted.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct InOrderAnswers {
    /// In the order of the steps.
    pub answers: Vec<StepAnswer>,
}

/// `struct { StepKind kind; uint16 status; opaque reason<V>; uint32 retry_after; opaque body<V>; } StepAnswer;` What the
/// request that stands for the step would have been answered.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct StepAnswer {
    /// Of the step.
    pub kind: StepKind,
    /// HTTP status.
    pub status: u16,
    /// As in [`super::REASON_HEADER`]; empty: none.
    pub reason: VLByteVec,
    /// Seconds; 0: nothing was said.
    pub retry_after: u32,
    /// Body.
    pub body: VLByteVec,
}

/// `struct { KeyPackageRefEntry refs<V>; } KeyPackageRefs;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyPackageRefs {
    /// At most 64.
    pub refs: Vec<KeyPackageRefEntry>,
}

/// `struct { opaque reference<V>; opaque user<V>; uint64 not_after; } KeyPackageRefEntry;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyPackageRefEntry {
    /// RFC 9420 §5.2 KeyPackageRef.
    pub reference: VLByteVec,
    /// User of its leaf; must be this session's.
    pub user: UserUri,
    /// Seconds since the UNIX epoch.
    pub not_after: u64,
}

/// `struct { opaque client<V>; KeyPackageBytes key_packages<V>; } KeyPackages;` with
/// `struct { opaque key_package<V>; } KeyPackageBytes;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyPackages {
    /// Client of their leaves; must be this session's.
    pub client: ClientUri,
    /// Bare KeyPackages, at most 64.
    pub packages: Vec<VLByteVec>,
}

/// `struct { uint32 any; uint32 connection_only; } KeyPackagesLeft;` Last resorts are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyPackagesLeft {
    /// For any room, to whom one consents.
    pub any: u32,
    /// For a first connection, to everybody.
    pub connection_only: u32,
}

/// Who finds an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Find {
    /// Nobody.
    Nobody = 0,
    /// Whoever knows the handle. From the beginning.
    ByHandle = 1,
    /// Whoever knows the handle or the display name.
    ByName = 2,
}

/// Who may ask the person of an account for a first contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Ask {
    /// Nobody.
    Nobody = 0,
    /// Anybody. From the beginning.
    Anybody = 1,
    /// Who is in a room with them. The provider does not know who that is and serves anybody; the client decides, after the
    /// disclosure.
    Acquainted = 2,
}

/// Most entries of [`ContactSettings::blocked`].
pub const MOST_BLOCKED: usize = 500;

/// `struct { Find find; Ask ask; IdentifierUri blocked<V>; } ContactSettings;`
///
/// How an account can be reached. It is about the account alone, not about its pseudonyms: what somebody is told of one must
/// not show whose it is.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ContactSettings {
    /// Who finds it.
    pub find: Find,
    /// Who may ask.
    pub ask: Ask,
    /// Users and providers that are answered as if the account wished for nothing, at most [`MOST_BLOCKED`].
    pub blocked: Vec<IdentifierUri>,
}

/// `struct { uint64 epoch; opaque commit_hash[32]; uint32 leaf_index; opaque signature[64]; } RejectCommit;`
///
/// A member of the epoch before the commit says that nobody can follow it (protocol L 2). Signed with the leaf key.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RejectCommit {
    /// Epoch the commit was made in.
    pub epoch: u64,
    /// SHA-256 of the MLSMessage.
    pub commit_hash: [u8; 32],
    /// Leaf of the signer in that epoch.
    pub leaf_index: u32,
    /// Ed25519, [`REJECT_COMMIT_LABEL`].
    pub signature: [u8; 64],
}

/// `struct { uint64 upto; } Acknowledge;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Acknowledge {
    /// Greatest seq that is on the browser's disk.
    pub upto: u64,
}

/// `struct { MailboxItem items<V>; } MailboxPage;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct MailboxPage {
    /// Ascending seq.
    pub items: Vec<MailboxItem>,
}

/// `struct { uint64 seq; MailboxKind kind; opaque room<V>; opaque to<V>; opaque body<V>; } MailboxItem;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct MailboxItem {
    /// Grows by any amount; unique in the mailbox.
    pub seq: u64,
    /// What `body` is.
    pub kind: MailboxKind,
    /// Room it is about.
    pub room: RoomUri,
    /// Client (own leaf in that room, or of the KeyPackage) it is for.
    pub to: ClientUri,
    /// Bytes.
    pub body: VLByteVec,
}

/// What a mailbox item carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum MailboxKind {
    /// One `FanoutMessage` (mimi-protocol-06 §5.5).
    Fanout = 1,
    /// One `ConsentEntry`. `request` and `cancel`: somebody asks, or asks no longer, to be let add the person; `grant` and
    /// `revoke`: somebody lets them, or does no longer. `cancel` for a knocker: the outcome of the knock; `revoke` of a hub
    /// for a moderator: a knock taken back.
    Consent = 2,
    /// One `doorstep_wire::Restored`: the hub went back to an epoch because of a signed rejectCommit.
    Restored = 3,
    /// One `doorstep_wire::RoomEnded`: the room is over, by the hub's signed word.
    Ended = 4,
}

/// What [`super::ISSUE_ACCOUNT`] answers: `struct { opaque token<V>; opaque disclosures<V>; } AccountToken;` disclosures is a
/// CBOR array of the salted disclosures (SD-CWT) of the redacted claims.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct AccountToken {
    /// COSE_Sign1.
    pub token: VLByteVec,
    /// CBOR.
    pub disclosures: VLByteVec,
}

/// `struct { LinkUse links<V>; } LinkUses;` All links of the room, in their order. The hub's word.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct LinkUses {
    /// One for each link.
    pub links: Vec<LinkUse>,
}

/// `struct { opaque link_id[16]; uint32 used; uint32 claimed; LinkJoined joined<V>; } LinkUse;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct LinkUse {
    /// Which.
    pub link_id: [u8; 16],
    /// Uses that are spent.
    pub used: u32,
    /// Uses kept for ten minutes for people whose commit was overtaken.
    pub claimed: u32,
    /// The last hundred, oldest first.
    pub joined: Vec<LinkJoined>,
}

/// `struct { opaque user<V>; uint64 at; } LinkJoined;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct LinkJoined {
    /// Who came in.
    pub user: UserUri,
    /// Milliseconds since the UNIX epoch.
    pub at: u64,
}

/// `struct { uint32 again; UnreachedPeer peers<V>; } Unreached;` Of providers that have people in the room. The hub's word.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Unreached {
    /// Seconds after which it is worth asking again; 0: nothing waits.
    pub again: u32,
    /// First what was given up, the oldest first, then who has been waited for.
    pub peers: Vec<UnreachedPeer>,
}

/// `struct { opaque provider<V>; uint64 since; uint64 until; } UnreachedPeer;` What was accepted from `since` to `until`.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct UnreachedPeer {
    /// Who does not have it.
    pub provider: ProviderDomain,
    /// Milliseconds since the UNIX epoch.
    pub since: u64,
    /// Given up; the same. 0: it is still tried, and so is what came later.
    pub until: u64,
}
