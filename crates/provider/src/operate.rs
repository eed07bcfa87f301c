//! Carrying out an operation of the hub: lock the room, run it, write everything in one transaction, wake who has mail,
//! then answer.

use std::collections::BTreeMap;

use doorstep_client_api::http::MailboxKind;
use doorstep_credential::IssuerKeys;
use doorstep_hub::store::{LogLine, Mail, Recipients, RoomChange, RoomPage, RowWrite, Store, StoreError};
use doorstep_hub::{Answer, Effects, Ended, Fanout, FanoutKind, Room, Visibility};
use doorstep_wire::{ClientUri, ProviderDomain, RoomUri, UnixMillis};
use tokio::sync::OwnedMutexGuard;

use crate::app::{App, Shared};
use crate::ending;
use crate::entropy::random;
use crate::error::ApiError;
use crate::peer_keys::KeysOfNow;

/// When the hub looks at a room with people at its door again, in milliseconds.
const SOON: u64 = 10 * 60 * 1_000;
/// When it looks at any other room again.
const LATER: u64 = 24 * 60 * 60 * 1_000;

/// Clients that one letter to another provider names: some twelve kilobytes of a header.
const CLIENTS_IN_A_LETTER: usize = 128;

/// Runs an operation on a room of this hub. It goes on to its end also when the visitor hangs up.
pub(crate) async fn operate<S, E, F>(app: &Shared<S>, room: RoomUri, operation: F) -> Result<Answer, ApiError>
where
    S: Store,
    E: Into<ApiError>,
    F: FnOnce(&App<S>, &mut Room, UnixMillis, [u8; 32]) -> Result<Answer, E> + Send + 'static,
{
    let app = app.clone();
    let task = tokio::spawn(async move { run(app, room, operation).await });
    task.await.map_err(|_| ApiError::Internal("an operation broke off".to_owned()))?
}

/// As [`operate`], for what is judged by credentials. When one was made with a key that is not known, its issuer is asked
/// for its keys, and the operation is judged again if there are others: what is refused has changed nothing.
pub(crate) async fn judge<S, E, F>(app: &Shared<S>, room: RoomUri, operation: F) -> Result<Answer, ApiError>
where
    S: Store,
    E: Into<ApiError>,
    F: Fn(&App<S>, &mut Room, &dyn IssuerKeys, UnixMillis, [u8; 32]) -> Result<Answer, E> + Clone + Send + 'static,
{
    let with = |keys: KeysOfNow| {
        let operation = operation.clone();
        operate(app, room.clone(), move |app, room, now, seed| operation(app, room, &keys, now, seed))
    };
    let keys = app.peer_keys.of_now();
    let answer = with(keys.clone()).await;
    let refused = answer.as_ref().map_or(true, |answer| answer.reason.is_some());
    if refused && app.have_newer(&keys.missed()).await { with(app.peer_keys.of_now()).await } else { answer }
}

async fn run<S, E, F>(app: Shared<S>, room: RoomUri, operation: F) -> Result<Answer, ApiError>
where
    S: Store,
    E: Into<ApiError>,
    F: FnOnce(&App<S>, &mut Room, UnixMillis, [u8; 32]) -> Result<Answer, E> + Send + 'static,
{
    let mut held = load(&app, &room).await?;
    let worker = app.clone();
    // MLS on a large room takes tens of milliseconds: not on a thread that serves others.
    let (mut held, at, outcome) = tokio::task::spawn_blocking(move || {
        let now = worker.clock.now();
        let outcome = match held.as_mut() {
            Some(room) => {
                let seed = random(&*worker.entropy);
                operation(&worker, room, now, seed).map_err(Into::into)
            }
            None => Err(ApiError::NotFound),
        };
        (held, now, outcome)
    })
    .await
    .map_err(|_| ApiError::Internal("an operation broke off".to_owned()))?;
    let mut answer = outcome?;
    let effects = std::mem::take(&mut answer.effects);
    if effects.is_empty() {
        return Ok(answer);
    }
    let Some(warm) = held.as_ref() else { return Err(ApiError::NotFound) };
    // Its letters are as old as what they tell of, to the millisecond: by that it is known later what did not arrive.
    let now = at.0;
    let handshake = effects.log.iter().any(|line| line.kind != doorstep_hub::LogKind::Application);
    let around = warm.target().cloned();
    let is_over = effects.ended.is_some();
    let (change, mail) = change(&app.config.domain, &room, false, effects, Some(look_again(warm, now)));
    match app.store.commit(&[change], &mail, now).await {
        Ok(wakes) => {
            app.wakes.tell(&wakes);
            if mail.iter().any(|mail| matches!(mail.to, Recipients::Peer { .. })) {
                app.post.call();
            }
        }
        Err(error) => {
            // What is in memory is ahead of the disk: load it again next time.
            *held = None;
            return Err(error.into());
        }
    }
    if is_over {
        *held = None;
    }
    drop(held);
    if handshake && !is_over {
        refresh_page(&app, around.as_ref().unwrap_or(&room)).await?;
    }
    Ok(answer)
}

