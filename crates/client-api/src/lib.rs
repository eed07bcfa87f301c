//! What a browser and its own provider say to each other: the HTTP API ([`http`], where every path of it stands), and what
//! the page app reads by itself before anybody has shown up ([`door`]).
//!
//! The page app links this crate without its feature `wire`, which the structs of the engine's requests need: what it has to
//! say it says to the engine (`doorstep-page-api`).
//!
//! Start reading with [`http`].

pub mod door;
pub mod http;
