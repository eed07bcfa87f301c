//! Where the Welcome for a KeyPackage goes, said before the KeyPackage is handed out (docs/PROTOCOL.md).

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::KeyPackageRefs;
use doorstep_hub::store::{Client, PackageRef, Store};
use doorstep_wire::Refusal;
use tls_codec::Deserialize;

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, Session};

/// References in one request.
const MOST: usize = 64;
/// Bytes of a reference: RFC 9420 §5.2 with a hash of 32, or a longer one to come.
const REFERENCE: core::ops::RangeInclusive<usize> = 32..=64;

/// `POST /client/v1/keyPackageRefs`
pub(super) async fn register<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    keep(&app, &client, &body).await
}

/// The same for whoever has a session.
pub(super) async fn keep<S: Store>(app: &App<S>, client: &Client, body: &[u8]) -> Result<Response, ApiError> {
    let request = KeyPackageRefs::tls_deserialize_exact(body).map_err(|_| ApiError::Malformed("KeyPackageRefs"))?;
    if request.refs.len() > MOST
        || request.refs.iter().any(|entry| !REFERENCE.contains(&entry.reference.as_slice().len()))
    {
        return Err(ApiError::Malformed("KeyPackageRefs"));
    }
    let mut packages = Vec::with_capacity(request.refs.len());
    for entry in request.refs {
        let address = app.store.address_of(client.id, &entry.user).await?;
        packages.push(PackageRef {
            reference: entry.reference.into(),
            address: address.ok_or(ApiError::Forbidden(Refusal::NotYours))?,
            not_after: entry.not_after,
        });
    }
    if app.store.register_packages(client.id, &packages).await? {
        Ok(answers::done())
    } else {
        Err(ApiError::Conflict(Refusal::ReferenceTaken))
    }
}
