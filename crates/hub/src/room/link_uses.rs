//! How often each join link was used. The group itself does not count.

use doorstep_mls::Journal;

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"link");

pub(crate) fn get(journal: &Journal, link: &[u8; 16]) -> Result<u32, HubError> {
    Ok(TABLE.get(journal, link)?.unwrap_or(0))
}

pub(crate) fn count(journal: &Journal, link: &[u8; 16]) -> Result<(), HubError> {
    TABLE.put(journal, link, &get(journal, link)?.saturating_add(1))
}
