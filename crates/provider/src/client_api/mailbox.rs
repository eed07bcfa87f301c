//! Fetching and acknowledging mail.

use axum::extract::{Query, State};
use axum::response::Response;
use doorstep_client_api::http::{Acknowledge, MAILBOX_PAGE_LIMIT, MailboxItem, MailboxKind, MailboxPage};
use doorstep_hub::store::{MailItem, Store};
use serde::Deserialize;
use tls_codec::{Deserialize as _, VLByteVec};

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{Octets, Session};

/// Bytes of bodies in one page, unless a single one is larger.
const PAGE_BYTES: usize = 4 << 20;

/// `?after={seq}`
#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

/// `GET /client/v1/mailbox`
pub(super) async fn page<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    after: Result<Query<After>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(After { after }) = after.map_err(|_| ApiError::Malformed("after"))?;
    let items = app.store.mailbox(client.id, after, MAILBOX_PAGE_LIMIT, PAGE_BYTES).await?;
    let items = items.into_iter().map(item).collect::<Result<_, _>>()?;
    answers::tls(&MailboxPage { items })
}

/// `POST /client/v1/mailbox/ack`
pub(super) async fn acknowledge<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let Acknowledge { upto } =
        Acknowledge::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("Acknowledge"))?;
    app.store.acknowledge(client.id, upto).await?;
    Ok(answers::done())
}

fn item(item: MailItem) -> Result<MailboxItem, ApiError> {
    let MailItem { seq, kind, room, to, body } = item;
    let kind = MailboxKind::tls_deserialize_exact([kind])
        .map_err(|_| ApiError::Internal("a stored mail is of an unknown kind".to_owned()))?;
    Ok(MailboxItem { seq, kind, room, to, body: VLByteVec::new(body) })
}
