//! Opening the database.

use std::path::Path;
use std::time::Duration;

use doorstep_hub::store::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::migrations::MIGRATIONS;

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// A store in one SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database in `file`, makes it if there is none, and brings it to this version's tables.
    ///
    /// # Errors
    /// When the file cannot be opened, or was written by a newer version.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(failed)?;
        migrate(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(failed)?;
        Ok(Self { writer, readers })
    }

    /// Opens a database that is there, to look at it; a provider may be working with it. Whatever would write fails.
    ///
    /// # Errors
    /// When there is none, or it was written by another version than this.
    pub async fn open_to_read(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(Duration::from_secs(10));
        let readers = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(failed)?;
        let (version,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&readers).await.map_err(failed)?;
        if version != MIGRATIONS.iter().map(|migration| migration.version).max() {
            return Err(StoreError::Corrupt("database of another version"));
        }
        Ok(Self { writer: readers.clone(), readers })
    }

    /// A database of its own that is gone with the value: for tests.
    ///
    /// # Errors
    /// When there is no memory.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        // The database lives in its one connection, which therefore must never be closed for age.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(failed)?;
        migrate(&writer).await?;
        Ok(Self { readers: writer.clone(), writer })
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// For queries that change nothing.
    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// A transaction that may write; it waits for the one before it.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)
    }
}

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    MIGRATIONS.run(pool).await.map_err(failed)
}

/// The database's error as the store's.
pub(crate) fn failed(error: impl core::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Backend(Box::new(error))
}

/// A number as SQLite keeps it. What does not fit is further away than any date or size can be.
pub(crate) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that was stored with [`stored`].
pub(crate) fn loaded(number: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt(what))
}

/// A fixed number of bytes.
pub(crate) fn array<const N: usize>(bytes: Vec<u8>, what: &'static str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt(what))
}
