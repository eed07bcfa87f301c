//! Components 0x002B, 0x002D, 0x002E and 0x0030: what becomes of what people write (mimi-room-policy).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use super::{Optionality, RoleIndex, boolean};
use crate::codec::Body;

/// Component 0x002D:
/// ```text
/// struct { Optionality logging;
///          select (logging) { case optional, required:
///            Uri logging_clients<V>; Uri machine_readable_policy; Uri human_readable_policy; }; } LoggingPolicy;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum LoggingPolicy {
    /// Clients may log.
    #[tls_codec(discriminant = 0)]
    Optional(LoggingTerms),
    /// The named clients log.
    Required(LoggingTerms),
    /// Nobody logs.
    Forbidden,
}

/// Who logs, and where to read about it.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct LoggingTerms {
    /// URIs of the clients that log.
    pub logging_clients: Vec<String>,
    /// URI, may be empty.
    pub machine_readable_policy: String,
    /// URI, may be empty.
    pub human_readable_policy: String,
}

/// Component 0x002E:
/// ```text
/// struct { Optionality history_sharing;
///          select (history_sharing) { case optional, required:
///            uint32 roles_that_can_share<V>; bool automatically_share; uint32 max_time_period; }; } HistoryPolicy;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum HistoryPolicy {
    /// Newcomers may be shown what was written before.
    #[tls_codec(discriminant = 0)]
    Optional(HistoryTerms),
    /// Newcomers are shown what was written before.
    Required(HistoryTerms),
    /// They are not.
    Forbidden,
}

/// How history is shared.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct HistoryTerms {
    /// Who may share it.
    pub roles_that_can_share: Vec<RoleIndex>,
    /// Without being asked.
    #[tls_codec(with = "boolean")]
    pub automatically_share: bool,
    /// How far back, in seconds.
    pub max_time_period: u32,
}

/// Component 0x0030:
/// ```text
/// struct { Optionality expiration;
///          select (expiration) { case optional, required:
///            uint32 min_expiration_duration; uint32 max_expiration_duration;
///            optional<uint32> default_expiration_duration; }; } MessageExpiration;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum MessageExpiration {
    /// Messages may expire.
    #[tls_codec(discriminant = 0)]
    Optional(ExpirationTerms),
    /// Messages expire.
    Required(ExpirationTerms),
    /// They do not.
    Forbidden,
}

/// After how many seconds messages expire.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ExpirationTerms {
    /// At least.
    pub min_duration: u32,
    /// At most.
    pub max_duration: u32,
    /// Unless the sender says otherwise.
    pub default_duration: Option<u32>,
}

/// Component 0x002B:
/// ```text
/// struct { Optionality autodetect_hyperlinks_in_text; Optionality send_link_previews;
///          Optionality automatic_link_previews; Optionality link_preview_proxy_use;
///          select (link_preview_proxy_use) { case optional, required: Uri link_preview_proxy; }; } LinkPreviewPolicy;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct LinkPreviewPolicy {
    /// Text that looks like a link becomes one.
    pub autodetect_hyperlinks_in_text: Optionality,
    /// Senders attach previews.
    pub send_link_previews: Optionality,
    /// Receivers fetch previews.
    pub automatic_link_previews: Optionality,
    /// Previews are fetched through a proxy.
    pub proxy: LinkPreviewProxy,
}

/// Whether previews are fetched through a proxy, and which.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum LinkPreviewProxy {
    /// As each likes.
    #[tls_codec(discriminant = 0)]
    Optional(String),
    /// Always.
    Required(String),
    /// Never.
    Forbidden,
}

impl Body for LoggingPolicy {}
impl Body for HistoryPolicy {}
impl Body for MessageExpiration {}
impl Body for LinkPreviewPolicy {}
