//! What lets an app of the operator's choice take links to this provider over from the browser: two files that the
//! operator wrote, read once at the start. Who has none configured serves none.

use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use doorstep_hub::store::Store;

use crate::app::Shared;
use crate::config::Config;
use crate::error::ApiError;

/// The two files, as they were at the start.
pub(crate) struct AppLinks {
    android: Option<Bytes>,
    apple: Option<Bytes>,
}

impl AppLinks {
    /// # Errors
    /// The file that cannot be read, or is no JSON.
    pub(crate) fn read(config: &Config) -> Result<Self, PathBuf> {
        let read = |path: &Option<PathBuf>| path.as_deref().map(json_file).transpose();
        Ok(Self { android: read(&config.android_app_links)?, apple: read(&config.apple_app_links)? })
    }
}

fn json_file(path: &Path) -> Result<Bytes, PathBuf> {
    let bytes = std::fs::read(path).map_err(|_| path.to_owned())?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map_err(|_| path.to_owned())?;
    Ok(bytes.into())
}

/// `GET /.well-known/assetlinks.json`
pub(crate) async fn android<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    answer(&app.app_links.android)
}

/// `GET /.well-known/apple-app-site-association`
pub(crate) async fn apple<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    answer(&app.app_links.apple)
}

fn answer(file: &Option<Bytes>) -> Result<Response, ApiError> {
    let file = file.clone().ok_or(ApiError::NotFound)?;
    let mut response = Response::new(Body::from(file));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
