//! `AppDataDictionary` (mls-extensions §4.6) and the lists in it that are the same in all our rooms and leaves.
//!
//! ```text
//! struct { ComponentID component_id; opaque data<V>; } ComponentData;
//! struct { ComponentData component_data<V>; } AppDataDictionary;
//! struct { ComponentID component_ids<V>; } ComponentsList;
//! ```

use std::collections::BTreeMap;

use tls_codec::{Deserialize, VLByteVec};

use crate::{
    codec::{DecodeError, put_vector},
    component::{self, ComponentId, LEAF_APP_COMPONENTS},
};

/// Data of each component, by ascending number.
pub type Dictionary = BTreeMap<ComponentId, Vec<u8>>;

/// Media type of messages, the default of our rooms.
pub const MIMI_CONTENT: &str = "application/mimi-content";
/// Media type of delivery reports (mimi-message-status-01).
pub const MIMI_MESSAGE_STATUS: &str = "application/mimi-message-status";

/// Encodes a dictionary.
pub fn encode(dictionary: &Dictionary) -> Vec<u8> {
    let mut entries = Vec::new();
    for (id, data) in dictionary {
        entries.extend(id.to_be_bytes());
        put_vector(&mut entries, data);
    }
    vector(&entries)
}

/// Decodes exactly one dictionary.
///
/// # Errors
/// [`DecodeError`] if entries do not ascend strictly, or the bytes are malformed or go on.
pub fn decode(bytes: &[u8]) -> Result<Dictionary, DecodeError> {
    let mut rest = bytes;
    let dictionary = read(&mut rest)?;
    if rest.is_empty() { Ok(dictionary) } else { Err(tls_codec::Error::TrailingData.into()) }
}

/// Reads one dictionary from the front.
pub(crate) fn read<R: std::io::Read>(reader: &mut R) -> Result<Dictionary, tls_codec::Error> {
    let entries = Vec::<(u16, VLByteVec)>::tls_deserialize(reader)?;
    let mut dictionary = Dictionary::new();
    for (id, data) in entries {
        if dictionary.last_key_value().is_some_and(|(last, _)| *last >= id) {
            return Err(crate::codec::invalid("components do not ascend"));
        }
        dictionary.insert(id, data.into());
    }
    Ok(dictionary)
}

/// `ComponentsList` of these numbers, in this order.
pub fn components_list(ids: &[ComponentId]) -> Vec<u8> {
    vector(&ids.iter().flat_map(|id| id.to_be_bytes()).collect::<Vec<u8>>())
}

/// Reads a `ComponentsList`.
///
/// # Errors
/// [`DecodeError`] if malformed.
pub fn parse_components_list(bytes: &[u8]) -> Result<Vec<ComponentId>, DecodeError> {
    Ok(Vec::<u16>::tls_deserialize_exact(bytes)?)
}

/// What `app_components` of a group must be: exactly the components with data in its dictionary, ascending, counting
/// `app_components` itself (`docs/PROTOCOL.md`).
pub fn app_components(dictionary: &Dictionary) -> Vec<u8> {
    let mut ids: Vec<ComponentId> = dictionary.keys().copied().collect();
    if let Err(place) = ids.binary_search(&component::APP_COMPONENTS) {
        ids.insert(place, component::APP_COMPONENTS);
    }
    components_list(&ids)
}

/// `safe_aad` of our groups and leaves: the franking tag alone.
pub fn safe_aad() -> Vec<u8> {
    components_list(&[component::FRANK_AAD])
}

/// `content_media_types` of our groups and leaves: `MediaType media_types<V>`, each
/// `struct { opaque type<V>; Parameter parameters<V>; }`.
pub fn content_media_types() -> Vec<u8> {
    let mut list = Vec::new();
    for media_type in [MIMI_CONTENT, MIMI_MESSAGE_STATUS] {
        put_vector(&mut list, media_type.as_bytes());
        put_vector(&mut list, &[]);
    }
    vector(&list)
}

/// The components in the `app_data_dictionary` of every leaf of ours; some leaves have more.
pub fn leaf_dictionary() -> Dictionary {
    let mut leaf = Dictionary::new();
    leaf.insert(component::APP_COMPONENTS, components_list(&LEAF_APP_COMPONENTS));
    leaf.insert(component::SAFE_AAD, safe_aad());
    leaf.insert(component::CONTENT_MEDIA_TYPES, content_media_types());
    leaf
}

/// `SafeAAD { SafeAADItem { ComponentID component_id; opaque aad_item_data<V>; } aad_items<V> }`, the authenticated data
/// of every message in our groups; empty is one zero byte.
pub fn safe_aad_items(items: &Dictionary) -> Vec<u8> {
    encode(items)
}

fn vector(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 4);
    put_vector(&mut out, content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_of_a_connection_key_package_is_five_bytes() {
        let dictionary = Dictionary::from([(component::KP_USAGE, vec![2])]);
        assert_eq!(hex::encode(encode(&dictionary)), "048d420102");
        assert_eq!(decode(&encode(&dictionary)).unwrap(), dictionary);
    }

    #[test]
    fn entries_must_ascend() {
        assert!(decode(&hex::decode("080001010000010100").unwrap()).is_err());
        assert!(decode(&hex::decode("080002010000010100").unwrap()).is_err());
        assert!(decode(&hex::decode("080001010000020100").unwrap()).is_ok());
    }

    #[test]
    fn a_franking_tag_is_carried_in_36_bytes() {
        let items = Dictionary::from([(component::FRANK_AAD, vec![7; 32])]);
        assert_eq!(hex::encode(&safe_aad_items(&items)[..4]), "23002020");
        assert_eq!(safe_aad_items(&Dictionary::new()), [0]);
    }

    #[test]
    fn app_components_names_itself() {
        let mut dictionary = Dictionary::from([(component::SAFE_AAD, safe_aad()), (component::ROLES_LIST, vec![0])]);
        assert_eq!(hex::encode(app_components(&dictionary)), "06000100020025");
        dictionary.insert(component::APP_COMPONENTS, app_components(&dictionary));
        assert_eq!(hex::encode(app_components(&dictionary)), "06000100020025");
        assert_eq!(hex::encode(safe_aad()), "020020");
    }

    #[test]
    fn messages_are_the_default_media_type() {
        let types = content_media_types();
        assert_eq!(types[..2], [0x3b, 0x18]);
        assert_eq!(&types[2..26], MIMI_CONTENT.as_bytes());
    }

    #[test]
    fn every_prefix_of_a_dictionary_fails() {
        let bytes = encode(&leaf_dictionary());
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err());
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(decode(&longer).is_err());
    }
}
