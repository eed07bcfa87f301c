//! The id of a message.

use core::fmt;
use core::str::FromStr;

use doorstep_cbor::{CborError, Reader};
use doorstep_wire::{RoomUri, UserUri};
use sha2::{Digest, Sha256};

/// Hash algorithm number of SHA-256, the first byte of an id.
const SHA_256: u8 = 1;

/// Names a message in its room: 32 bytes, the first says how the others were made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub [u8; 32]);

impl MessageId {
    /// Id of the encoded message `content`, whose salt is `salt` (draft-ietf-mimi-content, the text for -08):
    ///
    /// ```text
    /// 01 ‖ SHA-256(u16 length ‖ senderUri ‖ u16 length ‖ roomUri ‖ message ‖ salt)[0..31]
    /// ```
    pub fn of(sender: &UserUri, room: &RoomUri, content: &[u8], salt: &[u8; 16]) -> Self {
        let mut hash = Sha256::new();
        for uri in [sender.as_str(), room.as_str()] {
            // A URI of ours has at most 1024 bytes.
            hash.update((uri.len() as u16).to_be_bytes());
            hash.update(uri);
        }
        hash.update(content);
        hash.update(salt);
        let digest: [u8; 32] = hash.finalize().into();
        let mut id = [SHA_256; 32];
        for (to, from) in id.iter_mut().skip(1).zip(digest) {
            *to = from;
        }
        Self(id)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        reader.byte_array().map(Self)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

/// Text that is not 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message id")]
pub struct NotAMessageId;

impl FromStr for MessageId {
    type Err = NotAMessageId;

    fn from_str(text: &str) -> Result<Self, NotAMessageId> {
        let mut id = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NotAMessageId);
        }
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return Err(NotAMessageId) };
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(id))
    }
}

fn digit(digit: u8) -> Result<u8, NotAMessageId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAMessageId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_from_its_text() {
        let id = MessageId([0xa7; 32]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "a7", &"A7".repeat(32), &"g7".repeat(32), &"a7".repeat(33), &format!("{}é", "a7".repeat(31))] {
            assert_eq!(bad.parse::<MessageId>(), Err(NotAMessageId), "{bad}");
        }
    }
}
