//! Keys of other providers, own secrets, and the broom.

use doorstep_hub::store::{PeerKeys, PinnedKeys, Pruned, Secrets, StoreError};
use doorstep_wire::ProviderDomain;

use super::MemoryStore;

impl PeerKeys for MemoryStore {
    async fn pinned_keys(&self) -> Result<Vec<PinnedKeys>, StoreError> {
        Ok(self.lock().keys.values().cloned().collect())
    }

    async fn pin_keys(
        &self,
        provider: &ProviderDomain,
        which: u8,
        set: &[u8],
        now: u64,
    ) -> Result<PinnedKeys, StoreError> {
        let mut state = self.lock();
        let pinned = state.keys.entry((provider.clone(), which)).or_insert_with(|| PinnedKeys {
            provider: provider.clone(),
            which,
            set: set.to_vec(),
            since: now,
            seen: now,
            former: None,
        });
        pinned.seen = now;
        if pinned.set != set {
            pinned.former = Some(core::mem::replace(&mut pinned.set, set.to_vec()));
            pinned.since = now;
        }
        Ok(pinned.clone())
    }
}

impl Secrets for MemoryStore {
    async fn secret(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.lock().secrets.entry(name.to_owned()).or_insert_with(|| fresh.to_vec()).clone())
    }

    async fn prune(&self, now: u64, keep_from: u64) -> Result<Pruned, StoreError> {
        let mut state = self.lock();
        let state = &mut *state;
        let taken = |before: usize, after: usize| (before - after) as u64;
        let mut swept = Pruned::default();
        let before = state.sessions.len();
        state.sessions.retain(|_, (_, expires)| *expires > now);
        swept.sessions = taken(before, state.sessions.len());
        let before = state.packages.len();
        state.packages.retain(|_, (_, not_after)| *not_after > now / 1000);
        swept.packages = taken(before, state.packages.len());
        let before = state.mail.len();
        state.mail.retain(|_, item| item.content.at >= keep_from);
        swept.mail = taken(before, state.mail.len());
        for room in state.rooms.values_mut() {
            let before = room.log.len();
            room.log.retain(|line| line.at >= keep_from);
            swept.log += taken(before, room.log.len());
        }
        let before = state.received.len();
        state.received.retain(|_, at| *at >= keep_from);
        swept.received = taken(before, state.received.len());
        let before = state.reports.len();
        state.reports.retain(|report| report.at >= keep_from);
        swept.reports = taken(before, state.reports.len());
        swept.letters = state.give_up_before(keep_from);
        state.offers.retain(|offered| offered.not_after > now / 1000);
        state.consent_said.retain(|_, (said, _)| said.at >= keep_from);
        let a_week_ago = (now / 86_400_000).saturating_sub(7);
        state.issued.retain(|(_, day), _| u64::from(*day) >= a_week_ago);
        Ok(swept)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
