//! What `requestConsent` and `updateConsent` have in common: an entry is read, and goes to another provider by letter.

use doorstep_hub::store::{Mail, Recipients, Store};
use doorstep_wire::consent::ConsentEntry;
use doorstep_wire::{Body as _, IdentifierUri, ProviderDomain, RoomUri};

use crate::app::App;
use crate::error::ApiError;

/// An outcome is 2304 bytes sealed, with three URIs.
const LONGEST: usize = 8 << 10;

/// Reads an entry.
pub(super) fn decode(body: &[u8]) -> Result<ConsentEntry, ApiError> {
    if body.len() > LONGEST {
        return Err(ApiError::TooLarge);
    }
    ConsentEntry::decode(body).map_err(|_| ApiError::Malformed("ConsentEntry"))
}

/// The path says the same as the body.
pub(super) fn names(path: &str, body: &IdentifierUri) -> Result<(), ApiError> {
    let same =
        path.parse::<IdentifierUri>().or_else(|_| format!("mimi://{path}").parse()).is_ok_and(|uri| uri == *body);
    if same { Ok(()) } else { Err(ApiError::Malformed("path and body differ")) }
}

/// An entry goes to another provider, by letter: whoever sent it need not wait for that. `kind`: one of the courier's.
pub(super) async fn write<S: Store>(
    app: &App<S>,
    peer: ProviderDomain,
    kind: u8,
    room: Option<RoomUri>,
    body: Vec<u8>,
) -> Result<(), ApiError> {
    let room = room.ok_or(ApiError::Malformed("no room"))?;
    let mail = Mail { kind, room, to: Recipients::Peer { peer, clients: Vec::new() }, body: body.into() };
    app.store.commit(&[], &[mail], app.now()).await?;
    app.post.call();
    Ok(())
}
