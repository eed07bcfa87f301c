//! Redacted claims of an account token (draft-ietf-spice-sd-cwt-08): the token carries only digests, the holder shows the
//! salted claim itself to whom they choose.

use core::fmt;

use doorstep_cbor::{Reader, Writer, decode};
use sha2::{Digest, Sha256};

use crate::CredentialError;
use crate::token::claim;
use crate::token_in::TokenIn;

/// What an account says about its owner when they want it to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountClaims {
    /// Local name.
    pub handle: String,
    /// Name for people.
    pub display_name: Option<String>,
}

/// Fresh random bytes for the two salts of an account token.
pub struct Salts(pub [[u8; 16]; 2]);

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Salts").finish_non_exhaustive()
    }
}

/// The two salted entries. There are always two, the second a decoy where there is no display name, and their digests
/// are sorted, so that a token does not tell whether there is one.
pub(crate) struct Redacted {
    entries: [Vec<u8>; 2],
}

impl Redacted {
    pub(crate) fn new(claims: &AccountClaims, Salts([first, second]): Salts) -> Self {
        let handle = salted(&first, &claims.handle, claim::HANDLE);
        let name = match &claims.display_name {
            Some(name) => salted(&second, name, claim::DISPLAY_NAME),
            None => decoy(&second),
        };
        Self { entries: [handle, name] }
    }

    pub(crate) fn write_digests(&self, writer: &mut Writer) {
        let mut digests = self.entries.each_ref().map(|entry| digest(entry));
        digests.sort_unstable();
        writer.array(digests.len());
        for digest in &digests {
            writer.bytes(digest);
        }
    }

    pub(crate) fn disclosures(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(self.entries.len());
        for entry in &self.entries {
            writer.bytes(entry);
        }
        writer.finish()
    }
}

impl AccountClaims {
    /// Opens the disclosures that came with a token: the holder's check that both belong together and that nothing in
    /// the token stays closed to them. Says nothing about the token's signature.
    ///
    /// # Errors
    /// [`CredentialError::Disclosure`] if a digest has no disclosure or the other way round; malformed input.
    pub fn open(token: &[u8], disclosures: &[u8]) -> Result<Self, CredentialError> {
        let mut digests = TokenIn::decode(token)?.redacted;
        let mut found = Shown::default();
        for entry in entries(disclosures)? {
            let at = digests.iter().position(|digest| *digest == self::digest(entry));
            digests.swap_remove(at.ok_or(CredentialError::Disclosure)?);
            decode(entry, |reader| found.read(reader))?;
        }
        match found.handle {
            Some(handle) if digests.is_empty() => Ok(Self { handle, display_name: found.display_name }),
            _ => Err(CredentialError::Disclosure),
        }
    }
}

/// The entries of the disclosures that come with a token.
fn entries(disclosures: &[u8]) -> Result<Vec<&[u8]>, CredentialError> {
    decode(disclosures, |reader| (0..reader.array()?).map(|_| Ok(reader.bytes()?)).collect())
}

/// The salted entries of exactly the claims that are to be shown, of those that came with a token.
pub(crate) fn chosen(disclosures: &[u8], claims: ShownClaims) -> Result<Vec<Vec<u8>>, CredentialError> {
    let mut chosen = Vec::new();
    for entry in entries(disclosures)? {
        let mut found = Shown::default();
        decode(entry, |reader| found.read(reader))?;
        if found.handle.is_some() && claims.handle || found.display_name.is_some() && claims.display_name {
            chosen.push(entry.to_vec());
        }
    }
    Ok(chosen)
}

/// Which claims of an account are shown; its URI always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShownClaims {
    /// The handle.
    pub handle: bool,
    /// The display name, if there is one.
    pub display_name: bool,
}

/// Claims that were opened.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) handle: Option<String>,
    pub(crate) display_name: Option<String>,
}

impl Shown {
    /// Opens what somebody else shows of a token with these digests: each entry is one of them, none twice, none a decoy.
    pub(crate) fn open(shown: &[Vec<u8>], redacted: &[[u8; 32]]) -> Result<Self, CredentialError> {
        let mut found = Self::default();
        for entry in shown {
            let before = (found.handle.is_some(), found.display_name.is_some());
            if !redacted.contains(&digest(entry)) {
                return Err(CredentialError::Disclosure);
            }
            decode(entry, |reader| found.read(reader))?;
            if before == (found.handle.is_some(), found.display_name.is_some()) {
                return Err(CredentialError::Disclosure);
            }
        }
        Ok(found)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), CredentialError> {
        let length = reader.array()?;
        reader.byte_array::<16>()?;
        if length == 1 {
            return Ok(());
        }
        if length != 3 {
            return Err(CredentialError::Disclosure);
        }
        let value = reader.text()?.to_owned();
        let slot = match reader.int()? {
            claim::HANDLE => &mut self.handle,
            claim::DISPLAY_NAME => &mut self.display_name,
            _ => return Err(CredentialError::Disclosure),
        };
        if slot.replace(value).is_some() { Err(CredentialError::Disclosure) } else { Ok(()) }
    }
}

/// Reads the array of digests under `simple(59)`.
pub(crate) fn read_digests(reader: &mut Reader<'_>) -> Result<Vec<[u8; 32]>, CredentialError> {
    let mut digests: Vec<[u8; 32]> = Vec::new();
    for _ in 0..reader.array()? {
        let digest = reader.byte_array()?;
        if digests.last().is_some_and(|last| *last >= digest) {
            return Err(CredentialError::Claim);
        }
        digests.push(digest);
    }
    Ok(digests)
}

/// `[salt, value, key]`.
fn salted(salt: &[u8; 16], value: &str, key: i64) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(3).bytes(salt).text(value).int(key);
    writer.finish()
}

/// `[salt]`.
fn decoy(salt: &[u8; 16]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(1).bytes(salt);
    writer.finish()
}

/// The digest covers the entry as a CBOR byte string, head included.
fn digest(entry: &[u8]) -> [u8; 32] {
    let mut writer = Writer::new();
    writer.bytes(entry);
    Sha256::digest(writer.finish()).into()
}

#[cfg(test)]
mod tests;
