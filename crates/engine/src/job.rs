//! The requests the engine can have under way. A job is named by what it is about, so that one thing is never asked
//! twice at once, and an answer that comes after a restart finds its place again.

use doorstep_wire::{ClientUri, ProviderDomain, RoomUri, UnixMillis};

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Job {
    Challenge,
    Register,
    Session,
    Stream,
    Mailbox,
    Acknowledge,
    IssuerKeys(ProviderDomain),
    HubKeys(ProviderDomain),
    /// Names that are kept ready.
    Pool,
    Mint(ClientUri),
    Renew(ClientUri),
    Make(String),
    Ask(RoomUri),
    Join(RoomUri),
    Room(RoomUri),
    Reject(RoomUri),
    Outcome(String),
    Withdraw(String),
    Look(String),
    LinkUses(RoomUri),
    Unreached(RoomUri),
    Report(String),
    /// Whether somebody is to be found.
    Query(String),
    /// KeyPackages of somebody I ask.
    Material(String),
    /// Where the Welcome for mine goes.
    Announce(String),
    /// KeyPackages with which I can be asked.
    Packages,
    /// How I can be found, and who may ask me.
    Contact,
}

/// When a job that failed is tried again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) tries: u32,
    pub(crate) until: UnixMillis,
}

/// Milliseconds to wait before the `tries`-th repetition (from 1): doubling from half a second to a minute.
pub(crate) fn back_off(tries: u32) -> u64 {
    500_u64.saturating_mul(1 << tries.saturating_sub(1).min(7)).min(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        assert_eq!([1, 2, 3, 8, 99].map(back_off), [500, 1000, 2000, 60_000, 60_000]);
    }
}
