//! The providers that have, or had, a client in the room: they may report what was said in it.

use doorstep_mls::Journal;
use doorstep_wire::ProviderDomain;

use crate::{HubError, row::Table};

const HOSTS: Table = Table(b"host");

/// A client of this provider comes in.
pub(crate) fn note(journal: &Journal, host: &ProviderDomain) -> Result<(), HubError> {
    if had(journal, host) { Ok(()) } else { HOSTS.put(journal, host.as_str().as_bytes(), &1_u8) }
}

/// Has this provider ever had a client here?
pub(crate) fn had(journal: &Journal, host: &ProviderDomain) -> bool {
    HOSTS.has(journal, host.as_str().as_bytes())
}
