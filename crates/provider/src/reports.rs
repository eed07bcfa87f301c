//! Reports of abuse to this hub: looked into, and kept for its operator (mimi-protocol-06 §5.9).

use doorstep_hub::store::{Report, Store};
use doorstep_hub::{Caller, JudgedReport};
use doorstep_wire::{RoomUri, UnixMillis};

use crate::app::App;
use crate::error::ApiError;
use crate::rooms::look;

/// Looks into a report about a room of this hub.
pub(crate) async fn look_into<S: Store>(
    app: &App<S>,
    caller: &Caller,
    room: &RoomUri,
    body: &[u8],
) -> Result<JudgedReport, ApiError> {
    let now = UnixMillis(app.now());
    let judged = look(app, room, |room| app.hub.report_abuse(room, body, caller, now)).await?;
    Ok(judged.ok_or(ApiError::NotFound)??)
}

/// Keeps it, once.
pub(crate) async fn keep<S: Store>(app: &App<S>, judged: JudgedReport, body: Vec<u8>) -> Result<(), ApiError> {
    let proven = u32::try_from(judged.proven()).unwrap_or(u32::MAX);
    let JudgedReport { room, from, reporting_user, alleged_abuser, note: _, findings: _, digest, at } = judged;
    let report = Report { room, from, reporting_user, alleged_abuser, digest, body, proven, at: at.0 };
    app.store.keep_report(&report).await?;
    Ok(())
}
