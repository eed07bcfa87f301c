//! The ratchet tree, one row per node.
//!
//! A commit touches the leaves it adds, removes or updates and their ancestors; everything else of the tree keeps its
//! row. Within [`Journal::touching`] the untouched nodes are not even serialised.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rows::{Column, column, numbered};
use super::split::{FieldSink, Fields, ItemSink, Items};
use super::{Journal, JournalError, compose};

/// What a blank node serialises to. It has no row.
const BLANK: &[u8] = b"\xa1\x64node\xf6";

/// Everything of the tree that is not a node. The `default` values and the hash are CBOR as OpenMLS wrote them.
#[derive(Default, Serialize, Deserialize)]
struct Head {
    leaves: u32,
    parents: u32,
    default_leaf: Vec<u8>,
    default_parent: Vec<u8>,
    tree_hash: Vec<u8>,
}

pub(crate) fn write<T: Serialize>(journal: &Journal, group: &[u8], tree: &T) -> Result<(), JournalError> {
    let head_key = column(group, Column::TreeHead);
    let stored = journal.get(&head_key).map(|row| compose::decode::<Head>(&row)).transpose()?;
    let mut sink = TreeSink {
        journal,
        group,
        changed_leaves: journal.tree_changes(group),
        stored,
        head: Head::default(),
        scratch: Vec::new(),
    };
    tree.serialize(Fields(&mut sink))?;
    journal.put(&head_key, &compose::encode(&sink.head)?);
    Ok(())
}

pub(crate) fn read<T: DeserializeOwned>(journal: &Journal, group: &[u8]) -> Result<Option<T>, JournalError> {
    let Some(row) = journal.get(&column(group, Column::TreeHead)) else {
        return Ok(None);
    };
    let head: Head = compose::decode(&row)?;
    let mut bytes = Vec::new();
    compose::map_head(2, &mut bytes);
    compose::text("tree", &mut bytes);
    compose::map_head(4, &mut bytes);
    compose::text("leaf_nodes", &mut bytes);
    nodes(journal, group, Column::TreeLeaf, head.leaves, &mut bytes);
    compose::text("parent_nodes", &mut bytes);
    nodes(journal, group, Column::TreeParent, head.parents, &mut bytes);
    compose::text("default_leaf", &mut bytes);
    bytes.extend_from_slice(&head.default_leaf);
    compose::text("default_parent", &mut bytes);
    bytes.extend_from_slice(&head.default_parent);
    compose::text("tree_hash", &mut bytes);
    bytes.extend_from_slice(&head.tree_hash);
    compose::decode(&bytes).map(Some)
}

pub(crate) fn delete(journal: &Journal, group: &[u8]) {
    for name in [Column::TreeHead, Column::TreeLeaf, Column::TreeParent] {
        journal.delete_prefix(&column(group, name));
    }
}

/// The rows of the leaves that are not blank, ascending.
pub(super) fn leaf_rows(journal: &Journal, group: &[u8]) -> impl Iterator<Item = (u32, std::sync::Arc<[u8]>)> {
    let prefix = column(group, Column::TreeLeaf);
    let length = prefix.len();
    journal.scan_prefix(&prefix).into_iter().filter_map(move |(key, row)| Some((index_of(&key, length)?, row)))
}

fn nodes(journal: &Journal, group: &[u8], name: Column, count: u32, bytes: &mut Vec<u8>) {
    compose::array_head(count as usize, bytes);
    let prefix = column(group, name);
    let mut next = 0;
    for (key, value) in journal.scan_prefix(&prefix) {
        let Some(index) = index_of(&key, prefix.len()).filter(|index| *index < count) else {
            continue;
        };
        for _ in next..index {
            bytes.extend_from_slice(BLANK);
        }
        bytes.extend_from_slice(&value);
        next = index + 1;
    }
    for _ in next..count {
        bytes.extend_from_slice(BLANK);
    }
}

fn index_of(key: &[u8], prefix: usize) -> Option<u32> {
    key.get(prefix..)?.try_into().ok().map(u32::from_be_bytes)
}

/// The places, in the list of parent nodes, of the ancestors of a leaf in a full tree of `leaves` leaves.
fn ancestors(leaf: u32, leaves: u32) -> impl Iterator<Item = u32> {
    let node = u64::from(leaf) * 2;
    (1..=leaves.max(1).ilog2()).map(move |level| {
        let span = 1_u64 << level;
        let ancestor = (node & !(2 * span - 1)) | (span - 1);
        ((ancestor - 1) / 2) as u32
    })
}

struct TreeSink<'a> {
    journal: &'a Journal,
    group: &'a [u8],
    changed_leaves: Option<BTreeSet<u32>>,
    stored: Option<Head>,
    head: Head,
    scratch: Vec<u8>,
}

impl FieldSink for TreeSink<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        match name {
            "tree" => value.serialize(Fields(self)),
            "leaf_nodes" => {
                let stored = self.stored.as_ref().map_or(0, |head| head.leaves);
                let changed = self.changed_leaves.clone();
                self.head.leaves = self.nodes(Column::TreeLeaf, stored, changed, value)?;
                Ok(())
            }
            "parent_nodes" => {
                let stored = self.stored.as_ref().map_or(0, |head| head.parents);
                let leaves = self.head.leaves;
                let changed = self
                    .changed_leaves
                    .as_ref()
                    .map(|changed| changed.iter().flat_map(|leaf| ancestors(*leaf, leaves)).collect::<BTreeSet<_>>());
                self.head.parents = self.nodes(Column::TreeParent, stored, changed, value)?;
                Ok(())
            }
            "default_leaf" => {
                self.head.default_leaf = compose::encode(value)?;
                Ok(())
            }
            "default_parent" => {
                self.head.default_parent = compose::encode(value)?;
                Ok(())
            }
            "tree_hash" => {
                self.head.tree_hash = compose::encode(value)?;
                Ok(())
            }
            _ => Err(JournalError::Shape),
        }
    }
}

