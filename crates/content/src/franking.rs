//! The tag by which a message can be reported later.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `HMAC-SHA-256(salt of the message, application data)` (mimi-protocol-06, franking). The application data is what MLS
/// encrypts: with its framing, where there is framing.
pub fn franking_tag(salt: &[u8; 16], application_data: &[u8]) -> [u8; 32] {
    // Total: HMAC takes a key of any length, and this is the constructor that cannot fail.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(salt) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(application_data);
    mac.finalize().into_bytes().into()
}
