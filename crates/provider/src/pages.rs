//! Documents: the home page, rooms' public pages, and the shell of the app, all rendered here.

use axum::Router;
use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use doorstep_client_api::door::PageData;
use doorstep_client_api::http::{ASSETS, CLIENT};
use doorstep_hub::store::Store;
use doorstep_public_page::{Look, Routable, Route, document};
use doorstep_wire::RoomUri;
use headers::HeaderMapExt as _;
use sha2::{Digest, Sha256};

use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::From;
use crate::versions::{is_known, version};

/// Serves every page there is: what [`Route`] lists, under the patterns it has there. A page cannot be known to the app and
/// not to the provider.
pub(crate) fn add<S: Store>(router: Router<Shared<S>>) -> Router<Shared<S>> {
    Route::routes()
        .into_iter()
        .filter(|path| Route::recognize(path).is_some_and(|route| route != Route::Unknown))
        .fold(router, |router, path| router.route(&pattern(path), get(known::<S>)))
}

/// A path of yew's router as axum writes it: `/r/{slug}` for `/r/:slug`.
fn pattern(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// `GET` of a page.
async fn known<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    answer(&app, Route::recognize(uri.path()).unwrap_or_default(), &headers).await
}

/// The home page and a room's public page are rendered in full, of everything else a shell that only the app can fill.
async fn answer<S: Store>(app: &App<S>, route: Route, headers: &HeaderMap) -> Result<Response, ApiError> {
    match route {
        Route::Door { slug } => room(app, &slug, headers).await,
        Route::Unknown => no_room(app, headers).await,
        route => shell(app, &route, headers).await,
    }
}

/// A room's public page. An unknown and a private room answer alike.
async fn room<S: Store>(app: &App<S>, slug: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
    let door = match RoomUri::new(&app.config.domain, slug) {
        Ok(room) => app.door(&room).await?,
        Err(_) => None,
    };
    match door {
        Some(door) => {
            let path = Route::Door { slug: door.slug.clone() }.to_path();
            page(app, PageData::Door(app.house().await?, door), &path, headers, StatusCode::OK).await
        }
        None => no_room(app, headers).await,
    }
}

/// A page with nothing but the house in it: the home page, and those that only the app can fill. What stands behind the
/// `#` of a join link is sent by no browser.
async fn shell<S: Store>(app: &App<S>, route: &Route, headers: &HeaderMap) -> Result<Response, ApiError> {
    page(app, PageData::House(app.house().await?), &route.to_path(), headers, StatusCode::OK).await
}

async fn no_room<S: Store>(app: &App<S>, headers: &HeaderMap) -> Result<Response, ApiError> {
    let path = Route::Unknown.to_path();
    page(app, PageData::NoRoom(app.house().await?), &path, headers, StatusCode::NOT_FOUND).await
}

/// A join link whose `#` was turned into `%23`, or that was spoilt in another way: the app finds the code in it. The code
/// came here then, against everybody's will: it is neither looked at nor put anywhere.
fn is_spoilt_link(path: &str) -> bool {
    path.strip_prefix(&Route::Join.to_path()).is_some_and(|rest| rest.starts_with(['%', '/']))
}

/// What is nowhere: but for the app's pages with a slash too many at the end.
pub(crate) async fn nowhere<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wants_page = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accepted| {
        accepted.contains("text/html") && ![CLIENT, ASSETS].iter().any(|beginning| uri.path().starts_with(beginning))
    });
    if !wants_page {
        return Err(ApiError::NotFound);
    }
    app.count(&app.addresses, address)?;
    let route = if is_spoilt_link(uri.path()) { Some(Route::Join) } else { Route::recognize(uri.path()) };
    answer(&app, route.unwrap_or_default(), &headers).await
}

async fn page<S: Store>(
    app: &App<S>,
    data: PageData,
    path: &str,
    request: &HeaderMap,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let text = |name| request.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let look = Look::from_headers(text(header::ACCEPT_LANGUAGE), text(header::COOKIE));
    let url = format!("{}{path}", app.config.public_url);
    let html = document(&app.assets.template().await, &look, data, &url).await;
    let version = version(&Sha256::digest(&html).into())?;
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    let known = status == StatusCode::OK && is_known(request, &version);
    headers.typed_insert(version);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    *response.status_mut() = status;
    *response.body_mut() = Body::from(html);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_path_is_named_as_axum_names_it() {
        assert_eq!(["/", "/new", "/r/:slug"].map(pattern), ["/", "/new", "/r/{slug}"]);
    }

    #[test]
    fn a_join_link_may_be_spoilt_and_other_pages_are_none() {
        for (path, spoilt) in [("/j%23x", true), ("/j/x", true), ("/j", false), ("/jx", false), ("/rooms", false)] {
            assert_eq!(is_spoilt_link(path), spoilt, "{path}");
        }
    }
}
