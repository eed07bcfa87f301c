//! Rooms of other hubs that clients of this provider are in.

use core::future::Future;

use doorstep_wire::{ClientUri, RoomUri};

use super::{Mail, StoreError, Wake};

/// Rooms of other hubs that people of this provider are in, and what those hubs send. `notify` names a room and no
/// recipient (mimi-protocol-06 §5.5): whoever is not listed here hears nothing of a room.
pub trait Following {
    /// Remembers that a client of this provider is in a room of another hub, or asked to come in. `false`: no such client.
    fn follow(&self, room: &RoomUri, address: &ClientUri) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The clients that follow a room, by URI.
    fn followers(&self, room: &RoomUri) -> impl Future<Output = Result<Vec<ClientUri>, StoreError>> + Send;

    /// Delivers what a hub sent, once: `digest` (of hub, room and body) is remembered in the same transaction, and `None`
    /// is the answer when it was there already. Whoever gets a Welcome ([`Recipients::Packages`](super::Recipients)) follows
    /// its room from then on.
    fn receive(
        &self,
        digest: [u8; 32],
        mail: &[Mail],
        now: u64,
    ) -> impl Future<Output = Result<Option<Vec<Wake>>, StoreError>> + Send;

    /// As [`receive`](Self::receive), and nobody follows the room of the mail from then on: it is over.
    fn receive_last(
        &self,
        digest: [u8; 32],
        mail: &Mail,
        now: u64,
    ) -> impl Future<Output = Result<Option<Vec<Wake>>, StoreError>> + Send;
}
