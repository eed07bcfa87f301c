//! What the engine remembers: one row per thing, in [`Table`]s. Rows say where a thing stands, so that what has to be
//! done next can always be worked out from the rows alone.

mod chat;
mod connection;
mod disclosure;
#[cfg(test)]
mod frozen;
mod identity;
mod join;
mod knock;
pub(crate) mod labels;
mod link;
mod making;
pub(crate) mod migration;
mod parked;
mod profile;
mod request;
mod room;

pub(crate) use chat::{Body, PendingChange, StoredMessage, Undone, message_key, message_number};
pub(crate) use connection::{
    AskEnd, AskRecord, AskState, ContactRecord, ContactRequestRecord, ContactState, OfferedPackage, PairRecord,
};
pub(crate) use disclosure::{DisclosedRecord, DisclosureState, EpochRecord, MyDisclosureRecord, disclosure_key};
pub(crate) use identity::{IdentityRecord, KnockKey, Use};
pub(crate) use join::{JoinRecord, JoinState, Purpose};
pub(crate) use knock::{KnockEnd, KnockRecord, KnockState, Pack, Package};
pub(crate) use link::{KeptInvite, LinkRecord, LinkState};
pub(crate) use making::{MadeFor, MakingRecord, MakingState};
pub(crate) use parked::ParkedRecord;
pub(crate) use profile::{KEY as PROFILE_KEY, PendingSignUp, Profile, Token};
pub(crate) use request::{OutcomeRecord, RequestRecord};
pub(crate) use room::{
    Busy, ConnectionRole, Intent, KnockRole, Life, Queued, Repair, RepairStage, RoomKind, RoomRecord, Undo,
    believed_at_first,
};

use crate::table::Table;

/// The version of all rows, one row: [`migration`].
pub(crate) const VERSION: Table<u32> = Table::new("e/version/");
/// The one profile, key `profile`.
pub(crate) const PROFILE: Table<Profile> = Table::new("e/profile/");
/// Identities by client URI.
pub(crate) const IDENTITIES: Table<IdentityRecord> = Table::new("e/identity/");
/// Private halves of knock sealing keys, by the hex of the public half.
pub(crate) const KNOCK_KEYS: Table<KnockKey> = Table::new("e/knock-key/");
/// COSE_KeySets of issuers, by domain: every key that was seen, the newest first.
pub(crate) const ISSUER_KEYS: Table<serde_bytes::ByteBuf> = Table::new("e/issuer-keys/");
/// When issuers were first seen to use other keys than before, by domain; until somebody has read it.
pub(crate) const KEYS_CHANGED: Table<u64> = Table::new("e/keys-changed/");
/// COSE_KeySets of hubs, by domain.
pub(crate) const HUB_KEYS: Table<serde_bytes::ByteBuf> = Table::new("e/hub-keys/");
/// Rooms in the making, by command id.
pub(crate) const MAKINGS: Table<MakingRecord> = Table::new("e/making/");
/// External joins under way, by room URI.
pub(crate) const JOINS: Table<JoinRecord> = Table::new("e/join/");
/// Rooms, by room URI.
pub(crate) const ROOMS: Table<RoomRecord> = Table::new("e/room/");
/// What was said, by [`message_key`].
pub(crate) const MESSAGES: Table<StoredMessage> = Table::new("e/message/");
/// Where a message id is, `room URI # hex id` → message key; also for replaced versions, so that nothing is taken twice.
pub(crate) const MESSAGE_IDS: Table<String> = Table::new("e/message-id/");
/// What shows later that something was said, `message key # hex message id`, so that the versions of a message lie together
/// → AbusiveMessage.
pub(crate) const PROOFS: Table<serde_bytes::ByteBuf> = Table::new("e/proof/");
/// Reports under way, `command id # room URI` → AbuseReport.
pub(crate) const REPORTS: Table<serde_bytes::ByteBuf> = Table::new("e/report/");
/// My knocks, by their id.
pub(crate) const KNOCKS: Table<KnockRecord> = Table::new("e/knock/");
/// Knocks of others, by the hex of the request id.
pub(crate) const REQUESTS: Table<RequestRecord> = Table::new("e/request/");
/// Knocks that were taken back, `room URI # user URI` → when this browser heard so. It may do so before it can read the knock.
pub(crate) const WITHDRAWN: Table<u64> = Table::new("e/withdrawn/");
/// Join links I made, by the hex of their id.
pub(crate) const LINKS: Table<LinkRecord> = Table::new("e/join-link/");
/// Refusals to be sent to knockers, by the hex of the request id.
pub(crate) const OUTCOMES: Table<OutcomeRecord> = Table::new("e/outcome/");
/// Fan-out of epochs that are still to come, `room URI # epoch # seq` → FanoutMessage.
pub(crate) const FUTURE: Table<serde_bytes::ByteBuf> = Table::new("e/future/");
/// Mail that waits for an issuer's keys, `room URI # seq`.
pub(crate) const PARKED: Table<ParkedRecord> = Table::new("e/parked/");
/// What undoes a merged commit, `room URI # epoch`.
pub(crate) const UNDOS: Table<Undo> = Table::new("e/undo/");
/// Where I said who I am, by `disclosure_key` or the id of a knock.
pub(crate) const DISCLOSURES: Table<MyDisclosureRecord> = Table::new("e/disclosure/");
/// Who others proved to be, `room URI # user URI # scope`.
pub(crate) const DISCLOSED: Table<DisclosedRecord> = Table::new("e/disclosed/");
/// When people came into rooms that require them to say who they are, `room URI # user URI`; without a user when the rule
/// was made.
pub(crate) const ARRIVALS: Table<u64> = Table::new("e/arrival/");
/// Secrets of the epochs whose messages are still taken, `room URI # epoch`.
pub(crate) const EPOCHS: Table<EpochRecord> = Table::new("e/epoch/");
/// People I asked, by the id of the draft.
pub(crate) const ASKS: Table<AskRecord> = Table::new("e/ask/");
/// People who ask me, by the hex of the request id.
pub(crate) const CONTACT_REQUESTS: Table<ContactRequestRecord> = Table::new("e/contact-request/");
/// Rooms for two, by room URI.
pub(crate) const PAIRS: Table<PairRecord> = Table::new("e/pair/");
/// Rooms into which a Welcome led that nothing explained → when it came.
pub(crate) const TURNED_AWAY: Table<u64> = Table::new("e/turned-away/");
/// How I can be found and asked, one row without a key.
pub(crate) const CONTACT: Table<ContactRecord> = Table::new("e/contact/");
/// Ids of commands that were carried out → time, newest kept.
pub(crate) const COMMANDS: Table<u64> = Table::new("e/command/");

