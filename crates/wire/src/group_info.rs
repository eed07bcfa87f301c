//! `groupInfo`: what somebody needs to join from outside (mimi-protocol-06 §5.6).

mod request;
mod response;
mod sealed;

pub use request::{GROUP_INFO_REQUEST_LABEL, GroupInfoRequest, GroupInfoRequestTbs};
pub use response::{GROUP_INFO_RESPONSE_LABEL, GroupInfoCode, GroupInfoResponse, GroupInfoSuccess, ResponseError};
pub use sealed::{GroupInfoRatchetTree, PendingProposal};

#[cfg(test)]
mod tests;
