//! `/.well-known/mimi-protocol-directory` (mimi-protocol-06 §5.1): what other providers and clients find here.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use doorstep_client_api::http;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use serde_json::{Map, Value, json};

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::paths::MIMI;

/// A URI template for each endpoint: the draft's at the top, ours under `doorstep`. A provider that does not speak to
/// others lists only where its public keys are, and that the issuer of its pseudonyms knows whose they are.
pub(crate) async fn directory<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    let (url, domain) = (&app.config.public_url, &app.config.domain);
    let client_api = |template| format!("{url}{}", http::path_with(template, domain.as_str()));
    let mut members = Map::new();
    if let Some(origin) = &app.config.peers.origin {
        let mut ours = Map::new();
        for endpoint in Endpoint::ALL {
            let template = format!("{origin}{MIMI}{}/{{{}}}", endpoint.name(), endpoint.variable());
            let place = if endpoint.is_ours() { &mut ours } else { &mut members };
            place.insert(endpoint.name().to_owned(), Value::String(template));
        }
        members.insert("doorstep".to_owned(), Value::Object(ours));
    }
    members.insert(
        "doorstep.pseudonym".to_owned(),
        json!({
            "issuerKeys": client_api(http::ISSUER_KEYS),
            "hubKeys": client_api(http::HUB_KEYS),
            "linkage": "issuer-known",
        }),
    );
    let mut response = answers::json(&members)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}
