//! What OpenMLS said.

/// An error of OpenMLS, as text: its types are many, generic, and change with it. Where a caller has to act on the kind,
/// the error of the operation has a variant of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }

    /// With the whole chain, for errors that print only their outermost layer.
    pub(crate) fn debug(error: impl std::fmt::Debug) -> Self {
        Self(format!("{error:?}"))
    }
}
