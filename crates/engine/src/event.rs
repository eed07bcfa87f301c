//! What one part has to tell others. It is put into the queue of the [`Context`](crate::context::Context) and brought
//! to whom it concerns by the one router, [`Engine`](crate::Engine), within the same step.

use doorstep_page_api::view::Problem;
use doorstep_wire::{ClientUri, ProviderDomain, Refusal, RoomUri};

use crate::record::MadeFor;

/// Something that happened in one part and concerns others.
#[derive(Debug)]
pub(crate) enum DomainEvent {
    /// The own provider takes this browser for no guest, with this word: nothing that waits for a session will be done.
    GuestRefused { word: Refusal },
    /// The own provider does not vouch for this client: what waits for it will not be done.
    IdentityRefused { client: ClientUri, problem: Problem },
    /// The own provider answered about the keys of this issuer: mail that waits for them is looked at again.
    IssuerAnswered { issuer: ProviderDomain },
    /// The own provider does not talk to this hub.
    HubUnknown { hub: ProviderDomain },
    /// A request about a room got to its hub, or did not.
    HubReached { room: RoomUri, away: bool },
    /// An own commit stands: what was kept for the epoch it led to is taken in.
    EpochEntered { room: RoomUri },
    /// Somebody proposed something that a member has to commit.
    Proposed { room: RoomUri },
    /// The people of a room, or its settings, are others.
    RoomChanged { room: RoomUri },
    /// The hub took a message of ours.
    Said { room: RoomUri },
    /// I am out of a room.
    Out { room: RoomUri },
    /// A link that is to be said somewhere is in its room.
    LinkStands { link: String },
    /// A room that this browser made for itself is there, or is not.
    Made { made_for: MadeFor, result: Result<RoomUri, Problem> },
}
