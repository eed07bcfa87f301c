//! Several requests about one room in one: each is carried out once the one before it has been accepted, as the client would
//! do it, without its waiting for every answer. To the hub they are what they are when they come one by one.

use axum::body::to_bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_client_api::http::{IN_ORDER_LIMIT, InOrder, InOrderAnswers, Step, StepAnswer, StepKind};
use doorstep_hub::store::{Client, Store};
use doorstep_wire::submit::SubmitMessageResponse;
use doorstep_wire::update::UpdateRoomResponse;
use doorstep_wire::{Body as _, Refusal, RoomUri};
use tls_codec::{Deserialize as _, VLByteVec};

use super::packages;
use crate::answers;
use crate::app::Shared;
use crate::error::{ApiError, REASON};
use crate::extract::{GroupOctets, RoomPath, Session};
use crate::rooms::{Caller, submit_message, update};

/// Bytes of the answer to a step; they are those of a hub, or our own.
const LONGEST_ANSWER: usize = 1 << 20;

/// `POST /client/v1/inOrder/{room}`. It goes on to its end also when the visitor hangs up: whoever knocks and closes the page
/// has knocked.
pub(super) async fn in_order<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    let InOrder { steps } = InOrder::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("InOrder"))?;
    if steps.is_empty() || steps.len() > IN_ORDER_LIMIT {
        return Err(ApiError::Malformed("InOrder"));
    }
    // Each counts as much as it would alone; the first has been counted.
    for _ in steps.iter().skip(1) {
        app.clients.take(client.id).map_err(ApiError::TooOften)?;
    }
    let task = tokio::spawn(async move {
        let mut answers = Vec::with_capacity(steps.len());
        for step in steps {
            let answer = carry_out(&app, &client, &room, step).await?;
            let goes_on = is_accepted(&answer);
            answers.push(answer);
            if !goes_on {
                break;
            }
        }
        answers::tls(&InOrderAnswers { answers })
    });
    task.await.map_err(|_| ApiError::Internal("requests in order broke off".to_owned()))?
}

async fn carry_out<S: Store>(
    app: &Shared<S>,
    client: &Client,
    room: &RoomUri,
    step: Step,
) -> Result<StepAnswer, ApiError> {
    let Step { kind, body } = step;
    let body: Vec<u8> = body.into();
    let answer = match kind {
        StepKind::KeyPackageRefs => packages::keep(app, client, &body).await,
        StepKind::Commit | StepKind::Proposal => update::update(app, Caller::Client(client.clone()), room, body).await,
        StepKind::Message if body.len() > app.config.limits.body => Err(ApiError::TooLarge),
        StepKind::Message => submit_message::of_client(app, client.clone(), room, body).await,
    };
    let (head, body) = answer.into_response().into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (reason, retry_after) = (text(REASON), text(header::RETRY_AFTER));
    let body = to_bytes(body, LONGEST_ANSWER).await;
    let body = body.map_err(|_| ApiError::Elsewhere(Refusal::ProviderFailed, 10))?;
    Ok(StepAnswer {
        kind,
        status: head.status.as_u16(),
        reason: VLByteVec::new(reason.unwrap_or_default().into_bytes()),
        retry_after: retry_after.and_then(|seconds| seconds.parse().ok()).unwrap_or(0),
        body: VLByteVec::new(body.to_vec()),
    })
}

/// Whether what comes after it may be done.
fn is_accepted(answer: &StepAnswer) -> bool {
    let body = answer.body.as_slice();
    answer.status == StatusCode::OK.as_u16()
        && match answer.kind {
            StepKind::KeyPackageRefs => true,
            StepKind::Commit | StepKind::Proposal => {
                matches!(UpdateRoomResponse::decode(body), Ok(UpdateRoomResponse::Success { .. }))
            }
            StepKind::Message => {
                matches!(SubmitMessageResponse::decode(body), Ok(SubmitMessageResponse::Accepted { .. }))
            }
        }
}
