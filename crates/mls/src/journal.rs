//! The rows of MLS state, in memory, with a record of what changed.
//!
//! OpenMLS storage is synchronous and IndexedDB is not; a hub wants the rows of an accepted commit in the same
//! transaction as the answer. So OpenMLS writes here, and whoever drives it takes the changed rows out with
//! [`Journal::drain_writes`] and persists them before anything is sent.

pub(crate) mod compose;
mod past_leaves;
mod pieces;
pub mod rows;
mod secrets;
mod split;
mod storage;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use storage::JournalError;

/// One changed row: the new value, or `None` where the row is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key of the row.
    pub key: Vec<u8>,
    /// The new value; `None` deletes the row.
    pub value: Option<Vec<u8>>,
}

/// A point in the record of a [`Journal`]. It is void once the record has been drained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    drained: u64,
    position: usize,
}

/// Tells the labels of a row, by its key and value. A label begins with the part of the key that tells what sort of row it
/// is, and has no zero byte.
pub type Labeller = fn(key: &[u8], value: &[u8], label: &mut dyn FnMut(&[u8]));

/// An ordered map of rows that remembers what each write replaced, and finds rows by their labels.
#[derive(Default)]
pub struct Journal {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    rows: BTreeMap<Vec<u8>, Arc<[u8]>>,
    labels: Labels,
    record: Vec<Replaced>,
    drained: u64,
    tree_hint: Option<TreeHint>,
}

struct Replaced {
    key: Vec<u8>,
    previous: Option<Arc<[u8]>>,
}

/// Which rows have which label. It follows from the rows at any time, so that nothing has to be taken back by itself.
#[derive(Default)]
struct Labels {
    labeller: Option<Labeller>,
    /// `label ‖ 0 ‖ key` → key.
    index: BTreeMap<Vec<u8>, Arc<[u8]>>,
}

impl Labels {
    /// The row with this key had one value and has another now.
    fn update(&mut self, key: &[u8], before: Option<&[u8]>, now: Option<&[u8]>) {
        let Some(labeller) = self.labeller else { return };
        if let Some(before) = before {
            labeller(key, before, &mut |label| {
                self.index.remove(&[label, &[0], key].concat());
            });
        }
        if let Some(now) = now {
            labeller(key, now, &mut |label| {
                self.index.insert([label, &[0], key].concat(), Arc::from(key));
            });
        }
    }

    /// What stands in the index from `label` to what begins with `last`, in order, each taken apart into label and key.
    fn between<'a>(&'a self, label: &[u8], last: &[u8]) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a [u8])> {
        // Nothing of a label is 0xff: labels are text.
        let end = [last, &[0xff]].concat();
        let entries = self.index.range::<[u8], _>((Bound::Included(label), Bound::Excluded(end.as_slice())));
        entries.map(|(entry, key)| (entry.split(|byte| *byte == 0).next().unwrap_or_default(), key.as_ref()))
    }
}

/// Which leaves a commit touches, so that writing the tree looks only at them and their ancestors.
struct TreeHint {
    group: Vec<u8>,
    leaves: BTreeSet<u32>,
}