/// Every table once, for the check at start; but [`VERSION`], without which nothing is read.
pub(crate) fn set_aside_unreadable(journal: &doorstep_mls::Journal) -> usize {
    PROFILE.set_aside_unreadable(journal)
        + IDENTITIES.set_aside_unreadable(journal)
        + KNOCK_KEYS.set_aside_unreadable(journal)
        + ISSUER_KEYS.set_aside_unreadable(journal)
        + KEYS_CHANGED.set_aside_unreadable(journal)
        + HUB_KEYS.set_aside_unreadable(journal)
        + MAKINGS.set_aside_unreadable(journal)
        + JOINS.set_aside_unreadable(journal)
        + ROOMS.set_aside_unreadable(journal)
        + MESSAGES.set_aside_unreadable(journal)
        + MESSAGE_IDS.set_aside_unreadable(journal)
        + PROOFS.set_aside_unreadable(journal)
        + REPORTS.set_aside_unreadable(journal)
        + KNOCKS.set_aside_unreadable(journal)
        + REQUESTS.set_aside_unreadable(journal)
        + WITHDRAWN.set_aside_unreadable(journal)
        + LINKS.set_aside_unreadable(journal)
        + OUTCOMES.set_aside_unreadable(journal)
        + FUTURE.set_aside_unreadable(journal)
        + PARKED.set_aside_unreadable(journal)
        + UNDOS.set_aside_unreadable(journal)
        + DISCLOSURES.set_aside_unreadable(journal)
        + DISCLOSED.set_aside_unreadable(journal)
        + ARRIVALS.set_aside_unreadable(journal)
        + EPOCHS.set_aside_unreadable(journal)
        + COMMANDS.set_aside_unreadable(journal)
        + ASKS.set_aside_unreadable(journal)
        + CONTACT_REQUESTS.set_aside_unreadable(journal)
        + TURNED_AWAY.set_aside_unreadable(journal)
        + PAIRS.set_aside_unreadable(journal)
        + CONTACT.set_aside_unreadable(journal)
}
