//! What OpenMLS said.

/// An error of OpenMLS, as text: its types are many, generic, and change with it. Where a caller has to act on the kind,
/// the error of the operation has a variant of its own.
///
/// The text is for whoever reads a provider's log or a failed test. What browsers download has none, since nobody reads it
/// there and OpenMLS has a sentence for everything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self(if cfg!(panic = "immediate-abort") { String::new() } else { error.to_string() })
    }

    /// With the whole chain, for errors that print only their outermost layer.
    pub(crate) fn debug(error: impl std::fmt::Debug) -> Self {
        Self(if cfg!(panic = "immediate-abort") { String::new() } else { format!("{error:?}") })
    }
}
