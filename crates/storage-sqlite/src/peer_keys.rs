//! Table `peer_keys`.

use doorstep_hub::store::{PeerKeys, PinnedKeys, StoreError};
use doorstep_wire::ProviderDomain;

use crate::store::{SqliteStore, failed, loaded, stored};

type KeysRow = (String, i64, Vec<u8>, i64, i64, Option<Vec<u8>>);

impl PeerKeys for SqliteStore {
    async fn pinned_keys(&self) -> Result<Vec<PinnedKeys>, StoreError> {
        let rows: Vec<KeysRow> =
            sqlx::query_as("SELECT provider, which, keys, since, seen, former FROM peer_keys ORDER BY provider, which")
                .fetch_all(self.readers())
                .await
                .map_err(failed)?;
        rows.into_iter().map(pinned).collect()
    }

    async fn pin_keys(
        &self,
        provider: &ProviderDomain,
        which: u8,
        set: &[u8],
        now: u64,
    ) -> Result<PinnedKeys, StoreError> {
        let mut tx = self.write().await?;
        // Every right side means the row as it was.
        let row: KeysRow = sqlx::query_as(
            "INSERT INTO peer_keys (provider, which, keys, since, seen) VALUES (?1, ?2, ?3, ?4, ?4) \
             ON CONFLICT (provider, which) DO UPDATE SET keys = excluded.keys, seen = excluded.seen, \
                 since = CASE WHEN keys = excluded.keys THEN since ELSE excluded.since END, \
                 former = CASE WHEN keys = excluded.keys THEN former ELSE keys END \
             RETURNING provider, which, keys, since, seen, former",
        )
        .bind(provider.as_str())
        .bind(i64::from(which))
        .bind(set)
        .bind(stored(now))
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        pinned(row)
    }
}

fn pinned((provider, which, set, since, seen, former): KeysRow) -> Result<PinnedKeys, StoreError> {
    Ok(PinnedKeys {
        provider: provider.parse().map_err(|_| StoreError::Corrupt("provider"))?,
        which: u8::try_from(which).map_err(|_| StoreError::Corrupt("key set's number"))?,
        set,
        since: loaded(since, "key time")?,
        seen: loaded(seen, "key time")?,
        former,
    })
}
