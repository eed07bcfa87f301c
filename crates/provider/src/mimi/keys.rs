//! The public keys of this provider, for any other, with a certificate or without.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_wire::ProviderDomain;

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::peer_keys::Which;

/// `GET issuerKeys/{domain}`
pub(super) async fn issuer<S: Store>(
    State(app): State<Shared<S>>,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    own(&app, &domain, Which::Issuer)
}

/// `GET hubKeys/{domain}`
pub(super) async fn hub<S: Store>(
    State(app): State<Shared<S>>,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    own(&app, &domain, Which::Hub)
}

/// A provider answers for its own keys only.
fn own<S: Store>(app: &App<S>, domain: &str, which: Which) -> Result<Response, ApiError> {
    match domain.parse::<ProviderDomain>() {
        Ok(domain) if domain == app.config.domain => Ok(answers::public_cbor(app.keys.own(which).encode())),
        _ => Err(ApiError::NotFound),
    }
}
