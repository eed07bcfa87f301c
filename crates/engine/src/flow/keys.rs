//! Public keys of providers: of issuers, who vouch for people, and of hubs, who own rooms. Fetched through the own
//! provider once and pinned; a key set that does not decode is not taken.

use std::collections::BTreeMap;

use doorstep_client_api::{
    http::{HUB_KEYS as HUB_KEYS_PATH, ISSUER_KEYS as ISSUER_KEYS_PATH, path_with},
    view::Problem,
};
use doorstep_credential::{IssuerKeys, KeySet, KeyUse};
use doorstep_wire::{ExternalSender, ProviderDomain};

use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{HUB_KEYS, ISSUER_KEYS, ROOMS},
    step::Method,
};

/// The issuer keys this browser has, for the duration of a verdict.
#[derive(Default)]
pub(crate) struct KnownIssuers(BTreeMap<ProviderDomain, KeySet>);

impl IssuerKeys for KnownIssuers {
    fn key_set(&self, issuer: &ProviderDomain) -> Option<&KeySet> {
        self.0.get(issuer)
    }
}

impl Engine {
    pub(crate) fn issuer_key_set(&self, domain: &ProviderDomain) -> Option<KeySet> {
        ISSUER_KEYS.get(&self.journal, domain.as_str()).and_then(|bytes| KeySet::decode(&bytes).ok())
    }

    pub(crate) fn hub_key_set(&self, domain: &ProviderDomain) -> Option<KeySet> {
        HUB_KEYS.get(&self.journal, domain.as_str()).and_then(|bytes| KeySet::decode(&bytes).ok())
    }

    pub(crate) fn known_issuers(&self) -> KnownIssuers {
        let rows = ISSUER_KEYS.all(&self.journal).into_iter();
        let mut known = KnownIssuers::default();
        known.0.extend(rows.filter_map(|(domain, bytes)| Some((domain.parse().ok()?, KeySet::decode(&bytes).ok()?))));
        known
    }

    /// Fetches the keys of the own provider. Keys of others are asked for by [`Engine::need_issuer`].
    pub(crate) fn pump_keys(&mut self) {
        let own = self.config.domain.clone();
        self.need_issuer(&own);
        self.need_hub(&own);
        let wanted: Vec<ProviderDomain> = self.wanted_issuers.keys().cloned().collect();
        for issuer in wanted {
            self.need_issuer(&issuer);
        }
        let hubs: Vec<ProviderDomain> =
            ROOMS.all(&self.journal).into_iter().map(|(_, room)| room.room.host()).collect();
        for hub in hubs {
            self.need_hub(&hub);
        }
    }

    /// Asks for the keys of this issuer unless they are known.
    pub(crate) fn need_issuer(&mut self, domain: &ProviderDomain) {
        if self.issuer_key_set(domain).is_none() {
            self.wanted_issuers.insert(domain.clone(), ());
            let path = path_with(ISSUER_KEYS_PATH, domain.as_str());
            let bearer = self.bearer();
            self.request(Job::IssuerKeys(domain.clone()), Method::Get, path, Vec::new(), bearer);
        }
    }

    /// Asks for the keys of this hub unless they are known.
    pub(crate) fn need_hub(&mut self, domain: &ProviderDomain) {
        if self.hub_key_set(domain).is_none() {
            let path = path_with(HUB_KEYS_PATH, domain.as_str());
            let bearer = self.bearer();
            self.request(Job::HubKeys(domain.clone()), Method::Get, path, Vec::new(), bearer);
        }
    }

    /// The own provider knows of no such issuer.
    pub(crate) fn is_nobody(&self, issuer: &ProviderDomain) -> bool {
        self.strangers.get(issuer) == Some(&false)
    }

    pub(crate) fn issuer_keys_came(&mut self, domain: &ProviderDomain, answer: Answer<'_>) {
        self.wanted_issuers.remove(domain);
        if answer.status == 200 && KeySet::decode(answer.body).is_ok() {
            ISSUER_KEYS.put(&self.journal, domain.as_str(), &serde_bytes::ByteBuf::from(answer.body.to_vec()));
            self.strangers.remove(domain);
        } else {
            // What needs them is passed over or put by, so that nobody can stop the mailbox with a name that leads nowhere.
            let known_of = !matches!(answer.status, 400..=499) || answer.status == 429;
            self.strangers.insert(domain.clone(), known_of);
            self.put_off(Job::IssuerKeys(domain.clone()), (!known_of).then_some(30));
        }
        self.take_parked(domain);
        self.mailbox_wanted = true;
    }

    pub(crate) fn hub_keys_came(&mut self, domain: &ProviderDomain, answer: Answer<'_>) {
        if answer.status == 200 && KeySet::decode(answer.body).is_ok() {
            HUB_KEYS.put(&self.journal, domain.as_str(), &serde_bytes::ByteBuf::from(answer.body.to_vec()));
            self.mailbox_wanted = true;
        } else {
            // Whoever does not answer now is asked again soon: somebody waits for it.
            let nobody = answer.status == 404;
            if nobody {
                // The own provider does not talk to this hub: nobody gets there by a link from here.
                self.refuse_links_to(domain, &Problem::new("link-elsewhere"));
            }
            self.put_off(Job::HubKeys(domain.clone()), nobody.then_some(30));
        }
    }
}

/// The first external sender of a group is its hub, with a key that the hub's provider publishes.
pub(crate) fn is_hub(senders: &[ExternalSender], host: &ProviderDomain, keys: &KeySet) -> bool {
    senders.first().is_some_and(|sender| {
        sender.credential.hub().as_ref() == Some(host)
            && keys.contains(KeyUse::ExternalSender, sender.signature_key.as_slice())
    })
}
