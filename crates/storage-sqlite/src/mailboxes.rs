//! Table `mail`.

use doorstep_hub::store::{
    ClientId, ConsentKind, ConsentQuota, ConsentSaid, Mail, MailItem, Mailboxes, StoreError, Wake,
};

use crate::delivery::let_go;
use crate::store::{SqliteStore, failed, loaded, stored};

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
            let_go(&mut tx, body).await?;
        }
        tx.commit().await.map_err(failed)
    }

    async fn say_consent(
        &self,
        said: &ConsentSaid,
        quota: &ConsentQuota,
        mail: Option<&Mail>,
    ) -> Result<Vec<Wake>, StoreError> {
        self.said(said, quota, mail).await
    }

    async fn end_consent(
        &self,
        kind: ConsentKind,
        scope: [u8; 32],
        mail: Option<&Mail>,
        at: u64,
    ) -> Result<Vec<Wake>, StoreError> {
        self.over(kind, scope, mail, at).await
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
