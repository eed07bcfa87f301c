//! Where the engine's rows are kept: sealed in IndexedDB, or nowhere.

use doorstep_engine::Write;
use wasm_bindgen::JsValue;

use crate::database::{Database, NotWritten};
use crate::vault::Vault;

/// Rows: key and value.
pub(crate) type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Where rows are kept.
pub(crate) enum Store {
    /// On the disk, sealed.
    Disk {
        /// The database.
        database: Database,
        /// Its keys.
        vault: Vault,
    },
    /// Nowhere: this browser keeps nothing. All is gone with the tab, and the pages say so.
    Nowhere,
}

impl Store {
    /// Opens the store, and falls back to none where this browser has none for us.
    ///
    /// # Errors
    /// Somebody's rows are there and cannot be written: without them, they would be somebody else.
    pub(crate) async fn open() -> Result<Self, NotWritten> {
        let Ok(database) = Database::open().await else { return Ok(Self::Nowhere) };
        let vault = match database.take().await {
            Ok(()) => Vault::open(&database).await,
            Err(refused) => Err(refused),
        };
        match vault {
            Ok(vault) => Ok(Self::Disk { database, vault }),
            Err(NotWritten::Failed(_)) if !Vault::is_in(&database).await => Ok(Self::Nowhere),
            Err(refused) => Err(refused),
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// They cannot be read, or are not ours.
    pub(crate) async fn load(&self) -> Result<Rows, JsValue> {
        match self {
            Self::Disk { database, vault } => {
                let rows = database.rows().await.map_err(|_| JsValue::NULL)?;
                vault.open_all(&rows).await
            }
            Self::Nowhere => Ok(Vec::new()),
        }
    }

    /// Writes rows in one transaction. Where there are none to be written, it is still made sure that no other engine has
    /// taken over: what an older one would say or ask for is stale.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn write(&self, writes: &[Write]) -> Result<(), NotWritten> {
        match self {
            Self::Disk { database, vault } => {
                let sealed = vault.seal(writes).await.map_err(|_| NotWritten::Failed("cannot be sealed".to_owned()))?;
                database.write(&sealed).await
            }
            Self::Nowhere => Ok(()),
        }
    }
}
