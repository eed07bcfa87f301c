//! Random ids.

/// 32 hex digits, for a command.
pub(crate) fn command_id() -> String {
    hex(&bytes())
}

/// A UUIDv4 (RFC 9562 §5.4) in text form.
pub(crate) fn uuid() -> String {
    let mut bytes = bytes();
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let text = hex(&bytes);
    let mut out = String::with_capacity(36);
    for (at, digit) in text.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    // Every browser that runs wasm has it; ids made of zeros would be refused as seen before, which does no harm.
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
