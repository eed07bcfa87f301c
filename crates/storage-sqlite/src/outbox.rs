//! Tables `lane`, `letter` and `lost`.

use doorstep_hub::store::{Backlog, DUE_TO_ONE_PEER, Gap, Letter, Mail, Outbox, StoreError};
use doorstep_wire::{ClientUri, ProviderDomain, RoomUri};
use sqlx::SqliteConnection;

use crate::delivery::{let_go, uri_list};
use crate::gaps;
use crate::store::{SqliteStore, failed, loaded, stored};

/// From peer to peer, and to as many due lanes of each as are wanted, in an index alone: however many lanes a peer has,
/// the others are not looked at.
const DUE: &str = "WITH RECURSIVE peers (peer) AS (SELECT MIN(peer) FROM lane UNION ALL \
         SELECT (SELECT MIN(n.peer) FROM lane AS n WHERE n.peer > p.peer) FROM peers AS p WHERE p.peer IS NOT NULL), \
     due (id, first) AS (SELECT l.id, l.first FROM peers AS p CROSS JOIN lane AS l ON l.id IN \
             (SELECT o.id FROM lane AS o WHERE o.peer = p.peer AND o.due <= ?1 ORDER BY o.due, o.first LIMIT ?3) \
         ORDER BY l.first LIMIT ?2) \
     SELECT f.id, l.peer, b.kind, l.room, f.clients, b.bytes, b.at, l.tries FROM due AS d \
     CROSS JOIN lane AS l ON l.id = d.id CROSS JOIN letter AS f ON f.id = d.first \
     CROSS JOIN mail_body AS b ON b.id = f.body ORDER BY d.first";

/// Only the first letter of a lane was ever tried, and none of the others is older.
const BACKLOG: &str = "WITH waiting AS (SELECT l.peer, \
         SUM((SELECT COUNT(*) FROM letter AS w WHERE w.lane = l.id)) AS letters, MIN(b.at) AS oldest, \
         MAX(l.tries) AS tries FROM lane AS l JOIN letter AS f ON f.id = l.first JOIN mail_body AS b ON b.id = f.body \
         GROUP BY l.peer) \
     SELECT p.peer, COALESCE(w.letters, 0), COALESCE(w.oldest, 0), COALESCE(w.tries, 0), COALESCE(g.letters, 0) \
     FROM (SELECT peer FROM waiting UNION SELECT peer FROM lost) AS p \
     LEFT JOIN waiting AS w ON w.peer = p.peer LEFT JOIN lost AS g ON g.peer = p.peer ORDER BY p.peer";

type LetterRow = (i64, String, i64, String, String, Vec<u8>, i64, i64);

impl Outbox for SqliteStore {
    async fn due_letters(&self, now: u64, limit: usize) -> Result<Vec<Letter>, StoreError> {
        let rows: Vec<LetterRow> = sqlx::query_as(DUE)
            .bind(stored(now))
            .bind(stored(limit as u64))
            .bind(stored(DUE_TO_ONE_PEER as u64))
            .fetch_all(self.readers())
            .await
            .map_err(failed)?;
        rows.into_iter().map(letter).collect()
    }

    async fn next_letter(&self) -> Result<Option<u64>, StoreError> {
        let (next,): (Option<i64>,) =
            sqlx::query_as("SELECT MIN(due) FROM lane").fetch_one(self.readers()).await.map_err(failed)?;
        next.map(|next| loaded(next, "turn of a letter")).transpose()
    }

    async fn delivered(&self, id: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        gaps::close(&mut tx, id).await?;
        remove(&mut tx, id).await?;
        tx.commit().await.map_err(failed)
    }

