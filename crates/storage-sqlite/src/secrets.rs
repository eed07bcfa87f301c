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
        let sessions = sqlx::query("DELETE FROM session WHERE expires <= ?1")
            .bind(stored(now))
            .execute(&mut *tx)
            .await
            .map_err(failed)?
            .rows_affected();
        let packages = sqlx::query("DELETE FROM package WHERE not_after <= ?1")
            .bind(stored(now / 1000))
            .execute(&mut *tx)
            .await
            .map_err(failed)?
            .rows_affected();
        sqlx::query("DELETE FROM offer WHERE not_after <= ?1")
            .bind(stored(now / 1000))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        let mail = sqlx::query("DELETE FROM mail WHERE body IN (SELECT id FROM mail_body WHERE at < ?1)")
            .bind(stored(keep_from))
            .execute(&mut *tx)
            .await
            .map_err(failed)?
            .rows_affected();
        let log = sqlx::query("DELETE FROM room_log WHERE at < ?1")
            .bind(stored(keep_from))
            .execute(&mut *tx)
            .await
            .map_err(failed)?
            .rows_affected();
        let received = sqlx::query("DELETE FROM received WHERE at < ?1")
            .bind(stored(keep_from))
            .execute(&mut *tx)
            .await
            .map_err(failed)?
            .rows_affected();
        let letters = give_up_before(&mut tx, keep_from).await?;
        for forgotten in ["DELETE FROM mail_body WHERE at < ?1", "DELETE FROM consent_request WHERE at < ?1"] {
            sqlx::query(forgotten).bind(stored(keep_from)).execute(&mut *tx).await.map_err(failed)?;
        }
        sqlx::query("DELETE FROM issue_count WHERE day < ?1")
            .bind(stored((now / 86_400_000).saturating_sub(7)))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(Pruned { sessions, packages, mail, log, letters, received })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let _one: (i64,) = sqlx::query_as("SELECT 1").fetch_one(self.readers()).await.map_err(failed)?;
        Ok(())
    }
}
