//! Why bytes were refused.

/// Bytes that are not the deterministic CBOR that was expected. The sender's fault, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The input ends inside an item.
    #[error("the input ends inside an item")]
    End,
    /// Bytes follow the item.
    #[error("bytes follow the item")]
    Trailing,
    /// A length or number is not in its shortest form, a length is indefinite, or a reserved value is used.
    #[error("the encoding is not deterministic")]
    NotDeterministic,
    /// Keys of a map are not ascending in the order of their bytes, or one is there twice.
    #[error("map keys are out of order or repeated")]
    KeyOrder,
    /// Another kind of item was expected.
    #[error("another kind of item was expected")]
    Unexpected,
    /// A number, or a count of items, is outside of what is allowed here.
    #[error("a number or length is out of range")]
    Range,
    /// A text string is not UTF-8.
    #[error("a text string is not UTF-8")]
    Utf8,
    /// Items are nested too deep.
    #[error("items are nested too deep")]
    Depth,
}
