//! Reports of abuse by users of this provider.

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::Caller;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::Body as _;
use doorstep_wire::abuse::AbuseReport;

use super::reach::is_own;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::rate::Asker;
use crate::rooms::look;
use crate::{answers, relay, reports};

/// `POST /client/v1/reportAbuse/{room}`: to the hub of the room, which may be this provider. Whoever is not in a room of this
/// hub has to show something that was said there, or the room is none to her.
pub(super) async fn report_abuse<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let report = AbuseReport::decode(&body).map_err(|_| ApiError::Malformed("AbuseReport"))?;
    if let Some(user) = &report.reporting_user {
        is_own(&app, client.id, user).await?;
    }
    app.reports.take(Asker::Client(client.id)).map_err(ApiError::TooOften)?;
    if app.is_elsewhere(&room) {
        return relay::shown(relay::ask(&app, Endpoint::ReportAbuse, &room, body).await?);
    }
    let caller = Caller { domain: app.config.domain.clone(), guest: client.handle.is_none() };
    let judged = reports::look_into(&app, &caller, &room, &body).await?;
    if judged.proven() == 0 {
        let users = app.store.users_of(client.id).await?;
        let inside = look(&app, &room, |room| users.iter().any(|user| room.roster().count_of(user) > 0)).await?;
        if inside != Some(true) {
            return Err(ApiError::NotFound);
        }
    }
    reports::keep(&app, judged, body).await?;
    Ok(answers::created())
}
