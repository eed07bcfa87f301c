use doorstep_policy::Denied;

use crate::{HubError, reason};

/// Why an operation inside a room stops. Nothing of it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The room, or the hub for it, does not allow it.
    Denied(&'static str),
    /// It was made in another epoch than the room's.
    WrongEpoch,
    /// No answer of the draft fits.
    Error(HubError),
}

impl Refusal {
    /// The word for it.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Denied(word) => word,
            Self::WrongEpoch => reason::WRONG_EPOCH,
            Self::Error(_) => "",
        }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied.code())
    }
}

impl From<doorstep_membership::Denied> for Refusal {
    fn from(denied: doorstep_membership::Denied) -> Self {
        Self::Denied(denied.code())
    }
}

impl From<HubError> for Refusal {
    fn from(error: HubError) -> Self {
        Self::Error(error)
    }
}
