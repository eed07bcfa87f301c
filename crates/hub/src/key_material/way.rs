//! Where a request goes next.

use doorstep_wire::{ProviderDomain, key_material::KeyMaterialRequestTbs};

use crate::HubError;

/// What a provider does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is the target's: answers.
    Answer,
    /// Asks another one and brings its answer back.
    Ask(ProviderDomain),
}

/// The next step of the provider `own` with a request that came `from` another one, or from an own client (`from` is `own`
/// then). Between the requester's provider and the target's stands the hub of the room, if there is a room.
///
/// # Errors
/// [`HubError::NotYours`]: `from` is not the one before this one on the way. [`HubError::NotFound`]: this one is not on it.
pub fn way(own: &ProviderDomain, from: &ProviderDomain, tbs: &KeyMaterialRequestTbs) -> Result<Step, HubError> {
    let (asker, target) = (tbs.requester.host(), tbs.target.host());
    let hub = tbs.room.as_ref().map_or_else(|| asker.clone(), |room| room.host());
    let onward = || if target == *own { Step::Answer } else { Step::Ask(target.clone()) };
    if from == own {
        return match (asker == *own, hub == *own) {
            (false, _) => Err(HubError::NotYours),
            (true, true) => Ok(onward()),
            (true, false) => Ok(Step::Ask(hub)),
        };
    }
    if hub == *own {
        return if asker == *from { Ok(onward()) } else { Err(HubError::NotYours) };
    }
    match (target == *own, hub == *from) {
        (false, _) => Err(HubError::NotFound),
        (true, false) => Err(HubError::NotYours),
        (true, true) => Ok(Step::Answer),
    }
}
