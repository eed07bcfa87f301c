//! Many rows in one piece: what a parcel carries, and what rows are folded into that lie still. A database gives thousands
//! of small values out slowly, and each has to be unsealed by itself.
//!
//! ```text
//! (uint32 length ‖ row key ‖ uint32 length ‖ row value)*
//! ```

use crate::store::{Map, Rows};

/// Bytes of a bundle, unless one row has more. When a row of it changes, so much is written anew.
const FULL: usize = 64 << 10;

/// The rows in a bundle, or none if it is cut off.
pub(crate) fn read(mut plain: &[u8]) -> Option<Rows> {
    let mut rows = Vec::new();
    while !plain.is_empty() {
        let key = part(&mut plain)?;
        rows.push((key, part(&mut plain)?));
    }
    Some(rows)
}

/// Rows in as many bundles as they need, each with the keys that are in it.
pub(crate) fn fold(rows: &Map) -> Vec<(Vec<Vec<u8>>, Vec<u8>)> {
    let mut bundles: Vec<(Vec<Vec<u8>>, Vec<u8>)> = Vec::new();
    for (key, value) in rows {
        let size = 8 + key.len() + value.len();
        match bundles.last_mut().filter(|(_, bundle)| bundle.len() + size <= FULL) {
            Some((keys, bundle)) => {
                keys.push(key.clone());
                append(bundle, key, value);
            }
            None => {
                let mut bundle = Vec::with_capacity(FULL.max(size));
                append(&mut bundle, key, value);
                bundles.push((vec![key.clone()], bundle));
            }
        }
    }
    bundles
}

/// A bundle without some of its rows, which may be empty; none if it is cut off.
pub(crate) fn without(bundle: &[u8], gone: &[&[u8]]) -> Option<Vec<u8>> {
    let mut left = Vec::with_capacity(bundle.len());
    for (key, value) in read(bundle)? {
        if !gone.contains(&key.as_slice()) {
            append(&mut left, &key, &value);
        }
    }
    Some(left)
}

fn append(bundle: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    for part in [key, value] {
        bundle.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bundle.extend(part);
    }
}

fn part(plain: &mut &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let (part, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *plain = rest;
    Some(part.to_vec())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn rows_are_read_whole_or_not_at_all() {
        let plain = [&[0, 0, 0, 1][..], b"k", &[0, 0, 0, 2], b"vv", &[0, 0, 0, 1], b"l", &[0, 0, 0, 0]].concat();
        assert_eq!(read(&plain).unwrap(), [(b"k".to_vec(), b"vv".to_vec()), (b"l".to_vec(), Vec::new())]);
        let whole = [0, 11];
        for end in (0..plain.len()).filter(|end| !whole.contains(end)) {
            assert!(read(&plain[..end]).is_none(), "{end}");
        }
        assert!(read(&[0xff, 0xff, 0xff, 0xff, 1]).is_none());
    }

    #[test]
    fn what_is_folded_is_there_once_and_in_pieces_of_a_size() {
        let row = |number: u32| (number.to_be_bytes().to_vec(), Arc::from(vec![7; number as usize % 3_000]));
        let rows: Map = (0..1_000).map(row).chain([(b"large".to_vec(), Arc::from(vec![1; FULL]))]).collect();
        let bundles = fold(&rows);
        let mut found = Map::new();
        for (keys, bundle) in &bundles {
            let read = read(bundle).unwrap();
            assert!(bundle.len() <= FULL || read.len() == 1);
            assert_eq!(read.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), *keys);
            found.extend(read.into_iter().map(|(key, value)| (key, value.into())));
        }
        assert_eq!(found, rows);
        assert!(bundles.len() < 40, "{}", bundles.len());
        assert!(fold(&Map::new()).is_empty());
    }

    #[test]
    fn a_row_that_is_taken_out_is_gone_and_the_others_stay() {
        let rows: Map = (0..5_u8).map(|number| (vec![number], Arc::from(vec![number; 3]))).collect();
        let (_, bundle) = fold(&rows).remove(0);
        let left = read(&without(&bundle, &[&[1], &[3], &[9]]).unwrap()).unwrap();
        assert_eq!(left.into_iter().map(|(key, _)| key[0]).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(without(&bundle, &[&[0], &[1], &[2], &[3], &[4]]), Some(Vec::new()));
        assert_eq!(without(&bundle[1..], &[]), None);
    }
}
