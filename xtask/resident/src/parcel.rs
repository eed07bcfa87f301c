//! All rows of an engine in one sealed file.
//!
//! ```text
//! file      = nonce[12] ‖ AES-256-GCM(key, nonce, plaintext)
//! plaintext = (uint32 length ‖ row key ‖ uint32 length ‖ row value)*      big-endian, keys ascending
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use doorstep_resident::driver::entropy;

/// Seals `rows` under a fresh key into `file`; gives the key as base64url.
///
/// # Errors
/// No randomness, or the file cannot be written.
pub(crate) fn seal(rows: &BTreeMap<Vec<u8>, Vec<u8>>, file: &Path) -> Result<String> {
    let key: [u8; 32] = entropy()?;
    let nonce: [u8; 12] = entropy()?;
    let mut plain = Vec::new();
    for (name, value) in rows {
        for part in [name, value] {
            plain.extend(u32::try_from(part.len()).context("a row is too long")?.to_be_bytes());
            plain.extend(part);
        }
    }
    let cipher = Aes256Gcm::new((&key).into());
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), plain.as_slice()).map_err(|_| anyhow!("cannot seal"))?;
    fs::write(file, [nonce.as_slice(), &sealed].concat()).with_context(|| file.display().to_string())?;
    Ok(URL_SAFE_NO_PAD.encode(key))
}
