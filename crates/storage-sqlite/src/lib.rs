//! The embedded default store of a provider: one SQLite file.
