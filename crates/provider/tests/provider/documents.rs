//! Pages, headers, and what watches over the provider.

use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use doorstep_client_api::door::{DisclosurePolicy, Door, House as HouseData, Pseudonyms, WayIn};
use doorstep_client_api::http;
use doorstep_hub::store::{RoomChange, RoomPage, Rooms as _};
use doorstep_public_page::{Routable as _, Route};

use crate::harness::{House, Reply};

fn door(slug: &str) -> Door {
    Door {
        room: format!("mimi://a.example/r/{slug}"),
        slug: slug.to_owned(),
        hub: "a.example".to_owned(),
        name: "Clubhouse </script><b>".to_owned(),
        description: "For those who like clubs.\nAnd houses.".to_owned(),
        subject: String::new(),
        way_in: WayIn::Knock,
        knock_room: None,
        pseudonyms: Pseudonyms::Optional,
        disclosure: DisclosurePolicy::Optional,
        people: 3,
        moderators: Vec::new(),
        guests: true,
        noindex: false,
        tells_outcome: true,
        knock_lifetime: 1,
    }
}

async fn put(house: &House, slug: &str, listed: bool, door: Option<Door>) {
    let page = RoomPage { listed, name: slug.to_owned(), door: door.map(|door| serde_json::to_vec(&door).unwrap()) };
    let change = RoomChange {
        ended: None,
        room: format!("mimi://a.example/r/{slug}").parse().unwrap(),
        create: true,
        rows: Vec::new(),
        log: Vec::new(),
        page: Some(page),
        look_again: None,
    };
    house.store.commit(&[change], &[], 0).await.unwrap();
}

fn same(one: &Reply, other: &Reply) {
    assert_eq!(one.status, other.status);
    assert_eq!(one.headers, other.headers);
    assert_eq!(one.text(), other.text());
}

#[tokio::test]
async fn a_room_page_is_complete_without_javascript() {
    let house = House::new().await;
    put(&house, "clubhouse", true, Some(door("clubhouse"))).await;
    let page = house.get("/r/clubhouse").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for part in ["And houses.", "og:title", "https://a.example/r/clubhouse", "doorstep-data"] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("</script><b>"));
    let listed: HouseData = serde_json::from_slice(&house.get(http::HOUSE).await.body).unwrap();
    assert_eq!(listed.rooms[0].summary, "For those who like clubs.");
    let json = house.get(&http::path_with(http::DOOR, "mimi://a.example/r/clubhouse")).await;
    assert_eq!(serde_json::from_slice::<Door>(&json.body).unwrap(), door("clubhouse"));
}

#[tokio::test]
async fn an_unknown_and_a_private_room_look_the_same() {
    let house = House::new().await;
    put(&house, "secret", false, None).await;
    same(&house.get("/r/secret").await, &house.get("/r/nothing").await);
    assert_eq!(house.get("/r/secret").await.status, StatusCode::NOT_FOUND);
    let json = async |room: &str| house.get(&http::path_with(http::DOOR, room)).await;
    same(&json("mimi://a.example/r/secret").await, &json("mimi://a.example/r/nothing").await);
    let elsewhere = json("mimi://b.example/r/secret").await;
    assert_eq!((elsewhere.status, elsewhere.reason()), (StatusCode::FORBIDDEN, Some("provider-not-allowed")));
    same(&json("mimi://a.example/r/secret").await, &json("nonsense").await);
    assert_eq!(json("nonsense").await.reason(), None);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let house = House::new().await;
    for path in ["/", "/r/x", "/rooms", "/nowhere", "/assets/x.js", "/healthz", http::CHALLENGE, http::MAILBOX] {
        let headers = house.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{path}");
        assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"));
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(headers["permissions-policy"].to_str().unwrap().contains("camera=(self)"));
        assert!(!headers.contains_key(header::SET_COOKIE));
    }
    let plain = House::with(|config| config.public_url = "http://localhost:8080".to_owned()).await;
    assert!(!plain.get("/").await.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn pages_of_the_app_are_one_shell() {
    let house = House::new().await;
    for path in ["/rooms", "/rooms/x", "/requests", "/settings", "/new", "/account", "/scan"] {
        let page = house.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text().contains("noindex"));
    }
    for path in Route::routes() {
        let known = Route::recognize(path) != Some(Route::Unknown);
        let status = if !known || path == "/r/:slug" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(house.get(path).await.status, status, "{path}");
    }
    let page = Request::get("/rooms/").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    assert_eq!(house.request(page).await.status, StatusCode::OK);
    let page = Request::get("/nowhere/at/all").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let page = house.request(page).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("<html"));
    assert!(house.get("/nowhere/at/all").await.body.is_empty());
}

