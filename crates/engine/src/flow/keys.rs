//! Public keys of providers: of issuers, who vouch for people, and of hubs, who own rooms. Fetched through the own
//! provider once and pinned; a key set that does not decode is not taken.
//!
//! Issuer keys are asked for again when somebody is vouched for with one that is not known. New ones are used from then on,
//! and told to people until they have read it: neither a provider nor the own one, which hands the keys out, can change them
//! unseen. Former ones stay: what was vouched for with them is read for as long as it is on its way.

use doorstep_client_api::{
    http::{HUB_KEYS as HUB_KEYS_PATH, ISSUER_KEYS as ISSUER_KEYS_PATH, path_with},
    view::Problem,
};
use doorstep_credential::{CredentialError, IssuerKeys, KeySet, KeyUse};
use doorstep_wire::{ExternalSender, ProviderDomain};

use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{HUB_KEYS, ISSUER_KEYS, KEYS_CHANGED, ROOMS},
    step::Method,
};

/// Milliseconds for which newer keys of an issuer are asked for, before what needs them is nothing. A provider shows what it
/// knows of another for ten minutes.
const PATIENCE: u64 = 60 * 60 * 1_000;
/// Milliseconds after which that begins anew.
const AFRESH: u64 = 24 * PATIENCE;

/// The issuer keys this browser has, for the duration of a verdict, and whether there may be newer ones.
#[derive(Default)]
pub(crate) struct KnownIssuers(Vec<(ProviderDomain, KeySet, bool)>);

impl IssuerKeys for KnownIssuers {
    fn key_set(&self, issuer: &ProviderDomain) -> Option<&KeySet> {
        self.0.iter().find(|(domain, ..)| domain == issuer).map(|(_, keys, _)| keys)
    }

    fn may_be_outdated(&self, issuer: &ProviderDomain) -> bool {
        self.0.iter().any(|(domain, _, outdated)| *outdated && domain == issuer)
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
        let mut known = KnownIssuers::default();
        for (domain, bytes) in ISSUER_KEYS.all(&self.journal) {
            if let (Ok(domain), Ok(keys)) = (domain.parse(), KeySet::decode(&bytes)) {
                let outdated = self.may_be_outdated(&domain);
                known.0.push((domain, keys, outdated));
            }
        }
        known
    }

    fn may_be_outdated(&self, issuer: &ProviderDomain) -> bool {
        self.newer_wanted.get(issuer).is_none_or(|since| {
            let asked_for = self.turn.now.0.saturating_sub(*since);
            !(PATIENCE..AFRESH).contains(&asked_for)
        })
    }

    /// Whether a word that does not hold may hold with newer keys.
    pub(crate) fn wants_newer(&self, issuer: &ProviderDomain, error: &CredentialError) -> bool {
        matches!(error, CredentialError::UnknownKey) && self.may_be_outdated(issuer)
    }

