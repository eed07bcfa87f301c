/// Limits of a hub. All times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubConfig {
    /// Guests may make rooms.
    pub guests_may_create: bool,
    /// How long a requester may use what groupInfo granted.
    pub reservation_lifetime: u64,
    /// Reservations a room holds at most.
    pub max_reservations: usize,
    /// Epochs back an application message may be.
    pub epoch_tolerance: u64,
    /// The same in a knock room, where every knocker advances the epoch.
    pub knock_epoch_tolerance: u64,
    /// Bytes of a submitted message at most.
    pub max_message_bytes: usize,
    /// Bytes of a handshake bundle at most.
    pub max_handshake_bytes: usize,
    /// Proposals a room caches at most; hub removals are not counted.
    pub max_pending_proposals: usize,
    /// First answers kept for byte-identical repetition.
    pub max_first_answers: u64,
    /// A knocker who did nothing for this long is removed.
    pub knocker_idle: u64,
    /// A client that was added by somebody else and never showed up is removed after this.
    pub dead_leaf: u64,
    /// How long a commit can be rejected.
    pub undo_lifetime: u64,
    /// Commits that can be rejected, at most.
    pub max_undo: usize,
    /// How long a withdrawal is remembered: no KeyPackage handed out with the knock lives longer.
    pub withdrawal_lifetime: u64,
    /// Withdrawals a room remembers at most.
    pub max_withdrawals: usize,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            guests_may_create: false,
            reservation_lifetime: 10 * MINUTE,
            max_reservations: 1_024,
            epoch_tolerance: 2,
            knock_epoch_tolerance: 5,
            max_message_bytes: 256 * 1_024,
            max_handshake_bytes: 4 * 1_024 * 1_024,
            max_pending_proposals: 1_024,
            max_first_answers: 512,
            knocker_idle: HOUR,
            dead_leaf: 14 * DAY,
            undo_lifetime: DAY,
            max_undo: 256,
            withdrawal_lifetime: 84 * DAY,
            max_withdrawals: 4_096,
        }
    }
}
