//! Table `gap`: what peers will never have of a room.

use doorstep_hub::store::{GAPS_OF_A_ROOM, Gap, StoreError};
use doorstep_wire::RoomUri;
use sqlx::SqliteConnection;

use crate::store::{SqliteStore, failed, loaded, stored};

/// The first letter of a lane is its oldest.
pub(crate) const GAPS: &str = "SELECT peer, since, until FROM \
     (SELECT id, peer, since, until FROM gap WHERE room = ?1 UNION ALL \
      SELECT NULL AS id, l.peer, b.at, NULL FROM lane AS l CROSS JOIN letter AS f ON f.id = l.first \
         CROSS JOIN mail_body AS b ON b.id = f.body WHERE l.room = ?1) ORDER BY id NULLS LAST, peer";

/// What peers do not have of a room.
pub(crate) async fn of(store: &SqliteStore, room: &RoomUri) -> Result<Vec<Gap>, StoreError> {
    let rows: Vec<(String, i64, Option<i64>)> =
        sqlx::query_as(GAPS).bind(room.as_str()).fetch_all(store.readers()).await.map_err(failed)?;
    rows.into_iter()
        .map(|(peer, since, until)| {
            Ok(Gap {
                peer: peer.parse().map_err(|_| StoreError::Corrupt("peer"))?,
                since: loaded(since, "letter time")?,
                until: until.map(|until| loaded(until, "letter time")).transpose()?,
            })
        })
        .collect()
}

/// A letter is delivered: what is given up after it is another gap.
pub(crate) async fn close(tx: &mut SqliteConnection, letter: u64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE gap SET is_open = 0 WHERE is_open = 1 AND (peer, room) = \
         (SELECT l.peer, l.room FROM letter AS f JOIN lane AS l ON l.id = f.lane WHERE f.id = ?1)",
    )
    .bind(stored(letter))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(())
}

/// A letter is given up, if it is there.
pub(crate) async fn widen(tx: &mut SqliteConnection, letter: u64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO gap (peer, room, since, until, is_open) SELECT l.peer, l.room, b.at, b.at, 1 FROM letter AS f \
         JOIN lane AS l ON l.id = f.lane JOIN mail_body AS b ON b.id = f.body WHERE f.id = ?1 \
         ON CONFLICT (peer, room) WHERE is_open = 1 DO UPDATE SET until = MAX(until, excluded.until)",
    )
    .bind(stored(letter))
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    // A peer that takes one letter and refuses the next, for ever, makes a bounded number of them.
    sqlx::query(
        "DELETE FROM gap WHERE room = (SELECT l.room FROM letter AS f JOIN lane AS l ON l.id = f.lane WHERE f.id = ?1) \
         AND id <= (SELECT o.id FROM gap AS o WHERE o.room = gap.room ORDER BY o.id DESC LIMIT 1 OFFSET ?2)",
    )
    .bind(stored(letter))
    .bind(stored(GAPS_OF_A_ROOM as u64))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(())
}

/// All letters that were written before `keep_from` are given up.
pub(crate) async fn widen_before(tx: &mut SqliteConnection, keep_from: u64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO gap (peer, room, since, until, is_open) SELECT l.peer, l.room, MIN(b.at), MAX(b.at), 1 \
         FROM letter AS f JOIN lane AS l ON l.id = f.lane JOIN mail_body AS b ON b.id = f.body WHERE b.at < ?1 \
         GROUP BY l.peer, l.room \
         ON CONFLICT (peer, room) WHERE is_open = 1 DO UPDATE SET until = MAX(until, excluded.until)",
    )
    .bind(stored(keep_from))
    .execute(tx)
    .await
    .map_err(failed)?;
    Ok(())
}
