//! What is asked of a room, and of those who may come into one: a file for each operation, laid out as its page in the
//! draft is.
//!
//! Everything here has two [callers](Caller): a browser of this provider, with its session, and another provider, with
//! its certificate. A browser asks its own provider only. Where that is not the one to answer, it carries the request to
//! the one that is ([`at_hub`], [`relay`]); there the same file is at work, for a peer. The hub judges
//! ([`crate::operate`]); what is added here is that everybody speaks for users of their own only, and that a private room
//! answers strangers as an unknown one does.
//!
//! Start reading with [`update`].

mod at_hub;
mod caller;
mod consent;
pub(crate) mod door;
pub(crate) mod end_room;
pub(crate) mod group_info;
pub(crate) mod identifier_query;
pub(crate) mod key_material;
pub(crate) mod link_uses;
pub(crate) mod reject_commit;
mod relay;
pub(crate) mod report_abuse;
pub(crate) mod request_consent;
pub(crate) mod submit_message;
pub(crate) mod update;
pub(crate) mod update_consent;

pub(crate) use caller::Caller;
