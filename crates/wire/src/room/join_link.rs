//! Components 0x0029 `join_link_policy` and 0x002A `join_links` (mimi-room-policy).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::boolean;
use crate::codec::Body;

/// ```text
/// struct { bool on_request; Uri join_link; bool multiuser; uint32 expiration; } JoinLinkPolicy;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoinLinkPolicy {
    /// Links are made on request; then the room keeps at most one.
    #[tls_codec(with = "boolean")]
    pub on_request: bool,
    /// Where to ask for a link, else empty.
    pub join_link: String,
    /// A link may be used more than once.
    #[tls_codec(with = "boolean")]
    pub multiuser: bool,
    /// Greatest life of a link in seconds.
    pub expiration: u32,
}

/// ```text
/// struct { opaque join_link<V>; } JoinLink;
/// ```
/// The content is ours: [`JoinLinkEntry`](crate::ext::policy::JoinLinkEntry).
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoinLink {
    /// Opaque to the draft.
    pub join_link: VLByteVec,
}

/// The data of 0x002A: one vector, `JoinLink links<V>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoinLinks {
    /// In the order they were made.
    pub links: Vec<JoinLink>,
}

/// ```text
/// struct { uint32 removedIndices<V>; JoinLink added_links<V>; } JoinLinksUpdate;
/// ```
/// Indices of all updates in a commit refer to the list of the epoch the commit was made in.
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoinLinksUpdate {
    /// Positions that go, done first.
    pub removed: Vec<u32>,
    /// Links that come, appended.
    pub added: Vec<JoinLink>,
}

impl Body for JoinLinkPolicy {}
impl Body for JoinLinks {}
impl Body for JoinLinksUpdate {}
