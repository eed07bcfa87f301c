//! Moving in: the rows of an engine that was run elsewhere, sealed in a file of the own provider, whose key came behind
//! the `#` of the address (docs/adr/0004).
//!
//! ```text
//! file      = nonce[12] ‖ AES-256-GCM(key, nonce, plaintext)
//! plaintext = (uint32 length ‖ row key ‖ uint32 length ‖ row value)*
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::ASSETS;
use doorstep_engine::Write;
use gloo_net::http::Request;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, CryptoKey};

use crate::bundle;
use crate::request::to_provider;
use crate::vault::{object, subtle};

/// How long the file may take, milliseconds.
const PATIENCE: u32 = 60_000;
/// Of the nonce.
const NONCE: usize = 12;

/// Where the rows are, and what opens them.
pub(crate) struct Parcel {
    name: String,
    key: Vec<u8>,
}

impl Parcel {
    /// Reads `parcel-{32 hex digits}.{key}`. Nothing else is a name: an address cannot make this browser fetch another
    /// thing of its provider.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, key) = text.split_once('.')?;
        let digits = name.strip_prefix("parcel-")?;
        let key = URL_SAFE_NO_PAD.decode(key).ok()?;
        let fits = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) && key.len() == 32;
        fits.then(|| Self { name: name.to_owned(), key })
    }

    /// Fetches and opens the rows.
    ///
    /// # Errors
    /// There is no such file, or this key does not open it.
    pub(crate) async fn open(&self) -> Result<Vec<Write>, JsValue> {
        let path = [ASSETS, &self.name].concat();
        let signal = AbortSignal::timeout_with_u32(PATIENCE);
        let answer = to_provider(Request::get(&path), None, &signal).send().await.map_err(|_| JsValue::NULL)?;
        if !answer.ok() {
            return Err(JsValue::NULL);
        }
        let file = answer.binary().await.map_err(|_| JsValue::NULL)?;
        let (nonce, sealed) = file.split_at_checked(NONCE).ok_or(JsValue::NULL)?;
        let subtle = subtle()?;
        let uses: Array = [JsValue::from("decrypt")].into_iter().collect();
        let key = Uint8Array::from(self.key.as_slice());
        let key: CryptoKey =
            JsFuture::from(subtle.import_key_with_str("raw", &key, "AES-GCM", false, &uses)?).await?.dyn_into()?;
        let kind = object(&[("name", "AES-GCM".into()), ("iv", Uint8Array::from(nonce).into())])?;
        let opening = subtle.decrypt_with_object_and_u8_array(&kind, &key, sealed)?;
        let rows = bundle::read(&Uint8Array::new(&JsFuture::from(opening).await?).to_vec()).ok_or(JsValue::NULL)?;
        Ok(rows.into_iter().map(|(key, value)| Write { key, value: Some(value) }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "parcel-a4fad9efba26be685b2e3e3fecc0b72a";

    #[test]
    fn a_parcel_has_a_name_of_its_own_and_a_key() {
        let key = URL_SAFE_NO_PAD.encode([7; 32]);
        let parcel = Parcel::parse(&format!("{NAME}.{key}")).unwrap();
        assert_eq!((parcel.name.as_str(), parcel.key), (NAME, vec![7; 32]));
        let short = URL_SAFE_NO_PAD.encode([7; 31]);
        let others = [
            format!("{NAME}.{short}"),
            format!("{NAME}x.{key}"),
            format!("../client/v1/mailbox.{key}"),
            format!("parcel-../../client/v1/mailbox?after=0.{key}"),
            NAME.to_owned(),
            String::new(),
        ];
        for other in others {
            assert!(Parcel::parse(&other).is_none(), "{other}");
        }
    }
}
