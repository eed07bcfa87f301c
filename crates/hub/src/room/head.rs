use doorstep_mls::Journal;
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"head");

/// What the hub keeps of the current epoch beside the group itself.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Head {
    /// The committer's GroupInfo without the GroupContext in front, which the group has:
    /// `extensions<V> ‖ confirmation_tag<V> ‖ signer ‖ signature<V>`.
    pub(crate) group_info_tail: VLByteVec,
    /// When the epoch began, milliseconds since the UNIX epoch.
    pub(crate) accepted_at: u64,
    /// First epoch with the present set of clients that can read a knock.
    pub(crate) recipients_since: u64,
    /// 1: a commit made from this GroupInfo was rejected; it is not handed out until a member made a new one.
    pub(crate) suspect: u8,
}

pub(crate) fn get(journal: &Journal) -> Result<Head, HubError> {
    TABLE.get(journal, b"")?.ok_or_else(|| HubError::internal("room without head"))
}

pub(crate) fn put(journal: &Journal, row: &Head) -> Result<(), HubError> {
    TABLE.put(journal, b"", row)
}