/// Reads something of a room, if there is such a room.
pub(crate) async fn look<S: Store, T>(
    app: &App<S>,
    room: &RoomUri,
    read: impl FnOnce(&Room) -> T,
) -> Result<Option<T>, ApiError> {
    let held = load(app, room).await?;
    Ok(held.as_ref().map(read))
}

/// Holds a room; nothing in it when there is no such room.
pub(crate) async fn load<S: Store>(app: &App<S>, room: &RoomUri) -> Result<OwnedMutexGuard<Option<Room>>, ApiError> {
    let slot = app.rooms.slot(room, app.now());
    let mut held = slot.lock_owned().await;
    if held.is_none()
        && let Some(rows) = app.store.load_room(room).await?
    {
        let loaded = tokio::task::spawn_blocking(move || Room::load(rows)).await;
        let loaded = loaded.map_err(|_| ApiError::Internal("loading a room broke off".to_owned()))?;
        *held = Some(loaded.map_err(|error| ApiError::Internal(error.to_string()))?);
    }
    Ok(held)
}

/// The transaction of an operation: its rows and log, and its mail.
pub(crate) fn change(
    own: &ProviderDomain,
    room: &RoomUri,
    create: bool,
    effects: Effects,
    look_again: Option<u64>,
) -> (RoomChange, Vec<Mail>) {
    let Effects { rows, log, fanout, ended } = effects;
    let rows = rows.into_iter().map(|row| RowWrite { key: row.key, value: row.value }).collect();
    let log = log
        .into_iter()
        .map(|line| LogLine { at: line.at.0, epoch: line.epoch, kind: line.kind as u8, message: line.message })
        .collect();
    let request = ended.as_ref().map(|ended| ended.request);
    let change = RoomChange { room: room.clone(), create, rows, log, page: None, look_again, ended: request };
    let mut mail: Vec<Mail> = fanout.into_iter().flat_map(|fanout| mail_of(own, fanout)).collect();
    mail.extend(ended.into_iter().flat_map(|ended| last_words(room, ended)));
    (change, mail)
}

/// For the clients of this provider, and for each other one in one letter without recipients: all who follow the room.
fn last_words(room: &RoomUri, ended: Ended) -> Vec<Mail> {
    let Ended { statement, here, providers, reason: _, request: _ } = ended;
    let here = (!here.is_empty()).then_some(Recipients::Clients(here));
    let elsewhere = providers.into_iter().map(|peer| Recipients::Peer { peer, clients: Vec::new() });
    let to = here.into_iter().chain(elsewhere);
    to.map(|to| Mail { kind: MailboxKind::Ended as u8, room: room.clone(), to, body: statement.clone() }).collect()
}

