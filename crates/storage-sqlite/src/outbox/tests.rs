use doorstep_hub::store::{Mail, Outbox, Recipients, Rooms, StoreError};

use super::{BACKLOG, DUE};
use crate::SqliteStore;
use crate::store::failed;

fn letter(peer: &str, body: &[u8]) -> Mail {
    let room = "mimi://a.example/r/one".parse().unwrap();
    Mail { kind: 1, room, to: Recipients::Peer { peer: peer.parse().unwrap(), clients: Vec::new() }, body: body.into() }
}

async fn count(store: &SqliteStore, table: &'static str) -> Result<i64, StoreError> {
    let query = match table {
        "mail_body" => "SELECT COUNT(*) FROM mail_body",
        _ => "SELECT COUNT(*) FROM lane",
    };
    let (count,): (i64,) = sqlx::query_as(query).fetch_one(store.readers()).await.map_err(failed)?;
    Ok(count)
}

/// What SQLite means to do, a step per line.
async fn plan(store: &SqliteStore, query: &'static str) -> Result<Vec<String>, StoreError> {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(explain).fetch_all(store.readers()).await.map_err(failed)?;
    Ok(rows.into_iter().map(|(_, _, _, step)| step).collect())
}

/// Due letters are found however many wait behind them: no table is read from end to end.
#[tokio::test]
async fn waiting_letters_are_not_read_to_find_those_that_are_due() -> Result<(), StoreError> {
    let store = SqliteStore::in_memory().await?;
    let due = plan(&store, DUE).await?;
    assert!(
        due.iter().any(|step| step == "SEARCH o USING COVERING INDEX lane_peer_due (peer=? AND due<?)"),
        "{due:#?}"
    );
    // What is read from end to end is no table.
    let scanned: Vec<_> = due.iter().filter(|step| step.starts_with("SCAN")).collect();
    assert_eq!(scanned, vec!["SCAN p", "SCAN p", "SCAN d"], "{due:#?}");
    let next = plan(&store, "SELECT MIN(due) FROM lane").await?;
    assert_eq!(next, vec!["SEARCH lane USING COVERING INDEX lane_due"]);
    // What a room's peers do not have is found by the room.
    let gaps = plan(&store, crate::gaps::GAPS).await?;
    for step in ["SEARCH gap USING INDEX gap_room (room=?)", "SEARCH l USING INDEX lane_room (room=?)"] {
        assert!(gaps.iter().any(|other| other == step), "{gaps:#?}");
    }
    // Letters are counted by lane, from the index.
    let backlog = plan(&store, BACKLOG).await?;
    assert!(backlog.iter().any(|step| step == "SEARCH w USING COVERING INDEX letter_lane (lane=?)"), "{backlog:#?}");
    Ok(())
}

#[tokio::test]
async fn one_body_is_kept_once_for_many_peers() -> Result<(), StoreError> {
    let store = SqliteStore::in_memory().await?;
    let peers = ["b.example", "c.example", "d.example"];
    let mut sent: Vec<Mail> = peers.map(|peer| letter(peer, b"x")).into();
    sent.push(letter("b.example", b"y"));
    store.commit(&[], &sent, 5).await?;
    assert_eq!((count(&store, "mail_body").await?, count(&store, "lane").await?), (2, 3));
    // Nothing stays behind.
    while let Some(first) = store.due_letters(5, 1).await?.first() {
        store.delivered(first.id).await?;
    }
    assert_eq!((count(&store, "mail_body").await?, count(&store, "lane").await?), (0, 0));
    Ok(())
}
