//! Where the engine's rows are kept: sealed in IndexedDB, or nowhere.
//!
//! Rows lie by themselves, or many in a bundle: those that were there at a start are folded into bundles once there are
//! enough of them, so that a start reads some dozens of values instead of tens of thousands. A row that is written or
//! deleted leaves its bundle in the same transaction, so what is deleted is gone at once, wherever it lay.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use doorstep_engine::Write;
use wasm_bindgen::JsValue;

use crate::bundle;
use crate::database::{Database, NotWritten, SealedRow};
use crate::vault::{BundleName, Vault};

/// Rows: key and value.
pub(crate) type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// By the keys of rows: the names of bundles, or values. One type for both, as the code of a map is downloaded once a type.
pub(crate) type Map = BTreeMap<Vec<u8>, Arc<[u8]>>;

/// So many rows by themselves are folded.
const MANY: usize = 512;
/// Rows that are folded in one transaction.
const AT_ONCE: usize = 2_048;

/// Where rows are kept.
pub(crate) enum Store {
    /// On the disk, sealed.
    Disk(Disk),
    /// Nowhere: this browser keeps nothing. All is gone with the tab, and the pages say so.
    Nowhere,
}

/// Rows on the disk.
pub(crate) struct Disk {
    database: Database,
    vault: Vault,
    /// In which bundle rows are, by their keys.
    bundled: RefCell<Map>,
    /// Rows by themselves that are to be folded.
    loose: RefCell<Map>,
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
            Ok(vault) => Ok(Self::Disk(Disk {
                database,
                vault,
                bundled: RefCell::new(BTreeMap::new()),
                loose: RefCell::new(BTreeMap::new()),
            })),
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
            Self::Disk(disk) => disk.load().await,
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
            Self::Disk(disk) => disk.write(writes).await,
            Self::Nowhere => Ok(()),
        }
    }

    /// Folds some of the rows that were by themselves at the start, if they were many. If it cannot be done now, they stay
    /// as they are until the next start.
    ///
    /// # Errors
    /// Another engine has taken over.
    pub(crate) async fn fold(&self) -> Result<(), NotWritten> {
        match self {
            Self::Disk(disk) => match disk.fold().await {
                Err(NotWritten::Failed(_)) => {
                    disk.loose.borrow_mut().clear();
                    Ok(())
                }
                settled => settled,
            },
            Self::Nowhere => Ok(()),
        }
    }
}

impl Disk {
    async fn load(&self) -> Result<Rows, JsValue> {
        let sealed = self.database.rows().await.map_err(|_| JsValue::NULL)?;
        let (bundles, single): (Vec<_>, Vec<_>) =
            sealed.into_iter().partition(|row| row.name.len() == size_of::<BundleName>());
        let mut rows = self.vault.open_all(&single).await?;
        if rows.len() >= MANY {
            self.loose.borrow_mut().extend(rows.iter().map(|(key, value)| (key.clone(), value.as_slice().into())));
        }
        for sealed in bundles {
            let name = BundleName::try_from(sealed.name).map_err(|_| JsValue::NULL)?;
            let bundle = self.vault.open_bundle(&name, sealed.content.as_deref().unwrap_or_default()).await?;
            let bundled = bundle::read(&bundle).ok_or(JsValue::NULL)?;
            let name: Arc<[u8]> = name.as_slice().into();
            self.bundled.borrow_mut().extend(bundled.iter().map(|(key, _)| (key.clone(), name.clone())));
            rows.extend(bundled);
        }
        Ok(rows)
    }

    async fn write(&self, writes: &[Write]) -> Result<(), NotWritten> {
        let mut sealed = self.vault.seal(writes).await.map_err(|_| not_sealed())?;
        let mut leaving: Vec<(BundleName, Vec<&[u8]>)> = Vec::new();
        for write in writes {
            let bundled = self.bundled.borrow().get(&write.key).and_then(|name| BundleName::try_from(&**name).ok());
            let Some(name) = bundled else { continue };
            match leaving.iter_mut().find(|(other, _)| *other == name) {
                Some((_, keys)) => keys.push(&write.key),
                None => leaving.push((name, vec![&write.key])),
            }
        }
        for (name, keys) in &leaving {
            sealed.push(self.without(name, keys).await?);
        }
        self.database.write(&sealed).await?;
        let (mut bundled, mut loose) = (self.bundled.borrow_mut(), self.loose.borrow_mut());
        for write in writes {
            bundled.remove(&write.key);
            loose.remove(&write.key);
        }
        Ok(())
    }

    /// A bundle as it is when these rows have left it.
    async fn without(&self, name: &BundleName, keys: &[&[u8]]) -> Result<SealedRow, NotWritten> {
        let lost = || NotWritten::Failed("a bundle is not there any more".to_owned());
        let content = self.database.row(name).await?.ok_or_else(lost)?;
        let bundle = self.vault.open_bundle(name, &content).await.map_err(|_| lost())?;
        let left = bundle::without(&bundle, keys).ok_or_else(lost)?;
        if left.is_empty() {
            return Ok(SealedRow { name: name.to_vec(), content: None });
        }
        self.vault.seal_bundle(name, &left).await.map_err(|_| not_sealed())
    }

    async fn fold(&self) -> Result<(), NotWritten> {
        let rows = {
            let mut loose = self.loose.borrow_mut();
            let rest = loose.keys().nth(AT_ONCE).cloned().map(|key| loose.split_off(&key)).unwrap_or_default();
            core::mem::replace(&mut *loose, rest)
        };
        if rows.is_empty() {
            return Ok(());
        }
        let mut sealed = Vec::new();
        let mut folded = Vec::new();
        for (keys, bundle) in bundle::fold(&rows) {
            let name = Vault::bundle_name().map_err(|_| not_sealed())?;
            sealed.push(self.vault.seal_bundle(&name, &bundle).await.map_err(|_| not_sealed())?);
            let name: Arc<[u8]> = name.as_slice().into();
            folded.extend(keys.into_iter().map(|key| (key, name.clone())));
        }
        let alone: Vec<_> = rows.into_keys().map(|key| Write { key, value: None }).collect();
        sealed.extend(self.vault.seal(&alone).await.map_err(|_| not_sealed())?);
        self.database.write(&sealed).await?;
        self.bundled.borrow_mut().extend(folded);
        Ok(())
    }
}

fn not_sealed() -> NotWritten {
    NotWritten::Failed("cannot be sealed".to_owned())
}
