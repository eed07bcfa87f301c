//! Table `offer`.

use doorstep_hub::store::{Claim, ClientId, Offer, Packages, PackagesLeft, Pool, StoreError};
use doorstep_wire::key_material::MAX_CLIENTS;
use doorstep_wire::{ClientUri, UserUri};
use sqlx::SqliteConnection;

use crate::store::{SqliteStore, failed, loaded, stored};

impl Packages for SqliteStore {
    async fn offer_packages(
        &self,
        client: ClientId,
        address: &ClientUri,
        offers: &[Offer],
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let own: Option<(i64,)> = sqlx::query_as(
            "SELECT a.id FROM address AS a JOIN client AS c ON c.id = a.client WHERE a.uri = ?1 AND c.uuid = ?2",
        )
        .bind(address.as_str())
        .bind(&client.0[..])
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        let Some((address,)) = own else { return Ok(false) };
        for offer in offers {
            if !write(&mut tx, address, offer).await? {
                return Ok(false);
            }
        }
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn claim_packages(&self, user: &UserUri, pool: Pool, floor: u64) -> Result<Vec<Claim>, StoreError> {
        let mut tx = self.write().await?;
        let clients: Vec<(i64, String)> = sqlx::query_as(
            "SELECT a.id, a.uri FROM address AS a WHERE a.user = ?1 \
             AND EXISTS (SELECT 1 FROM offer AS o WHERE o.address = a.id AND o.pool = ?2) ORDER BY a.uri LIMIT ?3",
        )
        .bind(user.as_str())
        .bind(pool as i64)
        .bind(stored(MAX_CLIENTS as u64))
        .fetch_all(&mut *tx)
        .await
        .map_err(failed)?;
        let mut claims = Vec::with_capacity(clients.len());
        for (address, uri) in clients {
            let client = uri.parse().map_err(|_| StoreError::Corrupt("client URI"))?;
            claims.push(Claim { client, package: take(&mut tx, address, pool, floor).await? });
        }
        tx.commit().await.map_err(failed)?;
        Ok(claims)
    }

    async fn packages_left(&self, address: &ClientUri, floor: u64) -> Result<PackagesLeft, StoreError> {
        let pools: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT o.pool, COUNT(*) FROM offer AS o JOIN address AS a ON a.id = o.address \
             WHERE a.uri = ?1 AND o.bytes IS NOT NULL AND o.last_resort = 0 AND o.not_after >= ?2 GROUP BY o.pool",
        )
        .bind(address.as_str())
        .bind(stored(floor))
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        let of = |pool: Pool| match pools.iter().find(|(number, _)| *number == pool as i64) {
            Some((_, left)) => loaded(*left, "number of packages"),
            None => Ok(0),
        };
        Ok(PackagesLeft { any: of(Pool::Any)?, connection_only: of(Pool::ConnectionOnly)? })
    }
}

/// `false`: the reference is in use.
async fn write(tx: &mut SqliteConnection, address: i64, offer: &Offer) -> Result<bool, StoreError> {
    let known: Option<(i64,)> = sqlx::query_as("SELECT address FROM offer WHERE reference = ?1")
        .bind(&offer.reference)
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
    if let Some((owner,)) = known {
        return Ok(owner == address);
    }
    let registered = sqlx::query(
        "INSERT INTO package (reference, address, not_after) VALUES (?1, ?2, ?3) ON CONFLICT (reference) DO NOTHING",
    )
    .bind(&offer.reference)
    .bind(address)
    .bind(stored(offer.not_after))
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if registered.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO offer (reference, address, pool, last_resort, not_after, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(&offer.reference)
    .bind(address)
    .bind(offer.pool as i64)
    .bind(i64::from(offer.last_resort))
    .bind(stored(offer.not_after))
    .bind(&offer.package)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    Ok(true)
}

/// The package whose turn it is, out of the pool unless it is a last resort.
async fn take(tx: &mut SqliteConnection, address: i64, pool: Pool, floor: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let next: Option<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT id, last_resort, bytes FROM offer \
         WHERE address = ?1 AND pool = ?2 AND bytes IS NOT NULL AND not_after >= ?3 \
         ORDER BY last_resort, not_after, id LIMIT 1",
    )
    .bind(address)
    .bind(pool as i64)
    .bind(stored(floor))
    .fetch_optional(&mut *tx)
    .await
    .map_err(failed)?;
    let Some((id, last_resort, package)) = next else { return Ok(None) };
    if last_resort == 0 {
        sqlx::query("UPDATE offer SET bytes = NULL WHERE id = ?1").bind(id).execute(&mut *tx).await.map_err(failed)?;
    }
    Ok(Some(package))
}
