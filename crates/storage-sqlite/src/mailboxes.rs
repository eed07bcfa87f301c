//! Tables `mail`, `mail_body` and `consent_request`.

use doorstep_hub::store::{ClientId, Mail, MailItem, Mailboxes, Recipients, StoreError, Wake};
use sqlx::SqliteConnection;

use crate::store::{SqliteStore, array, failed, loaded, stored};

impl Mailboxes for SqliteStore {
    async fn mailbox(
        &self,
        client: ClientId,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<MailItem>, StoreError> {
        // The sum runs over what comes before a row, so that the first one is always there.
        let rows: Vec<(i64, i64, String, String, Vec<u8>)> = sqlx::query_as(
            "WITH page AS (SELECT m.seq, m.address, m.body, \
                 COALESCE(SUM(length(b.bytes)) OVER (ORDER BY m.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) \
                     AS before \
                 FROM (SELECT seq, address, body FROM mail \
                       WHERE client = (SELECT id FROM client WHERE uuid = ?1) AND seq > ?2 ORDER BY seq LIMIT ?3) AS m \
                 JOIN mail_body AS b ON b.id = m.body) \
             SELECT p.seq, b.kind, b.room, a.uri, b.bytes FROM page AS p \
             JOIN mail_body AS b ON b.id = p.body JOIN address AS a ON a.id = p.address \
             WHERE p.before < ?4 ORDER BY p.seq",
        )
        .bind(&client.0[..])
        .bind(stored(after))
        .bind(stored(limit as u64))
        .bind(stored(bytes as u64))
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter().map(item).collect()
    }

    async fn newest(&self, client: ClientId) -> Result<u64, StoreError> {
        let (newest,): (i64,) = sqlx::query_as(
            "SELECT COALESCE(MAX(seq), 0) FROM mail WHERE client = (SELECT id FROM client WHERE uuid = ?1)",
        )
        .bind(&client.0[..])
        .fetch_one(self.readers())
        .await
        .map_err(failed)?;
        loaded(newest, "seq")
    }

    async fn acknowledge(&self, client: ClientId, upto: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let bodies: Vec<(i64,)> = sqlx::query_as(
            "DELETE FROM mail WHERE client = (SELECT id FROM client WHERE uuid = ?1) AND seq <= ?2 RETURNING body",
        )
        .bind(&client.0[..])
        .bind(stored(upto))
        .fetch_all(&mut *tx)
        .await
        .map_err(failed)?;
        for (body,) in bodies {
            sqlx::query("UPDATE mail_body SET refs = refs - 1 WHERE id = ?1")
                .bind(body)
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
            sqlx::query("DELETE FROM mail_body WHERE id = ?1 AND refs <= 0")
                .bind(body)
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
        }
        tx.commit().await.map_err(failed)
    }

    async fn ask_consent(&self, scope: [u8; 32], at: u64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO consent_request (scope, at) VALUES (?1, ?2) ON CONFLICT (scope) DO NOTHING")
            .bind(&scope[..])
            .bind(stored(at))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn cancel_consent(&self, scope: [u8; 32], mail: &Mail, at: u64) -> Result<Vec<Wake>, StoreError> {
        let mut tx = self.write().await?;
        let asked = sqlx::query("DELETE FROM consent_request WHERE scope = ?1")
            .bind(&scope[..])
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if asked.rows_affected() == 0 {
            return Ok(Vec::new());
        }
        let wakes = deliver(&mut tx, core::slice::from_ref(mail), at).await?;
        tx.commit().await.map_err(failed)?;
        Ok(wakes)
    }
}

fn item((seq, kind, room, to, body): (i64, i64, String, String, Vec<u8>)) -> Result<MailItem, StoreError> {
    Ok(MailItem {
        seq: loaded(seq, "seq")?,
        kind: u8::try_from(kind).map_err(|_| StoreError::Corrupt("mail kind"))?,
        room: room.parse().map_err(|_| StoreError::Corrupt("room URI"))?,
        to: to.parse().map_err(|_| StoreError::Corrupt("client URI"))?,
        body,
    })
}

/// Puts mail into mailboxes, in order. Returns whom it reached.
pub(crate) async fn deliver(tx: &mut SqliteConnection, mail: &[Mail], at: u64) -> Result<Vec<Wake>, StoreError> {
    if mail.is_empty() {
        return Ok(Vec::new());
    }
    let (before,): (i64,) = sqlx::query_as("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'mail'), 0)")
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    for mail in mail {
        deliver_one(tx, mail, at).await?;
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

async fn deliver_one(tx: &mut SqliteConnection, mail: &Mail, at: u64) -> Result<(), StoreError> {
    let (body,): (i64,) =
        sqlx::query_as("INSERT INTO mail_body (kind, room, at, refs, bytes) VALUES (?1, ?2, ?3, 0, ?4) RETURNING id")
            .bind(i64::from(mail.kind))
            .bind(mail.room.as_str())
            .bind(stored(at))
            .bind(&mail.body[..])
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
    let refs = match &mail.to {
        Recipients::Clients(clients) => {
            let uris: Vec<&str> = clients.iter().map(|client| client.as_str()).collect();
            sqlx::query(
                "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?2 \
                 FROM (SELECT DISTINCT value AS uri FROM json_each(?1)) AS j CROSS JOIN address AS a ON a.uri = j.uri",
            )
            .bind(serde_json::to_string(&uris).map_err(failed)?)
            .bind(body)
            .execute(&mut *tx)
            .await
        }
        Recipients::Packages(references) => {
            let references: Vec<String> = references.iter().map(|reference| hex(reference)).collect();
            sqlx::query(
                "INSERT INTO mail (client, address, body) SELECT a.client, a.id, ?2 \
                 FROM (SELECT DISTINCT p.address FROM json_each(?1) AS j \
                       CROSS JOIN package AS p ON p.reference = unhex(j.value) WHERE p.not_after * 1000 > ?3) AS p \
                 JOIN address AS a ON a.id = p.address",
            )
            .bind(serde_json::to_string(&references).map_err(failed)?)
            .bind(body)
            .bind(stored(at))
            .execute(&mut *tx)
            .await
        }
        Recipients::User(user) => {
            sqlx::query("INSERT INTO mail (client, address, body) SELECT client, id, ?2 FROM address WHERE user = ?1")
                .bind(user.as_str())
                .bind(body)
                .execute(&mut *tx)
                .await
        }
    }
    .map_err(failed)?
    .rows_affected();
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
