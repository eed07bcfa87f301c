//! The web app: files named by their content, compressed beside themselves. The program carries them; for development
//! they can be in a folder that is read anew for each request.

mod carried;

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::{Path as UrlPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_client_api::http::ASSETS;
use doorstep_hub::store::Store;
use headers::{ETag, HeaderMapExt as _};
use sha2::{Digest, Sha256};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};

use self::carried::Carried;
use crate::app::Shared;
use crate::error::ApiError;
use crate::parcels;
use crate::provider::BuildError;
use crate::versions::{is_known, version};

/// A document without styles and programs, for a provider without a web app: its pages can still be read.
const PLAIN_TEMPLATE: &str = "<!DOCTYPE html>\n<html lang=\"{{lang}}\" dir=\"{{dir}}\" data-theme=\"{{theme}}\">\n<head>\n\
    <meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <title>{{title}}</title>\n{{head}}</head>\n<body>\n<div id=\"app\">{{app}}</div>\n\
    <script type=\"application/json\" id=\"doorstep-data\">{{data}}</script>\n</body>\n</html>\n";

/// The document that pages are put into.
const TEMPLATE: &str = "index.html";

/// What a request can make its answer depend on besides the version.
const CONDITIONS: [HeaderName; 4] =
    [header::IF_NONE_MATCH, header::IF_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE];

/// Where the files are.
pub(crate) enum Assets {
    /// In the program.
    Carried,
    /// In a folder that the operator named.
    Folder(PathBuf),
}

impl Assets {
    /// # Errors
    /// There is no app in the folder.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, BuildError> {
        let Some(folder) = folder else { return Ok(Self::Carried) };
        let assets = Self::Folder(folder.to_owned());
        if assets.are_there() { Ok(assets) } else { Err(BuildError::NoApp(folder.to_owned())) }
    }

    /// There is an app.
    pub(crate) fn are_there(&self) -> bool {
        match self {
            Self::Carried => Carried::file(TEMPLATE).is_some(),
            Self::Folder(folder) => folder.join(TEMPLATE).is_file(),
        }
    }

    /// The document that pages are put into.
    pub(crate) async fn template(&self) -> Cow<'static, str> {
        match self.read(TEMPLATE).await {
            Some(Cow::Borrowed(bytes)) => String::from_utf8_lossy(bytes),
            Some(Cow::Owned(bytes)) => String::from_utf8_lossy(&bytes).into_owned().into(),
            None => PLAIN_TEMPLATE.into(),
        }
    }

    async fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Carried => Carried::file(name).map(|file| file.data),
            Self::Folder(folder) => tokio::fs::read(folder.join(name)).await.ok().map(Cow::Owned),
        }
    }

    async fn version(&self, name: &str) -> Result<ETag, ApiError> {
        match self {
            Self::Carried => version(&Carried::file(name).ok_or(ApiError::NotFound)?.metadata.sha256_hash()),
            Self::Folder(_) => version(&Sha256::digest(self.read(name).await.ok_or(ApiError::NotFound)?).into()),
        }
    }

    /// Answers a request for a file, in the coding that the browser likes best of those it is there in.
    async fn serve(&self, name: &str, mut request: Request) -> Result<Response, ApiError> {
        let media_type = media_type(name).filter(|_| is_below(name)).ok_or(ApiError::NotFound)?;
        let version = self.version(name).await?;
        let mut response = if is_known(request.headers(), &version) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            // Only the content says what version a file is: no time does.
            for condition in CONDITIONS {
                request.headers_mut().remove(condition);
            }
            match self {
                Self::Carried => send(ServeDir::with_backend("", Carried), request).await,
                Self::Folder(folder) => send(ServeDir::new(folder), request).await,
            }
        };
        if response.status() == StatusCode::NOT_FOUND {
            // The folder is being laid out anew.
            return Err(ApiError::NotFound);
        }
        let headers = response.headers_mut();
        headers.remove(header::LAST_MODIFIED);
        headers.typed_insert(version);
        if let Some(guessed) = headers.get_mut(header::CONTENT_TYPE) {
            *guessed = HeaderValue::from_static(media_type);
        }
        let cache = if is_named_by_content(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        Ok(response)
    }
}

/// Hands a file out whose path is that of the request.
async fn send<B: Backend>(files: ServeDir<DefaultServeDirFallback, B>, request: Request) -> Response {
    let files = files.append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let Ok(response) = files.oneshot(request).await;
    response.map(Body::new)
}

/// `GET /assets/{*name}`
pub(crate) async fn asset<S: Store>(
    State(app): State<Shared<S>>,
    UrlPath(name): UrlPath<String>,
    mut request: Request,
) -> Result<Response, ApiError> {
    if parcels::is_parcel(&name) {
        return parcels::parcel(&app.config, &name).await;
    }
    let path = request.uri().path().strip_prefix(ASSETS.trim_end_matches('/')).ok_or(ApiError::NotFound)?;
    *request.uri_mut() = path.parse().map_err(|_| ApiError::NotFound)?;
    app.assets.serve(&name, request).await
}

/// `GET /robots.txt` and others that have to lie at the top.
pub(crate) async fn top<S: Store>(State(app): State<Shared<S>>, request: Request) -> Result<Response, ApiError> {
    let name = request.uri().path().trim_start_matches('/').to_owned();
    app.assets.serve(&name, request).await
}

/// A path that leads to nowhere but down.
fn is_below(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

/// `page-0123456789ab.js`, `page-0123456789ab_bg.wasm`: a part of at least eight hex digits after a dash.
fn is_named_by_content(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split(['-', '.', '_'])
        .skip(1)
        .any(|part| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')))
}

/// By extension; none for what is not served by itself, as the document, the list of files and their other codings are not.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_for_ever() {
        for name in ["page-0123456789ab.js", "page-0123456789ab_bg.wasm", "icons/door-0123456789abcdef.svg"] {
            assert!(is_named_by_content(name), "{name}");
        }
        for name in ["sw.js", "robots.txt", "deadbeef.js", "door-knocker.svg"] {
            assert!(!is_named_by_content(name), "{name}");
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert!(is_below("icons/door-0123456789abcdef.svg"));
        for name in ["../x.js", "icons/../../x.js", "/etc/x.js", "//x.js"] {
            assert!(!is_below(name), "{name}");
        }
    }
}
