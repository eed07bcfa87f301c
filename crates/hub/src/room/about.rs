use doorstep_wire::RoomUri;
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

/// Who finds the page of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Visibility {
    /// On the provider's home page.
    Listed = 0,
    /// Whoever has the address.
    Unlisted,
    /// Nobody: to strangers the room does not exist.
    Private,
}

/// What was said when the room was made and never changes.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct About {
    /// Address.
    pub(crate) room: RoomUri,
    /// MLS group id.
    pub(crate) group_id: VLByteVec,
    /// Who finds it.
    pub(crate) visibility: Visibility,
    /// 1: search engines are asked to stay out.
    pub(crate) noindex: u8,
    /// 1: guests may come in.
    pub(crate) guests: u8,
    /// 1: no outcome is sent to declined knockers.
    pub(crate) silent_decline: u8,
    /// Milliseconds since the UNIX epoch.
    pub(crate) created_at: u64,
    /// SHA-256 of the request, for a repeated one.
    pub(crate) created_from: [u8; 32],
}