impl Journal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// A journal holding rows read back from disk. Loading is not recorded as a change.
    pub fn load<I, V>(rows: I) -> Self
    where
        I: IntoIterator<Item = (Vec<u8>, V)>,
        V: Into<Arc<[u8]>>,
    {
        let rows = rows.into_iter().map(|(key, value)| (key, value.into())).collect();
        Self { inner: RwLock::new(Inner { rows, ..Inner::default() }) }
    }

    /// The same with labels from here on.
    #[must_use]
    pub fn labelled(self, labeller: Labeller) -> Self {
        {
            let mut inner = self.write();
            let Inner { rows, labels, .. } = &mut *inner;
            labels.labeller = Some(labeller);
            for (key, value) in rows {
                labels.update(key, None, Some(value));
            }
        }
        self
    }

    /// The keys of the rows with a label that begins with `label`, in the order of labels.
    pub fn having(&self, label: &[u8]) -> Vec<Vec<u8>> {
        self.having_to(label, label)
    }

    /// The same from `label` on, and up to what begins with `last`, which is not before it.
    pub fn having_to(&self, label: &[u8], last: &[u8]) -> Vec<Vec<u8>> {
        self.read().labels.between(label, last).map(|(_, key)| key.to_vec()).collect()
    }

    /// The last `most` of them, the last one first.
    pub fn last_having(&self, label: &[u8], most: usize) -> Vec<Vec<u8>> {
        self.read().labels.between(label, label).rev().take(most).map(|(_, key)| key.to_vec()).collect()
    }

    /// The first label from `label` on that is not behind those that begin with `last`.
    pub fn first_label(&self, label: &[u8], last: &[u8]) -> Option<Vec<u8>> {
        self.read().labels.between(label, last).next().map(|(label, _)| label.to_vec())
    }

    /// Every label that begins with `label`, once.
    pub fn labels(&self, label: &[u8]) -> Vec<Vec<u8>> {
        let mut labels: Vec<_> = self.read().labels.between(label, label).map(|(label, _)| label.to_vec()).collect();
        labels.dedup();
        labels
    }

    /// The value of a row.
    pub fn get(&self, key: &[u8]) -> Option<Arc<[u8]>> {
        self.read().rows.get(key).cloned()
    }

    /// Sets a row. A value equal to the present one is not a change.
    pub fn put(&self, key: &[u8], value: &[u8]) {
        self.write().put(key, value);
    }

    /// Deletes a row.
    pub fn delete(&self, key: &[u8]) {
        self.write().delete(key);
    }

    /// Deletes every row whose key starts with `prefix`.
    pub fn delete_prefix(&self, prefix: &[u8]) {
        let mut inner = self.write();
        let keys: Vec<_> = inner.prefixed(prefix).map(|(key, _)| key.clone()).collect();
        for key in keys {
            inner.delete(&key);
        }
    }

    /// The rows whose key starts with `prefix`, in key order.
    pub fn scan_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, Arc<[u8]>)> {
        self.read().prefixed(prefix).map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.read().rows.len()
    }

    /// Whether there is no row at all.
    pub fn is_empty(&self) -> bool {
        self.read().rows.is_empty()
    }

    /// The rows changed since the last drain, each once with its present value, in key order. Afterwards the record is
    /// empty and earlier marks are void.
    pub fn drain_writes(&self) -> Vec<Write> {
        let mut inner = self.write();
        let before = inner.first_previous(0);
        inner.record.clear();
        inner.drained += 1;
        before
            .into_iter()
            .filter_map(|(key, previous)| {
                let now = inner.rows.get(&key).cloned();
                (now != previous).then(|| Write { key, value: now.map(|value| value.to_vec()) })
            })
            .collect()
    }

    /// The present point in the record, for [`Journal::rollback`] and [`Journal::undo_since`].
    pub fn mark(&self) -> Mark {
        let inner = self.read();
        Mark { drained: inner.drained, position: inner.record.len() }
    }

    /// Takes back every write made after `mark`. A void mark takes back nothing that was drained.
    pub fn rollback(&self, mark: Mark) {
        let mut inner = self.write();
        let position = inner.position_of(mark);
        inner.tree_hint = None;
        for replaced in inner.record.split_off(position).into_iter().rev() {
            let now = inner.rows.get(&replaced.key).cloned();
            inner.labels.update(&replaced.key, now.as_deref(), replaced.previous.as_deref());
            match replaced.previous {
                Some(value) => inner.rows.insert(replaced.key, value),
                None => inner.rows.remove(&replaced.key),
            };
        }
    }

    /// The writes that would bring the rows back to what they were at `mark`: what a hub keeps beside an accepted
    /// commit so that it can be taken back, also after a restart. Call it before the record is drained.
    pub fn undo_since(&self, mark: Mark) -> Vec<Write> {
        let inner = self.read();
        let position = inner.position_of(mark);
        inner
            .first_previous(position)
            .into_iter()
            .filter(|(key, previous)| inner.rows.get(key) != previous.as_ref())
            .map(|(key, previous)| Write { key, value: previous.map(|value| value.to_vec()) })
            .collect()
    }

    /// Performs writes, recording them like any other.
    pub fn apply(&self, writes: &[Write]) {
        let mut inner = self.write();
        for write in writes {
            match &write.value {
                Some(value) => inner.put(&write.key, value),
                None => inner.delete(&write.key),
            }
        }
    }

    /// Does `work` under the announcement that the tree it leaves differs from the stored one, or from the one it stores
    /// first if there is none, only at these leaves and on their direct paths.
    pub(crate) fn touching<T>(&self, group: &[u8], leaves: BTreeSet<u32>, work: impl FnOnce() -> T) -> T {
        self.write().tree_hint = Some(TreeHint { group: group.to_vec(), leaves });
        let done = work();
        self.write().tree_hint = None;
        done
    }

    /// The leaves announced for `group`.
    pub(crate) fn tree_changes(&self, group: &[u8]) -> Option<BTreeSet<u32>> {
        let inner = self.read();
        inner.tree_hint.as_ref().filter(|hint| hint.group == group).map(|hint| hint.leaves.clone())
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put(&mut self, key: &[u8], value: &[u8]) {
        let previous = match self.rows.get_mut(key) {
            Some(present) if present.as_ref() == value => return,
            Some(present) => Some(std::mem::replace(present, Arc::from(value))),
            None => {
                self.rows.insert(key.to_vec(), Arc::from(value));
                None
            }
        };
        self.labels.update(key, previous.as_deref(), Some(value));
        self.record.push(Replaced { key: key.to_vec(), previous });
    }

    fn delete(&mut self, key: &[u8]) {
        if let Some((key, previous)) = self.rows.remove_entry(key) {
            self.labels.update(&key, Some(&previous), None);
            self.record.push(Replaced { key, previous: Some(previous) });
        }
    }

    fn prefixed<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = (&'a Vec<u8>, &'a Arc<[u8]>)> {
        self.rows
            .range::<[u8], _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(prefix))
    }

    fn position_of(&self, mark: Mark) -> usize {
        if mark.drained == self.drained { mark.position.min(self.record.len()) } else { 0 }
    }

    /// For each key changed at or after `position`, its value before the first of those changes.
    fn first_previous(&self, position: usize) -> BTreeMap<Vec<u8>, Option<Arc<[u8]>>> {
        let mut before = BTreeMap::new();
        for replaced in self.record.iter().skip(position) {
            before.entry(replaced.key.clone()).or_insert_with(|| replaced.previous.clone());
        }
        before
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = self.read();
        f.debug_struct("Journal")
            .field("rows", &inner.rows.len())
            .field("record", &inner.record.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: &[u8], value: Option<&[u8]>) -> Write {
        Write { key: key.to_vec(), value: value.map(<[u8]>::to_vec) }
    }

    #[test]
    fn each_changed_row_is_drained_once_with_its_last_value() {
        let journal = Journal::new();
        journal.put(b"a", b"1");
        journal.put(b"a", b"2");
        journal.put(b"b", b"1");
        journal.delete(b"b");
        assert_eq!(journal.drain_writes(), [write(b"a", Some(b"2"))]);
        assert_eq!(journal.drain_writes(), []);
    }

    #[test]
    fn a_row_set_to_its_own_value_is_no_write() {
        let journal = Journal::load([(b"a".to_vec(), b"1".to_vec())]);
        journal.put(b"a", b"1");
        assert_eq!(journal.drain_writes(), []);
        journal.delete(b"a");
        assert_eq!(journal.drain_writes(), [write(b"a", None)]);
    }

    #[test]
    fn rollback_restores_exactly_the_rows_of_the_mark() {
        let journal = Journal::load([(b"a".to_vec(), b"1".to_vec()), (b"b".to_vec(), b"2".to_vec())]);
        journal.put(b"c", b"3");
        let mark = journal.mark();
        journal.put(b"a", b"9");
        journal.delete(b"b");
        journal.put(b"b", b"8");
        journal.delete(b"c");
        journal.rollback(mark);
        assert_eq!(journal.drain_writes(), [write(b"c", Some(b"3"))]);
        assert_eq!(journal.get(b"a").as_deref(), Some(b"1".as_slice()));
        assert_eq!(journal.get(b"b").as_deref(), Some(b"2".as_slice()));
    }

    #[test]
    fn rows_are_found_by_what_they_say_whatever_was_written_and_taken_back() {
        // Rows `n/…` are labelled by their bytes.
        let labeller: Labeller = |key, value, label| {
            if key.starts_with(b"n/") {
                for byte in value {
                    label(&[b"n/", core::slice::from_ref(byte)].concat());
                }
            }
        };
        let rows =
            [(b"n/1".to_vec(), b"ab".to_vec()), (b"n/2".to_vec(), b"b".to_vec()), (b"m".to_vec(), b"b".to_vec())];
        let journal = Journal::load(rows).labelled(labeller);
        assert_eq!(journal.having(b"n/b"), [b"n/1", b"n/2"]);
        assert_eq!(journal.first_label(b"n/", b"n/").as_deref(), Some(&b"n/a"[..]));
        assert_eq!(journal.last_having(b"n/", 1), [b"n/2"]);
        assert_eq!(journal.having_to(b"n/", b"n/a"), [b"n/1"]);
        assert_eq!(journal.labels(b"n/").len(), 2);
        let mark = journal.mark();
        journal.put(b"n/1", b"c");
        journal.delete(b"n/2");
        journal.put(b"n/3", b"b");
        assert_eq!((journal.having(b"n/a"), journal.having(b"n/b")), (Vec::<Vec<u8>>::new(), vec![b"n/3".to_vec()]));
        let undo = journal.undo_since(mark);
        journal.rollback(mark);
        assert_eq!(
            (journal.having(b"n/b"), journal.having(b"n/c")),
            (vec![b"n/1".to_vec(), b"n/2".to_vec()], Vec::new())
        );
        journal.put(b"n/1", b"c");
        journal.apply(&undo);
        assert_eq!(
            (journal.having(b"n/b"), journal.having(b"n/c")),
            (vec![b"n/1".to_vec(), b"n/2".to_vec()], Vec::new())
        );
        journal.delete_prefix(b"n/");
        assert_eq!(journal.first_label(b"n/", b"n/"), None);
    }

    #[test]
    fn undo_rows_bring_back_the_state_of_the_mark_after_a_drain() {
        let journal = Journal::load([(b"a".to_vec(), b"1".to_vec()), (b"b".to_vec(), b"2".to_vec())]);
        let mark = journal.mark();
        journal.put(b"a", b"9");
        journal.put(b"n", b"1");
        journal.delete(b"b");
        let undo = journal.undo_since(mark);
        journal.drain_writes();
        journal.apply(&undo);
        assert_eq!(
            journal.scan_prefix(b"").into_iter().map(|(key, _)| key).collect::<Vec<_>>(),
            [b"a".to_vec(), b"b".to_vec()]
        );
        assert_eq!(journal.get(b"a").as_deref(), Some(b"1".as_slice()));
    }

    #[test]
    fn a_void_mark_rolls_back_only_what_is_not_drained() {
        let journal = Journal::new();
        let mark = journal.mark();
        journal.put(b"a", b"1");
        journal.drain_writes();
        journal.put(b"b", b"1");
        journal.rollback(mark);
        assert!(journal.get(b"a").is_some());
        assert!(journal.get(b"b").is_none());
    }

    #[test]
    fn prefixes_do_not_leak_into_their_neighbours() {
        let journal = Journal::new();
        for key in [b"a".as_slice(), b"ab", b"abc", b"b"] {
            journal.put(key, b"x");
        }
        assert_eq!(journal.scan_prefix(b"ab").len(), 2);
        journal.delete_prefix(b"ab");
        assert_eq!(journal.len(), 2);
    }
}
