//! KeyPackages: making, dropping and reading them (RFC 9420 §10).

use doorstep_wire::codec::Body;
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::{Dictionary, component};
use openmls::extensions::Extensions;
use openmls::key_packages::{KeyPackage, KeyPackageIn, errors::KeyPackageVerifyError};
use openmls::prelude::{KeyPackageRef, ProtocolVersion};
use openmls_traits::storage::StorageProvider;
use tls_codec::{Deserialize as _, Serialize as _};

use crate::crypto::{SUITE, SuiteCrypto};
use crate::identity::Identity;
use crate::leaf::{Lifespan, capabilities, capabilities_of_last_resort, extension_of, leaf_extensions};
use crate::provider::Mls;
use crate::raw::{self, RawKeyPackage, Reader};
use crate::suite;

/// A KeyPackage just made. Its private keys lie in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKeyPackage {
    /// The bare `KeyPackage`.
    pub bytes: Vec<u8>,
    /// Its `KeyPackageRef`.
    pub reference: [u8; 32],
}

/// A KeyPackage as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPackageView {
    /// The bare `KeyPackage`.
    pub bytes: Vec<u8>,
    /// Its `KeyPackageRef`.
    pub reference: [u8; 32],
    /// Registry value of the credential's type.
    pub credential_type: u16,
    /// The content of the credential. Not verified here.
    pub credential: Vec<u8>,
    /// The leaf's signature key.
    pub signature_key: Vec<u8>,
    /// The leaf's `app_data_dictionary`.
    pub components: Dictionary,
    /// What it may be used for.
    pub usage: KpUsage,
    /// Seconds since the UNIX epoch.
    pub not_before: u64,
    /// Seconds since the UNIX epoch.
    pub not_after: u64,
    /// It may be used more than once.
    pub last_resort: bool,
}

/// Why a KeyPackage is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPackageError {
    /// Not a KeyPackage.
    #[error("malformed KeyPackage")]
    Malformed,
    /// Not of our suite and version.
    #[error("other cipher suite or version")]
    Suite,
    /// Not valid now, by this machine's clock.
    #[error("expired or not yet valid")]
    Lifetime,
    /// Valid for longer than 84 days and an hour.
    #[error("valid for too long")]
    LifetimeRange,
    /// A signature does not hold, or it contradicts itself.
    #[error("invalid KeyPackage: {0}")]
    Invalid(String),
    /// Its owner's software cannot be in our groups.
    #[error("lacks a capability our groups require")]
    Capabilities,
    /// Its usage component is malformed.
    #[error("malformed kp_usage")]
    Usage,
}

/// Why a KeyPackage could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a KeyPackage: {0}")]
pub struct NewKeyPackageError(String);

/// Makes a KeyPackage for `usage` and keeps its private keys in the journal.
///
/// # Errors
/// None on sound input.
pub fn key_package(
    mls: &Mls<'_>,
    identity: &Identity,
    usage: &KpUsage,
    span: Lifespan,
) -> Result<NewKeyPackage, NewKeyPackageError> {
    make(mls, identity, usage, span, false)
}

/// The same, to be given out again and again once there is no other left: for an account's first contacts alone
/// (docs/PROTOCOL.md).
///
/// # Errors
/// None on sound input.
pub fn last_resort_key_package(
    mls: &Mls<'_>,
    identity: &Identity,
    usage: &KpUsage,
    span: Lifespan,
) -> Result<NewKeyPackage, NewKeyPackageError> {
    make(mls, identity, usage, span, true)
}

fn make(
    mls: &Mls<'_>,
    identity: &Identity,
    usage: &KpUsage,
    span: Lifespan,
    last_resort: bool,
) -> Result<NewKeyPackage, NewKeyPackageError> {
    let usage = usage.encode().map_err(|error| NewKeyPackageError(error.to_string()))?;
    let components = Dictionary::from([(component::KP_USAGE, usage)]);
    let extensions =
        Extensions::single(extension_of(&components)).map_err(|error| NewKeyPackageError(error.to_string()))?;
    let builder = KeyPackage::builder();
    let builder = if last_resort { builder.mark_as_last_resort() } else { builder };
    let bundle = builder
        .key_package_lifetime(span.lifetime())
        .key_package_extensions(extensions)
        .leaf_node_capabilities(if last_resort { capabilities_of_last_resort() } else { capabilities() })
        .leaf_node_extensions(leaf_extensions(&Dictionary::new()).map_err(NewKeyPackageError)?)
        .build(SUITE, mls, identity, identity.credential_with_key())
        .map_err(|error| NewKeyPackageError(error.to_string()))?;
    let bytes = bundle.key_package().tls_serialize_detached().map_err(|error| NewKeyPackageError(error.to_string()))?;
    Ok(NewKeyPackage { reference: reference(&bytes), bytes })
}

