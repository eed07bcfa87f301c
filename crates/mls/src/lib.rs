//! OpenMLS in one place: members, observers, storage.
