//! Table `mail_body`, and how a mail finds its way into mailboxes and lanes.

use doorstep_hub::store::{ClientId, Mail, Recipients, StoreError, Wake};
use doorstep_wire::ClientUri;
use sqlx::SqliteConnection;

use crate::outbox::write_letter;
use crate::store::{array, failed, loaded, stored};

/// Puts mail into mailboxes and lanes, in order. Returns the mailboxes it reached.
pub(crate) async fn deliver(tx: &mut SqliteConnection, mail: &[Mail], at: u64) -> Result<Vec<Wake>, StoreError> {
    if mail.is_empty() {
        return Ok(Vec::new());
    }
    let (before,): (i64,) = sqlx::query_as("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'mail'), 0)")
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    // The same for several peers, or for ours and for others, comes in a row.
    for same in mail.chunk_by(|one, next| one.kind == next.kind && one.room == next.room && one.body == next.body) {
        deliver_same(tx, same, at).await?;
    }
    let wakes: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT c.uuid, MAX(m.seq) FROM mail AS m JOIN client AS c ON c.id = m.client \
         WHERE m.seq > ?1 GROUP BY m.client ORDER BY m.client",
    )
    .bind(before)
    .fetch_all(&mut *tx)
    .await
    .map_err(failed)?;
    wakes
        .into_iter()
        .map(|(uuid, seq)| Ok(Wake { client: ClientId(array(uuid, "client id")?), seq: loaded(seq, "seq")? }))
        .collect()
}

/// Mails that differ in their recipients only.
async fn deliver_same(tx: &mut SqliteConnection, mails: &[Mail], at: u64) -> Result<(), StoreError> {
    let Some(first) = mails.first() else { return Ok(()) };
    let (body,): (i64,) =
        sqlx::query_as("INSERT INTO mail_body (kind, room, at, refs, bytes) VALUES (?1, ?2, ?3, 0, ?4) RETURNING id")
            .bind(i64::from(first.kind))
            .bind(first.room.as_str())
            .bind(stored(at))
            .bind(&first.body[..])
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
    let mut refs = 0_u64;
    for mail in mails {
        refs = refs.saturating_add(deliver_one(tx, mail, body, at).await?);
    }
    sqlx::query(if refs == 0 {
        "DELETE FROM mail_body WHERE id = ?1 AND ?2 = 0"
    } else {
        "UPDATE mail_body SET refs = ?2 WHERE id = ?1"
    })
    .bind(body)
    .bind(stored(refs))
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Returns how many rows refer to the body.
async fn deliver_one(tx: &mut SqliteConnection, mail: &Mail, body: i64, at: u64) -> Result<u64, StoreError> {
    let query = match &mail.to {
        Recipients::Clients(clients) => sqlx::query(
            "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?1 \
             FROM (SELECT DISTINCT value AS uri FROM json_each(?2)) AS j CROSS JOIN address AS a ON a.uri = j.uri",
        )
        .bind(body)
        .bind(uri_list(clients)?),
        Recipients::Packages(references) => sqlx::query(
            "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?1 \
             FROM (SELECT DISTINCT p.address FROM json_each(?2) AS j \
                   CROSS JOIN package AS p ON p.reference = unhex(j.value) WHERE p.not_after * 1000 > ?3) AS p \
             JOIN address AS a ON a.id = p.address",
        )
        .bind(body)
        .bind(hex_list(references)?)
        .bind(stored(at)),
        Recipients::User(user) => {
            sqlx::query("INSERT INTO mail (client, address, body) SELECT client, id, ?1 FROM address WHERE user = ?2")
                .bind(body)
                .bind(user.as_str())
        }
        Recipients::Followers(None) => sqlx::query(
            "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?1 \
             FROM follower AS f JOIN address AS a ON a.id = f.address WHERE f.room = ?2 ORDER BY a.id",
        )
        .bind(body)
        .bind(mail.room.as_str()),
        Recipients::Followers(Some(among)) => sqlx::query(
            "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?1 \
             FROM (SELECT DISTINCT value AS uri FROM json_each(?3)) AS j CROSS JOIN address AS a ON a.uri = j.uri \
             CROSS JOIN follower AS f ON f.room = ?2 AND f.address = a.id",
        )
        .bind(body)
        .bind(mail.room.as_str())
        .bind(uri_list(among)?),
        Recipients::Peer { peer, clients } => {
            write_letter(tx, mail, peer, clients, body).await?;
            return Ok(1);
        }
    };
    Ok(query.execute(tx).await.map_err(failed)?.rows_affected())
}

/// One row less refers to a body; nobody needs it after the last.
pub(crate) async fn let_go(tx: &mut SqliteConnection, body: i64) -> Result<(), StoreError> {
    for step in
        ["UPDATE mail_body SET refs = refs - 1 WHERE id = ?1", "DELETE FROM mail_body WHERE id = ?1 AND refs <= 0"]
    {
        sqlx::query(step).bind(body).execute(&mut *tx).await.map_err(failed)?;
    }
    Ok(())
}

/// A JSON array of URIs.
pub(crate) fn uri_list(clients: &[ClientUri]) -> Result<String, StoreError> {
    let uris: Vec<&str> = clients.iter().map(|client| client.as_str()).collect();
    serde_json::to_string(&uris).map_err(failed)
}

/// A JSON array of references in hexadecimal.
pub(crate) fn hex_list(references: &[Vec<u8>]) -> Result<String, StoreError> {
    let references: Vec<String> =
        references.iter().map(|reference| reference.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
    serde_json::to_string(&references).map_err(failed)
}
