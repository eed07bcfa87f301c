//! Making rooms: one, or a room and its knock room, in one transaction.

use doorstep_client_api::http::{CreateRooms, NewRoom, RoomsCreated};
use doorstep_hub::store::{Client, Store, StoreError};
use doorstep_hub::{Caller, Created, Room, RoomRequest, RoomsOutcome, Visibility};
use doorstep_wire::{Refusal, RoomUri};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;

use crate::app::{App, Shared};
use crate::entropy::random;
use crate::error::ApiError;
use crate::operate::{change, load, look_again, refresh_page};

/// A room, and its knock room.
const AT_ONCE: usize = 2;

/// What the answer says, and the word for a refusal.
type Verdict = (RoomsCreated, Option<Refusal>);

/// Makes them. It goes on to its end also when the visitor hangs up.
pub(crate) async fn rooms<S: Store>(
    app: &Shared<S>,
    request: CreateRooms,
    body: Vec<u8>,
    client: Client,
    caller: Caller,
) -> Result<Verdict, ApiError> {
    let app = app.clone();
    let task = tokio::spawn(async move { make(app, request, body, client, caller).await });
    task.await.map_err(|_| ApiError::Internal("making a room broke off".to_owned()))?
}

async fn make<S: Store>(
    app: Shared<S>,
    request: CreateRooms,
    body: Vec<u8>,
    client: Client,
    caller: Caller,
) -> Result<Verdict, ApiError> {
    if request.rooms.is_empty() || request.rooms.len() > AT_ONCE {
        return Err(ApiError::Malformed("CreateRooms"));
    }
    let created_from: [u8; 32] = Sha256::digest(&body).into();
    // Always in the order of the addresses, so that two requests never wait for each other.
    let mut addresses: Vec<RoomUri> = request.rooms.iter().map(|room| room.room_uri.clone()).collect();
    addresses.sort();
    addresses.dedup();
    if addresses.len() != request.rooms.len() {
        return Err(ApiError::Malformed("CreateRooms"));
    }
    let mut held = Vec::with_capacity(addresses.len());
    for address in &addresses {
        held.push(load(&app, address).await?);
    }
    if held.iter().any(|slot| slot.is_some()) {
        let again = held.iter().all(|slot| slot.as_ref().is_some_and(|room| room.created_from() == created_from));
        return Ok(if again { (RoomsCreated::Ok, None) } else { (RoomsCreated::Taken, Some(Refusal::SlugTaken)) });
    }
    for address in &addresses {
        // A room that ended leaves its address to nobody.
        if app.store.ended_by(address).await?.is_some() {
            return Ok((RoomsCreated::Taken, Some(Refusal::SlugTaken)));
        }
    }
    let judge = app.clone();
    let outcome = tokio::task::spawn_blocking(move || judged(&judge, &request, created_from, &caller)).await;
    let created = match outcome.map_err(|_| ApiError::Internal("making a room broke off".to_owned()))?? {
        RoomsOutcome::Created(created) => created,
        RoomsOutcome::Refused(refusal) => return Ok((RoomsCreated::NotAllowed, Some(refusal))),
    };
    for Created { room, .. } in &created {
        for user in room.roster().users() {
            if app.store.owner(user).await? != Some(client.id) {
                return Err(ApiError::Forbidden(Refusal::NotYours));
            }
        }
    }
    store(&app, created, held).await
}

fn judged<S: Store>(
    app: &App<S>,
    request: &CreateRooms,
    created_from: [u8; 32],
    caller: &Caller,
) -> Result<RoomsOutcome, ApiError> {
    let requests = request.rooms.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let seed = random(&*app.entropy);
    Ok(app.hub.create_rooms(&requests, created_from, caller, &*app.peer_keys.issuers(), app.clock.now(), seed)?)
}

fn plain(room: &NewRoom) -> Result<RoomRequest<'_>, ApiError> {
    let flag = |byte: u8| match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(ApiError::Malformed("NewRoom")),
    };
    Ok(RoomRequest {
        room: &room.room_uri,
        group_info: room.group_info.as_slice(),
        ratchet_tree: room.ratchet_tree.as_slice(),
        visibility: match room.visibility {
            0 => Visibility::Listed,
            1 => Visibility::Unlisted,
            2 => Visibility::Private,
            _ => return Err(ApiError::Malformed("NewRoom")),
        },
        noindex: flag(room.noindex)?,
        guests: flag(room.guests)?,
        silent_decline: flag(room.silent_decline)?,
    })
}

/// One transaction for all of them; only then they are there for others.
async fn store<S: Store>(
    app: &App<S>,
    created: Vec<Created>,
    mut held: Vec<OwnedMutexGuard<Option<Room>>>,
) -> Result<Verdict, ApiError> {
    let now = app.now();
    let (mut changes, mut rooms) = (Vec::new(), Vec::new());
    for Created { room, effects } in created {
        changes.push(change(&app.config.domain, room.uri(), true, effects, Some(look_again(&room, now))).0);
        rooms.push(room);
    }
    match app.store.commit(&changes, &[], now).await {
        Ok(_) => {}
        Err(StoreError::RoomTaken) => return Ok((RoomsCreated::Taken, Some(Refusal::SlugTaken))),
        Err(error) => return Err(error.into()),
    }
    let pages: Vec<RoomUri> =
        rooms.iter().filter(|room| room.target().is_none()).map(|room| room.uri().clone()).collect();
    rooms.sort_by(|left, right| left.uri().cmp(right.uri()));
    for (slot, room) in held.iter_mut().zip(rooms) {
        **slot = Some(room);
    }
    drop(held);
    for page in pages {
        refresh_page(app, &page).await?;
    }
    Ok((RoomsCreated::Ok, None))
}
