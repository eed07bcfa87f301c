//! Where the engine's rows are kept: sealed in IndexedDB, or nowhere.

use doorstep_engine::Write;
use wasm_bindgen::JsValue;

use crate::database::Database;
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
    pub(crate) async fn open() -> Self {
        match Self::disk().await {
            Ok(store) => store,
            Err(_) => Self::Nowhere,
        }
    }

    async fn disk() -> Result<Self, JsValue> {
        let database = Database::open().await?;
        let vault = Vault::open(&database).await?;
        Ok(Self::Disk { database, vault })
    }

    /// All rows.
    ///
    /// # Errors
    /// They cannot be read, or are not ours.
    pub(crate) async fn load(&self) -> Result<Rows, JsValue> {
        match self {
            Self::Disk { database, vault } => vault.open_all(&database.rows().await?).await,
            Self::Nowhere => Ok(Vec::new()),
        }
    }

    /// Writes rows in one transaction.
    ///
    /// # Errors
    /// Nothing was written.
    pub(crate) async fn write(&self, writes: &[Write]) -> Result<(), JsValue> {
        match self {
            Self::Disk { database, vault } if !writes.is_empty() => database.write(&vault.seal(writes).await?).await,
            _ => Ok(()),
        }
    }
}