/// Forgets the private keys of a KeyPackage: no Welcome for it can be opened any more.
pub fn drop_key_package(mls: &Mls<'_>, reference: &[u8; 32]) {
    let mut named = vec![32];
    named.extend_from_slice(reference);
    if let Ok(name) = KeyPackageRef::tls_deserialize_exact(&named) {
        // Deleting a row cannot fail; the name only has to encode.
        let _ = mls.journal().delete_key_package(&name);
    }
}

/// `KeyPackageRef` of RFC 9420 §5.2: of the bare KeyPackage.
pub fn reference(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut input = Vec::with_capacity(bytes.len() + 40);
    doorstep_wire::codec::put_vector(&mut input, b"MLS 1.0 KeyPackage Reference");
    doorstep_wire::codec::put_vector(&mut input, bytes);
    Sha256::digest(input).into()
}

/// Decodes and validates a bare KeyPackage: signatures, lifetime, extensions.
pub(crate) fn validated(bytes: &[u8]) -> Result<KeyPackage, KeyPackageError> {
    if suite::is_other(bytes) {
        return Err(KeyPackageError::Suite);
    }
    let unverified = KeyPackageIn::tls_deserialize_exact(bytes).map_err(|_| KeyPackageError::Malformed)?;
    let key_package =
        unverified.validate(&SuiteCrypto::default(), ProtocolVersion::Mls10).map_err(|error| match error {
            KeyPackageVerifyError::LifetimeError(_) => KeyPackageError::Lifetime,
            other => KeyPackageError::Invalid(other.to_string()),
        })?;
    if !key_package.life_time().has_acceptable_range() {
        return Err(KeyPackageError::LifetimeRange);
    }
    let (ours, theirs) = (capabilities(), key_package.leaf_node().capabilities());
    let enough = ours.ciphersuites().iter().all(|suite| theirs.ciphersuites().contains(suite))
        && ours.extensions().iter().all(|kind| theirs.extensions().contains(kind))
        && ours.proposals().iter().all(|kind| theirs.proposals().contains(kind))
        && ours.credentials().iter().all(|kind| theirs.credentials().contains(kind));
    if !enough {
        return Err(KeyPackageError::Capabilities);
    }
    Ok(key_package)
}

impl KeyPackageView {
    /// Decodes and validates a bare KeyPackage: signatures, lifetime and its range, capabilities, usage. The credential is
    /// for the caller.
    ///
    /// # Errors
    /// [`KeyPackageError`] says what is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyPackageError> {
        validated(bytes)?;
        let mut reader = Reader::new(bytes);
        let raw = raw::key_package(&mut reader).map_err(|_| KeyPackageError::Malformed)?;
        Self::from_raw(raw)
    }

    /// From one that OpenMLS has validated.
    pub(crate) fn from_raw(raw: RawKeyPackage) -> Result<Self, KeyPackageError> {
        let RawKeyPackage { bytes, leaf, components, last_resort } = raw;
        let usage = match components.get(&component::KP_USAGE) {
            Some(data) => KpUsage::decode(data).map_err(|_| KeyPackageError::Usage)?,
            None => KpUsage::Any,
        };
        let (not_before, not_after) = leaf.lifetime.ok_or(KeyPackageError::Malformed)?;
        Ok(Self {
            reference: reference(&bytes),
            bytes,
            credential_type: leaf.credential_type,
            credential: leaf.credential,
            signature_key: leaf.signature_key,
            components: leaf.components,
            usage,
            not_before,
            not_after,
            last_resort,
        })
    }
}

#[cfg(test)]
mod tests {
    use doorstep_wire::UnixMillis;

    use super::*;
    use crate::journal::Journal;

    #[test]
    fn a_last_resort_is_marked_as_that_and_nothing_else_is() {
        let journal = Journal::new();
        let mls = Mls::new(&journal, [1; 32]);
        let identity = Identity::new([2; 32], vec![3; 40]);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let span = Lifespan::starting(UnixMillis::from_seconds(now));
        for (make, last) in [(key_package as fn(&Mls<'_>, &_, &_, _) -> _, false), (last_resort_key_package, true)] {
            let made = make(&mls, &identity, &KpUsage::ConnectionOnly, span).unwrap();
            let view = KeyPackageView::decode(&made.bytes).unwrap();
            assert_eq!((view.usage, view.last_resort, view.reference), (KpUsage::ConnectionOnly, last, made.reference));
        }
    }
}