impl TreeSink<'_> {
    /// Writes one of the two lists and returns its length. `changed` holds only while the tree keeps its size.
    fn nodes<T: Serialize + ?Sized>(
        &mut self,
        name: Column,
        stored: u32,
        changed: Option<BTreeSet<u32>>,
        value: &T,
    ) -> Result<u32, JournalError> {
        let mut sink = NodeSink {
            journal: self.journal,
            group: self.group,
            name,
            stored,
            changed,
            length: 0,
            next: 0,
            scratch: std::mem::take(&mut self.scratch),
        };
        value.serialize(Items(&mut sink))?;
        for index in sink.length..stored {
            self.journal.delete(&numbered(self.group, name, index));
        }
        self.scratch = sink.scratch;
        Ok(sink.length)
    }
}

struct NodeSink<'a> {
    journal: &'a Journal,
    group: &'a [u8],
    name: Column,
    stored: u32,
    changed: Option<BTreeSet<u32>>,
    length: u32,
    next: u32,
    scratch: Vec<u8>,
}

impl ItemSink for NodeSink<'_> {
    fn begin(&mut self, length: usize) -> Result<(), JournalError> {
        self.length = u32::try_from(length).map_err(|_| JournalError::Shape)?;
        if self.length != self.stored {
            self.changed = None;
        }
        Ok(())
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        let index = self.next;
        self.next += 1;
        if self.changed.as_ref().is_some_and(|changed| !changed.contains(&index)) {
            return Ok(());
        }
        self.scratch.clear();
        compose::encode_into(value, &mut self.scratch)?;
        let key = numbered(self.group, self.name, index);
        if self.scratch == BLANK {
            self.journal.delete(&key);
        } else {
            self.journal.put(&key, &self.scratch);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::rows::group_prefix;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Node {
        node: Option<u32>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Binary {
        leaf_nodes: Vec<Node>,
        parent_nodes: Vec<Node>,
        default_leaf: Node,
        default_parent: Node,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Tree {
        tree: Binary,
        tree_hash: Vec<u8>,
    }

    fn tree(leaves: u32) -> Tree {
        let nodes = |count: u32| (0..count).map(|node| Node { node: (node % 3 != 1).then_some(node) }).collect();
        Tree {
            tree: Binary {
                leaf_nodes: nodes(leaves),
                parent_nodes: nodes(leaves - 1),
                default_leaf: Node { node: None },
                default_parent: Node { node: None },
            },
            tree_hash: vec![1, 2, 3],
        }
    }

    #[test]
    fn a_tree_comes_back_as_it_was_written() {
        let journal = Journal::new();
        let group = group_prefix(b"group");
        for leaves in [1, 8, 4, 16, 2] {
            write(&journal, &group, &tree(leaves)).unwrap();
            assert_eq!(read::<Tree>(&journal, &group).unwrap(), Some(tree(leaves)));
        }
        delete(&journal, &group);
        assert!(journal.is_empty());
        assert_eq!(read::<Tree>(&journal, &group).unwrap(), None);
    }

    #[test]
    fn only_changed_nodes_are_written() {
        let journal = Journal::new();
        let group = group_prefix(b"group");
        let mut value = tree(16);
        write(&journal, &group, &value).unwrap();
        journal.drain_writes();
        value.tree.leaf_nodes[3].node = None;
        value.tree.parent_nodes[7].node = Some(99);
        write(&journal, &group, &value).unwrap();
        assert_eq!(journal.drain_writes().len(), 2);
        assert_eq!(read::<Tree>(&journal, &group).unwrap(), Some(value));
    }

    #[test]
    fn announced_changes_are_found_and_nothing_else_is_looked_at() {
        let journal = Journal::new();
        let group = group_prefix(b"group");
        let mut value = tree(16);
        write(&journal, &group, &value).unwrap();
        journal.drain_writes();
        value.tree.leaf_nodes[5].node = Some(55);
        value.tree.leaf_nodes[6].node = Some(66);
        // Node numbers 9, 11, 7, 15: the parents of leaf 5 from the bottom up.
        let places: Vec<_> = ancestors(5, 16).collect();
        assert_eq!(places, [4, 5, 3, 7]);
        for place in &places {
            value.tree.parent_nodes[*place as usize].node = Some(1000 + place);
        }
        journal.touching(&group, BTreeSet::from([5]), || write(&journal, &group, &value)).unwrap();
        let written = read::<Tree>(&journal, &group).unwrap().unwrap();
        assert_eq!(written.tree.leaf_nodes[5].node, Some(55));
        assert_eq!(written.tree.parent_nodes, value.tree.parent_nodes);
        assert_eq!(written.tree.leaf_nodes[6], tree(16).tree.leaf_nodes[6]);
        write(&journal, &group, &value).unwrap();
        assert_eq!(read::<Tree>(&journal, &group).unwrap(), Some(value));
    }
}
