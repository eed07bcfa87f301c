//! Mail that waits for an issuer's keys.

use doorstep_wire::ProviderDomain;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A mailbox item that is put by. Key: `room URI # seq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ParkedRecord {
    /// Whose keys are needed.
    pub(crate) issuer: ProviderDomain,
    /// Milliseconds since the UNIX epoch.
    pub(crate) since: u64,
    /// The item as it came.
    pub(crate) item: ByteBuf,
}
