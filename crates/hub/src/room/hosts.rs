//! The providers that have, or had, a client in the room: they may report what was said in it.

use doorstep_mls::Journal;
use doorstep_wire::ProviderDomain;

use crate::{HubError, row::Table};

const HOSTS: Table = Table(b"host");

/// A client of this provider comes in.
pub(crate) fn note(journal: &Journal, host: &ProviderDomain) -> Result<(), HubError> {
    if had(journal, host) { Ok(()) } else { HOSTS.put(journal, host.as_str().as_bytes(), &1_u8) }
}

/// All of them.
pub(crate) fn all(journal: &Journal) -> Result<Vec<ProviderDomain>, HubError> {
    let rows = HOSTS.all::<u8>(journal)?.into_iter();
    rows.map(|(key, _)| {
        let text = String::from_utf8(key).map_err(HubError::internal)?;
        text.parse().map_err(HubError::internal)
    })
    .collect()
}

/// Has this provider ever had a client here?
pub(crate) fn had(journal: &Journal, host: &ProviderDomain) -> bool {
    HOSTS.has(journal, host.as_str().as_bytes())
}
