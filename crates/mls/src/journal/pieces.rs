//! Values that grow with the room, in pieces.
//!
//! The group context has the whole participant list in it, and a commit changes a line of that. So a large value is cut
//! where its content says so, which moves no cut behind a change; each piece lies under its hash, once for all values of
//! the group, and where the value was there is the list of its pieces. A commit then costs the pieces it changes and the
//! list.

use sha2::{Digest, Sha256};

use super::rows::{Column, column};
use super::{Journal, JournalError};

/// Where values in pieces may be.
const HOLDERS: [Column; 3] = [Column::Context, Column::CurrentContext, Column::ContextOfPastEpoch];
/// First byte of a list of pieces; no CBOR value begins with it.
const LIST: u8 = 0xff;
/// Bytes of a hash in the list.
const NAME: usize = 16;
/// No piece but the last is shorter, and no value of that length is cut.
const SHORTEST: usize = 1_024;
/// No piece is longer.
const LONGEST: usize = 8_192;
/// A cut is made where these bits of the sum are zero, on average after 1 024 bytes more.
const CUT: u64 = 0x3ff << 54;

/// Writes a value of one of the [`HOLDERS`].
pub(super) fn put(journal: &Journal, group: &[u8], key: &[u8], value: &[u8]) {
    if is(journal, group, key, value) {
        return;
    }
    let before = journal.get(key);
    if value.len() <= SHORTEST {
        journal.put(key, value);
    } else {
        let mut list = vec![LIST];
        for piece in cut(value) {
            let name = Sha256::digest(piece);
            let name = name.get(..NAME).unwrap_or_default();
            journal.put(&piece_key(group, name), piece);
            list.extend_from_slice(name);
        }
        journal.put(key, &list);
    }
    if let Some(row) = before {
        release(journal, group, &row);
    }
}

/// The value, if there is one.
///
/// # Errors
/// A piece is missing.
pub(super) fn get(journal: &Journal, group: &[u8], key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
    let Some(row) = journal.get(key) else { return Ok(None) };
    let Some(names) = names(&row) else { return Ok(Some(row.to_vec())) };
    let mut value = Vec::new();
    for name in names {
        value.extend_from_slice(&journal.get(&piece_key(group, name)).ok_or(JournalError::MissingRow)?);
    }
    Ok(Some(value))
}

/// Is this the value already? It mostly is: OpenMLS writes the context with every message.
fn is(journal: &Journal, group: &[u8], key: &[u8], value: &[u8]) -> bool {
    let Some(row) = journal.get(key) else { return false };
    let Some(mut names) = names(&row) else { return row.as_ref() == value };
    let rest = names.try_fold(value, |rest, name| rest.strip_prefix(journal.get(&piece_key(group, name))?.as_ref()));
    rest.is_some_and(<[u8]>::is_empty)
}

/// Deletes the values whose keys start with `prefix`.
pub(super) fn delete(journal: &Journal, group: &[u8], prefix: &[u8]) {
    for (key, row) in journal.scan_prefix(prefix) {
        journal.delete(&key);
        release(journal, group, &row);
    }
}

/// Deletes the pieces of a row that was, but for those that are in another one.
fn release(journal: &Journal, group: &[u8], was: &[u8]) {
    let Some(names) = names(was) else { return };
    let rows: Vec<_> = HOLDERS.iter().flat_map(|holder| journal.scan_prefix(&column(group, *holder))).collect();
    for name in names {
        if !rows.iter().filter_map(|(_, row)| self::names(row)).flatten().any(|held| held == name) {
            journal.delete(&piece_key(group, name));
        }
    }
}

fn names(row: &[u8]) -> Option<std::slice::ChunksExact<'_, u8>> {
    row.strip_prefix(&[LIST]).map(|list| list.chunks_exact(NAME))
}

fn piece_key(group: &[u8], name: &[u8]) -> Vec<u8> {
    let mut key = column(group, Column::Piece);
    key.extend_from_slice(name);
    key
}

/// The pieces of a value. Where it is cut depends on the 64 bytes before.
fn cut(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at_checked(length(rest))?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn length(value: &[u8]) -> usize {
    let mut sum = 0_u64;
    for (place, byte) in value.iter().enumerate().take(LONGEST) {
        // Odd multiples of the golden ratio: every bit of a byte reaches the high bits, and 64 bytes later none is left.
        sum = (sum << 1).wrapping_add((u64::from(*byte) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if place + 1 >= SHORTEST && sum & CUT == 0 {
            return place + 1;
        }
    }
    value.len().min(LONGEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GROUP: &[u8] = b"g";

    fn key() -> Vec<u8> {
        column(GROUP, Column::Context)
    }

    /// Lines as a participant list has them.
    fn list(people: impl Iterator<Item = u32>) -> Vec<u8> {
        people.flat_map(|person| Sha256::digest(person.to_be_bytes())).collect()
    }

    fn written(journal: &Journal) -> usize {
        journal.drain_writes().iter().map(|write| write.key.len() + write.value.as_ref().map_or(0, Vec::len)).sum()
    }

    #[test]
    fn somebody_more_or_less_costs_a_few_pieces_of_a_long_list() {
        let journal = Journal::new();
        let long = list(0..10_000);
        put(&journal, GROUP, &key(), &long);
        assert!(written(&journal) > long.len());
        for next in [list(0..10_001), list((0..10_001).filter(|person| *person != 17)), list(1..9_999)] {
            put(&journal, GROUP, &key(), &next);
            assert_eq!(get(&journal, GROUP, &key()).unwrap(), Some(next));
            let written = written(&journal);
            assert!(written < long.len() / 10, "{written}");
        }
        let pieces = journal.scan_prefix(&column(GROUP, Column::Piece));
        assert!(pieces.iter().map(|(_, piece)| piece.len()).sum::<usize>() == list(1..9_999).len());
    }

    #[test]
    fn values_share_their_pieces_and_the_last_one_takes_them_away() {
        let journal = Journal::new();
        let (first, second) = (key(), column(GROUP, Column::CurrentContext));
        let long = list(0..1_000);
        put(&journal, GROUP, &first, &long);
        let rows = journal.len();
        put(&journal, GROUP, &second, &long);
        assert_eq!(journal.len(), rows + 1);
        delete(&journal, GROUP, &first);
        assert_eq!(get(&journal, GROUP, &second).unwrap(), Some(long));
        put(&journal, GROUP, &second, b"short");
        assert_eq!(journal.len(), 1);
        assert_eq!(get(&journal, GROUP, &second).unwrap().as_deref(), Some(b"short".as_slice()));
    }

    #[test]
    fn a_lost_piece_is_said_to_be_missing() {
        let journal = Journal::new();
        put(&journal, GROUP, &key(), &list(0..1_000));
        let (piece, _) = journal.scan_prefix(&column(GROUP, Column::Piece)).pop().unwrap();
        journal.delete(&piece);
        assert_eq!(get(&journal, GROUP, &key()), Err(JournalError::MissingRow));
    }

    proptest! {
        #[test]
        fn pieces_are_the_value_and_neither_long_nor_short(value in prop::collection::vec(any::<u8>(), 0..100_000)) {
            let pieces: Vec<&[u8]> = cut(&value).collect();
            prop_assert_eq!(&pieces.concat(), &value);
            for (place, piece) in pieces.iter().enumerate() {
                prop_assert!(piece.len() <= LONGEST && (piece.len() >= SHORTEST || place + 1 == pieces.len()));
            }
        }
    }
}
