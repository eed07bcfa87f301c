//! Tables `address`, `issue_count` and `package`.

use doorstep_hub::store::{ClientId, Issuance, NewIdentity, PackageRef, Pseudonyms, StoreError};
use doorstep_wire::{ClientUri, UserUri};
use sqlx::SqliteConnection;

use crate::store::{SqliteStore, array, failed, stored};

/// Client, request and token of an address.
type IssuedRow = (i64, Vec<u8>, Vec<u8>);

impl Pseudonyms for SqliteStore {
    async fn issue(&self, new: &NewIdentity) -> Result<Issuance, StoreError> {
        let mut tx = self.write().await?;
        let client = client_row(&mut tx, new.client).await?;
        let known: Option<IssuedRow> = sqlx::query_as("SELECT client, request, token FROM address WHERE uri = ?1")
            .bind(new.address.as_str())
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
        if let Some((owner, request, token)) = known {
            let repeated = owner == client && request == new.request;
            return Ok(if repeated { Issuance::Repeated(token) } else { Issuance::Taken });
        }
        let owner: Option<(i64,)> = sqlx::query_as("SELECT client FROM address WHERE user = ?1 LIMIT 1")
            .bind(new.user.as_str())
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
        if owner.is_some_and(|(owner,)| owner != client) {
            return Ok(Issuance::Taken);
        }
        if !count(&mut tx, client, new.day, new.daily_limit).await? {
            return Ok(Issuance::TooMany);
        }
        sqlx::query("INSERT INTO address (uri, user, client, key, request, token) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .bind(new.address.as_str())
            .bind(new.user.as_str())
            .bind(client)
            .bind(&new.key[..])
            .bind(&new.request[..])
            .bind(&new.token)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(Issuance::Issued)
    }

    async fn leaf_key(&self, client: ClientId, address: &ClientUri) -> Result<Option<[u8; 32]>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT a.key FROM address AS a JOIN client AS c ON c.id = a.client WHERE a.uri = ?1 AND c.uuid = ?2",
        )
        .bind(address.as_str())
        .bind(&client.0[..])
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        row.map(|(key,)| array(key, "leaf key")).transpose()
    }

    async fn count_issue(&self, client: ClientId, day: u32, daily_limit: u32) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let client = client_row(&mut tx, client).await?;
        let counted = count(&mut tx, client, day, daily_limit).await?;
        tx.commit().await.map_err(failed)?;
        Ok(counted)
    }

    async fn owner(&self, user: &UserUri) -> Result<Option<ClientId>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT c.uuid FROM address AS a JOIN client AS c ON c.id = a.client WHERE a.user = ?1 LIMIT 1",
        )
        .bind(user.as_str())
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        row.map(|(uuid,)| array(uuid, "client id").map(ClientId)).transpose()
    }

    async fn users_of(&self, client: ClientId) -> Result<Vec<UserUri>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT DISTINCT a.user FROM address AS a JOIN client AS c ON c.id = a.client \
             WHERE c.uuid = ?1 ORDER BY a.user",
        )
        .bind(&client.0[..])
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter().map(|(user,)| user.parse().map_err(|_| StoreError::Corrupt("user URI"))).collect()
    }

    async fn address_of(&self, client: ClientId, user: &UserUri) -> Result<Option<ClientUri>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "SELECT a.uri FROM address AS a JOIN client AS c ON c.id = a.client \
             WHERE a.user = ?1 AND c.uuid = ?2 ORDER BY a.id LIMIT 1",
        )
        .bind(user.as_str())
        .bind(&client.0[..])
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        row.map(|(uri,)| uri.parse().map_err(|_| StoreError::Corrupt("client URI"))).transpose()
    }

    async fn register_packages(&self, client: ClientId, packages: &[PackageRef]) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        for package in packages {
            let written = sqlx::query(
                "INSERT INTO package (reference, address, not_after) \
                 SELECT ?1, a.id, ?4 FROM address AS a JOIN client AS c ON c.id = a.client \
                 WHERE a.uri = ?2 AND c.uuid = ?3 \
                 ON CONFLICT (reference) DO UPDATE SET not_after = excluded.not_after \
                 WHERE package.address = excluded.address",
            )
            .bind(&package.reference)
            .bind(package.address.as_str())
            .bind(&client.0[..])
            .bind(stored(package.not_after))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
            if written.rows_affected() == 0 {
                return Ok(false);
            }
        }
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }
}

async fn client_row(tx: &mut SqliteConnection, client: ClientId) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM client WHERE uuid = ?1")
        .bind(&client.0[..])
        .fetch_optional(tx)
        .await
        .map_err(failed)?;
    row.map(|(id,)| id).ok_or(StoreError::Corrupt("client"))
}

async fn count(tx: &mut SqliteConnection, client: i64, day: u32, daily_limit: u32) -> Result<bool, StoreError> {
    if daily_limit == 0 {
        return Ok(false);
    }
    let written = sqlx::query(
        "INSERT INTO issue_count (client, day, issued) VALUES (?1, ?2, 1) \
         ON CONFLICT (client, day) DO UPDATE SET issued = issued + 1 WHERE issued < ?3",
    )
    .bind(client)
    .bind(i64::from(day))
    .bind(i64::from(daily_limit))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(written.rows_affected() == 1)
}
