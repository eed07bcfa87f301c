//! Public keys of providers: the own ones, and those of others as they are pinned here.

use std::net::IpAddr;

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_wire::ProviderDomain;

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::From;
use crate::peer_keys::Which;

/// `GET /client/v1/issuerKeys/{domain}`
pub(super) async fn issuer<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    show(&app, address, &domain, Which::Issuer).await
}

/// `GET /client/v1/hubKeys/{domain}`
pub(super) async fn hub<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    show(&app, address, &domain, Which::Hub).await
}

async fn show<S: Store>(
    app: &App<S>,
    address: Option<IpAddr>,
    domain: &str,
    which: Which,
) -> Result<Response, ApiError> {
    let domain: ProviderDomain = domain.parse().map_err(|_| ApiError::NotFound)?;
    if domain == app.config.domain {
        return Ok(answers::public_cbor(app.keys.own(which).encode()));
    }
    app.count(&app.addresses, address)?;
    Ok(answers::public_cbor(app.keys_of(&domain, which).await?.to_vec()))
}
