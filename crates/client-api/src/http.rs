//! The HTTP API between a browser's engine and its own provider. Bodies are TLS presentation language
//! (`application/octet-stream`), the whole body is one struct, trailing bytes are refused. Application outcomes are 200
//! with the draft's struct; [`REASON_HEADER`] then carries our word for a refusal. Other statuses: 400 malformed,
//! 401 no or old session, 403 not yours, 404, 413 too large, 415 media type, 429 too often (`Retry-After`),
//! 500 our fault, 503 try again (`Retry-After`).

use doorstep_wire::{ClientUri, ProviderDomain, RoomUri, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

/// Kebab-case word saying why something was refused, e.g. `knock-room-full`; never set where it would tell a private
/// room from an unknown one.
pub const REASON_HEADER: &str = "doorstep-reason";

/// Media type of every TLS body.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// GET → 32 bytes [`CHALLENGE_LEN`], good for two minutes. No session. For a browser whose own challenge was not taken.
pub const CHALLENGE: &str = "/client/v1/challenge";
/// POST [`Register`] → [`Entered`]. No session. Idempotent for the same client and key, but for the session.
pub const REGISTER: &str = "/client/v1/register";
/// Names that can be asked for with [`Register`].
pub const NAMES_LIMIT: usize = 2;
/// POST [`OpenSession`] → [`Session`]. No session.
pub const SESSION: &str = "/client/v1/session";
/// POST CBOR of protocol L 15 → 200 the token `C` (COSE_Sign1 bytes); pseudonyms. Idempotent for a byte-identical body.
/// 409 with reason `pseudonym-taken` when the pid or cid is used by another key.
pub const ISSUE_PSEUDONYM: &str = "/pseudonym/v1/issue";
/// POST the same with zero token hash → 200 a token with a new end.
pub const RENEW_PSEUDONYM: &str = "/pseudonym/v1/renew";
/// POST the same shape for the session's account → 200 an account token with redacted handle and name, and the
/// disclosures [`AccountToken`].
pub const ISSUE_ACCOUNT: &str = "/account/v1/issue";
/// The same request again, for a later end: [`AccountToken`] with new salts. Needs the session and key of the first.
pub const RENEW_ACCOUNT: &str = "/account/v1/renew";
/// GET → COSE_KeySet (CBOR) of a provider's issuer keys; `{domain}` is percent-encoded. A browser asks its own provider.
pub const ISSUER_KEYS: &str = "/client/v1/issuerKeys/{domain}";
/// GET → COSE_KeySet (CBOR) of a hub's keys.
pub const HUB_KEYS: &str = "/client/v1/hubKeys/{domain}";
/// POST [`CreateRooms`] → [`RoomsCreated`].
pub const CREATE_ROOMS: &str = "/client/v1/rooms";
/// POST `GroupInfoRequest` → `GroupInfoResponse`. `{room}`: percent-encoded room URI.
pub const GROUP_INFO: &str = "/client/v1/groupInfo/{room}";
/// POST `HandshakeBundle` → `UpdateRoomResponse`.
pub const UPDATE: &str = "/client/v1/update/{room}";
/// POST `SubmitMessageRequest` → `SubmitMessageResponse`.
pub const SUBMIT_MESSAGE: &str = "/client/v1/submitMessage/{room}";
/// POST [`InOrder`] → [`InOrderAnswers`]: several requests about one room in one, each carried out once the one before it has
/// been accepted.
pub const IN_ORDER: &str = "/client/v1/inOrder/{room}";
/// POST [`RejectCommit`] → 200 empty.
pub const REJECT_COMMIT: &str = "/client/v1/rejectCommit/{room}";
/// GET → [`LinkUses`]: how often the room's join links were used. 404 unless a user of this session is in the room with a
/// role that makes or takes away links.
pub const LINK_USES: &str = "/client/v1/linkUses/{room}";
/// GET → [`Unreached`]: what other providers do not have of a room of this hub. 404 unless a user of this session is in the
/// room.
pub const UNREACHED: &str = "/client/v1/unreached/{room}";
/// GET → JSON [`crate::door::Door`]; 404 for unknown and private rooms alike. No session.
pub const DOOR: &str = "/client/v1/door/{room}";
/// GET → JSON [`crate::door::House`]. No session.
pub const HOUSE: &str = "/client/v1/house";
/// POST [`KeyPackageRefs`] → 200 empty. Before a KeyPackage is handed out: where its Welcome goes.
pub const KEY_PACKAGE_REFS: &str = "/client/v1/keyPackageRefs";
/// POST [`KeyPackages`] → [`KeyPackagesLeft`]: KeyPackages that the provider may give out, each once; none: only asks what is
/// left. 403 with the word for a package that cannot be given out; then none is taken.
pub const KEY_PACKAGES: &str = "/client/v1/keyPackages";
/// POST `KeyMaterialRequest` → `KeyMaterialResponse`. `{user}`: percent-encoded user URI. The provider carries it to the hub
/// of the room, and that to the provider of the user.
pub const KEY_MATERIAL: &str = "/client/v1/keyMaterial/{user}";
/// POST `IdentifierRequest` → `IdentifierResponse`. `{domain}`: the provider at which somebody is looked for.
pub const IDENTIFIER_QUERY: &str = "/client/v1/identifierQuery/{domain}";
/// POST [`Findable`] → 200 empty. Without effect for a guest.
pub const FINDABLE: &str = "/client/v1/findable";
/// POST `AbuseReport` → 201 empty, for the hub of the room, which reads the messages in it.
pub const REPORT_ABUSE: &str = "/client/v1/reportAbuse/{room}";
/// POST `ConsentEntry` (request, cancel) → 201 empty: an admin declines (protocol F.8, L 13).
pub const REQUEST_CONSENT: &str = "/client/v1/requestConsent";
/// POST `ConsentEntry` → 201 empty. `revoke` towards a hub: a knocker withdraws. `grant` (without KeyPackages) and `revoke`
/// towards a user: she may fetch the KeyPackages of the target for any room, or may not any more.
pub const UPDATE_CONSENT: &str = "/client/v1/updateConsent";
/// GET `?after={seq}` → [`MailboxPage`], items with a greater seq, oldest first, at most [`MAILBOX_PAGE_LIMIT`].
pub const MAILBOX: &str = "/client/v1/mailbox";
/// POST [`Acknowledge`] → 200 empty: items up to seq are on the browser's disk and may be deleted.
pub const MAILBOX_ACK: &str = "/client/v1/mailbox/ack";
/// GET → `text/event-stream` with the session in `Authorization`; each event's `data` is the newest seq in decimal.
/// A comment line every 20 s keeps it open. The first event comes at once.
pub const EVENTS: &str = "/client/v1/events";

/// Length of a challenge.
pub const CHALLENGE_LEN: usize = 32;
/// Steps in one [`InOrder`].
pub const IN_ORDER_LIMIT: usize = 4;
/// Items in one [`MailboxPage`].
pub const MAILBOX_PAGE_LIMIT: usize = 200;

/// Puts a percent-encoded value into the one `{…}` of a path.
pub fn path_with(template: &str, value: &str) -> String {
    match (template.find('{'), template.find('}')) {
        (Some(open), Some(close)) if open < close => {
            let (head, rest) = template.split_at(open);
            let tail = rest.split_at(close - open + 1).1;
            let mut path = String::with_capacity(template.len() + 3 * value.len());
            path.push_str(head);
            for byte in value.bytes() {
                match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
                    _ => path.push_str(&format!("%{byte:02X}")),
                }
            }
            path.push_str(tail);
            path
        }
        _ => template.to_owned(),
    }
}

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
/// `handle` empty: a guest. `names`: at most [`NAMES_LIMIT`] bodies of [`ISSUE_PSEUDONYM`], for whoever is known then. `signature` by `key` over the struct without it, label `doorstep register v1`.
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
    /// [`own_challenge`], or from [`CHALLENGE`].
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
    /// [`own_challenge`], or from [`CHALLENGE`].
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

