//! What can be wrong with a row.

use std::fmt::Display;

use serde::de::{Expected, Unexpected};

/// Why a value could not be written or read. It says what, not where: a row is read whole or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// Only when writing: a floating point number, or a list that does not know its length.
    #[error("a value has a shape that rows do not have")]
    Shape,
    /// The row ends inside an item.
    #[error("the row ends inside an item")]
    End,
    /// Bytes follow the value.
    #[error("bytes follow the value")]
    Trailing,
    /// Another kind of item was expected.
    #[error("another kind of item was expected")]
    Unexpected,
    /// A number, or a count of items, is outside of what is allowed there.
    #[error("a number or length is out of range")]
    Range,
    /// A text string is not UTF-8.
    #[error("a text string is not UTF-8")]
    Utf8,
    /// Items are nested too deep.
    #[error("items are nested too deep")]
    Depth,
    /// A field is missing or there twice.
    #[error("a field is missing, or there twice")]
    Field,
    /// No variant has that name.
    #[error("no variant has that name")]
    Variant,
    /// The type itself refused what was read or was to be written.
    #[error("the value is refused by its type")]
    Refused,
}

impl serde::ser::Error for RowError {
    fn custom<T: Display>(_: T) -> Self {
        Self::Refused
    }
}

impl serde::de::Error for RowError {
    fn custom<T: Display>(_: T) -> Self {
        Self::Refused
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Unexpected
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Range
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::Range
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Variant
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Field
    }

    fn missing_field(_: &'static str) -> Self {
        Self::Field
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::Field
    }
}
