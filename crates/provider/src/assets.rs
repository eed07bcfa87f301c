//! The built web app: files named by their content, compressed beside themselves, read once at the start.

use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_hub::store::Store;
use sha2::{Digest, Sha256};

use crate::app::Shared;
use crate::error::ApiError;

/// A document without styles and programs, for a provider that was given no web app: its pages can still be read.
const PLAIN_TEMPLATE: &str = "<!DOCTYPE html>\n<html lang=\"{{lang}}\" dir=\"{{dir}}\" data-theme=\"{{theme}}\">\n<head>\n\
    <meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <title>{{title}}</title>\n{{head}}</head>\n<body>\n<div id=\"app\">{{app}}</div>\n\
    <script type=\"application/json\" id=\"doorstep-data\">{{data}}</script>\n</body>\n</html>\n";

/// Files by their names.
pub(crate) struct Assets {
    files: HashMap<String, File>,
    template: String,
}

struct File {
    media_type: &'static str,
    etag: HeaderValue,
    /// The name says the content, so it never changes.
    immutable: bool,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    /// Reads a folder that `cargo xtask` laid out; none: the plain template and no files.
    pub(crate) fn read(folder: Option<&Path>) -> io::Result<Self> {
        let mut assets = Self { files: HashMap::new(), template: PLAIN_TEMPLATE.to_owned() };
        if let Some(folder) = folder {
            assets.read_folder(folder, "")?;
            if let Some(template) = assets.files.remove("index.html") {
                assets.template = String::from_utf8_lossy(&template.plain).into_owned();
            }
        }
        Ok(assets)
    }

    /// The document that pages are put into.
    pub(crate) fn template(&self) -> &str {
        &self.template
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                self.read_folder(&path, &format!("{name}/"))?;
            } else if let Some(media_type) = media_type(&name) {
                let plain = Bytes::from(fs::read(&path)?);
                let tag = URL_SAFE_NO_PAD.encode(Sha256::digest(&plain).get(..12).unwrap_or_default());
                let beside = |suffix: &str| fs::read(folder.join(format!("{}.{suffix}", file_name(&name)))).ok();
                let file = File {
                    media_type,
                    etag: HeaderValue::from_str(&format!("\"{tag}\"")).map_err(io::Error::other)?,
                    immutable: is_named_by_content(&name),
                    plain,
                    brotli: beside("br").map(Bytes::from),
                    gzip: beside("gz").map(Bytes::from),
                };
                self.files.insert(name, file);
            }
        }
        Ok(())
    }
}

/// `GET /assets/{*name}`
pub(crate) async fn asset<S: Store>(
    State(app): State<Shared<S>>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match (&app.config.assets, is_parcel(&name)) {
        (Some(folder), true) => parcel(&folder.join(name)).await,
        _ => serve(&app.assets, &name, &headers),
    }
}

/// Rows of a client that moves into a browser (docs/adr/0004). They are made when the provider runs already, so this one
/// kind of file is looked for when it is asked for. Sealed; nobody keeps a copy on the way.
async fn parcel(file: &Path) -> Result<Response, ApiError> {
    let sealed = tokio::fs::read(file).await.map_err(|_| ApiError::NotFound)?;
    let mut response = Response::new(Body::from(sealed));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `parcel-` and 32 lower-case hex digits: no path can be made of that.
fn is_parcel(name: &str) -> bool {
    let digits = name.strip_prefix("parcel-").unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// `GET /robots.txt` and others that have to lie at the top.
pub(crate) async fn top<S: Store>(
    State(app): State<Shared<S>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&app.assets, uri.path().trim_start_matches('/'), &headers)
}

fn serve(assets: &Assets, name: &str, request: &HeaderMap) -> Result<Response, ApiError> {
    let file = assets.files.get(name).ok_or(ApiError::NotFound)?;
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::ETAG, file.etag.clone());
    let cache = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if names_tag(request, &file.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = match (&file.brotli, &file.gzip) {
        (Some(brotli), _) if accepts(accepted, "br") => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            brotli
        }
        (_, Some(gzip)) if accepts(accepted, "gzip") => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            gzip
        }
        _ => &file.plain,
    };
    *response.body_mut() = Body::from(body.clone());
    Ok(response)
}

/// Does `If-None-Match` name this version (RFC 9110 §13.1.2)?
pub(crate) fn names_tag(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let (Some(named), Ok(etag)) = (request.get(header::IF_NONE_MATCH), etag.to_str()) else { return false };
    named.to_str().is_ok_and(|named| {
        named.split(',').any(|tag| {
            matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag.trim_start_matches("W/")
        })
    })
}

/// Is a coding acceptable and not ruled out by `q=0` (RFC 9110 §12.5.3)?
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding))
            && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)))
    })
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// `page-0123456789ab.js`, `page-0123456789ab_bg.wasm`: a part of at least eight hex digits after a dash.
fn is_named_by_content(name: &str) -> bool {
    file_name(name)
        .split(['-', '.', '_'])
        .skip(1)
        .any(|part| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')))
}

/// By extension; none for what is not served by itself.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
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
    fn a_coding_can_be_ruled_out() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("GZIP;q=0.5", "gzip"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "br"));
        assert!(!accepts("brotli", "br"));
    }

    #[test]
    fn a_parcel_is_named_by_32_hex_digits_and_by_nothing_else() {
        assert!(is_parcel("parcel-a4fad9efba26be685b2e3e3fecc0b72a"));
        for name in [
            "parcel-",
            "parcel-a4fad9efba26be685b2e3e3fecc0b72",
            "parcel-a4fad9efba26be685b2e3e3fecc0b72a.br",
            "parcel-A4FAD9EFBA26BE685B2E3E3FECC0B72A",
            "parcel-../../../../../../../../etc/passw",
            "x/parcel-a4fad9efba26be685b2e3e3fecc0b72a",
        ] {
            assert!(!is_parcel(name), "{name}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_for_ever() {
        for name in ["page-0123456789ab.js", "page-0123456789ab_bg.wasm", "icons/door-0123456789abcdef.svg"] {
            assert!(is_named_by_content(name), "{name}");
        }
        for name in ["sw.js", "robots.txt", "deadbeef.js", "door-knocker.svg"] {
            assert!(!is_named_by_content(name), "{name}");
        }
    }
}
