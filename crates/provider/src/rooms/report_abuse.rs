//! `reportAbuse`: somebody shows the hub what was said to them; it is looked into, and kept for the operator
//! (mimi-protocol-06 §5.9).
//!
//! ```text
//! POST /client/v1/reportAbuse/{room}   browser → own provider, with its session
//! POST /mimi/v1/reportAbuse/{roomId}   follower → hub, with its certificate
//!
//! body    AbuseReport; whoever is named as reporting is a user of the caller's
//! answer  201 empty: it was received, and nothing of what follows from it
//!         403 another's user
//!         404 no such room; for a browser also: not in it, and nothing shown that was said there
//!         429 too many reports
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::JudgedReport;
use doorstep_hub::store::{Report, Store};
use doorstep_peers::Endpoint;
use doorstep_wire::abuse::AbuseReport;
use doorstep_wire::{Body as _, RoomUri, UnixMillis};

use super::{Caller, relay};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};
use crate::operate::look;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let report = AbuseReport::decode(&body).map_err(|_| ApiError::Malformed("AbuseReport"))?;
    let caller = Caller::Client(client);
    if let Some(user) = &report.reporting_user {
        caller.speaks_for(&app, user).await?;
    }
    report_abuse(&app, &caller, &room, body).await
}

/// Of another provider. The hub sees to it that whoever reports is a user of its own.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    report_abuse(&app, &Caller::Peer(peer), &room, body).await
}

/// The hub looks into it, or the hub of the room is asked to.
async fn report_abuse<S: Store>(
    app: &App<S>,
    caller: &Caller,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    app.reports.take(caller.asker()).map_err(ApiError::TooOften)?;
    if app.is_elsewhere(room) {
        return relay::pass(app, Endpoint::ReportAbuse, room, body).await;
    }
    let (from, now) = (caller.to_hub(app), UnixMillis(app.now()));
    let judged = look(app, room, |room| app.hub.report_abuse(room, &body, &from, now)).await?;
    let judged = judged.ok_or(ApiError::NotFound)??;
    // To a client that is not in the room and has nothing from there it is no room.
    if matches!(caller, Caller::Client(_)) && judged.proven() == 0 && !caller.is_in(app, room).await? {
        return Err(ApiError::NotFound);
    }
    keep(app, judged, body).await?;
    Ok(answers::created())
}

/// Keeps it, once.
async fn keep<S: Store>(app: &App<S>, judged: JudgedReport, body: Vec<u8>) -> Result<(), ApiError> {
    let proven = u32::try_from(judged.proven()).unwrap_or(u32::MAX);
    let JudgedReport { room, from, reporting_user, alleged_abuser, note: _, findings: _, digest, at } = judged;
    let report = Report { room, from, reporting_user, alleged_abuser, digest, body, proven, at: at.0 };
    app.store.keep_report(&report).await?;
    Ok(())
}
