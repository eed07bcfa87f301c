//! Typed rows of the engine in the journal that also holds the rows of MLS.

use core::marker::PhantomData;
use std::sync::Arc;

use doorstep_mls::Journal;
use serde::{Serialize, de::DeserializeOwned};

/// A kind of row: all keys begin with the table's prefix, the rest of the key is text chosen by the caller.
pub(crate) struct Table<T> {
    prefix: &'static str,
    row: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// `prefix` ends with `/` and no table's prefix begins with another's.
    pub(crate) const fn new(prefix: &'static str) -> Self {
        Self { prefix, row: PhantomData }
    }

    /// With which all its keys begin.
    pub(crate) const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The row, if it is there. Rows that do not decode were set aside when the engine was loaded.
    pub(crate) fn get(&self, journal: &Journal, key: &str) -> Option<T> {
        journal.get(&row_key(self.prefix, key)).and_then(|bytes| doorstep_rows::decode(&bytes).ok())
    }

    /// Writes the row.
    pub(crate) fn put(&self, journal: &Journal, key: &str, row: &T) {
        // Writing cannot fail for the derived rows of `record`.
        if let Ok(bytes) = doorstep_rows::encode(row) {
            journal.put(&row_key(self.prefix, key), &bytes);
        }
    }

    /// Deletes the row; nothing happens when there is none.
    pub(crate) fn delete(&self, journal: &Journal, key: &str) {
        journal.delete(&row_key(self.prefix, key));
    }

    /// Deletes all rows whose key begins with `start`.
    pub(crate) fn delete_all(&self, journal: &Journal, start: &str) {
        for (key, _) in rows_of(journal, self.prefix, start) {
            self.delete(journal, &key);
        }
    }

    /// All rows whose key begins with `start`, in key order.
    pub(crate) fn scan(&self, journal: &Journal, start: &str) -> Vec<(String, T)> {
        let mut rows = Vec::new();
        for (key, bytes) in rows_of(journal, self.prefix, start) {
            if let Ok(row) = doorstep_rows::decode(&bytes) {
                rows.push((key, row));
            }
        }
        rows
    }

    /// The rows with a label ([`crate::record::labels`]), in key order.
    pub(crate) fn having(&self, journal: &Journal, label: &str) -> Vec<(String, T)> {
        self.found(journal, journal.having(&[self.prefix.as_bytes(), label.as_bytes(), &[0]].concat()))
    }

    /// The last `most` rows with a label that begins with `label`, the last one first.
    pub(crate) fn last_having(&self, journal: &Journal, label: &str, most: usize) -> Vec<(String, T)> {
        self.found(journal, journal.last_having(&row_key(self.prefix, label), most))
    }

    /// The rows with a label of `label` and a [`digits`] number up to `most` behind it, the smallest first.
    pub(crate) fn having_up_to(&self, journal: &Journal, label: &str, most: u64) -> Vec<(String, T)> {
        let label = row_key(self.prefix, label);
        let last = [label.as_slice(), digits(most).as_bytes()].concat();
        self.found(journal, journal.having_to(&label, &last))
    }

    /// The smallest number behind a label that is greater than `number`.
    pub(crate) fn first_number_after(&self, journal: &Journal, label: &str, number: u64) -> Option<u64> {
        let label = row_key(self.prefix, label);
        let from = [label.as_slice(), digits(number.saturating_add(1)).as_bytes()].concat();
        let found = journal.first_label(&from, &label)?;
        core::str::from_utf8(found.get(label.len()..)?).ok()?.parse().ok()
    }

    /// What stands behind a label, each once.
    pub(crate) fn behind(&self, journal: &Journal, label: &str) -> Vec<String> {
        let label = row_key(self.prefix, label);
        let found = journal.labels(&label).into_iter();
        found.filter_map(|found| core::str::from_utf8(found.get(label.len()..)?).ok().map(str::to_owned)).collect()
    }

    fn found(&self, journal: &Journal, found: Vec<Vec<u8>>) -> Vec<(String, T)> {
        let mut rows = Vec::with_capacity(found.len());
        for key in found {
            if let Some(key) = key_behind(self.prefix, &key)
                && let Some(row) = self.get(journal, &key)
            {
                rows.push((key, row));
            }
        }
        rows
    }

    /// All rows in key order. Not for what is done in each step, unless the table has only what is under way.
    pub(crate) fn all(&self, journal: &Journal) -> Vec<(String, T)> {
        self.scan(journal, "")
    }

    /// Changes a row that is there; says whether it was.
    pub(crate) fn change(&self, journal: &Journal, key: &str, change: impl FnOnce(&mut T)) -> bool {
        match self.get(journal, key) {
            Some(mut row) => {
                change(&mut row);
                self.put(journal, key, &row);
                true
            }
            None => false,
        }
    }

    /// Moves rows that do not decode out of the way (they are kept under `aside/`), and says how many.
    pub(crate) fn set_aside_unreadable(&self, journal: &Journal) -> usize {
        set_aside(journal, self.prefix, |bytes| doorstep_rows::decode::<T>(bytes).is_ok())
    }
}

// What does not depend on the type of the row is here once, not once a table.

#[inline(never)]
fn row_key(prefix: &str, key: &str) -> Vec<u8> {
    [prefix.as_bytes(), key.as_bytes()].concat()
}

/// The rows whose key begins with `prefix` and `start`, by the rest of their key after `prefix`.
#[inline(never)]
fn rows_of(journal: &Journal, prefix: &str, start: &str) -> Vec<(String, Arc<[u8]>)> {
    let rows = journal.scan_prefix(&row_key(prefix, start)).into_iter();
    rows.filter_map(|(key, bytes)| Some((key_behind(prefix, &key)?, bytes))).collect()
}

#[inline(never)]
fn key_behind(prefix: &str, key: &[u8]) -> Option<String> {
    Some(core::str::from_utf8(key.get(prefix.len()..)?).ok()?.to_owned())
}

/// A number that sorts as text.
pub(crate) fn digits(number: u64) -> String {
    format!("{number:020}")
}

#[inline(never)]
fn set_aside(journal: &Journal, prefix: &str, reads: fn(&[u8]) -> bool) -> usize {
    let mut count = 0;
    for (key, bytes) in journal.scan_prefix(prefix.as_bytes()) {
        if !reads(&bytes) {
            journal.put(&[b"aside/", key.as_slice()].concat(), &bytes);
            journal.delete(&key);
            count += 1;
        }
    }
    count
}
