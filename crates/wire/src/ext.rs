//! Our own extensions: everything here is defined in `docs/PROTOCOL.md`, not in a draft.

pub mod contact_hints;
pub mod disclosure_context;
pub mod door;
pub mod join_code;
pub mod knock;
pub mod kp_ticket;
pub mod kp_usage;
pub mod moderator_card;
pub mod outcome;
pub mod policy;
pub mod restored;
pub mod room_ended;
pub mod second_pseudonym;
