//! Text that comes from pages and goes into keys of rows: room URIs, UUIDs, hex digits.

use doorstep_page_api::view::Problem;
use doorstep_wire::{Refusal, RoomUri};

/// Reads a room URI that came from a page.
pub(crate) fn room_uri(text: &str) -> Result<RoomUri, Problem> {
    text.parse().map_err(|_| Problem::new(Refusal::NotARoom))
}

/// Reads a UUID that came from a page.
pub(crate) fn uuid(text: &str) -> Result<[u8; 16], Problem> {
    match uuid::Uuid::parse_str(text) {
        Ok(id) if id.get_version_num() == 4 => Ok(*id.as_bytes()),
        _ => Err(Problem::new(Refusal::NotAPseudonym)),
    }
}

/// Reads hex digits of a fixed length that came from a page.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
