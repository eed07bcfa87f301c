//! Tables `client` and `session`.

use doorstep_hub::store::{Client, ClientId, Clients, NewClient, Registration, StoreError};
use sqlx::SqliteConnection;

use crate::store::{SqliteStore, array, failed, stored};

type ClientRow = (Vec<u8>, Vec<u8>, Option<String>, Option<String>);

fn client((uuid, key, handle, display_name): ClientRow) -> Result<Client, StoreError> {
    Ok(Client { id: ClientId(array(uuid, "client id")?), key: array(key, "client key")?, handle, display_name })
}

impl Clients for SqliteStore {
    async fn register(&self, new: &NewClient) -> Result<Registration, StoreError> {
        let mut tx = self.write().await?;
        let row: Option<ClientRow> =
            sqlx::query_as("SELECT uuid, key, handle, display_name FROM client WHERE uuid = ?1")
                .bind(&new.client.id.0[..])
                .fetch_optional(&mut *tx)
                .await
                .map_err(failed)?;
        let known = row.map(client).transpose()?;
        if let Some(known) = &known {
            let same_key = known.key == new.client.key;
            let other_handle =
                new.client.handle.is_some() && known.handle.is_some() && known.handle != new.client.handle;
            if !same_key || other_handle {
                return Ok(Registration::ClientTaken);
            }
            if new.client.handle.is_none() || known.handle.is_some() {
                return Ok(Registration::Known);
            }
        }
        if let Some(handle) = &new.client.handle {
            let taken: Option<(i64,)> = sqlx::query_as("SELECT id FROM client WHERE handle = ?1")
                .bind(handle)
                .fetch_optional(&mut *tx)
                .await
                .map_err(failed)?;
            if taken.is_some() {
                return Ok(Registration::HandleTaken);
            }
        }
        write(&mut tx, new).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Registration::Made)
    }

    async fn client(&self, id: ClientId) -> Result<Option<Client>, StoreError> {
        let row: Option<ClientRow> =
            sqlx::query_as("SELECT uuid, key, handle, display_name FROM client WHERE uuid = ?1")
                .bind(&id.0[..])
                .fetch_optional(self.readers())
                .await
                .map_err(failed)?;
        row.map(client).transpose()
    }

    async fn open_session(&self, token_hash: [u8; 32], client: ClientId, expires: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO session (token_hash, client, expires) SELECT ?1, id, ?3 FROM client WHERE uuid = ?2")
            .bind(&token_hash[..])
            .bind(&client.0[..])
            .bind(stored(expires))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn session(&self, token_hash: [u8; 32], now: u64) -> Result<Option<Client>, StoreError> {
        let row: Option<ClientRow> = sqlx::query_as(
            "SELECT c.uuid, c.key, c.handle, c.display_name FROM session AS s JOIN client AS c ON c.id = s.client \
             WHERE s.token_hash = ?1 AND s.expires > ?2",
        )
        .bind(&token_hash[..])
        .bind(stored(now))
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        row.map(client).transpose()
    }
}

async fn write(tx: &mut SqliteConnection, new: &NewClient) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO client (uuid, key, handle, display_name, made_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (uuid) DO UPDATE SET handle = excluded.handle, display_name = excluded.display_name",
    )
    .bind(&new.client.id.0[..])
    .bind(&new.client.key[..])
    .bind(&new.client.handle)
    .bind(&new.client.display_name)
    .bind(stored(new.at))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(())
}
