//! Maps taken apart and put together again, for tests.

use doorstep_cbor::{Writer, decode_prefix};

/// Key and value of each entry of an encoded map.
pub(super) fn fields(map: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let count = usize::from(map[0] & 0x1f);
    let mut rest = &map[1..];
    let mut next = || {
        let (item, left) = decode_prefix(rest, |reader| reader.raw()).unwrap();
        rest = left;
        item.to_vec()
    };
    (0..count).map(|_| (next(), next())).collect()
}

/// The map of these entries.
pub(super) fn map(fields: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.map(fields.len());
    for (key, value) in fields {
        writer.raw(key).raw(value);
    }
    writer.finish()
}
