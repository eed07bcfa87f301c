//! Rooms that are in memory, each behind its own lock: a room has one writer at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use doorstep_hub::Room;
use doorstep_wire::RoomUri;

/// Rooms kept in memory, unless more are in use.
const WARM: usize = 256;

/// A place for a room; empty until it is loaded, and again after its transaction failed.
pub(crate) type Slot = Arc<tokio::sync::Mutex<Option<Room>>>;

/// The places.
#[derive(Default)]
pub(crate) struct WarmRooms {
    slots: Mutex<HashMap<RoomUri, (u64, Slot)>>,
    /// Held while a public page is made again, so that an older one never overwrites a newer one.
    pub(crate) pages: tokio::sync::Mutex<()>,
}

impl WarmRooms {
    /// The place of a room. `now` says which ones were not used for longest when there are too many.
    pub(crate) fn slot(&self, room: &RoomUri, now: u64) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= WARM && !slots.contains_key(room) {
            let idle = slots.iter().filter(|(_, (_, slot))| Arc::strong_count(slot) == 1);
            if let Some(oldest) = idle.min_by_key(|(_, (used, _))| *used).map(|(room, _)| room.clone()) {
                slots.remove(&oldest);
            }
        }
        let (used, slot) = slots.entry(room.clone()).or_default();
        *used = now;
        slot.clone()
    }

    /// Rooms in memory.
    pub(crate) fn count(&self) -> usize {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
