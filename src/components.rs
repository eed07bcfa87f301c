//! Parts of pages: properties in, callbacks out.

pub(crate) mod around;
pub(crate) mod composer;
pub(crate) mod disclose;
pub(crate) mod disclosed;
pub(crate) mod disclosure_policy;
pub(crate) mod elsewhere;
pub(crate) mod happening;
pub(crate) mod here;
pub(crate) mod knock_disclose;
pub(crate) mod knock_status;
pub(crate) mod link_show;
pub(crate) mod links_panel;
pub(crate) mod loading;
pub(crate) mod message;
pub(crate) mod moment;
pub(crate) mod my_disclosures;
pub(crate) mod peer_notes;
pub(crate) mod people_panel;
pub(crate) mod problem;
pub(crate) mod qr_code;
pub(crate) mod report;
pub(crate) mod request_card;
