//! Parts of pages: properties in, callbacks out.

mod claim_boxes;
pub(crate) mod composer;
mod copy_link;
pub(crate) mod disclose;
pub(crate) mod disclosure_policy;
pub(crate) mod elsewhere;
pub(crate) mod invitation;
mod knock_disclose;
pub(crate) mod knock_status;
mod link_show;
pub(crate) mod links_panel;
pub(crate) mod loading;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod moment;
pub(crate) mod my_disclosures;
pub(crate) mod nav;
pub(crate) mod notes;
pub(crate) mod peer_notes;
pub(crate) mod people_panel;
pub(crate) mod problem_note;
mod proof;
mod qr_code;
pub(crate) mod report;
pub(crate) mod request_card;
pub(crate) mod strip;
pub(crate) mod way_into;