    /// Fetches the keys of the own provider. Keys of others are asked for by [`Engine::need_issuer`].
    pub(crate) fn pump_keys(&mut self) {
        let own = self.config.domain.clone();
        if self.issuer_key_set(&own).is_none() {
            self.need_issuer(&own);
        }
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

    /// Asks for the keys of this issuer: there are none here, or not the one that is needed.
    pub(crate) fn need_issuer(&mut self, domain: &ProviderDomain) {
        let now = self.turn.now.0;
        let wanted = self.newer_wanted.get(domain).is_some_and(|since| now < since.saturating_add(AFRESH));
        if !wanted {
            self.newer_wanted.insert(domain.clone(), now);
        }
        self.wanted_issuers.insert(domain.clone(), ());
        let path = path_with(ISSUER_KEYS_PATH, domain.as_str());
        let bearer = self.bearer();
        self.request(Job::IssuerKeys(domain.clone()), Method::Get, path, Vec::new(), bearer);
    }

    /// Milliseconds until it makes sense to look again whether this issuer has newer keys: ever more.
    pub(super) fn next_look(&self, issuer: &ProviderDomain) -> u64 {
        let since = self.newer_wanted.get(issuer).copied().unwrap_or(self.turn.now.0);
        (self.turn.now.0.saturating_sub(since) / 2).clamp(3_000, 120_000)
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
        let came = KeySet::decode(answer.body).ok().filter(|_| answer.status == 200);
        match (came, self.issuer_key_set(domain)) {
            (Some(came), before) if before.as_ref().is_none_or(|before| came.has_news_for(before)) => {
                if before.is_some() {
                    KEYS_CHANGED.put(&self.journal, domain.as_str(), &self.turn.now.0);
                    self.followed_changed();
                }
                let keys = came.and_former(before.unwrap_or_default());
                ISSUER_KEYS.put(&self.journal, domain.as_str(), &serde_bytes::ByteBuf::from(keys.encode()));
                self.newer_wanted.remove(domain);
                self.strangers.remove(domain);
            }
            (_, before) => {
                // What needs them is passed over or put by, so that nobody can stop the mailbox with a name that leads
                // nowhere, or with a key that nobody shows.
                let known_of = before.is_some() || !matches!(answer.status, 400..=499) || answer.status == 429;
                self.strangers.insert(domain.clone(), known_of);
                let seconds = if known_of { self.next_look(domain) / 1000 } else { 30 };
                self.put_off(Job::IssuerKeys(domain.clone()), Some(seconds));
            }
        }
        if !self.strangers.contains(domain) || self.is_nobody(domain) {
            // What asked for a group, and waited for them, asks again.
            self.hurry_those(|job| matches!(job, Job::Look(_) | Job::Ask(_)));
        }
        self.take_parked(domain);
        self.mailbox_wanted = true;
    }

    /// It was read that this provider vouches with other keys.
    pub(crate) fn keys_read(&mut self, provider: &str) {
        KEYS_CHANGED.delete(&self.journal, provider);
        self.followed_changed();
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

#[cfg(test)]
mod tests {
    use doorstep_wire::UnixMillis;

    use super::*;
    use crate::Config;

    fn engine() -> (Engine, ProviderDomain) {
        let config = Config { domain: "a.example".parse().unwrap() };
        (Engine::load([], config).unwrap(), "c.example".parse().unwrap())
    }

    fn shown(engine: &mut Engine, domain: &ProviderDomain, keys: &[u8]) {
        let set = keys.iter().fold(KeySet::new(), |set, key| set.with(KeyUse::Issuer, [*key; 32]));
        engine.issuer_keys_came(domain, Answer { status: 200, reason: None, body: &set.encode() });
    }

    fn changed(engine: &Engine) -> usize {
        KEYS_CHANGED.all(&engine.journal).len()
    }

    #[test]
    fn new_keys_are_told_until_that_was_read_and_former_ones_stay() {
        let (mut engine, c) = engine();
        shown(&mut engine, &c, &[1]);
        assert_eq!(changed(&engine), 0, "the first are believed");
        shown(&mut engine, &c, &[2]);
        assert_eq!(changed(&engine), 1);
        let known = engine.issuer_key_set(&c).unwrap();
        assert_eq!(known.of_use(KeyUse::Issuer).collect::<Vec<_>>(), [&[2; 32], &[1; 32]]);
        engine.keys_read("c.example");
        // One that is back, and fewer than before, are nothing new.
        for keys in [&[1][..], &[2, 1], &[]] {
            shown(&mut engine, &c, keys);
            assert_eq!(changed(&engine), 0, "{keys:?}");
        }
        shown(&mut engine, &c, &[3, 2]);
        assert_eq!(changed(&engine), 1);
    }

    #[test]
    fn a_key_that_nobody_shows_is_waited_for_an_hour() {
        let (mut engine, c) = engine();
        shown(&mut engine, &c, &[1]);
        let strange = CredentialError::UnknownKey;
        assert!(engine.wants_newer(&c, &strange) && !engine.wants_newer(&c, &CredentialError::OtherKey));
        let start = 1_000_000_000;
        for (after, waits) in [(0, true), (PATIENCE - 1, true), (PATIENCE, false), (AFRESH - 1, false), (AFRESH, true)]
        {
            engine.turn.now = UnixMillis(start + after);
            if waits {
                engine.need_issuer(&c);
                shown(&mut engine, &c, &[1]);
                assert!(engine.strangers.contains(&c) && !engine.is_nobody(&c), "its mail is put by");
            }
            assert_eq!(engine.wants_newer(&c, &strange), waits, "{after}");
            assert_eq!(engine.known_issuers().may_be_outdated(&c), waits, "{after}");
        }
        // Its provider does not know it any more: what is known of it stays.
        engine.issuer_keys_came(&c, Answer { status: 404, reason: None, body: b"" });
        assert!(!engine.is_nobody(&c) && engine.issuer_key_set(&c).is_some());
        shown(&mut engine, &c, &[1, 2]);
        assert!(engine.wants_newer(&c, &strange) && !engine.strangers.contains(&c));
    }
}
