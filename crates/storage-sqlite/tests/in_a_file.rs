//! The contract on a file, where one connection writes and others read.

use std::path::{Path, PathBuf};

use doorstep_hub::store::StoreError;
use doorstep_storage_sqlite::SqliteStore;

doorstep_hub::store_contract!(fresh());

/// An empty store in a file named after the test, whose thread has its name.
async fn fresh() -> Result<SqliteStore, StoreError> {
    let test = std::thread::current().name().unwrap_or("unnamed").to_owned();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.sqlite"));
    for leftover in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(leftover);
        let _not_there = std::fs::remove_file(PathBuf::from(path));
    }
    SqliteStore::open(&file).await
}
