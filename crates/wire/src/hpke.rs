//! Labelled public key encryption (RFC 9420 §5.1.3), with the labels of components (mls-extensions §4.2).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, put_vector},
    component::ComponentId,
};

/// `struct { opaque kem_output<V>; opaque ciphertext<V>; } HPKECiphertext;` (RFC 9420 §7.6)
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct HpkeCiphertext {
    /// Encapsulated key.
    pub kem_output: VLByteVec,
    /// AEAD ciphertext with its tag.
    pub ciphertext: VLByteVec,
}

impl Body for HpkeCiphertext {}

/// The `info` of `EncryptWithLabel(key, label, context, plaintext)`; its `aad` is empty.
///
/// ```text
/// struct { opaque label<V> = "MLS 1.0 " + label; opaque context<V>; } EncryptContext;
/// ```
pub fn info(label: &[u8], context: &[u8]) -> Vec<u8> {
    let mut labelled = b"MLS 1.0 ".to_vec();
    labelled.extend_from_slice(label);
    let mut out = Vec::with_capacity(labelled.len() + context.len() + 8);
    put_vector(&mut out, &labelled);
    put_vector(&mut out, context);
    out
}

/// A component's label for [`info`] or a signature.
///
/// ```text
/// struct { opaque base_label<V> = "MLS Component"; ComponentID component_id; opaque label<V>; } ComponentOperationLabel;
/// ```
///
/// OpenMLS 0.9.2 writes another base label ("Application"); ours is the draft's.
pub fn component_label(component: ComponentId, label: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(label.len() + 17);
    put_vector(&mut out, b"MLS Component");
    out.extend(component.to_be_bytes());
    put_vector(&mut out, label.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::KNOCK_SEALING_KEY;

    #[test]
    fn knock_info_is_byte_exact() {
        let info = info(&component_label(KNOCK_SEALING_KEY, "knock"), &[0xaa]);
        assert_eq!(
            hex::encode(info),
            concat!("1e", "4d4c5320312e3020", "0d", "4d4c5320436f6d706f6e656e74", "8d46", "05", "6b6e6f636b", "01aa")
        );
    }

    #[test]
    fn outcome_info_is_byte_exact() {
        let info = info(&component_label(KNOCK_SEALING_KEY, "outcome"), &[]);
        assert_eq!(
            hex::encode(info),
            concat!("20", "4d4c5320312e3020", "0d", "4d4c5320436f6d706f6e656e74", "8d46", "07", "6f7574636f6d65", "00")
        );
    }
}
