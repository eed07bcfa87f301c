//! Component 0x0023, `room_metadata` (mimi-protocol-06 §7.2).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{codec::Body, uri::RoomUri};

/// ```text
/// struct { opaque media_type<V>; opaque language_tag<V>; opaque description_content<V>; } RichDescription;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RichDescription {
    /// Empty: `text/plain;charset=utf-8`.
    pub media_type: String,
    /// BCP 47, may be empty.
    pub language_tag: String,
    /// The text, in that media type.
    pub content: String,
}

/// ```text
/// struct { Uri room_uri; UTF8String room_name; RichDescription room_descriptions<V>; Uri room_avatar;
///          UTF8String room_subject; UTF8String room_mood; } RoomMetaData;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RoomMetaData {
    /// The room itself.
    pub room_uri: RoomUri,
    /// Its name.
    pub room_name: String,
    /// What it is about, in several languages or formats.
    pub room_descriptions: Vec<RichDescription>,
    /// URI of a picture, may be empty.
    pub room_avatar: String,
    /// What the talk is about at the moment, may be empty.
    pub room_subject: String,
    /// May be empty.
    pub room_mood: String,
}

impl RoomMetaData {
    /// The first description in plain text, empty if there is none.
    pub fn plain_description(&self) -> &str {
        let plain = |description: &&RichDescription| {
            let (media, _) = description.media_type.split_once(';').unwrap_or((&description.media_type, ""));
            media.is_empty() || media.trim().eq_ignore_ascii_case("text/plain")
        };
        self.room_descriptions.iter().find(plain).map_or("", |description| &description.content)
    }
}

impl Body for RoomMetaData {
    const LIMIT: usize = 256 << 10;
}
