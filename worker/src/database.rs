//! IndexedDB: two stores. `keys` holds the two WebCrypto keys, which cannot be taken out of the browser, and the number of
//! the newest engine; `rows` holds sealed rows under names that say nothing.
//!
//! There is one engine for a browser: the Web Lock sees to it. But a browser may give the lock away and let a page that has
//! had it run on (WebKit does, with a page from its back/forward cache), and two engines on the same rows use keys twice. So
//! each engine takes the next number when it starts, and each transaction that writes looks at the number first: who has
//! not the newest one writes nothing.

use std::cell::{Cell, RefCell};

use indexed_db_futures::database::Database as Connection;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr as _;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions, TransactionRef,
};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

const NAME: &str = "doorstep";
const VERSION: u32 = 1;
const KEYS: &str = "keys";
const ROWS: &str = "rows";
/// The number of the newest engine, in `keys`.
const ENGINE: &str = "engine";

/// An open database, for the engine with a number.
pub(crate) struct Database {
    connection: RefCell<Connection>,
    engine: Cell<u32>,
}

/// A sealed row: its name and, unless it is to be deleted, its content.
pub(crate) struct SealedRow {
    /// 32 bytes.
    pub(crate) name: Vec<u8>,
    /// None: delete.
    pub(crate) content: Option<Vec<u8>>,
}

/// Why nothing was written.
pub(crate) enum NotWritten {
    /// Another engine was started on this database after this one.
    AnotherEngine,
    /// The browser could not; its word for it, or ours.
    Failed(String),
}

impl From<Error> for NotWritten {
    fn from(error: Error) -> Self {
        Self::Failed(match error {
            Error::DomException(exception) => web_sys::DomException::from(exception).name(),
            other => other.to_string(),
        })
    }
}

impl Database {
    /// Opens the database, and makes it at first.
    ///
    /// # Errors
    /// There is no IndexedDB, as in some private windows, or it cannot be opened.
    pub(crate) async fn open() -> Result<Self, OpenDbError> {
        let connection = match connect().await {
            Ok(connection) => connection,
            Err(_) => connect().await?,
        };
        Ok(Self { connection: RefCell::new(connection), engine: Cell::new(0) })
    }

    /// Takes the next number: from here on no engine that was started before writes anything.
    ///
    /// # Errors
    /// The database cannot be written.
    pub(crate) async fn take(&self) -> Result<(), NotWritten> {
        let engine = &self.engine;
        self.transact(|transaction, newest| {
            engine.set(newest.unwrap_or(0).saturating_add(1));
            transaction.object_store(KEYS)?.put(engine.get()).with_key(ENGINE).primitive()?;
            Ok(())
        })
        .await
    }

    /// A key that was put under this name.
    pub(crate) async fn key(&self, name: &str) -> Result<Option<JsValue>, Error> {
        let connection = self.connection.borrow().clone();
        let transaction = connection.transaction(KEYS).build()?;
        let store = transaction.object_store(KEYS)?;
        store.get(name).primitive()?.await
    }

    /// Puts keys, as [`Self::write`].
    pub(crate) async fn put_keys(&self, keys: &[(&str, &JsValue)]) -> Result<(), NotWritten> {
        self.transact(|transaction, newest| {
            self.check(newest)?;
            let store = transaction.object_store(KEYS)?;
            for (name, key) in keys {
                store.put(*key).with_key(*name).without_key_type().primitive()?;
            }
            Ok(())
        })
        .await
    }

    /// All rows.
    pub(crate) async fn rows(&self) -> Result<Vec<SealedRow>, Error> {
        let connection = self.connection.borrow().clone();
        let transaction = connection.transaction(ROWS).build()?;
        let store = transaction.object_store(ROWS)?;
        let (names, contents) = (store.get_all_keys::<JsValue>().primitive()?, store.get_all::<JsValue>().primitive()?);
        let bytes = |value: JsValue| Uint8Array::new(&value).to_vec();
        let rows = names.await?.zip(contents.await?);
        rows.map(|(name, content)| Ok(SealedRow { name: bytes(name?), content: Some(bytes(content?)) })).collect()
    }

    /// The content of one row.
    pub(crate) async fn row(&self, name: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let connection = self.connection.borrow().clone();
        let transaction = connection.transaction(ROWS).build()?;
        let name = JsValue::from(Uint8Array::from(name));
        let content: Option<JsValue> = transaction.object_store(ROWS)?.get(name).primitive()?.await?;
        Ok(content.map(|content| Uint8Array::new(&content).to_vec()))
    }

    /// Writes rows in one transaction, which is on the disk when this returns.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn write(&self, rows: &[SealedRow]) -> Result<(), NotWritten> {
        self.transact(|transaction, newest| {
            self.check(newest)?;
            let store = transaction.object_store(ROWS)?;
            for row in rows {
                let name = JsValue::from(Uint8Array::from(row.name.as_slice()));
                match &row.content {
                    Some(content) => {
                        let content = JsValue::from(Uint8Array::from(content.as_slice()));
                        store.put(content).with_key(name).without_key_type().primitive()?;
                    }
                    None => drop(store.delete(name).primitive()?),
                }
            }
            Ok(())
        })
        .await
    }

    /// Whether this engine is the newest.
    fn check(&self, newest: Option<u32>) -> Result<(), NotWritten> {
        match newest {
            Some(newest) if newest == self.engine.get() => Ok(()),
            Some(_) => Err(NotWritten::AnotherEngine),
            None => Err(NotWritten::Failed("the database is not the one that was opened".to_owned())),
        }
    }

    /// A transaction; what fails is tried once again on a new connection, since a browser may lose one (WebKit does, on a
    /// phone that sleeps) without losing anything that is kept.
    async fn transact(&self, write: impl Fn(&TransactionRef<'_>, Option<u32>) -> Wrote) -> Wrote {
        let connection = self.connection.borrow().clone();
        let failed = match attempt(&connection, &write).await {
            Err(NotWritten::Failed(what)) => NotWritten::Failed(what),
            settled => return settled,
        };
        let Ok(connection) = connect().await else { return Err(failed) };
        self.connection.replace(connection.clone()).close();
        attempt(&connection, &write).await
    }
}

type Wrote = Result<(), NotWritten>;

async fn connect() -> Result<Connection, OpenDbError> {
    let opening = Connection::open(NAME).with_version(VERSION).with_on_upgrade_needed(|_, database| {
        database.create_object_store(KEYS).build()?;
        database.create_object_store(ROWS).build()?;
        Ok(())
    });
    opening.build()?.await
}

/// One transaction, which is complete only when it is on the disk. `write` is told the number of the newest engine.
async fn attempt(connection: &Connection, write: &impl Fn(&TransactionRef<'_>, Option<u32>) -> Wrote) -> Wrote {
    let strict = TransactionOptions::new().with_durability(TransactionDurability::Strict);
    let transaction: Transaction<'_> =
        connection.transaction([KEYS, ROWS]).with_mode(TransactionMode::Readwrite).with_options(strict).build()?;
    let newest = transaction.object_store(KEYS)?.get(ENGINE).primitive()?.await?;
    write(&transaction, newest)?;
    let inner = transaction.as_sys().clone();
    // Of a transaction that the browser took back, it says itself why: that there is no room, for one.
    transaction.commit().await.map_err(|error| match inner.error() {
        Some(said) => Error::from(DomException::from(said)).into(),
        None => error.into(),
    })
}
