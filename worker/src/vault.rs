//! Sealing rows. Content: AES-256-GCM; name: HMAC-SHA-256 of the row's key. Both keys are WebCrypto keys that cannot be
//! exported, so a copy of the database alone opens nothing.
//!
//! ```text
//! name    = HMAC(name key, row key)
//! content = nonce[12] ‖ AES-256-GCM(content key, nonce, aad = name, uint32 length of row key ‖ row key ‖ value)
//! ```
//!
//! A bundle has many rows in one content, under a random name of 16 bytes:
//!
//! ```text
//! content = nonce[12] ‖ AES-256-GCM(content key, nonce, aad = "bundle" ‖ name, plaintext)
//! plaintext = (uint32 length ‖ row key ‖ uint32 length ‖ value)*
//! ```

use doorstep_engine::Write;
use futures::future::try_join_all;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::database::{Database, NotWritten, SealedRow};
use crate::scope::scope;

const NAME_KEY: &str = "name";
const CONTENT_KEY: &str = "content";
const NONCE: usize = 12;

/// The name of a bundle; rows by themselves have longer ones.
pub(crate) type BundleName = [u8; 16];

/// The two keys.
pub(crate) struct Vault {
    subtle: SubtleCrypto,
    name: CryptoKey,
    content: CryptoKey,
}

impl Vault {
    /// Takes the keys from the database, or makes them and puts them there.
    ///
    /// # Errors
    /// No WebCrypto, or the database does not keep keys.
    pub(crate) async fn open(database: &Database) -> Result<Self, NotWritten> {
        let (name, content) = (database.key(NAME_KEY).await?, database.key(CONTENT_KEY).await?);
        if let (Some(name), Some(content)) = (name, content) {
            return Self::of(name, content).map_err(|_| no_keys());
        }
        let made = Self::make().await.map_err(|_| no_keys())?;
        database.put_keys(&[(NAME_KEY, &made.name), (CONTENT_KEY, &made.content)]).await?;
        Ok(made)
    }

    /// Whether this database has keys, as far as can be told: if it cannot, it may.
    pub(crate) async fn is_in(database: &Database) -> bool {
        !matches!(database.key(CONTENT_KEY).await, Ok(None))
    }

    fn of(name: JsValue, content: JsValue) -> Result<Self, JsValue> {
        Ok(Self { subtle: subtle()?, name: name.dyn_into()?, content: content.dyn_into()? })
    }

    async fn make() -> Result<Self, JsValue> {
        let subtle = subtle()?;
        let name = make_key(&subtle, &[("name", "HMAC".into()), ("hash", "SHA-256".into())], &["sign"]).await?;
        let content = [("name", "AES-GCM".into()), ("length", 256.into())];
        let content = make_key(&subtle, &content, &["encrypt", "decrypt"]).await?;
        Ok(Self { subtle, name, content })
    }

    /// Seals writes, in their order.
    pub(crate) async fn seal(&self, writes: &[Write]) -> Result<Vec<SealedRow>, JsValue> {
        try_join_all(writes.iter().map(|write| self.seal_one(write))).await
    }

    async fn seal_one(&self, write: &Write) -> Result<SealedRow, JsValue> {
        let name = self.name(&write.key).await?;
        let content = match &write.value {
            Some(value) => Some(self.seal_content(&name, &pack(&write.key, value)).await?),
            None => None,
        };
        Ok(SealedRow { name, content })
    }

    async fn name(&self, key: &[u8]) -> Result<Vec<u8>, JsValue> {
        let name = JsFuture::from(self.subtle.sign_with_str_and_u8_array("HMAC", &self.name, key)?).await?;
        Ok(Uint8Array::new(&name).to_vec())
    }

    /// A name for a new bundle.
    pub(crate) fn bundle_name() -> Result<BundleName, JsValue> {
        random()
    }

