//! The operator's commands, as a program beside a provider that works with the database.

use std::path::{Path, PathBuf};
use std::process::Command;

use doorstep_hub::store::{Mail, Recipients, Report, Reports as _, RoomChange, Rooms as _};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::RoomUri;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("operator_{name}"));
    let _not_there = std::fs::remove_dir_all(&folder);
    folder
}

/// What it printed; where that is an error, what it said about it.
fn run(data: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_doorstep-provider"));
    // The provider takes every DOORSTEP_* for a setting; those of the tests are not for it.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DOORSTEP_")) {
        program.env_remove(name);
    }
    let output = program.args(arguments).arg("--data").arg(data).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test]
async fn commands_read_what_a_running_provider_keeps() {
    let data = folder("running");
    std::fs::create_dir_all(&data).unwrap();
    let store = SqliteStore::open(&data.join("doorstep.sqlite")).await.unwrap();
    let room = "mimi://a.example/r/one".parse().unwrap();
    let to = Recipients::Peer { peer: "b.example".parse().unwrap(), clients: Vec::new() };
    store.commit(&[], &[Mail { kind: 1, room, to, body: b"x"[..].into() }], 0).await.unwrap();
    for n in [1, 2] {
        let report = Report {
            room: "mimi://a.example/r/one".parse().unwrap(),
            from: "b.example".parse().unwrap(),
            reporting_user: None,
            alleged_abuser: format!("mimi://c.example/u/user-{n}").parse().unwrap(),
            digest: [n; 32],
            body: Vec::new(),
            proven: 1,
            at: u64::from(n),
        };
        assert!(store.keep_report(&report).await.unwrap());
    }
    // Options of the server do no harm.
    let peers = run(&data, &["peers", "--domain", "a.example"]).unwrap();
    assert!(peers.lines().any(|line| line.starts_with("b.example        1  ")), "{peers}");
    let reports = run(&data, &["reports"]).unwrap();
    assert!(reports.contains("user-1") && reports.contains("user-2"), "{reports}");
    let newest = run(&data, &["reports", "--limit", "1"]).unwrap();
    assert!(!newest.contains("user-1") && newest.contains("user-2"), "{newest}");
}

/// A folder that was mistyped stays as it was.
#[test]
fn commands_make_no_database() {
    let data = folder("missing");
    for command in ["peers", "reports"] {
        let said = run(&data, &[command]).unwrap_err();
        assert!(said.contains("there is no database"), "{said}");
    }
    assert!(!data.exists());
}

#[tokio::test]
async fn a_command_asks_a_running_provider_to_end_a_room() {
    let data = folder("ending");
    std::fs::create_dir_all(&data).unwrap();
    let store = SqliteStore::open(&data.join("doorstep.sqlite")).await.unwrap();
    let room: RoomUri = "mimi://a.example/r/one".parse().unwrap();
    let made = RoomChange {
        room: room.clone(),
        create: true,
        rows: Vec::new(),
        log: Vec::new(),
        page: None,
        look_again: Some(9),
        ended: None,
    };
    store.commit(&[made], &[], 0).await.unwrap();
    let unknown = run(&data, &["end-room", "mimi://a.example/r/two"]).unwrap();
    assert_eq!(unknown, "There is no room mimi://a.example/r/two here.\n");
    assert!(!store.is_asked_to_end(&room).await.unwrap());
    let asked = run(&data, &["end-room", room.as_str()]).unwrap();
    assert!(asked.starts_with("mimi://a.example/r/one ends when"), "{asked}");
    assert_eq!(store.due(0, 10).await.unwrap(), [room]);
    assert!(run(&data, &["end-room", "nonsense"]).is_err());
    assert!(run(&folder("nowhere-to-end"), &["end-room", "mimi://a.example/r/one"]).is_err());
}
