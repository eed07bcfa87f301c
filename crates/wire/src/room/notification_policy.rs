//! Component 0x0028, `status_notification_policy` (mimi-room-policy).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use super::Optionality;
use crate::codec::Body;

/// ```text
/// struct { Optionality delivery_notifications; Optionality read_receipts; } StatusNotificationPolicy;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct StatusNotificationPolicy {
    /// Telling that a message arrived.
    pub delivery_notifications: Optionality,
    /// Telling that a message was read.
    pub read_receipts: Optionality,
}

impl Body for StatusNotificationPolicy {}
