//! One file per page: reads state, sends commands.

pub(crate) mod account;
pub(crate) mod chat;
pub(crate) mod connect;
pub(crate) mod door;
pub(crate) mod home;
pub(crate) mod join;
pub(crate) mod new_room;
pub(crate) mod requests;
pub(crate) mod rooms;
pub(crate) mod scan;
pub(crate) mod settings;
pub(crate) mod unknown;
