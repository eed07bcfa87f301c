//! Who was in the group in a past epoch: what the senders of late messages are looked up in.
//!
//! A commit changes few leaves, so an epoch is kept as its difference to the one after it, and the last past epoch as its
//! difference to the tree. Without an announcement ([`Journal::touching`]) the whole list is kept.

use std::collections::{BTreeMap, BTreeSet};

use openmls::group::Member;
use openmls::prelude::{LeafNode, LeafNodeIndex};
use serde::{Deserialize, Serialize};
use tls_codec::Serialize as _;

use super::rows::{Column, of_epoch};
use super::split::{FieldSink, Fields, ItemSink, Items};
use super::{Journal, JournalError, compose, tree};
use crate::raw::Reader;

/// The members of one past epoch; each is CBOR as OpenMLS wrote it.
#[derive(Serialize, Deserialize)]
enum Leaves {
    All(Vec<(u32, Vec<u8>)>),
    /// What differs from the epoch after it: the member of then, or nobody.
    Difference(Vec<(u32, Option<Vec<u8>>)>),
}

/// A row of the tree.
#[derive(Deserialize)]
struct Row {
    node: Option<LeafNode>,
}

pub(super) fn write<T: Serialize + ?Sized>(
    journal: &Journal,
    group: &[u8],
    epoch: u64,
    leaves: &T,
) -> Result<(), JournalError> {
    let key = of_epoch(group, Column::LeavesOfPastEpoch, epoch);
    // The past does not change.
    if journal.get(&key).is_some() {
        return Ok(());
    }
    let touched = journal.tree_changes(group);
    let mut sink = MembersSink { touched: touched.as_ref(), found: Vec::new() };
    leaves.serialize(Items(&mut sink))?;
    let found = sink.found;
    let row = match touched {
        None => Leaves::All(found),
        Some(touched) => {
            let mut difference: BTreeMap<u32, Option<Vec<u8>>> = touched.into_iter().map(|leaf| (leaf, None)).collect();
            difference.extend(found.into_iter().map(|(leaf, member)| (leaf, Some(member))));
            Leaves::Difference(difference.into_iter().collect())
        }
    };
    journal.put(&key, &compose::encode(&row)?);
    Ok(())
}

/// The lists of these epochs, oldest first, each as one CBOR array.
pub(super) fn read(journal: &Journal, group: &[u8], epochs: &[u64]) -> Result<Vec<Vec<u8>>, JournalError> {
    let mut after: Option<BTreeMap<u32, Vec<u8>>> = None;
    let mut lists = Vec::with_capacity(epochs.len());
    for epoch in epochs.iter().rev() {
        let row = journal.get(&of_epoch(group, Column::LeavesOfPastEpoch, *epoch)).ok_or(JournalError::MissingRow)?;
        let members = match compose::decode(&row)? {
            Leaves::All(members) => members.into_iter().collect(),
            Leaves::Difference(difference) => {
                let mut members = match after {
                    Some(members) => members,
                    None => of_tree(journal, group)?,
                };
                for (leaf, member) in difference {
                    match member {
                        Some(member) => members.insert(leaf, member),
                        None => members.remove(&leaf),
                    };
                }
                members
            }
        };
        let mut list = Vec::new();
        compose::array_head(members.len(), &mut list);
        members.values().for_each(|member| list.extend_from_slice(member));
        lists.push(list);
        after = Some(members);
    }
    lists.reverse();
    Ok(lists)
}

/// The members in the tree as it is stored now.
fn of_tree(journal: &Journal, group: &[u8]) -> Result<BTreeMap<u32, Vec<u8>>, JournalError> {
    let mut members = BTreeMap::new();
    for (index, row) in tree::leaf_rows(journal, group) {
        if let Some(leaf) = compose::decode::<Row>(&row)?.node {
            // The key shows its bytes only through its encoding, `opaque HPKEPublicKey<V>`.
            let key = leaf.encryption_key().tls_serialize_detached().map_err(|_| JournalError::Shape)?;
            let key = Reader::new(&key).vector().map_err(|_| JournalError::Shape)?;
            let member = Member::new(
                LeafNodeIndex::new(index),
                key.to_vec(),
                leaf.signature_key().as_slice().to_vec(),
                leaf.credential().clone(),
            );
            members.insert(index, compose::encode(&member)?);
        }
    }
    Ok(members)
}

struct MembersSink<'a> {
    touched: Option<&'a BTreeSet<u32>>,
    found: Vec<(u32, Vec<u8>)>,
}

impl ItemSink for MembersSink<'_> {
    fn begin(&mut self, _: usize) -> Result<(), JournalError> {
        Ok(())
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        let mut place = Place(None);
        value.serialize(Fields(&mut place))?;
        let index = place.0.ok_or(JournalError::Shape)?;
        if self.touched.is_none_or(|touched| touched.contains(&index)) {
            self.found.push((index, compose::encode(value)?));
        }
        Ok(())
    }
}

/// Reads only where a member is.
struct Place(Option<u32>);

impl FieldSink for Place {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        if name == "index" {
            self.0 = Some(compose::decode(&compose::encode(value)?)?);
        }
        Ok(())
    }
}
