//! `/.well-known/mimi-protocol-directory` (mimi-protocol-06 §5.1): what other providers and clients find here.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use doorstep_hub::store::Store;
use serde_json::json;

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;

/// Until this provider speaks to others it lists only where its public keys are, and that the issuer of its pseudonyms
/// knows whose they are.
pub(crate) async fn directory<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    let (url, domain) = (&app.config.public_url, &app.config.domain);
    let mut response = answers::json(&json!({
        "doorstep.pseudonym": {
            "issuerKeys": format!("{url}/client/v1/issuerKeys/{domain}"),
            "hubKeys": format!("{url}/client/v1/hubKeys/{domain}"),
            "linkage": "issuer-known",
        }
    }))?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}
