//! The front of a message's authenticated data (mls-extensions, `SafeAAD`). OpenMLS reads it with a decoder that stops a
//! program in debug builds where a length is wrong, so lengths are looked at first.

use doorstep_wire::RawMlsMessage;
use tls_codec::Deserialize as _;

use crate::raw::{Malformed, Reader};

/// `struct { ComponentID component_id; opaque aad_item_data<V>; } SafeAADItem; struct { SafeAADItem aad_items<V>; } SafeAAD;`
/// Whether every length in it fits what is there. Nothing at all is as good as no items; what stands behind is the
/// application's.
pub(crate) fn is_whole(message: &[u8]) -> bool {
    // How long a message may be was asked by whoever took it in: a commit that adds thousands is longer than most bodies.
    RawMlsMessage::tls_deserialize_exact(message)
        .is_ok_and(|message| message.authenticated_data().is_none_or(|data| read(data).is_ok()))
}

fn read(data: &[u8]) -> Result<(), Malformed> {
    if data.is_empty() {
        return Ok(());
    }
    let mut items = Reader::new(Reader::new(data).vector()?);
    while !items.is_empty() {
        items.u16()?;
        items.vector()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lengths_have_to_fit() {
        for whole in [&b""[..], b"\0", b"\x04\x00\x20\x01\xaa", b"\x03\x00\x20\x00and more"] {
            assert!(read(whole).is_ok(), "{whole:?}");
        }
        for broken in [&b"\x05\x00\x20\x01\xaa"[..], b"\x04\x00\x20\x02\xaa", b"\x01\x00", b"\xff", b"\x40"] {
            assert!(read(broken).is_err(), "{broken:?}");
        }
    }
}
