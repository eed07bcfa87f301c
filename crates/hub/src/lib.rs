//! The owner of rooms, without HTTP or SQL.
