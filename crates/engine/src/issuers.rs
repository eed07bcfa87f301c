//! Public keys of providers: of issuers, who vouch for people, and of hubs, who own rooms. Fetched through the own
//! provider once and pinned; a key set that does not decode is not taken.
//!
//! Issuer keys are asked for again when somebody is vouched for with one that is not known. New ones are used from then on,
//! and told to people until they have read it: neither a provider nor the own one, which hands the keys out, can change them
//! unseen. Former ones stay: what was vouched for with them is read for as long as it is on its way.

use doorstep_client_api::http::{HUB_KEYS as HUB_KEYS_PATH, ISSUER_KEYS as ISSUER_KEYS_PATH, path_with};
use doorstep_credential::{CredentialError, IssuerKeys, KeySet, KeyUse};
use doorstep_membership as membership;
use doorstep_wire::{ExternalSender, ProviderDomain};

use crate::{
    context::{Answer, Context},
    event::DomainEvent,
    few::Few,
    job::Job,
    record::{HUB_KEYS, ISSUER_KEYS, KEYS_CHANGED, ROOMS, labels::HUB},
    step::Method,
};

/// Milliseconds for which newer keys of an issuer are asked for, before what needs them is nothing. A provider shows what it
/// knows of another for ten minutes.
const PATIENCE: u64 = 60 * 60 * 1_000;
/// Milliseconds after which that begins anew.
const AFRESH: u64 = 24 * PATIENCE;

/// What is known of issuers beside their keys.
pub(crate) struct Issuers {
    /// Whose keys could not be had. `true`: there is such a provider, or may be, and it did not answer; `false`: the
    /// own provider knows of none, and nothing waits for its keys.
    strangers: Few<ProviderDomain, bool>,
    /// Whose keys are asked for until there is an answer.
    wanted: Few<ProviderDomain, ()>,
    /// Whose keys are asked for because one is not known here, and since when.
    newer_wanted: Few<ProviderDomain, u64>,
}

impl Issuers {
    pub(crate) const fn new() -> Self {
        Self { strangers: Few::new(), wanted: Few::new(), newer_wanted: Few::new() }
    }
}

/// Why something that came was not taken in.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// Not for us, broken, a repetition: will never be of use. Goes on with the next.
    Useless,
    /// The keys of this issuer are needed first. Everything waits.
    NeedsIssuer(ProviderDomain),
}

impl From<membership::Denied> for NotTaken {
    fn from(denied: membership::Denied) -> Self {
        match denied {
            membership::Denied::UnknownIssuer(domain) => Self::NeedsIssuer(domain),
            _ => Self::Useless,
        }
    }
}

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

pub(crate) fn issuer_key_set(cx: &Context, domain: &ProviderDomain) -> Option<KeySet> {
    ISSUER_KEYS.get(&cx.journal, domain.as_str()).and_then(|bytes| KeySet::decode(&bytes).ok())
}

pub(crate) fn hub_key_set(cx: &Context, domain: &ProviderDomain) -> Option<KeySet> {
    HUB_KEYS.get(&cx.journal, domain.as_str()).and_then(|bytes| KeySet::decode(&bytes).ok())
}

pub(crate) fn known_issuers(cx: &Context) -> KnownIssuers {
    let mut known = KnownIssuers::default();
    for (domain, bytes) in ISSUER_KEYS.all(&cx.journal) {
        if let (Ok(domain), Ok(keys)) = (domain.parse(), KeySet::decode(&bytes)) {
            let outdated = may_be_outdated(cx, &domain);
            known.0.push((domain, keys, outdated));
        }
    }
    known
}

fn may_be_outdated(cx: &Context, issuer: &ProviderDomain) -> bool {
    cx.issuers.newer_wanted.get(issuer).is_none_or(|since| {
        let asked_for = cx.now.0.saturating_sub(*since);
        !(PATIENCE..AFRESH).contains(&asked_for)
    })
}

/// Whether a word that does not hold may hold with newer keys.
pub(crate) fn wants_newer(cx: &Context, issuer: &ProviderDomain, error: &CredentialError) -> bool {
    matches!(error, CredentialError::UnknownKey) && may_be_outdated(cx, issuer)
}

