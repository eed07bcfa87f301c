//! Every endpoint through the whole router, on a fresh database in memory: what it does for an honest browser, and what
//! a malicious one gets.

mod documents;
mod harness;
mod mail;
mod registration;
mod rooms;
mod silence;
mod tokens;
