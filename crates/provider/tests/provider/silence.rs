//! Logs say that something happened, not who did it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use doorstep_client_api::http;
use tracing_subscriber::fmt::MakeWriter;

use crate::harness::{House, bearer, issue_request};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_names_nobody() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG).with_writer(log.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let house = House::new().await;
    let alice = house.browser(1, "wonderland").await;
    let pseudonym = alice.pseudonym(&house, 1).await;
    house.get("/r/hidden-garden").await;
    house.get(&http::path_with(http::DOOR, "mimi://a.example/r/hidden-garden")).await;
    let update = http::path_with(http::UPDATE, "mimi://a.example/r/hidden-garden");
    let reply = house.post_as(&alice.session, &update, vec![]).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    house.post_as(&alice.session, http::ISSUE_PSEUDONYM, vec![1, 2, 3]).await;
    house.post_as(&[3; 32], http::ISSUE_PSEUDONYM, issue_request(3).1).await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/r/{room}") && text.contains("\"status\":404"), "{text}");
    let session = bearer(&alice.session);
    let pid = pseudonym.client_id();
    for secret in ["wonderland", "hidden-garden", "mimi://", pid, session.trim_start_matches("Bearer ")] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
