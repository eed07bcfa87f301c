//! Table `consent_said`.

use doorstep_hub::store::{ConsentKind, ConsentQuota, ConsentSaid, Mail, StoreError, Wake};
use sqlx::SqliteConnection;

use crate::delivery::deliver;
use crate::store::{SqliteStore, failed, loaded, stored};

impl SqliteStore {
    /// See [`Mailboxes::say_consent`](doorstep_hub::store::Mailboxes::say_consent).
    pub(crate) async fn said(
        &self,
        said: &ConsentSaid,
        quota: &ConsentQuota,
        mail: Option<&Mail>,
    ) -> Result<Vec<Wake>, StoreError> {
        let mut tx = self.write().await?;
        if !is_heard(&mut tx, said, quota).await? {
            return Ok(Vec::new());
        }
        sqlx::query(
            "INSERT INTO consent_said (kind, scope, person, provider, speaker, at, stands) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) \
             ON CONFLICT (kind, scope) DO UPDATE SET at = excluded.at, stands = 1",
        )
        .bind(said.kind as u8)
        .bind(&said.scope[..])
        .bind(said.person.as_str())
        .bind(said.by.host().as_str())
        .bind(said.by.as_str())
        .bind(stored(said.at))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        let wakes = deliver(&mut tx, mail.map_or(&[], core::slice::from_ref), said.at).await?;
        tx.commit().await.map_err(failed)?;
        Ok(wakes)
    }

    /// See [`Mailboxes::end_consent`](doorstep_hub::store::Mailboxes::end_consent).
    pub(crate) async fn over(
        &self,
        kind: ConsentKind,
        scope: [u8; 32],
        mail: Option<&Mail>,
        at: u64,
    ) -> Result<Vec<Wake>, StoreError> {
        let mut tx = self.write().await?;
        let stood = sqlx::query("UPDATE consent_said SET stands = 0 WHERE kind = ?1 AND scope = ?2 AND stands = 1")
            .bind(kind as u8)
            .bind(&scope[..])
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if stood.rows_affected() == 0 {
            return Ok(Vec::new());
        }
        let wakes = deliver(&mut tx, mail.map_or(&[], core::slice::from_ref), at).await?;
        tx.commit().await.map_err(failed)?;
        Ok(wakes)
    }
}

/// The person is here, the same does not stand already, and none of the quotas is spent.
async fn is_heard(tx: &mut SqliteConnection, said: &ConsentSaid, quota: &ConsentQuota) -> Result<bool, StoreError> {
    let since = |window: u64| stored(said.at.saturating_sub(window));
    let (here, stands, provider, user, waiting): (bool, bool, i64, i64, i64) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM address WHERE user = ?2), \
                EXISTS (SELECT 1 FROM consent_said WHERE kind = ?1 AND scope = ?3 AND stands = 1), \
                COALESCE(SUM(provider = ?4 AND at > ?6), 0), COALESCE(SUM(speaker = ?5 AND at > ?7), 0), COALESCE(SUM(stands), 0) \
         FROM consent_said WHERE person = ?2 AND kind = ?1",
    )
    .bind(said.kind as u8)
    .bind(said.person.as_str())
    .bind(&said.scope[..])
    .bind(said.by.host().as_str())
    .bind(said.by.as_str())
    .bind(since(ConsentQuota::DAY))
    .bind(since(ConsentQuota::WEEK))
    .fetch_one(tx)
    .await
    .map_err(failed)?;
    let left = |count: i64, most: u32| loaded(count, "count").map(|count| count < u64::from(most));
    Ok(here
        && !stands
        && left(provider, quota.provider_a_day)?
        && left(user, quota.user_a_week)?
        && left(waiting, quota.waiting)?)
}
