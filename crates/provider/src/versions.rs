//! Which version of a document or a file a browser has already.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};

use crate::error::ApiError;

/// The version with this SHA-256. A weak tag: it is the same for every coding in which the content can be sent.
pub(crate) fn version(hash: &[u8; 32]) -> Result<ETag, ApiError> {
    let tag = URL_SAFE_NO_PAD.encode(hash.get(..12).unwrap_or_default());
    format!("W/\"{tag}\"").parse().map_err(|_| ApiError::Internal("a hash that is no entity tag".to_owned()))
}

/// Does `If-None-Match` name this version (RFC 9110 §13.1.2)?
pub(crate) fn is_known(request: &HeaderMap, version: &ETag) -> bool {
    request.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(version))
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    #[test]
    fn a_version_is_known_by_its_tag() {
        let (one, other) = (version(&[1; 32]).unwrap(), version(&[2; 32]).unwrap());
        let mut headers = HeaderMap::new();
        headers.typed_insert(one.clone());
        let tag = headers.remove(header::ETAG).unwrap();
        let tag = tag.to_str().unwrap();
        let strong = tag.trim_start_matches("W/");
        for (named, known) in [
            (tag.to_owned(), true),
            (strong.to_owned(), true),
            (format!("\"x\", {tag}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
            (String::new(), false),
        ] {
            let mut request = HeaderMap::new();
            request.insert(header::IF_NONE_MATCH, named.parse().unwrap());
            assert_eq!(is_known(&request, &one), known, "{named}");
        }
        assert!(!is_known(&HeaderMap::new(), &one));
        assert_ne!(one, other);
    }
}
