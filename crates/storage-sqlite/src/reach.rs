//! Table `consent`, and who is found.

use doorstep_hub::store::{ClientId, Consent, Reach, StoreError};
use doorstep_wire::{RoomUri, UserUri};

use crate::store::{SqliteStore, failed, stored};

/// As the column has it.
fn column(room: Option<&RoomUri>) -> &str {
    room.map_or("", RoomUri::as_str)
}

impl Reach for SqliteStore {
    async fn give_consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
        at: u64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO consent (target, requester, room, at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (target, requester, room) DO NOTHING",
        )
        .bind(target.as_str())
        .bind(requester.as_str())
        .bind(column(room))
        .bind(stored(at))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn take_consent_back(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM consent WHERE target = ?1 AND requester = ?2 AND (?3 = '' OR room = ?3)")
            .bind(target.as_str())
            .bind(requester.as_str())
            .bind(column(room))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> Result<Consent, StoreError> {
        let (given, ever): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE(MAX(room = '' OR room = ?3), 0), COUNT(*) FROM consent \
             WHERE target = ?1 AND requester = ?2",
        )
        .bind(target.as_str())
        .bind(requester.as_str())
        .bind(column(room))
        .fetch_one(self.readers())
        .await
        .map_err(failed)?;
        Ok(match (given, ever) {
            (0, 0) => Consent::None,
            (0, _) => Consent::OtherRoom,
            _ => Consent::Given,
        })
    }

    async fn set_findable(&self, client: ClientId, findable: bool) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE client SET findable = ?2 WHERE uuid = ?1")
            .bind(&client.0[..])
            .bind(i64::from(findable))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn is_found(&self, handle: &str) -> Result<bool, StoreError> {
        let (found,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM client WHERE handle = ?1 AND findable = 1")
            .bind(handle)
            .fetch_one(self.readers())
            .await
            .map_err(failed)?;
        Ok(found > 0)
    }
}
