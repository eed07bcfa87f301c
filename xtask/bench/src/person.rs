//! People with real credentials, and the provider that vouches for them.

use doorstep_credential::{Audience, IssuerKey, IssuerKeys, KeySet, KeyUse, LeafKey, bind, issue_pseudonym};
use doorstep_mls::{Identity, Journal, Mls, Write};
use doorstep_wire::uri::uuid_v4;
use doorstep_wire::{ClientUri, ProviderDomain};
use sha2::{Digest, Sha256};

/// End of all tokens, seconds since the UNIX epoch: far away.
const TOKEN_END: u64 = 4_102_444_800;

/// Somebody with a journal; every step has a seed of its own, made from the name.
pub struct Person {
    pub(crate) journal: Journal,
    pub(crate) client: ClientUri,
    key: [u8; 32],
    steps: u64,
}

impl Person {
    /// The same name is the same person.
    pub fn new(name: &str) -> Self {
        let key: [u8; 32] = Sha256::digest(name).into();
        let (user, client) = key.split_at(16);
        let uuid = |half: &[u8]| uuid_v4(half.try_into().unwrap_or_default());
        Self {
            journal: Journal::new(),
            client: ClientUri::pseudonym(&domain(), uuid(user), uuid(client)),
            key,
            steps: 0,
        }
    }

    /// Their key, and the credential they have for `audience`.
    pub fn identity(&self, audience: &Audience) -> Identity {
        let leaf_key = LeafKey::from_seed(&self.key);
        let token = issue_pseudonym(&issuer(), &domain(), &self.client, &leaf_key.public(), TOKEN_END);
        let cti = std::array::from_fn(|place| self.key.get(place).copied().unwrap_or_default());
        Identity::new(self.key, bind(&token, audience, cti, &leaf_key))
    }

    pub(crate) fn step(&mut self) -> Mls<'_> {
        self.steps += 1;
        let seed: [u8; 32] = Sha256::digest([self.key.as_slice(), &self.steps.to_be_bytes()].concat()).into();
        Mls::new(&self.journal, seed)
    }

    /// Bytes of rows written since the last call.
    pub fn written(&self) -> usize {
        let size = |write: &Write| write.key.len() + write.value.as_ref().map_or(0, Vec::len);
        self.journal.drain_writes().iter().map(size).sum()
    }
}

struct Keys(KeySet);

impl IssuerKeys for Keys {
    fn key_set(&self, provider: &ProviderDomain) -> Option<&KeySet> {
        (*provider == domain()).then_some(&self.0)
    }
}

/// The keys with which everybody's credential is verified.
pub fn issuer_keys() -> impl IssuerKeys {
    Keys(KeySet::new().with(KeyUse::Issuer, issuer().public()))
}

fn issuer() -> IssuerKey {
    IssuerKey::from_seed(&[77; 32])
}

pub(crate) fn domain() -> ProviderDomain {
    const DOMAIN: &str = "hub.example";
    #[expect(clippy::expect_used, reason = "a constant")]
    DOMAIN.parse().expect("a domain")
}
