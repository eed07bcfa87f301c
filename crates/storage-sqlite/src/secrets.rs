//! Table `secret`, and the broom.

use doorstep_hub::store::{Pruned, Secrets, StoreError};

use crate::outbox::give_up_before;
use crate::store::{SqliteStore, failed, stored};

impl Secrets for SqliteStore {
    async fn secret(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO secret (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(fresh)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        let (value,): (Vec<u8>,) = sqlx::query_as("SELECT value FROM secret WHERE name = ?1")
            .bind(name)
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(value)
    }

    async fn prune(&self, now: u64, keep_from: u64) -> Result<Pruned, StoreError> {
        let mut tx = self.write().await?;
        let mut swept = Pruned::default();
        for (count, query, until) in [
            (&mut swept.sessions, "DELETE FROM session WHERE expires <= ?1", now),
            (&mut swept.packages, "DELETE FROM package WHERE not_after <= ?1", now / 1000),
            (&mut swept.mail, "DELETE FROM mail WHERE body IN (SELECT id FROM mail_body WHERE at < ?1)", keep_from),
            (&mut swept.log, "DELETE FROM room_log WHERE at < ?1", keep_from),
            (&mut swept.received, "DELETE FROM received WHERE at < ?1", keep_from),
            (&mut swept.reports, "DELETE FROM report WHERE at < ?1", keep_from),
        ] {
            *count = sqlx::query(query).bind(stored(until)).execute(&mut *tx).await.map_err(failed)?.rows_affected();
        }
        swept.letters = give_up_before(&mut tx, keep_from).await?;
        let a_week_ago = (now / 86_400_000).saturating_sub(7);
        for (query, until) in [
            ("DELETE FROM mail_body WHERE at < ?1", keep_from),
            ("DELETE FROM offer WHERE not_after <= ?1", now / 1000),
            ("DELETE FROM consent_said WHERE at < ?1", keep_from),
            ("DELETE FROM issue_count WHERE day < ?1", a_week_ago),
        ] {
            sqlx::query(query).bind(stored(until)).execute(&mut *tx).await.map_err(failed)?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(swept)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let _one: (i64,) = sqlx::query_as("SELECT 1").fetch_one(self.readers()).await.map_err(failed)?;
        Ok(())
    }
}
