//! The encryption key of a leaf, for what is sealed to one client of a room (mls-extensions §4.2: components may encrypt
//! to it under labels of their own).

use doorstep_wire::numbers::LeafIndex;
use openmls::group::GroupEpoch;
use openmls::prelude::LeafNodeIndex;
use openmls_traits::storage::{CURRENT_VERSION, Entity, StorageProvider as _, traits};
use openmls_traits::types::HpkePrivateKey;
use serde::{Deserialize, Serialize};
use tls_codec::{Serialize as _, VLBytes};
use zeroize::Zeroizing;

use super::Member;
use crate::fault::Fault;
use crate::provider::Mls;

/// A key pair of an epoch, as OpenMLS hands it to its storage.
#[derive(Serialize, Deserialize)]
struct EpochKeyPair {
    public_key: Public,
    private_key: Private,
}

#[derive(Serialize, Deserialize)]
struct Public {
    key: VLBytes,
}

#[derive(Serialize, Deserialize)]
struct Private {
    key: HpkePrivateKey,
}

impl Entity<CURRENT_VERSION> for EpochKeyPair {}
impl traits::HpkeKeyPair<CURRENT_VERSION> for EpochKeyPair {}

impl Member {
    /// The X25519 key that path secrets, and sealed things, for this leaf are encrypted to.
    pub fn encryption_key(&self, leaf: LeafIndex) -> Option<[u8; 32]> {
        let node = self.group.public_group().leaf(LeafNodeIndex::new(leaf.0))?;
        let encoded = node.encryption_key().tls_serialize_detached().ok()?;
        // One byte of length.
        encoded.get(1..)?.try_into().ok()
    }

    /// The private half of our own leaf's key in the current epoch.
    ///
    /// # Errors
    /// The keys of the epoch cannot be read, or ours is not among them.
    pub fn own_encryption_secret(&self, mls: &Mls<'_>) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let own = self.encryption_key(self.own_leaf()).ok_or_else(|| Fault::of("no leaf of our own"))?;
        let epoch = GroupEpoch::from(self.epoch().0);
        let pairs: Vec<EpochKeyPair> = mls
            .journal()
            .encryption_epoch_key_pairs(self.group.group_id(), &epoch, self.own_leaf().0)
            .map_err(Fault::of)?;
        let pair = pairs.iter().find(|pair| pair.public_key.key.as_slice() == own);
        let secret = pair.and_then(|pair| <[u8; 32]>::try_from(&*pair.private_key.key).ok());
        secret.map(Zeroizing::new).ok_or_else(|| Fault::of("the key of our leaf is not there"))
    }
}
