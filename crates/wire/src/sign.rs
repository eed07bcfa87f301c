//! What a signature covers (RFC 9420 §5.1.2).

use crate::codec::put_vector;

/// The bytes that `SignWithLabel(key, label, content)` signs:
///
/// ```text
/// struct { opaque label<V> = "MLS 1.0 " + label; opaque content<V>; } SignContent;
/// ```
pub fn sign_content(label: &str, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(label.len() + content.len() + 16);
    put_vector(&mut out, format!("MLS 1.0 {label}").as_bytes());
    put_vector(&mut out, content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_has_the_mls_prefix() {
        assert_eq!(hex::encode(sign_content("X", &[1, 2])), "094d4c5320312e302058020102");
    }

    #[test]
    fn a_long_content_has_a_two_byte_length() {
        assert_eq!(sign_content("", &[0; 64])[9..12], [0x40, 0x40, 0]);
        assert_eq!(sign_content("", &[0; 16384])[9..14], [0x80, 0, 0x40, 0, 0]);
    }
}
