//! The public keys of a provider: COSE_KeySet (RFC 9052 §7), as `issuerKeys` and `hubKeys` serve it.

use doorstep_cbor::{CborError, Key, Reader, Writer, decode};
use doorstep_wire::ProviderDomain;

use crate::KeyId;

/// A set with more keys is refused: one key in use and one to come is what an honest provider has.
const MAX_KEYS: usize = 16;

const KTY: i64 = 1;
const KID: i64 = 2;
const ALG: i64 = 3;
const CRV: i64 = -1;
const X: i64 = -2;
const USE: &str = "use";

/// Octet Key Pair.
const OKP: u64 = 1;
const ED25519: u64 = 6;
const ALG_ED25519: i64 = -19;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyUse {
    /// Signs tokens. Written without `use`.
    Issuer,
    /// Signs the hub's proposals and answers: `use` 1.
    ExternalSender,
    /// Signs franks: `use` 2.
    Franking,
}

/// Ed25519 keys of one provider, each with its use.
///
/// ```text
/// [* {1: 1, 2: kid, 3: -19, -1: 6, -2: key, ? "use": 1 / 2}]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<Entry>,
}

/// Where verifiers get issuer keys from; kept and refreshed by somebody who may do such things.
pub trait IssuerKeys {
    /// The keys of this provider, if they are known at the moment.
    fn key_set(&self, provider: &ProviderDomain) -> Option<&KeySet>;

    /// Whether this provider may use keys by now that are not in its set here, so that one that is missing is a reason to
    /// ask for the set again, and no verdict.
    fn may_be_outdated(&self, provider: &ProviderDomain) -> bool {
        let _ = provider;
        false
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    id: KeyId,
    key: [u8; 32],
    usage: KeyUse,
}

impl KeySet {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same set with one key more.
    #[must_use]
    pub fn with(mut self, usage: KeyUse, key: [u8; 32]) -> Self {
        self.keys.push(Entry { id: KeyId::of(&key), key, usage });
        self
    }

    /// This set, and behind its keys those of a former one, as far as there is place.
    #[must_use]
    pub fn and_former(mut self, former: Self) -> Self {
        for entry in former.keys {
            if self.keys.len() < MAX_KEYS && !self.keys.iter().any(|other| other.key == entry.key) {
                self.keys.push(entry);
            }
        }
        self
    }

    /// Whether it has an issuer key that a former set had not.
    pub fn has_news_for(&self, former: &Self) -> bool {
        self.of_use(KeyUse::Issuer).any(|key| !former.contains(KeyUse::Issuer, key))
    }

    /// The issuer key with this id.
    pub fn issuer(&self, kid: KeyId) -> Option<&[u8; 32]> {
        self.keys.iter().find(|entry| entry.usage == KeyUse::Issuer && entry.id == kid).map(|entry| &entry.key)
    }

    /// Whether this key stands for this use.
    pub fn contains(&self, usage: KeyUse, key: &[u8]) -> bool {
        self.keys.iter().any(|entry| entry.usage == usage && entry.key == *key)
    }

    /// All keys for a use, in the provider's order.
    pub fn of_use(&self, usage: KeyUse) -> impl Iterator<Item = &[u8; 32]> {
        self.keys.iter().filter(move |entry| entry.usage == usage).map(|entry| &entry.key)
    }

    /// As served.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(self.keys.len());
        for entry in &self.keys {
            entry.write(&mut writer);
        }
        writer.finish()
    }

    /// Reads what a provider serves.
    ///
    /// # Errors
    /// Anything but the layout above, a `kid` that is not the key's, a key twice, more than 16 keys.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        decode(bytes, |reader| {
            let count = reader.array()?;
            if count > MAX_KEYS {
                return Err(CborError::Range);
            }
            let mut keys: Vec<Entry> = Vec::with_capacity(count);
            for _ in 0..count {
                let entry = Entry::read(reader)?;
                if keys.iter().any(|other| other.key == entry.key) {
                    return Err(CborError::Unexpected);
                }
                keys.push(entry);
            }
            Ok(Self { keys })
        })
    }
}

impl Entry {
    fn write(&self, writer: &mut Writer) {
        let Self { id, key, usage } = self;
        let usage = usage.number();
        writer.map(5 + usize::from(usage.is_some()));
        writer.int(KTY).uint(OKP).int(KID).bytes(&id.0).int(ALG).int(ALG_ED25519);
        writer.int(CRV).uint(ED25519).int(X).bytes(key);
        if let Some(usage) = usage {
            writer.text(USE).uint(usage);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        let mut entries = reader.map()?;
        let (mut kty, mut alg, mut crv) = (None, None, None);
        let (mut id, mut key, mut usage) = (None, None, KeyUse::Issuer);
        while let Some(label) = entries.next(reader)? {
            match label {
                Key::Int(KTY) => kty = Some(reader.uint()?),
                Key::Int(KID) => id = Some(KeyId(reader.byte_array()?)),
                Key::Int(ALG) => alg = Some(reader.int()?),
                Key::Int(CRV) => crv = Some(reader.uint()?),
                Key::Int(X) => key = Some(reader.byte_array()?),
                Key::Text(USE) => usage = KeyUse::from_number(reader.uint()?)?,
                _ => return Err(CborError::Unexpected),
            }
        }
        match (kty, alg, crv, id, key) {
            (Some(OKP), Some(ALG_ED25519), Some(ED25519), Some(id), Some(key)) if id == KeyId::of(&key) => {
                Ok(Self { id, key, usage })
            }
            _ => Err(CborError::Unexpected),
        }
    }
}

impl KeyUse {
    fn number(self) -> Option<u64> {
        match self {
            Self::Issuer => None,
            Self::ExternalSender => Some(1),
            Self::Franking => Some(2),
        }
    }

    fn from_number(number: u64) -> Result<Self, CborError> {
        match number {
            1 => Ok(Self::ExternalSender),
            2 => Ok(Self::Franking),
            _ => Err(CborError::Range),
        }
    }
}

#[cfg(test)]
mod tests;
