//! Ending rooms: a room and its knock room in one transaction, and the wishes of the operator.

use doorstep_hub::store::Store;
use doorstep_hub::{Answer, HubError, Room};
use doorstep_wire::{EndReason, RoomUri, UnixMillis};

use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::operate::{change, load, look};

/// Ends a room of this hub if `verdict` says so, and its knock room with it. It goes on to its end also when the visitor
/// hangs up.
pub(crate) async fn end<S, F>(app: &Shared<S>, room: RoomUri, verdict: F) -> Result<Answer, ApiError>
where
    S: Store,
    F: FnOnce(&App<S>, &Room, UnixMillis) -> Result<Answer, HubError> + Send + 'static,
{
    let app = app.clone();
    let task = tokio::spawn(async move { run(&app, room, verdict).await });
    task.await.map_err(|_| ApiError::Internal("ending a room broke off".to_owned()))?
}

/// The operator wants a room to end; one who names a knock room means the room behind it.
pub(crate) async fn by_operator<S: Store>(app: &Shared<S>, room: &RoomUri) -> Result<(), ApiError> {
    let behind = look(app, room, |room| room.target().cloned()).await?.flatten();
    let room = behind.unwrap_or_else(|| room.clone());
    end(app, room, |app, room, now| {
        Ok(Answer { effects: app.hub.close(room, EndReason::ByOperator, [0; 32], now)?, ..Answer::default() })
    })
    .await?;
    Ok(())
}

async fn run<S, F>(app: &Shared<S>, room: RoomUri, verdict: F) -> Result<Answer, ApiError>
where
    S: Store,
    F: FnOnce(&App<S>, &Room, UnixMillis) -> Result<Answer, HubError>,
{
    // What a room is has to be known before it is held: two rooms are always held in the order of their addresses.
    let knock_room = look(app, &room, |room| room.knock_room().cloned()).await?.flatten();
    let mut addresses = vec![room.clone()];
    addresses.extend(knock_room.filter(|knock_room| *knock_room != room));
    addresses.sort();
    let mut held = Vec::with_capacity(addresses.len());
    for address in &addresses {
        held.push(load(app, address).await?);
    }
    let now = app.clock.now();
    let warm = held.iter().find_map(|slot| slot.as_ref().filter(|warm| *warm.uri() == room));
    let mut answer = verdict(app, warm.ok_or(ApiError::NotFound)?, now)?;
    let effects = std::mem::take(&mut answer.effects);
    let Some(ended) = &effects.ended else { return Ok(answer) };
    let request = ended.request;
    let reason = ended.reason;
    // The room first: whoever answers its knocks hears of that before the knock room is gone.
    let (over, mut mail) = change(&app.config.domain, &room, false, effects, None);
    let mut changes = vec![over];
    let beside = held.iter().filter_map(|slot| slot.as_ref()).find(|warm| warm.target() == Some(&room));
    if let Some(beside) = beside {
        let effects = app.hub.close(beside, reason, request, now)?;
        let (over, more) = change(&app.config.domain, beside.uri(), false, effects, None);
        changes.push(over);
        mail.extend(more);
    }
    let wakes = app.store.commit(&changes, &mail, now.0).await?;
    for slot in &mut held {
        if slot.as_ref().is_some_and(|warm| changes.iter().any(|over| over.room == *warm.uri())) {
            **slot = None;
        }
    }
    app.wakes.tell(&wakes);
    app.post.call();
    Ok(answer)
}