    /// Seals a bundle.
    pub(crate) async fn seal_bundle(&self, name: &BundleName, bundle: &[u8]) -> Result<SealedRow, JsValue> {
        let content = self.seal_content(&bundle_context(name), bundle).await?;
        Ok(SealedRow { name: name.to_vec(), content: Some(content) })
    }

    /// Opens a bundle.
    ///
    /// # Errors
    /// It was not sealed with these keys under this name.
    pub(crate) async fn open_bundle(&self, name: &BundleName, content: &[u8]) -> Result<Vec<u8>, JsValue> {
        self.open_content(&bundle_context(name), content).await
    }

    async fn seal_content(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, JsValue> {
        let nonce: [u8; NONCE] = random()?;
        let sealing = self.subtle.encrypt_with_object_and_u8_array(&gcm(&nonce, context)?, &self.content, plain)?;
        let mut content = nonce.to_vec();
        content.extend(Uint8Array::new(&JsFuture::from(sealing).await?).to_vec());
        Ok(content)
    }

    async fn open_content(&self, context: &[u8], content: &[u8]) -> Result<Vec<u8>, JsValue> {
        let (nonce, sealed) = content.split_at_checked(NONCE).ok_or(JsValue::NULL)?;
        let opening = self.subtle.decrypt_with_object_and_u8_array(&gcm(nonce, context)?, &self.content, sealed)?;
        Ok(Uint8Array::new(&JsFuture::from(opening).await?).to_vec())
    }

    /// Opens all rows.
    ///
    /// # Errors
    /// A row was not sealed with these keys under this name.
    pub(crate) async fn open_all(&self, rows: &[SealedRow]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, JsValue> {
        try_join_all(rows.iter().map(|row| self.open_one(row))).await
    }

    async fn open_one(&self, row: &SealedRow) -> Result<(Vec<u8>, Vec<u8>), JsValue> {
        let plain = self.open_content(&row.name, row.content.as_deref().unwrap_or_default()).await?;
        unpack(&plain).ok_or(JsValue::NULL)
    }
}

fn bundle_context(name: &BundleName) -> Vec<u8> {
    [b"bundle".as_slice(), name].concat()
}

fn random<const N: usize>() -> Result<[u8; N], JsValue> {
    let mut bytes = [0; N];
    scope().ok_or(JsValue::NULL)?.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    Ok(bytes)
}

fn no_keys() -> NotWritten {
    NotWritten::Failed("no keys".to_owned())
}

pub(crate) fn subtle() -> Result<SubtleCrypto, JsValue> {
    let crypto = scope().ok_or(JsValue::NULL)?.crypto()?;
    // In a context that is not secure the property is not there at all.
    Reflect::get(&crypto, &JsValue::from("subtle"))?.dyn_into()
}

async fn make_key(subtle: &SubtleCrypto, kind: &[(&str, JsValue)], uses: &[&str]) -> Result<CryptoKey, JsValue> {
    let uses: Array = uses.iter().map(|text| JsValue::from(*text)).collect();
    JsFuture::from(subtle.generate_key_with_object(&object(kind)?, false, &uses)?).await?.dyn_into()
}

fn gcm(nonce: &[u8], name: &[u8]) -> Result<Object, JsValue> {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(nonce).into()),
        ("additionalData", Uint8Array::from(name).into()),
    ])
}

pub(crate) fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from(*name), value)?;
    }
    Ok(object)
}

fn pack(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(4 + key.len() + value.len());
    plain.extend(u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes());
    plain.extend(key);
    plain.extend(value);
    plain
}

fn unpack(plain: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let (key, value) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((key.to_vec(), value.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was_packed() {
        for (key, value) in [(&b"k"[..], &b"value"[..]), (b"", b""), (b"only a key", b"")] {
            assert_eq!(unpack(&pack(key, value)), Some((key.to_vec(), value.to_vec())));
        }
    }

    #[test]
    fn a_row_that_was_cut_is_refused() {
        let packed = pack(b"key", b"");
        for end in 0..packed.len() {
            assert_eq!(unpack(&packed[..end]), None, "{end}");
        }
    }
}
