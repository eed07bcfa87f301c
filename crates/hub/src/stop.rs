use doorstep_policy::Denied;
use doorstep_wire::Refusal;

use crate::HubError;

/// Why an operation inside a room stops. Nothing of it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The room, or the hub for it, does not allow it.
    Denied(Refusal),
    /// It was made in another epoch than the room's.
    WrongEpoch,
    /// No answer of the draft fits.
    Error(HubError),
}

impl Stop {
    /// As the other side is told.
    pub(crate) fn refusal(&self) -> Refusal {
        match self {
            Self::Denied(refusal) => refusal.clone(),
            Self::WrongEpoch => Refusal::WrongEpoch,
            Self::Error(_) => Refusal::Internal,
        }
    }
}

impl From<Denied> for Stop {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied.refusal())
    }
}

impl From<doorstep_membership::Denied> for Stop {
    fn from(denied: doorstep_membership::Denied) -> Self {
        Self::Denied(denied.refusal())
    }
}

impl From<HubError> for Stop {
    fn from(error: HubError) -> Self {
        Self::Error(error)
    }
}
