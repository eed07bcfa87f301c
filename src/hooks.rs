//! What a page or a component can ask for. Each file is one hook, with the context it reads.

mod use_command;
mod use_draft;
mod use_engine;
mod use_form;
mod use_go;
mod use_look;
mod use_now;
mod use_pseudonym;
mod use_served;
mod use_title;

pub(crate) use use_command::{CommandHandle, use_command};
pub(crate) use use_draft::{DraftHandle, Purpose, keep_text, use_draft};
pub(crate) use use_engine::{Engine, EngineProvider, use_engine};
pub(crate) use use_form::{FormHandle, use_form};
pub(crate) use use_go::use_go;
pub(crate) use use_look::{LookHandle, LookProvider, use_look};
pub(crate) use use_now::{NowProvider, use_now};
pub(crate) use use_pseudonym::use_pseudonym;
pub(crate) use use_served::{ServedProvider, use_served};
pub(crate) use use_title::use_title;
