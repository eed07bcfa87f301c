//! Where join links are opened: nothing of a link is needed here, and nothing of one that came here by accident is kept.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use doorstep_provider::Config;

use crate::harness::{House, Reply};
use crate::silence::Log;

const CODE: &str = "pwABAXgfbWltaTovL2EuZXhhbXBsZS9yL2NsdWJob3VzZQ";

async fn visit(house: &House, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT, "text/html,*/*;q=0.8");
    house.request(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_link_opens_one_and_the_same_page() {
    let house = House::new().await;
    let page = visit(&house, "/j").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for part in ["An invitation", "noindex", "<noscript>", "needs JavaScript"] {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    for spoilt in ["/j%23", "/j/%23", "/j%2523", "/j/", "/j?%23", "/j?link=web%2Bmimi%3Aj%23"] {
        let answer = visit(&house, &format!("{spoilt}{CODE}")).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, text.clone()), "{spoilt}");
        for (name, value) in &answer.headers {
            assert!(!value.to_str().unwrap().contains(CODE), "{name}");
        }
    }
    for other in ["/jx", "/join", "/j-x"] {
        assert_eq!(visit(&house, other).await.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn a_code_that_came_here_by_accident_is_in_no_log_and_no_metric() {
    let house = House::new().await;
    for path in ["/j%23", "/j/", "/j?"] {
        visit(&house, &format!("{path}{CODE}")).await;
    }
    let log = Log::text();
    assert!(log.contains("request"), "the log is heard");
    assert!(!log.contains(CODE), "{log}");
    assert!(!house.get("/metrics").await.text().contains(CODE));
}

#[tokio::test]
async fn apps_take_links_over_only_where_the_operator_says_so() {
    const ANDROID: &str = "/.well-known/assetlinks.json";
    const APPLE: &str = "/.well-known/apple-app-site-association";
    let house = House::new().await;
    for path in [ANDROID, APPLE] {
        assert_eq!(house.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let file = std::env::temp_dir().join(format!("doorstep-app-links-{}", std::process::id()));
    std::fs::write(&file, "[{\"relation\":[]}]").unwrap();
    let house = House::with(|config: &mut Config| config.android_app_links = Some(file.clone())).await;
    std::fs::remove_file(file).unwrap();
    let answer = house.get(ANDROID).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "[{\"relation\":[]}]"));
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(house.get(APPLE).await.status, StatusCode::NOT_FOUND);
}
