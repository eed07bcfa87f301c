//! The embedded default store of a provider: one SQLite file, nothing to install.
//!
//! `STRICT` tables, explicit columns, forward-only migrations inside the binary. The journal is a write-ahead log with
//! `synchronous = FULL`: what was answered survives a power cut, because a hub that forgets a commit has forked its
//! group. One connection writes, several read.
//!
//! This crate must never decide anything: it keeps what it is given.
//!
//! Start reading with [`SqliteStore::open`] and `migrations`.

mod clients;
mod consent;
mod delivery;
mod following;
mod gaps;
mod mailboxes;
mod migrations;
mod outbox;
mod packages;
mod peer_keys;
mod pseudonyms;
mod reach;
mod reports;
mod rooms;
mod secrets;
mod store;

pub use store::SqliteStore;

#[cfg(test)]
mod tests {
    use super::SqliteStore;

    doorstep_hub::store_contract!(SqliteStore::in_memory());
}
