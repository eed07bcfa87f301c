use doorstep_hub::store::{Mail, Recipients, Rooms};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::abuse::AbuseType;
use doorstep_wire::dictionary::Dictionary;

use super::*;

/// 2026-11-23, 00:00 UTC.
const START: u64 = 1_795_392_000_000;
const HOUR: u64 = 3_600_000;

fn letter(peer: &str, room: &str) -> Mail {
    let to = Recipients::Peer { peer: peer.parse().unwrap(), clients: Vec::new() };
    Mail { kind: 1, room: format!("mimi://a.example/r/{room}").parse().unwrap(), to, body: b"x"[..].into() }
}

#[tokio::test]
async fn nothing_is_said_in_words() {
    let store = SqliteStore::in_memory().await.unwrap();
    let text = peers(&store, START).await.unwrap();
    assert_eq!(text, "No letters wait, and none was lost.\n\nNo keys of other providers are known.\n");
    assert_eq!(reports(&store, 10).await.unwrap(), "No reports.\n");
}

#[tokio::test]
async fn peers_are_listed_with_what_waits_and_with_their_keys() {
    let store = SqliteStore::in_memory().await.unwrap();
    let mut sent = vec![letter("far-away.example", "one"), letter("c.example", "one")];
    sent.extend((0..11).map(|_| letter("far-away.example", "two")));
    store.commit(&[], &sent, START).await.unwrap();
    for letter in store.due_letters(START, 10).await.unwrap() {
        if letter.peer.as_str() == "c.example" {
            store.give_up(letter.id).await.unwrap();
        } else {
            store.postpone(letter.id, START + 9 * HOUR).await.unwrap();
        }
    }
    for (provider, which, set, at) in [
        ("far-away.example", 0, b"one", START),
        ("far-away.example", 0, b"two", START + HOUR),
        ("c.example", 1, b"one", START),
        ("c.example", 1, b"one", START + 26 * HOUR),
        ("c.example", 7, b"one", START),
    ] {
        store.pin_keys(&provider.parse().unwrap(), which, set, at).await.unwrap();
    }
    let text = peers(&store, START + 5 * HOUR).await.unwrap();
    // SHA-256 of "one" and "two".
    let expected = "\
PEER              WAITING  OLDEST  TRIES  LOST
c.example               0  -           0     1
far-away.example       12  5 h         1     0

PROVIDER          KEYS    FINGERPRINT       SINCE                 LAST SEEN             CHANGED
c.example         hub     7692c3ad3540bb80  2026-11-23 00:00 UTC  2026-11-24 02:00 UTC  no
c.example         set 7   7692c3ad3540bb80  2026-11-23 00:00 UTC  2026-11-23 00:00 UTC  no
far-away.example  issuer  3fc4ccfe745870e2  2026-11-23 01:00 UTC  2026-11-23 01:00 UTC  from 7692c3ad3540bb80
";
    assert_eq!(text, expected);
}

fn body(note: &str) -> Vec<u8> {
    let report = AbuseReport {
        reporting_user: None,
        alleged_abuser: "mimi://c.example/u/mallory".parse().unwrap(),
        reason: AbuseType::default(),
        note: note.to_owned(),
        messages: Vec::new(),
        extensions: Dictionary::default(),
    };
    report.encode().unwrap()
}

#[tokio::test]
async fn reports_say_who_about_whom_and_what_is_proven() {
    let store = SqliteStore::in_memory().await.unwrap();
    let first = Report {
        room: "mimi://a.example/r/one".parse().unwrap(),
        from: "b.example".parse().unwrap(),
        reporting_user: Some("mimi://b.example/u/bob".parse().unwrap()),
        alleged_abuser: "mimi://c.example/u/mallory".parse().unwrap(),
        digest: [1; 32],
        body: body("Grüße,\nzweimal \u{1b}[31m\u{202e}rot"),
        proven: 0,
        at: START,
    };
    let anonymous = Report { reporting_user: None, digest: [2; 32], body: body(""), at: START + HOUR, ..first.clone() };
    let torn = Report { digest: [3; 32], body: vec![0; 40], proven: 2, at: START + 2 * HOUR, ..first.clone() };
    for kept in [&first, &anonymous, &torn] {
        store.keep_report(kept).await.unwrap();
    }
    let expected = "\
2026-11-23 02:00 UTC  from b.example
  room    mimi://a.example/r/one
  by      mimi://b.example/u/bob
  about   mimi://c.example/u/mallory
  proven  2 of ? messages
  note    cannot be read

2026-11-23 01:00 UTC  from b.example
  room    mimi://a.example/r/one
  by      somebody who stays anonymous
  about   mimi://c.example/u/mallory
  proven  0 of 0 messages
  note    -

2026-11-23 00:00 UTC  from b.example
  room    mimi://a.example/r/one
  by      mimi://b.example/u/bob
  about   mimi://c.example/u/mallory
  proven  0 of 0 messages
  note    Grüße,\\nzweimal \\u{1b}[31m\\u{202e}rot
";
    assert_eq!(reports(&store, 10).await.unwrap(), expected);
    assert_eq!(reports(&store, 1).await.unwrap().lines().count(), 6);
}
