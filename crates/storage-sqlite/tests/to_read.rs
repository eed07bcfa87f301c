//! A database that is only looked at.

use std::path::{Path, PathBuf};

use doorstep_hub::store::{Secrets, StoreError};
use doorstep_storage_sqlite::SqliteStore;
use sqlx::{Connection, SqliteConnection};

/// A name that nothing has.
fn unused(name: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("to_read_{name}.sqlite"));
    for leftover in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(leftover);
        let _not_there = std::fs::remove_file(PathBuf::from(path));
    }
    file
}

#[tokio::test]
async fn what_is_not_there_is_not_made() {
    let file = unused("missing");
    assert!(SqliteStore::open_to_read(&file).await.is_err());
    assert!(!file.exists());
}

#[tokio::test]
async fn it_is_read_beside_its_provider_and_without_and_never_written() {
    let file = unused("there");
    let at_work = SqliteStore::open(&file).await.unwrap();
    at_work.secret("name", b"first").await.unwrap();
    for beside in [true, false] {
        if !beside {
            at_work.close().await;
        }
        let looked_at = SqliteStore::open_to_read(&file).await.unwrap();
        looked_at.ping().await.unwrap();
        assert!(looked_at.secret("name", b"other").await.is_err());
        looked_at.close().await;
    }
    let again = SqliteStore::open(&file).await.unwrap();
    assert_eq!(again.secret("name", b"other").await.unwrap(), b"first");
}

#[tokio::test]
async fn what_another_version_wrote_is_not_guessed_at() {
    let file = unused("older");
    SqliteStore::open(&file).await.unwrap().close().await;
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version > 1").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert!(matches!(SqliteStore::open_to_read(&file).await, Err(StoreError::Corrupt(_))));
}
