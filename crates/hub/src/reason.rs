//! Words for refusals, one home for all of them. Verdicts of the room's policy bring their own
//! (`doorstep_policy::Denied::code`); these are the hub's.

/// The room is of another sort than the operation needs.
pub const WRONG_ROOM: &str = "wrong-room";
/// The message is of another MLS group than the room's.
pub const WRONG_GROUP: &str = "wrong-group";
/// The commit or proposal is not of the room's current epoch.
pub const WRONG_EPOCH: &str = "wrong-epoch";
/// The message is of an epoch the room has not reached.
pub const FUTURE_EPOCH: &str = "future-epoch";
/// The message is too old; it has to be made again in the current epoch.
pub const EPOCH_TOO_OLD: &str = "epoch-too-old";
/// MLS itself refuses it: signature, tree, proposal list.
pub const INVALID_MLS: &str = "invalid-mls";
/// The cipher suite is not this hub's.
pub const CIPHER_SUITE: &str = "cipher-suite";
/// A signature of a request does not verify.
pub const BAD_SIGNATURE: &str = "bad-signature";
/// The credential cannot be read, has ended, is for another room, or its issuer is not known.
pub const BAD_CREDENTIAL: &str = "bad-credential";
/// The room takes no visitors without an account.
pub const NO_GUESTS: &str = "no-guests";
/// Making rooms needs an account here.
pub const GUEST_CANNOT_CREATE: &str = "guest-cannot-create";
/// There is no such join link (any more), or the joining code's proof is wrong.
pub const LINK_UNKNOWN: &str = "link-unknown";
/// All uses of the join link are spent, or claimed for somebody else.
pub const LINK_USED_UP: &str = "link-used-up";
/// The knock room and the room behind it do not name each other (any more), or the room takes no knocks now.
pub const KNOCK_CLOSED: &str = "knock-closed";
/// Nobody in the knock room could read a knock.
pub const KNOCK_UNREADABLE: &str = "knock-unreadable";
/// As many knockers are inside as fit.
pub const KNOCK_ROOM_FULL: &str = "knock-room-full";
/// This knocker has sent what a knocker may send.
pub const KNOCK_LIMIT: &str = "knock-limit";
/// The message is bigger than a knock may be.
pub const KNOCK_TOO_LARGE: &str = "knock-too-large";
/// Proposals wait; they have to be committed first.
pub const PENDING: &str = "pending";
/// An external commit without groupInfo before, or with another key or credential, or too late.
pub const NO_RESERVATION: &str = "no-reservation";
/// The external commit does not carry exactly the leaves it was given.
pub const LEAVES_NOT_CARRIED: &str = "leaves-not-carried";
/// The GroupInfo beside the commit is missing, partial, forged, or of another epoch.
pub const BAD_GROUP_INFO: &str = "bad-group-info";
/// The Welcome beside the commit is missing, or not for exactly the clients that were added.
pub const BAD_WELCOME: &str = "bad-welcome";
/// The ratchet tree is missing where the hub needs it.
pub const BAD_RATCHET_TREE: &str = "bad-ratchet-tree";
/// The sender has left already.
pub const LEFT: &str = "left";
/// A proposal for this leaf waits already.
pub const ALREADY_LEAVING: &str = "already-leaving";
/// Too many proposals wait.
pub const TOO_MANY_PROPOSALS: &str = "too-many-proposals";
/// The knocker took the knock back.
pub const WITHDRAWN: &str = "withdrawn";
/// A commit of this client was rejected by the room.
pub const COMMIT_REJECTED: &str = "commit-rejected";
/// The sender is not in the room.
pub const NOT_A_PARTICIPANT: &str = "not-a-participant";
/// The room URI is not of this hub, or not a room address.
pub const BAD_ROOM_URI: &str = "bad-room-uri";
/// The hub is not the first external sender, or its franking key is not in the room.
pub const NOT_THIS_HUB: &str = "not-this-hub";
/// The first state of the room breaks a rule.
pub const BAD_ROOM_STATE: &str = "bad-room-state";
/// The creator of a room is its only member.
pub const NOT_ALONE: &str = "not-alone";
/// The commit refers to a proposal that does not wait here.
pub const UNKNOWN_PROPOSAL: &str = "unknown-proposal";