    async fn postpone(&self, id: u64, until: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE lane SET due = ?2, tries = tries + 1 \
             WHERE id = (SELECT lane FROM letter WHERE id = ?1) AND first = ?1",
        )
        .bind(stored(id))
        .bind(stored(until))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn give_up(&self, id: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO lost (peer, letters) \
             SELECT l.peer, 1 FROM letter AS f JOIN lane AS l ON l.id = f.lane WHERE f.id = ?1 \
             ON CONFLICT (peer) DO UPDATE SET letters = letters + 1",
        )
        .bind(stored(id))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        gaps::widen(&mut tx, id).await?;
        remove(&mut tx, id).await?;
        tx.commit().await.map_err(failed)
    }

    async fn hurry(&self, peer: &ProviderDomain) -> Result<(), StoreError> {
        // A peer is heard of with each of its requests: nobody has to wait for the writer when no lane of it rests.
        let (resting,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM lane WHERE peer = ?1 AND due > 0)")
            .bind(peer.as_str())
            .fetch_one(self.readers())
            .await
            .map_err(failed)?;
        if !resting {
            return Ok(());
        }
        let mut tx = self.write().await?;
        sqlx::query("UPDATE lane SET due = 0 WHERE peer = ?1 AND due > 0")
            .bind(peer.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn backlog(&self) -> Result<Vec<Backlog>, StoreError> {
        let rows: Vec<(String, i64, i64, i64, i64)> =
            sqlx::query_as(BACKLOG).fetch_all(self.readers()).await.map_err(failed)?;
        rows.into_iter()
            .map(|(peer, letters, oldest, tries, lost)| {
                Ok(Backlog {
                    peer: peer.parse().map_err(|_| StoreError::Corrupt("peer"))?,
                    letters: loaded(letters, "number of letters")?,
                    oldest: loaded(oldest, "letter time")?,
                    tries: u32::try_from(tries).unwrap_or(u32::MAX),
                    lost: loaded(lost, "number of letters")?,
                })
            })
            .collect()
    }

    async fn gaps(&self, room: &RoomUri) -> Result<Vec<Gap>, StoreError> {
        gaps::of(self, room).await
    }
}

fn letter((id, peer, kind, room, clients, body, at, tries): LetterRow) -> Result<Letter, StoreError> {
    let clients: Vec<String> = serde_json::from_str(&clients).map_err(|_| StoreError::Corrupt("client list"))?;
    let clients: Result<Vec<ClientUri>, _> = clients.iter().map(|uri| uri.parse()).collect();
    Ok(Letter {
        id: loaded(id, "letter id")?,
        peer: peer.parse().map_err(|_| StoreError::Corrupt("peer"))?,
        kind: u8::try_from(kind).map_err(|_| StoreError::Corrupt("mail kind"))?,
        room: room.parse().map_err(|_| StoreError::Corrupt("room URI"))?,
        clients: clients.map_err(|_| StoreError::Corrupt("client URI"))?,
        body: body.into(),
        written_at: loaded(at, "letter time")?,
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
    })
}

/// Puts a mail at the end of its lane.
pub(crate) async fn write_letter(
    tx: &mut SqliteConnection,
    mail: &Mail,
    peer: &ProviderDomain,
    clients: &[ClientUri],
    body: i64,
) -> Result<(), StoreError> {
    let (lane, first): (i64, i64) = sqlx::query_as(
        "INSERT INTO lane (peer, room, first, due, tries) VALUES (?1, ?2, 0, 0, 0) \
         ON CONFLICT (peer, room) DO UPDATE SET first = first RETURNING id, first",
    )
    .bind(peer.as_str())
    .bind(mail.room.as_str())
    .fetch_one(&mut *tx)
    .await
    .map_err(failed)?;
    let (id,): (i64,) = sqlx::query_as("INSERT INTO letter (lane, clients, body) VALUES (?1, ?2, ?3) RETURNING id")
        .bind(lane)
        .bind(uri_list(clients)?)
        .bind(body)
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    if first == 0 {
        sqlx::query("UPDATE lane SET first = ?2 WHERE id = ?1")
            .bind(lane)
            .bind(id)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Takes a letter out, if it is there. When it was the first of its lane, the next one has its turn.
async fn remove(tx: &mut SqliteConnection, id: u64) -> Result<(), StoreError> {
    let gone: Option<(i64, i64)> = sqlx::query_as("DELETE FROM letter WHERE id = ?1 RETURNING lane, body")
        .bind(stored(id))
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
    let Some((lane, body)) = gone else { return Ok(()) };
    let_go(&mut *tx, body).await?;
    sqlx::query("DELETE FROM lane WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM letter WHERE lane = ?1)")
        .bind(lane)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    sqlx::query(
        "UPDATE lane SET first = (SELECT MIN(id) FROM letter WHERE lane = ?1), due = 0, tries = 0 \
         WHERE id = ?1 AND first = ?2",
    )
    .bind(lane)
    .bind(stored(id))
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Gives up what was written before `keep_from`, as [`Outbox::give_up`] does; bodies are left to the caller. Returns how
/// many letters that were.
pub(crate) async fn give_up_before(tx: &mut SqliteConnection, keep_from: u64) -> Result<u64, StoreError> {
    sqlx::query(
        "INSERT INTO lost (peer, letters) SELECT l.peer, COUNT(*) FROM letter AS f JOIN lane AS l ON l.id = f.lane \
         WHERE f.body IN (SELECT id FROM mail_body WHERE at < ?1) GROUP BY l.peer \
         ON CONFLICT (peer) DO UPDATE SET letters = letters + excluded.letters",
    )
    .bind(stored(keep_from))
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    gaps::widen_before(&mut *tx, keep_from).await?;
    let gone = sqlx::query("DELETE FROM letter WHERE body IN (SELECT id FROM mail_body WHERE at < ?1)")
        .bind(stored(keep_from))
        .execute(&mut *tx)
        .await
        .map_err(failed)?
        .rows_affected();
    if gone > 0 {
        for mended in [
            "DELETE FROM lane WHERE NOT EXISTS (SELECT 1 FROM letter WHERE lane = lane.id)",
            "UPDATE lane SET first = (SELECT MIN(id) FROM letter WHERE lane = lane.id), due = 0, tries = 0 \
             WHERE NOT EXISTS (SELECT 1 FROM letter WHERE id = lane.first)",
        ] {
            sqlx::query(mended).execute(&mut *tx).await.map_err(failed)?;
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests;