/// Fetches the keys of the own provider. Keys of others are asked for by [`need_issuer`].
pub(crate) fn pump_keys(cx: &mut Context) {
    let own = cx.config.domain.clone();
    if issuer_key_set(cx, &own).is_none() {
        need_issuer(cx, &own);
    }
    need_hub(cx, &own);
    let wanted: Vec<ProviderDomain> = cx.issuers.wanted.keys().cloned().collect();
    for issuer in wanted {
        need_issuer(cx, &issuer);
    }
    for hub in ROOMS.behind(&cx.journal, HUB) {
        if let Ok(hub) = hub.parse() {
            need_hub(cx, &hub);
        }
    }
}

/// Asks for the keys of this issuer: there are none here, or not the one that is needed.
pub(crate) fn need_issuer(cx: &mut Context, domain: &ProviderDomain) {
    let now = cx.now.0;
    let wanted = cx.issuers.newer_wanted.get(domain).is_some_and(|since| now < since.saturating_add(AFRESH));
    if !wanted {
        cx.issuers.newer_wanted.insert(domain.clone(), now);
    }
    cx.issuers.wanted.insert(domain.clone(), ());
    let path = path_with(ISSUER_KEYS_PATH, domain.as_str());
    let bearer = cx.bearer();
    cx.request(Job::IssuerKeys(domain.clone()), Method::Get, path, Vec::new(), bearer);
}

/// Milliseconds until it makes sense to look again whether this issuer has newer keys: ever more.
pub(crate) fn next_look(cx: &Context, issuer: &ProviderDomain) -> u64 {
    let since = cx.issuers.newer_wanted.get(issuer).copied().unwrap_or(cx.now.0);
    (cx.now.0.saturating_sub(since) / 2).clamp(3_000, 120_000)
}

/// Asks for the keys of this hub unless they are known.
pub(crate) fn need_hub(cx: &mut Context, domain: &ProviderDomain) {
    if hub_key_set(cx, domain).is_none() {
        let path = path_with(HUB_KEYS_PATH, domain.as_str());
        let bearer = cx.bearer();
        cx.request(Job::HubKeys(domain.clone()), Method::Get, path, Vec::new(), bearer);
    }
}

/// The own provider knows of no such issuer.
pub(crate) fn is_nobody(cx: &Context, issuer: &ProviderDomain) -> bool {
    cx.issuers.strangers.get(issuer) == Some(&false)
}

/// The keys of this issuer could not be had so far.
pub(crate) fn is_stranger(cx: &Context, issuer: &ProviderDomain) -> bool {
    cx.issuers.strangers.contains(issuer)
}

/// An issuer's provider does not answer: what needs its keys is put by, and the mailbox goes on.
pub(crate) fn issuer_is_away(cx: &mut Context, issuer: ProviderDomain) {
    if issuer != cx.config.domain {
        cx.issuers.strangers.insert(issuer, true);
        cx.mailbox_wanted = true;
    }
}

pub(crate) fn issuer_keys_came(cx: &mut Context, domain: &ProviderDomain, answer: Answer<'_>) {
    cx.issuers.wanted.remove(domain);
    let came = KeySet::decode(answer.body).ok().filter(|_| answer.status == 200);
    match (came, issuer_key_set(cx, domain)) {
        (Some(came), before) if before.as_ref().is_none_or(|before| came.has_news_for(before)) => {
            if before.is_some() {
                KEYS_CHANGED.put(&cx.journal, domain.as_str(), &cx.now.0);
                cx.followed_changed();
            }
            let keys = came.and_former(before.unwrap_or_default());
            ISSUER_KEYS.put(&cx.journal, domain.as_str(), &serde_bytes::ByteBuf::from(keys.encode()));
            cx.issuers.newer_wanted.remove(domain);
            cx.issuers.strangers.remove(domain);
        }
        (_, before) => {
            // What needs them is passed over or put by, so that nobody can stop the mailbox with a name that leads
            // nowhere, or with a key that nobody shows.
            let known_of = before.is_some() || !matches!(answer.status, 400..=499) || answer.status == 429;
            cx.issuers.strangers.insert(domain.clone(), known_of);
            let seconds = if known_of { next_look(cx, domain) / 1000 } else { 30 };
            cx.put_off(Job::IssuerKeys(domain.clone()), Some(seconds));
        }
    }
    if !cx.issuers.strangers.contains(domain) || is_nobody(cx, domain) {
        // What asked for a group, and waited for them, asks again.
        cx.hurry_those(|job| matches!(job, Job::Look(_) | Job::Ask(_)));
    }
    cx.tell(DomainEvent::IssuerAnswered { issuer: domain.clone() });
    cx.mailbox_wanted = true;
}

