//! Logs say that something happened, not who did it.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use axum::http::StatusCode;
use doorstep_client_api::http;
use tracing_subscriber::fmt::MakeWriter;

use crate::harness::{House, bearer, issue_request};

/// What all providers of this test program have logged, on every level that exists in operation.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Starts logging, once.
    pub(crate) fn listen() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            let subscriber = tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG);
            subscriber.with_writer(log.clone()).init();
            log
        })
    }

    /// Everything that was logged.
    pub(crate) fn text() -> String {
        String::from_utf8(Self::listen().0.lock().unwrap().clone()).unwrap()
    }
}

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
    let house = House::new().await;
    let alice = house.browser(1, "wonderland").await;
    let pseudonym = alice.pseudonym(&house, 77).await;
    house.get("/r/hidden-garden").await;
    house.get(&http::path_with(http::DOOR, "mimi://a.example/r/hidden-garden")).await;
    let update = http::path_with(http::UPDATE, "mimi://a.example/r/hidden-garden");
    let reply = house.post_as(&alice.session, &update, vec![]).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    house.post_as(&alice.session, http::ISSUE_PSEUDONYM, vec![1, 2, 3]).await;
    house.post_as(&[3; 32], http::ISSUE_PSEUDONYM, issue_request(3).1).await;
    let text = Log::text();
    assert!(text.contains("/r/{slug}") && text.contains("\"status\":404"), "{text}");
    let session = bearer(&alice.session);
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("\"target\":\"doorstep")).collect();
    for secret in
        ["wonderland", "hidden-garden", "mimi://", pseudonym.client_id(), session.trim_start_matches("Bearer ")]
    {
        let told = ours.iter().find(|line| line.contains(secret));
        assert!(told.is_none(), "{secret} is in {told:?}");
    }
}