/// Outcome of [`CreateRooms`]; [`REASON_HEADER`] says more. A repeated byte-identical request is `Ok`.
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

/// `struct { Step steps<V>; } InOrder;` What has to be done one after the other, at most [`IN_ORDER_LIMIT`].
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
    /// As [`KEY_PACKAGE_REFS`].
    KeyPackageRefs = 1,
    /// As [`UPDATE`], with a commit.
    Commit = 2,
    /// As [`SUBMIT_MESSAGE`].
    Message = 3,
    /// As [`UPDATE`], with a proposal.
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
    /// As in [`REASON_HEADER`]; empty: none.
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

/// `struct { opaque user<V>; KeyPackageBytes key_packages<V>; } KeyPackages;` with
/// `struct { opaque key_package<V>; } KeyPackageBytes;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyPackages {
    /// User of their leaves; must be this session's.
    pub user: UserUri,
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

/// Who finds an account; the first is so from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Findable {
    /// Whoever knows the handle.
    ByHandle = 0,
    /// Nobody.
    ByNobody = 1,
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
    /// One `ConsentEntry`: `cancel` for a knocker, the outcome of her knock; `revoke` for a moderator, a knock taken back.
    Consent = 2,
    /// One `doorstep_wire::Restored`: the hub went back to an epoch because of a signed rejectCommit.
    Restored = 3,
}

/// What [`ISSUE_ACCOUNT`] answers: `struct { opaque token<V>; opaque disclosures<V>; } AccountToken;` disclosures is a
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
