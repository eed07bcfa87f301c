//! Rules of [`Reports`](crate::store::Reports).

use super::{Verdict, uri};
use crate::store::{Report, Store, StoreError};

fn report(n: u8, at: u64) -> Result<Report, StoreError> {
    Ok(Report {
        room: uri("mimi://a.example/r/one")?,
        from: uri("b.example")?,
        reporting_user: Some(uri("mimi://b.example/u/bob")?),
        alleged_abuser: uri("mimi://c.example/u/mallory")?,
        digest: [n; 32],
        body: vec![n; 40],
        proven: u32::from(n),
        at,
    })
}

/// As it came; what comes again later adds nothing.
pub async fn a_report_is_kept_once<S: Store>(store: S) -> Verdict {
    let mut first = report(1, 5)?;
    first.reporting_user = None;
    assert!(store.keep_report(&first).await?);
    assert!(!store.keep_report(&Report { proven: 9, at: 6, body: Vec::new(), ..first.clone() }).await?);
    assert_eq!(store.reports(10).await?, vec![first]);
    Ok(())
}

/// The same words are another report in another room, and from another provider.
pub async fn nobody_reports_in_the_place_of_others<S: Store>(store: S) -> Verdict {
    let first = report(1, 5)?;
    let elsewhere = Report { room: uri("mimi://a.example/r/two")?, ..first.clone() };
    let others = Report { from: uri("c.example")?, ..first.clone() };
    for kept in [&first, &elsewhere, &others] {
        assert!(store.keep_report(kept).await?);
    }
    assert_eq!(store.reports(10).await?.len(), 3);
    Ok(())
}

/// By when they came; those of one moment in the order in which they came.
pub async fn the_newest_reports_come_first<S: Store>(store: S) -> Verdict {
    for (n, at) in [(1, 7), (2, 9), (3, 5), (4, 9)] {
        assert!(store.keep_report(&report(n, at)?).await?);
    }
    assert_eq!(store.reports(10).await?, vec![report(4, 9)?, report(2, 9)?, report(1, 7)?, report(3, 5)?]);
    assert_eq!(store.reports(2).await?, vec![report(4, 9)?, report(2, 9)?]);
    assert_eq!(store.reports(0).await?, Vec::new());
    Ok(())
}

/// They are about people.
pub async fn the_broom_takes_old_reports<S: Store>(store: S) -> Verdict {
    store.keep_report(&report(1, 4_999)?).await?;
    store.keep_report(&report(2, 5_000)?).await?;
    assert_eq!(store.prune(10_000, 5_000).await?.reports, 1);
    assert_eq!(store.reports(10).await?, vec![report(2, 5_000)?]);
    Ok(())
}
