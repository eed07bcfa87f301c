//! The public keys of a provider: COSE_KeySet (RFC 9052 §7), as `issuerKeys` and `hubKeys` serve it.

use coset::cbor::Value;
use coset::iana::Algorithm;
use coset::{CborSerializable, CoseKey, CoseKeySet, Label};
use doorstep_cbor::{CborError, decode};
use doorstep_wire::ProviderDomain;

use crate::{KeyId, cose_key};

/// A set with more keys is refused: one key in use and one to come is what an honest provider has.
const MAX_KEYS: usize = 16;

const USE: &str = "use";

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
        let keys = self.keys.iter().copied().map(Entry::to_cose).collect();
        // `coset` refuses to write nothing but a parameter that is there twice, which none of ours is.
        CoseKeySet(keys).to_vec().unwrap_or_default()
    }

    /// Reads what a provider serves.
    ///
    /// # Errors
    /// Anything but the layout above, a `kid` that is not the key's, a key twice, more than 16 keys.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        decode(bytes, |reader| reader.raw().map(drop))?;
        let CoseKeySet(found) = CoseKeySet::from_slice(bytes).map_err(|_| CborError::Unexpected)?;
        if found.len() > MAX_KEYS {
            return Err(CborError::Range);
        }
        let mut keys: Vec<Entry> = Vec::with_capacity(found.len());
        for key in &found {
            let entry = Entry::from_cose(key)?;
            if keys.iter().any(|other| other.key == entry.key) {
                return Err(CborError::Unexpected);
            }
            keys.push(entry);
        }
        let set = Self { keys };
        // `ciborium` takes a bignum for the integer that it could have been: what was understood, written again, is what came.
        if set.encode() == bytes { Ok(set) } else { Err(CborError::Unexpected) }
    }
}

impl Entry {
    fn to_cose(self) -> CoseKey {
        let Self { id, key, usage } = self;
        let mut made = cose_key::public(&key);
        made.key_id = id.0.to_vec();
        made.alg = Some(coset::Algorithm::Assigned(Algorithm::Ed25519));
        made.params.extend(usage.number().map(|number| (Label::Text(USE.to_owned()), Value::from(number))));
        made
    }

    /// Key and use; that nothing else is in it is for the caller to compare.
    fn from_cose(found: &CoseKey) -> Result<Self, CborError> {
        let key = cose_key::x(found).ok_or(CborError::Unexpected)?;
        let usage = match found.params.iter().find(|(label, _)| *label == Label::Text(USE.to_owned())) {
            Some((_, number)) => KeyUse::from_number(number)?,
            None => KeyUse::Issuer,
        };
        Ok(Self { id: KeyId::of(&key), key, usage })
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

    fn from_number(number: &Value) -> Result<Self, CborError> {
        let uses = [Self::ExternalSender, Self::Franking];
        let found = uses.into_iter().find(|usage| usage.number().map(Value::from).as_ref() == Some(number));
        found.ok_or(CborError::Range)
    }
}

#[cfg(test)]
mod tests;
