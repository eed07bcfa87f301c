//! Random ids.

use uuid::{Builder, Uuid};

/// 32 hex digits, for a command.
pub(crate) fn command_id() -> String {
    random().simple().to_string()
}

/// A UUIDv4 (RFC 9562 §5.4) in text form.
pub(crate) fn uuid() -> String {
    random().to_string()
}

fn random() -> Uuid {
    let mut bytes = [0; 16];
    // Every browser that runs wasm has it; ids made of zeros would be refused as seen before, which does no harm.
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    Builder::from_random_bytes(bytes).into_uuid()
}
