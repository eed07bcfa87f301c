//! The provider's own secrets, made at the first start and kept in its store.

use doorstep_credential::{IssuerKey, KeySet, KeyUse};
use doorstep_hub::HubKeys;
use doorstep_hub::store::{Store, StoreError};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, random};
use crate::peer_keys::Which;

/// Keys of this provider and the sets in which it shows the public halves.
pub(crate) struct Keys {
    /// Signs tokens.
    pub(crate) issuer: IssuerKey,
    /// What `issuerKeys` serves.
    pub(crate) issuer_set: KeySet,
    /// What `hubKeys` serves.
    pub(crate) hub_set: KeySet,
    /// Makes challenges that need not be remembered.
    pub(crate) challenge: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// A set that this provider shows.
    pub(crate) fn own(&self, which: Which) -> &KeySet {
        match which {
            Which::Issuer => &self.issuer_set,
            Which::Hub => &self.hub_set,
        }
    }

    /// Reads the secrets, or makes those that are missing.
    pub(crate) async fn load<S: Store>(store: &S, entropy: &dyn Entropy) -> Result<(Self, HubKeys), StoreError> {
        let issuer = IssuerKey::from_seed(&*secret(store, entropy, "issuer").await?);
        let sender = secret(store, entropy, "hub sender").await?;
        let franking = secret(store, entropy, "hub franking").await?;
        let frank = secret(store, entropy, "hub frank").await?;
        let challenge = secret(store, entropy, "challenge").await?;
        let hub = HubKeys::new(&sender, &franking, *frank);
        let keys = Self {
            issuer_set: KeySet::new().with(KeyUse::Issuer, issuer.public()),
            hub_set: KeySet::new()
                .with(KeyUse::ExternalSender, hub.sender_public())
                .with(KeyUse::Franking, hub.franking_public()),
            issuer,
            challenge,
        };
        Ok((keys, hub))
    }
}

async fn secret<S: Store>(
    store: &S,
    entropy: &dyn Entropy,
    name: &'static str,
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let fresh = Zeroizing::new(random::<32>(entropy));
    let kept = Zeroizing::new(store.secret(name, &fresh[..]).await?);
    let bytes = <[u8; 32]>::try_from(kept.as_slice()).map_err(|_| StoreError::Corrupt("secret"))?;
    Ok(Zeroizing::new(bytes))
}
