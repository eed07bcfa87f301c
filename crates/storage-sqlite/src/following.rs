//! Tables `follower` and `received`.

use doorstep_hub::store::{Following, Mail, Recipients, StoreError, Wake};
use doorstep_wire::{ClientUri, RoomUri};
use sqlx::SqliteConnection;

use crate::delivery::{deliver, hex_list};
use crate::store::{SqliteStore, failed, stored};

impl Following for SqliteStore {
    async fn follow(&self, room: &RoomUri, address: &ClientUri) -> Result<bool, StoreError> {
        let known: Option<(i64, bool)> = sqlx::query_as(
            "SELECT a.id, EXISTS (SELECT 1 FROM follower AS f WHERE f.room = ?1 AND f.address = a.id) \
             FROM address AS a WHERE a.uri = ?2",
        )
        .bind(room.as_str())
        .bind(address.as_str())
        .fetch_optional(self.readers())
        .await
        .map_err(failed)?;
        let Some((address, follows)) = known else { return Ok(false) };
        // It is said again with every request: nobody has to wait for the writer for that.
        if follows {
            return Ok(true);
        }
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO follower (room, address) VALUES (?1, ?2) ON CONFLICT (room, address) DO NOTHING")
            .bind(room.as_str())
            .bind(address)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn followers(&self, room: &RoomUri) -> Result<Vec<ClientUri>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT a.uri FROM follower AS f JOIN address AS a ON a.id = f.address WHERE f.room = ?1 ORDER BY a.uri",
        )
        .bind(room.as_str())
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter().map(|(uri,)| uri.parse().map_err(|_| StoreError::Corrupt("client URI"))).collect()
    }

    async fn receive(&self, digest: [u8; 32], mail: &[Mail], now: u64) -> Result<Option<Vec<Wake>>, StoreError> {
        let mut tx = self.write().await?;
        if !is_new(&mut tx, &digest, now).await? {
            return Ok(None);
        }
        for mail in mail {
            if let Recipients::Packages(references) = &mail.to {
                follow_by_package(&mut tx, &mail.room, references, now).await?;
            }
        }
        let wakes = deliver(&mut tx, mail, now).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(wakes))
    }

    async fn receive_last(&self, digest: [u8; 32], mail: &Mail, now: u64) -> Result<Option<Vec<Wake>>, StoreError> {
        let mut tx = self.write().await?;
        if !is_new(&mut tx, &digest, now).await? {
            return Ok(None);
        }
        let wakes = deliver(&mut tx, core::slice::from_ref(mail), now).await?;
        sqlx::query("DELETE FROM follower WHERE room = ?1")
            .bind(mail.room.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(wakes))
    }
}

/// Remembers what came. `false`: it came before.
async fn is_new(tx: &mut SqliteConnection, digest: &[u8; 32], now: u64) -> Result<bool, StoreError> {
    let new = sqlx::query("INSERT INTO received (digest, at) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING")
        .bind(&digest[..])
        .bind(stored(now))
        .execute(tx)
        .await
        .map_err(failed)?;
    Ok(new.rows_affected() > 0)
}

async fn follow_by_package(
    tx: &mut SqliteConnection,
    room: &RoomUri,
    references: &[Vec<u8>],
    now: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO follower (room, address) SELECT DISTINCT ?1, p.address FROM json_each(?2) AS j \
         CROSS JOIN package AS p ON p.reference = unhex(j.value) WHERE p.not_after * 1000 > ?3 \
         ON CONFLICT (room, address) DO NOTHING",
    )
    .bind(room.as_str())
    .bind(hex_list(references)?)
    .bind(stored(now))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(())
}
