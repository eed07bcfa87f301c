//! Table `report`.

use doorstep_hub::store::{Report, Reports, StoreError};

use crate::store::{SqliteStore, array, failed, loaded, stored};

type ReportRow = (String, String, Option<String>, String, Vec<u8>, Vec<u8>, i64, i64);

impl Reports for SqliteStore {
    async fn keep_report(&self, report: &Report) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let new = sqlx::query(
            "INSERT INTO report (room, provider, reporting_user, alleged_abuser, digest, body, proven, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (room, provider, digest) DO NOTHING",
        )
        .bind(report.room.as_str())
        .bind(report.from.as_str())
        .bind(report.reporting_user.as_ref().map(|user| user.as_str()))
        .bind(report.alleged_abuser.as_str())
        .bind(&report.digest[..])
        .bind(&report.body)
        .bind(i64::from(report.proven))
        .bind(stored(report.at))
        .execute(&mut *tx)
        .await
        .map_err(failed)?
        .rows_affected();
        tx.commit().await.map_err(failed)?;
        Ok(new > 0)
    }

    async fn reports(&self, limit: usize) -> Result<Vec<Report>, StoreError> {
        let rows: Vec<ReportRow> = sqlx::query_as(
            "SELECT room, provider, reporting_user, alleged_abuser, digest, body, proven, at \
             FROM report ORDER BY at DESC, id DESC LIMIT ?1",
        )
        .bind(stored(limit as u64))
        .fetch_all(self.readers())
        .await
        .map_err(failed)?;
        rows.into_iter().map(report).collect()
    }
}

fn report(
    (room, from, reporting_user, alleged_abuser, digest, body, proven, at): ReportRow,
) -> Result<Report, StoreError> {
    Ok(Report {
        room: room.parse().map_err(|_| StoreError::Corrupt("room URI"))?,
        from: from.parse().map_err(|_| StoreError::Corrupt("provider"))?,
        reporting_user: reporting_user
            .map(|user| user.parse().map_err(|_| StoreError::Corrupt("user URI")))
            .transpose()?,
        alleged_abuser: alleged_abuser.parse().map_err(|_| StoreError::Corrupt("user URI"))?,
        digest: array(digest, "digest")?,
        body,
        proven: u32::try_from(proven).map_err(|_| StoreError::Corrupt("number of messages"))?,
        at: loaded(at, "report time")?,
    })
}
