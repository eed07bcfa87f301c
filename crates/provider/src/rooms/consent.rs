//! What `requestConsent` and `updateConsent` have in common: an entry is read, goes to another provider by letter, or comes to
//! the clients of a person here, masked.

use doorstep_client_api::http::{Ask, MailboxKind};
use doorstep_hub::store::{Mail, Reception, Recipients, Store};
use doorstep_wire::consent::ConsentEntry;
use doorstep_wire::{Body as _, IdentifierUri, ProviderDomain, RoomUri, UserUri, component};
use sha2::{Digest as _, Sha256};
use tls_codec::{Serialize as _, TlsSerialize, TlsSize};

use crate::app::App;
use crate::error::ApiError;

/// An outcome is 2304 bytes sealed, with three URIs; a grant brings some KeyPackages.
const LONGEST: usize = 64 << 10;
/// Bytes of everything in an entry but the KeyPackages of a grant.
const LONGEST_WITHOUT_PACKAGES: usize = 8 << 10;
/// Bytes of a URI that a stranger puts before a person.
const LONGEST_URI: usize = 200;
/// Slug of what is filed under no room.
const NO_ROOM: &str = "-";

/// Reads an entry.
pub(super) fn decode(body: &[u8]) -> Result<ConsentEntry, ApiError> {
    if body.len() > LONGEST {
        return Err(ApiError::TooLarge);
    }
    let entry = ConsentEntry::decode(body).map_err(|_| ApiError::Malformed("ConsentEntry"))?;
    let packages: usize = entry.key_packages.iter().map(|package| package.as_bytes().len()).sum();
    if body.len().saturating_sub(packages) > LONGEST_WITHOUT_PACKAGES {
        return Err(ApiError::TooLarge);
    }
    Ok(entry)
}

/// The path says the same as the body. The draft has the URI in it in one place (§5.1), and the domain of the provider that is
/// asked in another (§5.7): both are taken.
pub(super) fn names(path: &str, body: &IdentifierUri) -> Result<(), ApiError> {
    let uri = path.parse::<IdentifierUri>().or_else(|_| format!("mimi://{path}").parse());
    let same = uri.is_ok_and(|uri| uri == *body) || path.parse::<ProviderDomain>().is_ok_and(|of| of == body.host());
    if same { Ok(()) } else { Err(ApiError::Malformed("path and body differ")) }
}

/// `struct { IdentifierUri requesterUri; IdentifierUri targetUri; optional<RoomId> roomId; } ConsentScope;`
#[derive(TlsSerialize, TlsSize)]
struct Scope {
    requester: IdentifierUri,
    target: UserUri,
    room: Option<RoomUri>,
}

/// SHA-256 of the ConsentScope.
pub(super) fn scope(entry: &ConsentEntry) -> Result<[u8; 32], ApiError> {
    let ConsentEntry { requester, target, room, .. } = entry.clone();
    let bytes = Scope { requester, target, room }.tls_serialize_detached();
    Ok(Sha256::digest(bytes.map_err(|_| ApiError::Malformed("scope"))?).into())
}

/// How a person here stands to a user. What an account wants is about the account: of a pseudonym it would show whose it is.
pub(super) async fn reception<S: Store>(app: &App<S>, person: &UserUri, by: &UserUri) -> Result<Reception, ApiError> {
    Ok(match person.handle() {
        Some(handle) => app.store.reception(handle, by).await?,
        None => Reception { ask: Ask::Anybody as u8, blocked: false },
    })
}

/// Whether they may be asked for a first contact.
pub(super) fn takes_requests(reception: Reception) -> bool {
    !reception.blocked && reception.ask != Ask::Nobody as u8
}

/// The mail by which a person here hears of an entry: of what a stranger wrote there is left who they are, for which room, and
/// what belongs to a knock or a ticket. None: it is not to be shown to anybody.
pub(super) fn told<S>(app: &App<S>, person: &UserUri, entry: ConsentEntry) -> Result<Option<Mail>, ApiError> {
    let uris = [Some(entry.requester.as_str()), Some(entry.target.as_str()), entry.room.as_ref().map(RoomUri::as_str)];
    if uris.into_iter().flatten().any(|uri| uri.len() > LONGEST_URI) {
        return Ok(None);
    }
    let mut entry = entry;
    entry.extensions.retain(|id, _| [component::KP_TICKET, component::KNOCK_SEALING_KEY].contains(id));
    let room = about(app, entry.room.as_ref())?;
    let body = entry.encode().map_err(|error| ApiError::Internal(error.to_string()))?;
    let to = Recipients::User(person.clone());
    Ok(Some(Mail { kind: MailboxKind::Consent as u8, room, to, body: body.into() }))
}

/// The room that an entry is about; without one, an address of this provider that is no room's.
fn about<S>(app: &App<S>, room: Option<&RoomUri>) -> Result<RoomUri, ApiError> {
    match room {
        Some(room) => Ok(room.clone()),
        None => RoomUri::new(&app.config.domain, NO_ROOM).map_err(|error| ApiError::Internal(error.to_string())),
    }
}

/// An entry goes to another provider, by letter: whoever sent it need not wait for that. `kind`: one of the courier's.
pub(super) async fn write<S: Store>(
    app: &App<S>,
    peer: ProviderDomain,
    kind: u8,
    room: Option<RoomUri>,
    body: Vec<u8>,
) -> Result<(), ApiError> {
    let room = about(app, room.as_ref())?;
    let mail = Mail { kind, room, to: Recipients::Peer { peer, clients: Vec::new() }, body: body.into() };
    app.store.commit(&[], &[mail], app.now()).await?;
    app.post.call();
    Ok(())
}
