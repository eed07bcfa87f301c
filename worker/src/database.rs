//! IndexedDB: two stores. `keys` holds the two WebCrypto keys, which cannot be taken out of the browser; `rows` holds
//! sealed rows under names that say nothing.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use crate::listener::Listener;
use crate::scope::scope;

const NAME: &str = "doorstep";
const VERSION: u32 = 1;
const KEYS: &str = "keys";
const ROWS: &str = "rows";

/// An open database.
pub(crate) struct Database(IdbDatabase);

/// A sealed row: its name and, unless it is to be deleted, its content.
pub(crate) struct SealedRow {
    /// 32 bytes.
    pub(crate) name: Vec<u8>,
    /// None: delete.
    pub(crate) content: Option<Vec<u8>>,
}

impl Database {
    /// Opens the database, and makes it at first.
    ///
    /// # Errors
    /// There is no IndexedDB, as in some private windows, or it cannot be opened.
    pub(crate) async fn open() -> Result<Self, JsValue> {
        let scope = scope().ok_or(JsValue::NULL)?;
        let factory: IdbFactory = Reflect::get(&scope, &JsValue::from("indexedDB"))?.dyn_into()?;
        let request: IdbOpenDbRequest = factory.open_with_u32(NAME, VERSION)?;
        let _upgrade = Listener::new(&request, "upgradeneeded", {
            let request = request.clone();
            move |_| {
                if let Ok(database) = request.result().and_then(|result| result.dyn_into::<IdbDatabase>()) {
                    let _ = database.create_object_store(KEYS);
                    let _ = database.create_object_store(ROWS);
                }
            }
        });
        let database: IdbDatabase = finished(&request).await?.dyn_into()?;
        Ok(Self(database))
    }

    /// A key that was put under this name.
    pub(crate) async fn key(&self, name: &str) -> Result<Option<JsValue>, JsValue> {
        let store = self.0.transaction_with_str(KEYS)?.object_store(KEYS)?;
        let value = finished(&store.get(&JsValue::from(name))?).await?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// Puts keys.
    pub(crate) async fn put_keys(&self, keys: &[(&str, &JsValue)]) -> Result<(), JsValue> {
        let transaction = self.strict(KEYS)?;
        let store = transaction.object_store(KEYS)?;
        for (name, key) in keys {
            store.put_with_key(key, &JsValue::from(*name))?;
        }
        complete(&transaction).await
    }

    /// All rows.
    pub(crate) async fn rows(&self) -> Result<Vec<SealedRow>, JsValue> {
        let store = self.0.transaction_with_str(ROWS)?.object_store(ROWS)?;
        let (names, contents) = (store.get_all_keys()?, store.get_all()?);
        let names: Array = finished(&names).await?.dyn_into()?;
        let contents: Array = finished(&contents).await?.dyn_into()?;
        let bytes = |value: JsValue| Uint8Array::new(&value).to_vec();
        let rows = names.iter().zip(contents.iter());
        Ok(rows.map(|(name, content)| SealedRow { name: bytes(name), content: Some(bytes(content)) }).collect())
    }

    /// Writes rows in one transaction, which is on the disk when this returns.
    pub(crate) async fn write(&self, rows: &[SealedRow]) -> Result<(), JsValue> {
        let transaction = self.strict(ROWS)?;
        let store = transaction.object_store(ROWS)?;
        for row in rows {
            let name = Uint8Array::from(row.name.as_slice());
            match &row.content {
                Some(content) => store.put_with_key(&Uint8Array::from(content.as_slice()), &name)?,
                None => store.delete(&name)?,
            };
        }
        complete(&transaction).await
    }

    /// A transaction that is complete only when it is on the disk.
    fn strict(&self, store: &str) -> Result<IdbTransaction, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &JsValue::from("durability"), &JsValue::from("strict"))?;
        let transaction: Function = Reflect::get(&self.0, &JsValue::from("transaction"))?.dyn_into()?;
        transaction.call3(&self.0, &JsValue::from(store), &JsValue::from("readwrite"), &options)?.dyn_into()
    }
}

/// The result of a request.
async fn finished(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(request, "success", &["error", "blocked"]).await?;
    request.result()
}

/// The end of a transaction.
async fn complete(transaction: &IdbTransaction) -> Result<(), JsValue> {
    settled(transaction, "complete", &["error", "abort"]).await
}

/// Waits for one of a target's events.
async fn settled(target: &EventTarget, good: &'static str, bad: &[&'static str]) -> Result<(), JsValue> {
    let mut closures = Vec::new();
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let yes = Closure::<dyn FnMut(JsValue)>::new(move |_| drop(resolve.call0(&JsValue::UNDEFINED)));
        let _ = target.add_event_listener_with_callback(good, yes.as_ref().unchecked_ref());
        closures.push(yes);
        let no = Closure::<dyn FnMut(JsValue)>::new(move |_| drop(reject.call0(&JsValue::UNDEFINED)));
        for kind in bad {
            let _ = target.add_event_listener_with_callback(kind, no.as_ref().unchecked_ref());
        }
        closures.push(no);
    });
    let result = JsFuture::from(promise).await;
    // A late event must not call a closure that is gone.
    if let [yes, no] = closures.as_slice() {
        let _ = target.remove_event_listener_with_callback(good, yes.as_ref().unchecked_ref());
        for kind in bad {
            let _ = target.remove_event_listener_with_callback(kind, no.as_ref().unchecked_ref());
        }
    }
    result.map(drop)
}
