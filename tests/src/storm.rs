//! Thousands of errands that are nearly right, in front of each that is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use doorstep_peers::{Endpoint, Errand, Reply};
use doorstep_wire::{Body, ProviderDomain, group_info::GroupInfoResponse};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::{Crossing, Meddler};

/// A provider that has nothing to do with any room.
pub const STRANGER: &str = "m.example";

/// What was sent, and what came of it.
#[derive(Clone)]
pub struct Storm(Arc<Mutex<Inner>>);

struct Inner {
    rng: ChaCha20Rng,
    /// Errands still to send of each endpoint, and how many in front of one.
    left: BTreeMap<&'static str, usize>,
    share: BTreeMap<&'static str, usize>,
    /// Bodies, to splice others from.
    donors: Vec<Vec<u8>>,
    /// Whether an altered errand may be sent as the one whose it is.
    as_itself: fn(&Errand) -> bool,
    answers: BTreeMap<(&'static str, bool, u16, String), usize>,
    taken: Vec<(Errand, Errand)>,
    /// What the altered errands now under way were made of.
    of: Option<Errand>,
    failed: Vec<(Errand, u16)>,
}

impl Storm {
    /// So many altered errands of each endpoint, spread over three quarters of what a former story had of it: no two go
    /// alike.
    pub fn new(seed: u64, number: usize, former: &[Crossing], as_itself: fn(&Errand) -> bool) -> Self {
        let mut count = BTreeMap::<_, usize>::new();
        for crossing in former {
            *count.entry(crossing.endpoint.name()).or_default() += 1;
        }
        let names = || Endpoint::ALL.into_iter().map(Endpoint::name);
        let share = names()
            .map(|name| (name, number.div_ceil((count.get(name).copied().unwrap_or(1) * 3 / 4).max(1))))
            .collect();
        let donors = former.iter().map(|crossing| crossing.body.clone()).filter(|body| !body.is_empty()).collect();
        Self(Arc::new(Mutex::new(Inner {
            rng: ChaCha20Rng::seed_from_u64(seed),
            left: names().map(|name| (name, number)).collect(),
            share,
            donors,
            as_itself,
            answers: BTreeMap::new(),
            taken: Vec::new(),
            of: None,
            failed: Vec::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("nobody panics here")
    }

    /// How often each endpoint answered what: its name, whether it was the right provider that asked, status and reason.
    pub fn answers(&self) -> BTreeMap<(&'static str, bool, u16, String), usize> {
        self.lock().answers.clone()
    }

    /// How many altered errands are still to be sent of an endpoint.
    pub fn left(&self, endpoint: Endpoint) -> usize {
        self.lock().left.get(endpoint.name()).copied().unwrap_or(0)
    }

    /// Altered errands of the right provider that were taken, each behind the one it was made of.
    pub fn taken(&self) -> Vec<(Errand, Errand)> {
        self.lock().taken.clone()
    }

    /// Errands that made a provider fail.
    pub fn failed(&self) -> Vec<(Errand, u16)> {
        self.lock().failed.clone()
    }

    /// So many altered versions of an errand.
    pub fn altered(&self, errand: &Errand, number: usize) -> Vec<Errand> {
        self.lock().some(errand, number).into_iter().map(|(_, errand)| errand).collect()
    }

    /// Writes down an answer.
    pub fn note(&self, right: bool, errand: &Errand, reply: &Reply) {
        let mut inner = self.lock();
        let reason = reply.reason.clone().unwrap_or_default();
        *inner.answers.entry((errand.endpoint.name(), right, reply.status, reason)).or_default() += 1;
        // Nor is a group told to a provider that has nobody to tell it to.
        let told = !right
            && errand.endpoint == Endpoint::GroupInfo
            && matches!(GroupInfoResponse::decode(&reply.body), Ok(GroupInfoResponse::Success(_)));
        if reply.status >= 500 || told {
            inner.failed.push((errand.clone(), reply.status));
        }
        if right && reply.status < 300 && reply.reason.is_none() {
            let of = inner.of.clone().expect("it was made of one");
            inner.taken.push((of, errand.clone()));
        }
    }
}

impl Inner {
    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound.max(1)
    }

    fn some(&mut self, errand: &Errand, number: usize) -> Vec<(bool, Errand)> {
        let as_itself = (self.as_itself)(errand);
        self.of = Some(errand.clone());
        let mut made = Vec::with_capacity(number);
        while made.len() < number {
            let mut altered = errand.clone();
            match self.below(8) {
                0 => altered.subject = self.alter_text(&errand.subject),
                1 if errand.recipients.is_some() => {
                    altered.recipients = errand.recipients.as_deref().map(|clients| self.alter_text(clients));
                }
                _ if errand.endpoint.is_read() => altered.subject = self.alter_text(&errand.subject),
                _ => altered.body = self.alter(&errand.body).into(),
            }
            if altered != *errand {
                made.push((as_itself && made.len() % 2 == 0, altered));
            }
        }
        made
    }

    /// Text that a path or a header can carry.
    fn alter_text(&mut self, text: &str) -> String {
        let bytes = self.alter(text.as_bytes());
        bytes.iter().map(|byte| char::from(byte & 0x7f)).filter(|c| !c.is_ascii_control()).collect()
    }

    fn alter(&mut self, body: &[u8]) -> Vec<u8> {
        /// What lengths and numbers are likely to be mistaken at.
        const ODD: [u8; 12] = [0, 1, 2, 3, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xfe, 0xff];
        let mut bytes = body.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let to = at + self.below(bytes.len() - at.min(bytes.len()) + 1).min(64);
            match self.below(10) {
                0..=2 => {
                    let bit = self.below(8);
                    bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
                }
                3 => {
                    let odd = ODD[self.below(ODD.len())];
                    bytes.get_mut(at).into_iter().for_each(|byte| *byte = odd);
                }
                4 => bytes.truncate(at),
                5 => {
                    let mut more = vec![0; 1 + self.below(64)];
                    self.rng.fill_bytes(&mut more);
                    bytes.extend(more);
                }
                6 => drop(bytes.drain(at..to.min(bytes.len()))),
                7 => {
                    let again = bytes[at..to.min(bytes.len())].to_vec();
                    bytes.splice(at..at, again);
                }
                8 => {
                    let which = self.below(self.donors.len());
                    let donor = self.donors.get(which).cloned().unwrap_or_default();
                    let from = self.below(donor.len());
                    let length = self.below(donor.len() - from + 1);
                    let until = (at + length).min(bytes.len());
                    bytes.splice(at..until, donor[from..from + length].iter().copied());
                }
                _ => {
                    let len = bytes.len();
                    for byte in bytes.iter_mut().take(to.min(len)).skip(at) {
                        *byte = 0xff;
                    }
                }
            }
        }
        bytes
    }
}

impl Meddler for Storm {
    fn before(&mut self, from: &ProviderDomain, _: &ProviderDomain, errand: &Errand) -> Vec<(ProviderDomain, Errand)> {
        let mut inner = self.lock();
        let name = errand.endpoint.name();
        let left = inner.left.get(name).copied().unwrap_or(0);
        let number = left.min(inner.share.get(name).copied().unwrap_or(0));
        inner.left.insert(name, left - number);
        let stranger: ProviderDomain = STRANGER.parse().expect("a domain");
        let whose = |right| if right { from.clone() } else { stranger.clone() };
        inner.some(errand, number).into_iter().map(|(right, errand)| (whose(right), errand)).collect()
    }

    fn answered(&mut self, from: &ProviderDomain, _: &ProviderDomain, errand: &Errand, reply: &Reply) {
        self.note(from.as_str() != STRANGER, errand, reply);
    }
}
