//! `ApplicationFraming`: which media type a piece of application data has (mls-extensions, content advertisement).
//!
//! ```text
//! struct { opaque parameter_name<V>; opaque parameter_value<V>; } Parameter;
//! struct { opaque type<V>; Parameter parameters<V>; } MediaType;
//! struct { MediaType media_type; opaque inner_application_content<V>; } ApplicationFraming;
//! ```

use doorstep_wire::codec::put_vector;
use doorstep_wire::dictionary::{MIMI_CONTENT, MIMI_MESSAGE_STATUS};
use tls_codec::{Deserialize, TlsDeserialize, TlsSize, VLByteVec};

/// Application data by media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// Bytes for [`crate::MimiContent::decode`]. Also what an empty type means in our rooms.
    Content(Vec<u8>),
    /// A delivery report (mimi-message-status-01).
    Status(Vec<u8>),
    /// Something that this software does not know.
    Unknown {
        /// Media type without parameters.
        media_type: String,
    },
}

/// Application data without a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("application data has no valid framing")]
pub struct FramingError;

/// Puts an encoded MIMI content message into its frame: the application data of an MLS message.
pub fn frame(content: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(content.len() + 32);
    put_vector(&mut framed, MIMI_CONTENT.as_bytes());
    put_vector(&mut framed, &[]);
    put_vector(&mut framed, content);
    framed
}

/// Opens the frame of application data.
///
/// # Errors
/// Bytes that are no frame, or follow it.
pub fn unframe(application_data: &[u8]) -> Result<Framed, FramingError> {
    let frame = ApplicationFraming::tls_deserialize_exact(application_data).map_err(|_| FramingError)?;
    let media_type = core::str::from_utf8(frame.media_type.as_slice()).map_err(|_| FramingError)?;
    let content = Vec::from(frame.content);
    Ok(match media_type {
        "" | MIMI_CONTENT if frame.parameters.is_empty() => Framed::Content(content),
        MIMI_MESSAGE_STATUS if frame.parameters.is_empty() => Framed::Status(content),
        other => Framed::Unknown { media_type: other.to_owned() },
    })
}

#[derive(TlsDeserialize, TlsSize)]
struct ApplicationFraming {
    media_type: VLByteVec,
    parameters: Vec<Parameter>,
    content: VLByteVec,
}

#[derive(TlsDeserialize, TlsSize)]
struct Parameter {
    name: VLByteVec,
    value: VLByteVec,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "186170706c69636174696f6e2f6d696d692d636f6e74656e7400";

    #[test]
    fn a_frame_is_byte_exact() {
        assert_eq!(hex::encode(frame(&[0xaa, 0xbb])), format!("{PREFIX}02aabb"));
        assert_eq!(hex::encode(&frame(&[0; 193])[..28]), format!("{PREFIX}40c1"));
    }

    #[test]
    fn a_frame_is_opened() {
        assert_eq!(unframe(&frame(&[1, 2])), Ok(Framed::Content(vec![1, 2])));
    }

    #[test]
    fn an_empty_type_is_the_first_of_the_room() {
        assert_eq!(unframe(&[0, 0, 1, 9]), Ok(Framed::Content(vec![9])));
    }

    #[test]
    fn a_parameter_makes_another_type() {
        let with_parameter = hex::decode("186170706c69636174696f6e2f6d696d692d636f6e74656e74040161017800").unwrap();
        assert_eq!(unframe(&with_parameter), Ok(Framed::Unknown { media_type: MIMI_CONTENT.into() }));
    }

    #[test]
    fn an_unknown_type_is_no_error() {
        assert_eq!(unframe(b"\x09image/png\x00\x01x"), Ok(Framed::Unknown { media_type: "image/png".into() }));
    }

    #[test]
    fn prefixes_trailing_bytes_and_long_lengths_are_refused() {
        let framed = frame(b"hello");
        for end in 0..framed.len() {
            assert_eq!(unframe(&framed[..end]), Err(FramingError), "{end}");
        }
        assert_eq!(unframe(&[framed, vec![0]].concat()), Err(FramingError));
        assert_eq!(unframe(&[0, 0, 0x40, 1, 9]), Err(FramingError));
        assert_eq!(unframe(&[1, 0xff, 0, 0]), Err(FramingError));
    }
}