/// One body, for the clients of this provider and for those of each other one.
fn mail_of(own: &ProviderDomain, fanout: Fanout) -> Vec<Mail> {
    let Fanout { kind, room, recipients, packages, body } = fanout;
    let kind = match kind {
        FanoutKind::Message => MailboxKind::Fanout,
        FanoutKind::Restored => MailboxKind::Restored,
        FanoutKind::Consent => MailboxKind::Consent,
    } as u8;
    let welcome = !packages.is_empty();
    let mut packages = packages.into_iter();
    let (mut here, mut refs) = (Vec::new(), Vec::new());
    let mut elsewhere: BTreeMap<ProviderDomain, Vec<ClientUri>> = BTreeMap::new();
    for client in recipients {
        let package = packages.next();
        let host = client.host();
        if host == *own {
            here.push(client);
            refs.extend(package);
        } else {
            elsewhere.entry(host).or_default().push(client);
        }
    }
    // A Welcome goes where its KeyPackage was handed out, and nowhere when nobody here remembers it.
    let to_own = if welcome { Recipients::Packages(refs) } else { Recipients::Clients(here) };
    let is_empty = matches!(&to_own, Recipients::Packages(list) if list.is_empty())
        || matches!(&to_own, Recipients::Clients(list) if list.is_empty());
    let own_mail = (!is_empty).then(|| Mail { kind, room: room.clone(), to: to_own, body: body.clone() });
    let letters = elsewhere.into_iter().flat_map(|(peer, clients)| {
        let parts: Vec<Vec<ClientUri>> = clients.chunks(CLIENTS_IN_A_LETTER).map(<[ClientUri]>::to_vec).collect();
        parts.into_iter().map(move |clients| Recipients::Peer { peer: peer.clone(), clients })
    });
    let letters: Vec<Mail> = letters.map(|to| Mail { kind, room: room.clone(), to, body: body.clone() }).collect();
    own_mail.into_iter().chain(letters).collect()
}

/// When the hub has a reason to look by itself: soon where people wait at the door, otherwise for leaves that never
/// showed up, and when the room's time is over.
pub(crate) fn look_again(room: &Room, now: u64) -> u64 {
    let turn = now.saturating_add(if room.target().is_some() { SOON } else { LATER });
    room.expires().map_or(turn, |expires| turn.min(expires))
}

/// Makes the public page of a room again, from it and its knock room. A room that is not there has none.
pub(crate) async fn refresh_page<S: Store>(app: &App<S>, room: &RoomUri) -> Result<(), ApiError> {
    let _one_at_a_time = app.rooms.pages.lock().await;
    let Some(Some(knock_room)) = look(app, room, |room| Some(room.knock_room().cloned())).await? else {
        return Ok(());
    };
    let facts = match &knock_room {
        Some(knock_room) if knock_room.host() == app.config.domain => look(app, knock_room, Room::knock_facts).await?,
        _ => None,
    };
    let held = load(app, room).await?;
    let Some(warm) = held.as_ref() else { return Ok(()) };
    let now = app.now();
    let door = app.hub.door(warm, facts.as_ref());
    let page = RoomPage {
        listed: warm.visibility() == Visibility::Listed,
        name: door.as_ref().map(|door| door.name.clone()).unwrap_or_default(),
        door: door
            .map(|door| serde_json::to_vec(&door))
            .transpose()
            .map_err(|error| ApiError::Internal(error.to_string()))?,
    };
    if app.store.door(room).await? == page.door {
        return Ok(());
    }
    let change = RoomChange {
        room: room.clone(),
        create: false,
        rows: Vec::new(),
        log: Vec::new(),
        page: Some(page),
        look_again: Some(look_again(warm, now)),
        ended: None,
    };
    match app.store.commit(&[change], &[], now).await {
        Ok(_) | Err(StoreError::NoSuchRoom) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Lets the hub look at the rooms that are due.
pub(crate) async fn tick<S: Store>(app: &Shared<S>) -> Result<(), StoreError> {
    /// Rooms in one go.
    const AT_ONCE: usize = 64;
    for room in app.store.due(app.now(), AT_ONCE).await? {
        if app.store.is_asked_to_end(&room).await? {
            if let Err(error) = ending::by_operator(app, &room).await {
                tracing::warn!(?error, "a room could not be ended");
            }
            continue;
        }
        let looked = operate(app, room.clone(), |app, room, now, seed| app.hub.tick(room, now, seed)).await;
        if let Err(error) = looked {
            tracing::warn!(?error, "a room could not be looked after");
        }
        // Also when nothing had to be done, or it failed: not again at once.
        let again = look(app, &room, |warm| look_again(warm, app.now())).await.ok().flatten();
        let change = RoomChange {
            room,
            create: false,
            rows: Vec::new(),
            log: Vec::new(),
            page: None,
            look_again: again.or(Some(app.now().saturating_add(LATER))),
            ended: None,
        };
        match app.store.commit(&[change], &[], app.now()).await {
            // It ended.
            Ok(_) | Err(StoreError::NoSuchRoom) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
