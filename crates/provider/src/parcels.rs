//! Rows of a client that moves into a browser (docs/adr/0004): sealed files beside the database. They come while the
//! provider runs, so they are looked for when they are asked for.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::config::Config;
use crate::error::ApiError;

/// The parcel of this name. Nobody keeps a copy on the way.
pub(crate) async fn parcel(config: &Config, name: &str) -> Result<Response, ApiError> {
    let folder = config.parcels.as_ref().ok_or(ApiError::NotFound)?;
    let sealed = tokio::fs::read(folder.join(name)).await.map_err(|_| ApiError::NotFound)?;
    let mut response = Response::new(Body::from(sealed));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `parcel-` and 32 lower-case hex digits: no path can be made of that.
pub(crate) fn is_parcel(name: &str) -> bool {
    let digits = name.strip_prefix("parcel-").unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
