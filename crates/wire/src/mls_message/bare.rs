//! `Welcome`, `GroupInfo` and `KeyPackage` without the `MLSMessage` around them, as MIMI's bodies carry them.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::{
    RawMlsMessage, WireFormat,
    framing::{self, Head},
    walk,
};
use crate::{
    codec::{Body, DecodeError, Recorder, invalid, write_raw},
    hpke::HpkeCiphertext,
};

macro_rules! bare_type {
    ($(#[$doc:meta])* $name:ident, $walk:path, $format:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// The bytes, as received.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The bytes, as received.
            pub fn into_bytes(self) -> Vec<u8> {
                self.0
            }

            /// Strips the header of an `MLSMessage`.
            ///
            /// # Errors
            /// [`DecodeError`] if it is not exactly one message of this kind.
            pub fn from_mls_message(message: &[u8]) -> Result<Self, DecodeError> {
                match message.strip_prefix(&framing::header($format)) {
                    Some(bare) => Self::decode(bare),
                    None => Err(invalid("another kind of MLS message").into()),
                }
            }

            /// Puts the header of an `MLSMessage` in front.
            pub fn to_mls_message(&self) -> RawMlsMessage {
                let mut bytes = framing::header($format).to_vec();
                bytes.extend_from_slice(&self.0);
                RawMlsMessage { bytes, head: Head { wire_format: $format, framed: None } }
            }
        }

        impl Body for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl Size for $name {
            fn tls_serialized_len(&self) -> usize {
                self.0.len()
            }
        }

        impl Serialize for $name {
            fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
                write_raw(writer, &self.0)
            }
        }

        impl Deserialize for $name {
            fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
                let mut recorder = Recorder::new(bytes);
                $walk(&mut recorder)?;
                Ok(Self(recorder.into_seen()))
            }
        }
    };
}

bare_type! {
    /// RFC 9420 §12.4.3.1
    BareWelcome, walk::welcome, WireFormat::Welcome
}

bare_type! {
    /// RFC 9420 §12.4.3; [`crate::group_info_parts`] takes it apart.
    BareGroupInfo, walk::group_info, WireFormat::GroupInfo
}

bare_type! {
    /// RFC 9420 §10
    BareKeyPackage, walk::key_package, WireFormat::KeyPackage
}

impl BareWelcome {
    /// Its `cipher_suite`.
    ///
    /// # Errors
    /// [`DecodeError`] if it is malformed.
    pub fn cipher_suite(&self) -> Result<u16, DecodeError> {
        Ok(Fields::tls_deserialize_exact(&self.0)?.cipher_suite)
    }

    /// The KeyPackageRefs of those it is for (`secrets[].new_member`).
    ///
    /// # Errors
    /// [`DecodeError`] if the secrets are malformed.
    pub fn new_members(&self) -> Result<Vec<Vec<u8>>, DecodeError> {
        let fields = Fields::tls_deserialize_exact(&self.0)?;
        Ok(fields.secrets.into_iter().map(|secrets| secrets.new_member.into()).collect())
    }
}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
struct Fields {
    cipher_suite: u16,
    secrets: Vec<EncryptedGroupSecrets>,
    encrypted_group_info: VLByteVec,
}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
struct EncryptedGroupSecrets {
    new_member: VLByteVec,
    encrypted_group_secrets: HpkeCiphertext,
}