/// It was read that this provider vouches with other keys.
pub(crate) fn keys_read(cx: &mut Context, provider: &str) {
    KEYS_CHANGED.delete(&cx.journal, provider);
    cx.followed_changed();
}

pub(crate) fn hub_keys_came(cx: &mut Context, domain: &ProviderDomain, answer: Answer<'_>) {
    if answer.status == 200 && KeySet::decode(answer.body).is_ok() {
        HUB_KEYS.put(&cx.journal, domain.as_str(), &serde_bytes::ByteBuf::from(answer.body.to_vec()));
        cx.mailbox_wanted = true;
    } else {
        // Whoever does not answer now is asked again soon: somebody waits for it.
        let nobody = answer.status == 404;
        if nobody {
            // The own provider does not talk to this hub: nobody gets there by a link from here.
            cx.tell(DomainEvent::HubUnknown { hub: domain.clone() });
        }
        cx.put_off(Job::HubKeys(domain.clone()), nobody.then_some(30));
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
    use crate::{Config, Engine};

    fn engine() -> (Engine, ProviderDomain) {
        let config = Config { domain: "a.example".parse().unwrap() };
        (Engine::load([], config).unwrap(), "c.example".parse().unwrap())
    }

    fn shown(engine: &mut Engine, domain: &ProviderDomain, keys: &[u8]) {
        let set = keys.iter().fold(KeySet::new(), |set, key| set.with(KeyUse::Issuer, [*key; 32]));
        issuer_keys_came(&mut engine.cx, domain, Answer { status: 200, reason: None, body: &set.encode() });
    }

    fn changed(engine: &Engine) -> usize {
        KEYS_CHANGED.all(&engine.cx.journal).len()
    }

    #[test]
    fn new_keys_are_told_until_that_was_read_and_former_ones_stay() {
        let (mut engine, c) = engine();
        shown(&mut engine, &c, &[1]);
        assert_eq!(changed(&engine), 0, "the first are believed");
        shown(&mut engine, &c, &[2]);
        assert_eq!(changed(&engine), 1);
        let known = issuer_key_set(&engine.cx, &c).unwrap();
        assert_eq!(known.of_use(KeyUse::Issuer).collect::<Vec<_>>(), [&[2; 32], &[1; 32]]);
        keys_read(&mut engine.cx, "c.example");
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
        assert!(wants_newer(&engine.cx, &c, &strange) && !wants_newer(&engine.cx, &c, &CredentialError::OtherKey));
        let start = 1_000_000_000;
        for (after, waits) in [(0, true), (PATIENCE - 1, true), (PATIENCE, false), (AFRESH - 1, false), (AFRESH, true)]
        {
            engine.cx.now = UnixMillis(start + after);
            if waits {
                need_issuer(&mut engine.cx, &c);
                shown(&mut engine, &c, &[1]);
                assert!(is_stranger(&engine.cx, &c) && !is_nobody(&engine.cx, &c), "its mail is put by");
            }
            assert_eq!(wants_newer(&engine.cx, &c, &strange), waits, "{after}");
            assert_eq!(known_issuers(&engine.cx).may_be_outdated(&c), waits, "{after}");
        }
        // Its provider does not know it any more: what is known of it stays.
        issuer_keys_came(&mut engine.cx, &c, Answer { status: 404, reason: None, body: b"" });
        assert!(!is_nobody(&engine.cx, &c) && issuer_key_set(&engine.cx, &c).is_some());
        shown(&mut engine, &c, &[1, 2]);
        assert!(wants_newer(&engine.cx, &c, &strange) && !is_stranger(&engine.cx, &c));
    }
}
