//! Our own extensions: everything here is defined in `docs/PROTOCOL.md`, not in a draft.

pub mod disclosure_context;
pub mod door;
pub mod join_code;
pub mod knock;
pub mod kp_usage;
pub mod outcome;
pub mod policy;
pub mod restored;
pub mod room_ended;
pub mod second_pseudonym;
