//! Tables `consent` and `blocked`, and who is found.

use doorstep_hub::identifier_query::name_key;
use doorstep_hub::store::{ClientId, Consent, Contact, Reach, Reception, StoreError};
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

    async fn set_contact(&self, client: ClientId, contact: &Contact) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let row: Option<(i64, Option<String>)> =
            sqlx::query_as("SELECT id, display_name FROM client WHERE uuid = ?1 AND handle IS NOT NULL")
                .bind(&client.0[..])
                .fetch_optional(&mut *tx)
                .await
                .map_err(failed)?;
        let Some((id, name)) = row else { return Ok(()) };
        let key = name.filter(|_| contact.find == BY_NAME).map(|name| name_key(&name)).filter(|key| !key.is_empty());
        sqlx::query("UPDATE client SET find = ?2, ask = ?3, name_key = ?4 WHERE id = ?1")
            .bind(id)
            .bind(contact.find)
            .bind(contact.ask)
            .bind(key)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query("DELETE FROM blocked WHERE client = ?1").bind(id).execute(&mut *tx).await.map_err(failed)?;
        for uri in &contact.blocked {
            sqlx::query("INSERT INTO blocked (client, uri) VALUES (?1, ?2) ON CONFLICT (client, uri) DO NOTHING")
                .bind(id)
                .bind(uri.as_str())
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
        }
        tx.commit().await.map_err(failed)
    }

    async fn contact(&self, client: ClientId) -> Result<Contact, StoreError> {
        let mut tx = self.readers().begin().await.map_err(failed)?;
        let row: Option<(i64, i64, i64)> = sqlx::query_as("SELECT id, find, ask FROM client WHERE uuid = ?1")
            .bind(&client.0[..])
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
        let Some((id, find, ask)) = row else { return Ok(Contact::default()) };
        let rows: Vec<(String,)> = sqlx::query_as("SELECT uri FROM blocked WHERE client = ?1 ORDER BY uri")
            .bind(id)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let uris = rows.into_iter().map(|(uri,)| uri.parse().map_err(|_| StoreError::Corrupt("blocked URI")));
        Ok(Contact { find: byte(find)?, ask: byte(ask)?, blocked: uris.collect::<Result<_, _>>()? })
    }

    async fn reception(&self, handle: &str, by: &UserUri) -> Result<Reception, StoreError> {
        let row: Option<(i64, bool)> = sqlx::query_as(
            "SELECT c.ask, EXISTS (SELECT 1 FROM blocked AS b WHERE b.client = c.id AND b.uri IN (?2, ?3)) \
             FROM client AS c WHERE c.handle = ?1",
        )
        .bind(handle)
        .bind(by.as_str())
        .bind(by.host().uri().as_str())
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        let (ask, blocked) = row.unwrap_or((i64::from(Contact::default().ask), false));
        Ok(Reception { ask: byte(ask)?, blocked })
    }

    async fn is_found(&self, handle: &str) -> Result<bool, StoreError> {
        let (found,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM client WHERE handle = ?1 AND find > 0")
            .bind(handle)
            .fetch_one(self.readers())
            .await
            .map_err(failed)?;
        Ok(found > 0)
    }

    async fn named(&self, key: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT handle FROM client WHERE name_key = ?1 AND handle IS NOT NULL ORDER BY handle LIMIT ?2",
        )
        .bind(key)
        .bind(stored(limit as u64))
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|(handle,)| handle).collect())
    }
}

/// [`Contact::find`] of an account that is found by its display name.
const BY_NAME: u8 = 2;

fn byte(number: i64) -> Result<u8, StoreError> {
    u8::try_from(number).map_err(|_| StoreError::Corrupt("setting of an account"))
}
