//! The HTTP API between a browser's engine and its own provider. Bodies are TLS presentation language
//! (`application/octet-stream`), the whole body is one struct, trailing bytes are refused. Application outcomes are 200
//! with the draft's struct; [`REASON_HEADER`] then carries our word for a refusal. Other statuses: 400 malformed,
//! 401 no or old session, 403 not yours, 404, 413 too large, 415 media type, 429 too often (`Retry-After`),
//! 500 our fault, 503 try again (`Retry-After`).

#[cfg(feature = "wire")]
mod bodies;

#[cfg(feature = "wire")]
pub use bodies::*;

/// Kebab-case word saying why something was refused, e.g. `knock-room-full`; never set where it would tell a private
/// room from an unknown one.
pub const REASON_HEADER: &str = "doorstep-reason";

/// Media type of every TLS body.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// What most paths of this API begin with. No robot has anything to find there.
pub const CLIENT: &str = "/client/";
/// What the files of the web app are under, behind this their names.
pub const ASSETS: &str = "/assets/";

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
/// POST `EndRoom` → 200 empty: the room is over, and is also when the same was asked before; with a word: it is not. 404: there
/// is no such room (any more), or none that the signer may end.
pub const END_ROOM: &str = "/client/v1/endRoom/{room}";
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
/// GET → [`ContactSettings`], as they are kept. POST [`ContactSettings`] → the same, in the place of the former. A guest has no
/// account, and none: theirs stay what they are from the beginning.
pub const CONTACT_SETTINGS: &str = "/client/v1/contactSettings";
/// POST `AbuseReport` → 201 empty, for the hub of the room, which reads the messages in it.
pub const REPORT_ABUSE: &str = "/client/v1/reportAbuse/{room}";
/// POST `ConsentEntry` (request, cancel) → 201 empty: an admin declines (protocol F.8, L 13).
pub const REQUEST_CONSENT: &str = "/client/v1/requestConsent";
/// POST `ConsentEntry` → 201 empty. `revoke` towards a hub: a knocker withdraws. `grant` and `revoke`
/// towards a user: that user may fetch the KeyPackages of the target for any room, or may not any more.
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

/// Whether [`path_with`] makes this path of that template.
pub fn is_made_of(path: &str, template: &str) -> bool {
    match (template.split_once('{'), template.split_once('}')) {
        (Some((head, _)), Some((_, tail))) => path
            .strip_prefix(head)
            .and_then(|rest| rest.strip_suffix(tail))
            .is_some_and(|value| !value.is_empty() && !value.contains('/')),
        _ => path == template,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_its_template() {
        let path = path_with(UPDATE, "mimi://a.example/r/club");
        assert_eq!(path, "/client/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclub");
        assert!(is_made_of(&path, UPDATE) && is_made_of(HOUSE, HOUSE));
        for other in ["/client/v1/update/", "/client/v1/update/a/b", "/client/v1/submitMessage/x", HOUSE] {
            assert!(!is_made_of(other, UPDATE), "{other}");
        }
        assert!(!is_made_of(&path, HOUSE));
    }
}
