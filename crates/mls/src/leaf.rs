//! A leaf of the tree as others see it, and what is the same in all of ours.

use doorstep_wire::numbers::{LeafIndex, UnixMillis};
use doorstep_wire::{Dictionary, dictionary};
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions};
use openmls::key_packages::Lifetime;
use openmls::prelude::{Capabilities, CredentialType, ExtensionType, LeafNode, ProposalType, ProtocolVersion};
use openmls::treesync::LeafNodeSource;

use crate::crypto::SUITE;
use crate::raw::RawLeaf;

/// A leaf: who, with which key, and the components its owner put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafView {
    /// Its place.
    pub index: LeafIndex,
    /// Registry value of the credential's type.
    pub credential_type: u16,
    /// The content of the credential; for `sd_cwt` the SD-KBT. Not verified here.
    pub credential: Vec<u8>,
    /// The Ed25519 key that signs this leaf's messages.
    pub signature_key: Vec<u8>,
    /// Its `app_data_dictionary`.
    pub components: Dictionary,
    /// The leaf still is the one of a KeyPackage: its signature covers neither the group nor the place.
    pub from_key_package: bool,
}

impl LeafView {
    pub(crate) fn from_raw(index: LeafIndex, leaf: RawLeaf) -> Self {
        let RawLeaf { encryption_key: _, signature_key, credential_type, credential, lifetime, components, suites: _ } =
            leaf;
        Self { index, credential_type, credential, signature_key, components, from_key_package: lifetime.is_some() }
    }

    pub(crate) fn of(index: LeafIndex, leaf: &LeafNode) -> Self {
        Self {
            index,
            credential_type: leaf.credential().credential_type().into(),
            credential: leaf.credential().serialized_content().to_vec(),
            signature_key: leaf.signature_key().as_slice().to_vec(),
            components: leaf.extensions().app_data_dictionary().map(dictionary_of).unwrap_or_default(),
            from_key_package: matches!(leaf.leaf_node_source(), LeafNodeSource::KeyPackage(_)),
        }
    }
}

/// The dictionary in an extension.
pub(crate) fn dictionary_of(extension: &AppDataDictionaryExtension) -> Dictionary {
    extension.dictionary().entries().map(|entry| (entry.id(), entry.data().to_vec())).collect()
}

/// The extension that carries a dictionary.
pub(crate) fn extension_of(dictionary: &Dictionary) -> Extension {
    let mut entries = AppDataDictionary::new();
    for (component, data) in dictionary {
        entries.insert(*component, data.clone());
    }
    Extension::AppDataDictionary(AppDataDictionaryExtension::new(entries))
}

/// The extensions of one of our leaves: the constant components, and those this leaf has besides.
pub(crate) fn leaf_extensions(extra: &Dictionary) -> Result<Extensions<LeafNode>, String> {
    let mut components = dictionary::leaf_dictionary();
    components.extend(extra.iter().map(|(component, data)| (*component, data.clone())));
    Extensions::single(extension_of(&components)).map_err(|error| error.to_string())
}

/// The capabilities of every leaf of ours, byte for byte the same so that they tell nothing about its owner
/// (`docs/PROTOCOL.md`).
pub(crate) fn capabilities() -> Capabilities {
    capabilities_with(&[ExtensionType::AppDataDictionary])
}

/// The same in a leaf that came by a KeyPackage of last resort: OpenMLS marks such a one by an extension, and wants every
/// extension of a KeyPackage among the capabilities of its leaf.
pub(crate) fn capabilities_of_last_resort() -> Capabilities {
    capabilities_with(&[ExtensionType::AppDataDictionary, ExtensionType::LastResort])
}

fn capabilities_with(extensions: &[ExtensionType]) -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[SUITE]),
        Some(extensions),
        Some(&[ProposalType::AppDataUpdate, ProposalType::SelfRemove]),
        Some(&[CredentialType::Basic, CredentialType::Other(doorstep_wire::credential::SD_CWT)]),
    )
}

/// Seconds in a day.
const DAY: u64 = 86_400;
/// Days a KeyPackage lives: the most that OpenMLS calls acceptable is 84 days and an hour.
const LIFE_DAYS: u64 = 84;

/// From when to when a KeyPackage or a first leaf may be used, in seconds since the UNIX epoch, on whole days: finer
/// times would tell leaves apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifespan {
    /// Seconds since the UNIX epoch.
    pub not_before: u64,
    /// Seconds since the UNIX epoch.
    pub not_after: u64,
}

impl Lifespan {
    /// 84 days from the midnight that was at least an hour ago, so that a peer whose clock is a little behind accepts it.
    pub fn starting(now: UnixMillis) -> Self {
        let not_before = now.seconds().saturating_sub(3600) / DAY * DAY;
        Self { not_before, not_after: not_before + LIFE_DAYS * DAY }
    }

    pub(crate) fn lifetime(self) -> Lifetime {
        Lifetime::init(self.not_before, self.not_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifespans_lie_on_whole_days_and_are_acceptable() {
        let now = UnixMillis::from_seconds(1_800_000_123);
        let span = Lifespan::starting(now);
        assert_eq!((span.not_before % DAY, span.not_after % DAY), (0, 0));
        assert!(span.not_before + 3600 <= now.seconds());
        assert!(span.lifetime().has_acceptable_range());
        let just_after_midnight = Lifespan::starting(UnixMillis::from_seconds(DAY * 20_000 + 60));
        assert_eq!(just_after_midnight.not_before, DAY * 19_999);
    }
}
