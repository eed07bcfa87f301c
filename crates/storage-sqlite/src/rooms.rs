//! Tables `room`, `room_row`, `room_log` and `ended_room`.

use doorstep_hub::store::{LogLine, Mail, RoomChange, Rooms, RowPair, StoreError, Wake};
use doorstep_wire::RoomUri;
use sqlx::SqliteConnection;

use crate::delivery::deliver;
use crate::store::{SqliteStore, array, failed, loaded, stored};

impl Rooms for SqliteStore {
    async fn commit(&self, changes: &[RoomChange], mail: &[Mail], now: u64) -> Result<Vec<Wake>, StoreError> {
        let mut tx = self.write().await?;
        for change in changes {
            write(&mut tx, change, now).await?;
        }
        let wakes = deliver(&mut tx, mail, now).await?;
        tx.commit().await.map_err(failed)?;
        Ok(wakes)
    }

    async fn load_room(&self, room: &RoomUri) -> Result<Option<Vec<RowPair>>, StoreError> {
        let mut tx = self.readers().begin().await.map_err(failed)?;
        let Some(id) = id_of(&mut tx, room).await? else { return Ok(None) };
        let rows = sqlx::query_as("SELECT key, value FROM room_row WHERE room = ?1 ORDER BY key")
            .bind(id)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        Ok(Some(rows))
    }

    async fn door(&self, room: &RoomUri) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT door FROM room WHERE uri = ?1")
            .bind(room.as_str())
            .fetch_optional(self.readers())
            .await
            .map_err(failed)?;
        Ok(row.and_then(|(door,)| door))
    }

    async fn listed(&self, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT door FROM room WHERE listed = 1 AND door IS NOT NULL ORDER BY name, id LIMIT ?1")
                .bind(stored(limit as u64))
                .fetch_all(self.readers())
                .await
                .map_err(failed)?;
        Ok(rows.into_iter().map(|(door,)| door).collect())
    }

    async fn due(&self, now: u64, limit: usize) -> Result<Vec<RoomUri>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT uri FROM room WHERE look_again IS NOT NULL AND look_again <= ?1 ORDER BY look_again LIMIT ?2",
        )
        .bind(stored(now))
        .bind(stored(limit as u64))
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter().map(|(uri,)| uri.parse().map_err(|_| StoreError::Corrupt("room URI"))).collect()
    }

    async fn ended_by(&self, room: &RoomUri) -> Result<Option<[u8; 32]>, StoreError> {
        let mut tx = self.readers().begin().await.map_err(failed)?;
        request_that_ended(&mut tx, room).await
    }

    async fn ask_to_end(&self, room: &RoomUri) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let asked = sqlx::query("UPDATE room SET end_asked = 1, look_again = 0 WHERE uri = ?1")
            .bind(room.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(asked.rows_affected() > 0)
    }

    async fn is_asked_to_end(&self, room: &RoomUri) -> Result<bool, StoreError> {
        let row: Option<(bool,)> = sqlx::query_as("SELECT end_asked FROM room WHERE uri = ?1")
            .bind(room.as_str())
            .fetch_optional(self.readers())
            .await
            .map_err(failed)?;
        Ok(row.is_some_and(|(asked,)| asked))
    }

    async fn log(&self, room: &RoomUri) -> Result<Vec<LogLine>, StoreError> {
        let rows: Vec<(i64, i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT l.at, l.epoch, l.kind, l.message FROM room_log AS l JOIN room AS r ON r.id = l.room \
             WHERE r.uri = ?1 ORDER BY l.id",
        )
        .bind(room.as_str())
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter()
            .map(|(at, epoch, kind, message)| {
                Ok(LogLine {
                    at: loaded(at, "log time")?,
                    epoch: loaded(epoch, "log epoch")?,
                    kind: u8::try_from(kind).map_err(|_| StoreError::Corrupt("log kind"))?,
                    message: message.into(),
                })
            })
            .collect()
    }
}

async fn id_of(tx: &mut SqliteConnection, room: &RoomUri) -> Result<Option<i64>, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM room WHERE uri = ?1")
        .bind(room.as_str())
        .fetch_optional(tx)
        .await
        .map_err(failed)?;
    Ok(row.map(|(id,)| id))
}

async fn request_that_ended(tx: &mut SqliteConnection, room: &RoomUri) -> Result<Option<[u8; 32]>, StoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT request FROM ended_room WHERE uri = ?1")
        .bind(room.as_str())
        .fetch_optional(tx)
        .await
        .map_err(failed)?;
    row.map(|(request,)| array(request, "request that ended a room")).transpose()
}

/// The address moves to the rooms that ended; all else goes.
async fn end(tx: &mut SqliteConnection, id: i64, request: &[u8; 32], now: u64) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO ended_room (uri, at, request) SELECT uri, ?2, ?3 FROM room WHERE id = ?1")
        .bind(id)
        .bind(stored(now))
        .bind(&request[..])
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    for table in [
        "DELETE FROM room_row WHERE room = ?1",
        "DELETE FROM room_log WHERE room = ?1",
        "DELETE FROM room WHERE id = ?1",
    ] {
        sqlx::query(table).bind(id).execute(&mut *tx).await.map_err(failed)?;
    }
    Ok(())
}

async fn write(tx: &mut SqliteConnection, change: &RoomChange, now: u64) -> Result<(), StoreError> {
    let id = match (id_of(tx, &change.room).await?, change.create) {
        (Some(_), true) => return Err(StoreError::RoomTaken),
        (None, false) => return Err(StoreError::NoSuchRoom),
        (Some(id), false) => id,
        (None, true) if request_that_ended(tx, &change.room).await?.is_some() => return Err(StoreError::RoomTaken),
        (None, true) => {
            let (id,): (i64,) = sqlx::query_as("INSERT INTO room (uri, listed, name) VALUES (?1, 0, '') RETURNING id")
                .bind(change.room.as_str())
                .fetch_one(&mut *tx)
                .await
                .map_err(failed)?;
            id
        }
    };
    if let Some(request) = &change.ended {
        return end(tx, id, request, now).await;
    }
    for row in &change.rows {
        match &row.value {
            Some(value) => sqlx::query(
                "INSERT INTO room_row (room, key, value) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (room, key) DO UPDATE SET value = excluded.value",
            )
            .bind(id)
            .bind(&row.key)
            .bind(value),
            None => sqlx::query("DELETE FROM room_row WHERE room = ?1 AND key = ?2").bind(id).bind(&row.key),
        }
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    }
    for line in &change.log {
        sqlx::query("INSERT INTO room_log (room, at, epoch, kind, message) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(id)
            .bind(stored(line.at))
            .bind(stored(line.epoch))
            .bind(i64::from(line.kind))
            .bind(&line.message[..])
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
    }
    if let Some(page) = &change.page {
        sqlx::query("UPDATE room SET listed = ?2, name = ?3, door = ?4 WHERE id = ?1")
            .bind(id)
            .bind(page.listed)
            .bind(&page.name)
            .bind(&page.door)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
    }
    sqlx::query("UPDATE room SET look_again = ?2 WHERE id = ?1 AND look_again IS NOT ?2 AND end_asked = 0")
        .bind(id)
        .bind(change.look_again.map(stored))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    Ok(())
}
