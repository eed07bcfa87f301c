//! What a policy says about a habit: as you like, always, never.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

/// ```text
/// enum { optional(0), required(1), forbidden(2) } Optionality;
/// ```
/// (mimi-room-policy). The draft's selects also say `mandatory`; that is `required`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Optionality {
    /// As each likes.
    Optional = 0,
    /// Always.
    Required = 1,
    /// Never.
    Forbidden = 2,
}
