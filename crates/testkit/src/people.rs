//! A provider and people with real credentials of it.

use std::cell::Cell;

use doorstep_credential::{Audience, IssuerKey, IssuerKeys, KeySet, KeyUse, LeafKey, bind, issue_pseudonym};
use doorstep_mls::{Identity, Journal, Lifespan, Mls, key_package};
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::uri::uuid_v4;
use doorstep_wire::{ClientUri, ProviderDomain, UserUri};

use crate::now;

/// The provider.
pub fn domain() -> ProviderDomain {
    "a.example".parse().unwrap()
}

/// The provider's keys, if they are known.
#[derive(Clone, Debug)]
pub struct Keys(pub Option<KeySet>);

impl IssuerKeys for Keys {
    fn key_set(&self, provider: &ProviderDomain) -> Option<&KeySet> {
        self.0.as_ref().filter(|_| *provider == domain())
    }
}

/// What it vouches for its people with.
pub fn issuer() -> IssuerKey {
    IssuerKey::from_seed(&[77; 32])
}

/// Its keys as everybody knows them.
pub fn keys() -> Keys {
    Keys(Some(KeySet::new().with(KeyUse::Issuer, issuer().public())))
}

/// A pseudonym with one client in one room.
#[derive(Debug)]
pub struct Person {
    /// Their rows.
    pub journal: Journal,
    /// Which person; all of theirs is made of it.
    pub number: u8,
    steps: Cell<u8>,
}

impl Person {
    /// The person with this number.
    pub fn new(number: u8) -> Self {
        Self { journal: Journal::new(), number, steps: Cell::new(0) }
    }

    /// A step with a seed of its own.
    pub fn mls(&self) -> Mls<'_> {
        self.steps.set(self.steps.get() + 1);
        let mut seed = [self.number; 32];
        seed[0] = self.steps.get();
        Mls::new(&self.journal, seed)
    }

    /// The address of their client.
    pub fn client(&self) -> ClientUri {
        ClientUri::pseudonym(&domain(), uuid_v4([self.number; 16]), uuid_v4([self.number; 16]))
    }

    /// Their address.
    pub fn user(&self) -> UserUri {
        self.client().user()
    }

    /// Key and credential for an audience, good for about three months.
    pub fn identity(&self, audience: &Audience) -> Identity {
        self.identity_until(audience, now().seconds() / 86_400 * 86_400 + 90 * 86_400)
    }

    /// The same, good until `end`, seconds since the UNIX epoch.
    pub fn identity_until(&self, audience: &Audience, end: u64) -> Identity {
        let seed = [self.number; 32];
        let key = LeafKey::from_seed(&seed);
        let token = issue_pseudonym(&issuer(), &domain(), &self.client(), &key.public(), end);
        Identity::new(seed, bind(&token, audience, [self.number; 16], &key))
    }

    /// A KeyPackage for a room, with this audience in its credential.
    pub fn package(&self, usage: &KpUsage, audience: &Audience) -> Vec<u8> {
        key_package(&self.mls(), &self.identity(audience), usage, Lifespan::starting(now())).unwrap().bytes
    }
}
