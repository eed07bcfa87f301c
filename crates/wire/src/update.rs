//! `update`: proposals and commits for the hub (mimi-protocol-06 §5.3).

mod bundle;
mod response;

pub use bundle::{GroupInfoOption, HandshakeBundle, PartialGroupInfo};
pub use response::UpdateRoomResponse;

#[cfg(test)]
mod tests;
