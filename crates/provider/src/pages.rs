//! Documents: the home page, rooms' public pages, and the shell of the app, all rendered here.

use axum::body::Body;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use doorstep_client_api::door::PageData;
use doorstep_hub::store::Store;
use doorstep_public_page::{JOIN_PATH, Look, document};
use doorstep_wire::RoomUri;
use headers::HeaderMapExt as _;
use sha2::{Digest, Sha256};

use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::From;
use crate::versions::{is_known, version};

/// `GET /`
pub(crate) async fn home<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let data = PageData::House(app.house().await?);
    page(&app, data, "/", &headers, StatusCode::OK).await
}

/// `GET /r/{room}`. An unknown and a private room answer alike.
pub(crate) async fn room<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let house = app.house().await?;
    let door = match RoomUri::new(&app.config.domain, &slug) {
        Ok(room) => app.door(&room).await?,
        Err(_) => None,
    };
    match door {
        Some(door) => {
            let path = format!("/r/{}", door.slug);
            page(&app, PageData::Door(house, door), &path, &headers, StatusCode::OK).await
        }
        None => page(&app, PageData::NoRoom(house), "/r/", &headers, StatusCode::NOT_FOUND).await,
    }
}

/// A page that only the app can fill. What its path says is the app's business.
pub(crate) async fn shell<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let data = PageData::House(app.house().await?);
    page(&app, data, uri.path(), &headers, StatusCode::OK).await
}

/// `GET /j`: where a join link is opened. What it says stands behind the `#`, which no browser sends.
pub(crate) async fn join<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let data = PageData::House(app.house().await?);
    page(&app, data, JOIN_PATH, &headers, StatusCode::OK).await
}

/// A join link whose `#` was turned into `%23`, or that was spoilt in another way: the app finds the code in it. The code
/// came here then, against everybody's will: it is neither looked at nor put anywhere.
fn is_spoilt_link(path: &str) -> bool {
    path.strip_prefix(JOIN_PATH).is_some_and(|rest| rest.starts_with(['%', '/']))
}

/// What is nowhere.
pub(crate) async fn nowhere<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wants_page = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accepted| {
        accepted.contains("text/html") && !uri.path().starts_with("/client/") && !uri.path().starts_with("/assets/")
    });
    if !wants_page {
        return Err(ApiError::NotFound);
    }
    if is_spoilt_link(uri.path()) {
        return join(State(app), From(address), headers).await;
    }
    app.count(&app.addresses, address)?;
    let data = PageData::NoRoom(app.house().await?);
    page(&app, data, "/r/", &headers, StatusCode::NOT_FOUND).await
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