#[tokio::test]
async fn a_page_the_browser_has_is_not_sent_again() {
    let house = House::new().await;
    let tag = house.get("/").await.headers[header::ETAG].clone();
    let again = Request::get("/").header(header::IF_NONE_MATCH, tag.clone()).body(Body::empty()).unwrap();
    let again = house.request(again).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    put(&house, "clubhouse", true, Some(door("clubhouse"))).await;
    let changed = Request::get("/").header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(house.request(changed).await.status, StatusCode::OK);
}

/// A folder with these files, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Self(std::env::temp_dir().join(format!("doorstep-{name}-{}", std::process::id())));
        std::fs::create_dir_all(&folder.0).unwrap();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn with_app(folder: &Folder) -> House {
    House::with(|config| config.assets = Some(folder.0.clone())).await
}

const PAGE: &str = "/assets/page-0123456789ab.js";

#[tokio::test]
async fn files_are_served_compressed_and_for_ever() {
    let folder = Folder::new(
        "assets",
        &[
            ("page-0123456789ab.js", "plain"),
            ("page-0123456789ab.js.br", "brotli"),
            ("page-0123456789ab.js.gz", "gzip"),
            ("robots.txt", "robots"),
            ("manifest.json", "{}"),
            ("index.html", "<html lang=\"{{lang}}\">{{head}}{{app}}</html>"),
        ],
    );
    let house = with_app(&folder).await;
    let get = async |accept: &str| {
        let request = Request::get(PAGE).header(header::ACCEPT_ENCODING, accept);
        house.request(request.body(Body::empty()).unwrap()).await
    };
    for (accept, text, coding) in [
        ("gzip, deflate, br", "brotli", Some("br")),
        ("gzip, deflate, br, zstd", "brotli", Some("br")),
        ("gzip, br;q=0", "gzip", Some("gzip")),
        ("GZIP;q=0.5", "gzip", Some("gzip")),
        ("brotli", "plain", None),
        ("", "plain", None),
    ] {
        let reply = get(accept).await;
        let header = reply.headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!((reply.text().as_str(), header), (text, coding), "{accept}");
        assert_eq!(reply.headers[header::VARY], "accept-encoding");
        assert_eq!(reply.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(reply.headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    }
    assert_eq!(house.get("/robots.txt").await.headers[header::CACHE_CONTROL], "no-cache");
    for path in [
        "/assets/manifest.json",
        "/assets/index.html",
        "/assets/page-0123456789ab.js.br",
        "/assets/../x",
        "/assets/../x.js",
        "/assets/%2e%2e/x.js",
        "/assets/x%00.js",
        "/assets/..%2Fx.js",
        "/assets//etc/x.js",
        "/assets/.js",
        "/assets/",
    ] {
        let reply = house.get(path).await;
        assert_eq!((reply.status, reply.body.len()), (StatusCode::NOT_FOUND, 0), "{path}");
    }
    assert!(house.get("/").await.text().starts_with("<html lang=\"en\">"));
}

#[tokio::test]
async fn a_file_the_browser_has_is_not_sent_again() {
    let folder = Folder::new("versions", &[("index.html", "x"), ("sw.js", "one"), ("sw.js.br", "eno")]);
    let house = with_app(&folder).await;
    let get = async |tag: &header::HeaderValue, accept: &str| {
        let request = Request::get("/sw.js").header(header::IF_NONE_MATCH, tag).header(header::ACCEPT_ENCODING, accept);
        house.request(request.body(Body::empty()).unwrap()).await
    };
    let tag = house.get("/sw.js").await.headers[header::ETAG].clone();
    for accept in ["br", ""] {
        let again = get(&tag, accept).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(
            (&again.headers[header::ETAG], &again.headers[header::CACHE_CONTROL]),
            (&tag, &"no-cache".parse().unwrap())
        );
    }
    // The same length in the same moment: only the content tells them apart.
    folder.write("sw.js", "two");
    folder.write("sw.js.br", "owt");
    let changed = get(&tag, "br").await;
    assert_eq!((changed.status, changed.text().as_str()), (StatusCode::OK, "owt"));
    assert_ne!(changed.headers[header::ETAG], tag);
    assert!(!changed.headers.contains_key(header::LAST_MODIFIED));
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let folder = Folder::new("ranges", &[("index.html", "x"), ("page-0123456789ab.js", "0123456789")]);
    let house = with_app(&folder).await;
    let request = Request::get(PAGE).header(header::RANGE, "bytes=2-4");
    let part = house.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!((part.status, part.text().as_str()), (StatusCode::PARTIAL_CONTENT, "234"));
}

#[tokio::test]
async fn what_is_built_anew_is_served_at_once() {
    let folder = Folder::new("anew", &[("index.html", "<html>one {{app}}</html>")]);
    let house = with_app(&folder).await;
    assert!(house.get("/").await.text().starts_with("<html>one "));
    folder.write("index.html", "<html>two {{app}}</html>");
    folder.write("page-0123456789ab.js", "new");
    assert!(house.get("/").await.text().starts_with("<html>two "));
    assert_eq!(house.get(PAGE).await.text(), "new");
    drop(folder);
    assert!(house.get("/").await.text().contains("<div id=\"app\">"), "pages can be read without an app");
}

#[tokio::test]
async fn a_parcel_is_looked_for_when_it_is_asked_for() {
    const PARCEL: &str = "parcel-a4fad9efba26be685b2e3e3fecc0b72a";
    let folder = Folder::new("parcels", &[]);
    let house = House::with(|config| config.parcels = Some(folder.0.clone())).await;
    let path = format!("/assets/{PARCEL}");
    assert_eq!(house.get(&path).await.status, StatusCode::NOT_FOUND);
    folder.write(PARCEL, "sealed");
    folder.write("secret", "not for you");
    folder.write("secret.js", "not for you");
    let parcel = house.get(&path).await;
    assert_eq!((parcel.status, parcel.text().as_str()), (StatusCode::OK, "sealed"));
    assert_eq!(parcel.headers[header::CACHE_CONTROL], "no-store");
    for other in ["/assets/secret", "/assets/secret.js", "/assets/parcel-..%2Fsecret", "/assets/..%2Fsecret"] {
        assert_eq!(house.get(other).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    let without = House::new().await;
    assert_eq!(without.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_directory_says_where_the_keys_are() {
    let house = House::new().await;
    let reply = house.get("/.well-known/mimi-protocol-directory").await;
    let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let url = json["doorstep.pseudonym"]["issuerKeys"].as_str().unwrap();
    assert_eq!(house.get(url.strip_prefix("https://a.example").unwrap()).await.status, StatusCode::OK);
    assert_eq!(json["doorstep.pseudonym"]["linkage"], "issuer-known");
}

#[tokio::test]
async fn health_and_metrics_answer() {
    let house = House::new().await;
    assert_eq!(house.get("/healthz").await.text(), "ok\n");
    house.get("/r/very-private-name").await;
    let metrics = house.get("/metrics").await.text();
    assert!(metrics.contains("doorstep_requests_total"), "{metrics}");
    assert!(!metrics.contains("very-private-name"));
    let quiet = House::with(|config| config.metrics = false).await;
    assert_eq!(quiet.get("/metrics").await.status, StatusCode::NOT_FOUND);
}
