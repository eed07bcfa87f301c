//! The message secrets of a group, apart by epoch.
//!
//! OpenMLS writes the whole store whenever a message is sent or received: the secret trees of all epochs, mostly empty,
//! the group context of each, and a copy of every member. Here a message costs the secrets it changes:
//!
//! * each epoch has rows of its own;
//! * of a secret tree only the nodes that hold something are kept;
//! * the group context, which has the whole participant list in it, lies apart, since it never changes within an epoch;
//! * the members of a past epoch are kept as the difference to the epoch after it ([`super::past_leaves`]).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rows::{Column, column, of_epoch};
use super::split::{FieldSink, Fields, ItemSink, Items};
use super::{Journal, JournalError, compose, past_leaves, pieces};

/// What is left of the store without its epochs.
#[derive(Default, Serialize, Deserialize)]
struct Head {
    /// CBOR as OpenMLS wrote it.
    max_epochs: Vec<u8>,
    /// Past epochs, in the order of the store: oldest first.
    past: Vec<u64>,
}

/// The secrets of one epoch without their group context; values are CBOR as OpenMLS wrote them.
#[derive(Default, Serialize, Deserialize)]
struct Secrets {
    fields: Vec<(String, Vec<u8>)>,
    tree: Vec<(String, Part)>,
}

#[derive(Serialize, Deserialize)]
enum Part {
    Whole(Vec<u8>),
    /// A list, of which only what is not empty is kept.
    Sparse {
        length: u32,
        items: Vec<(u32, Vec<u8>)>,
    },
}

/// What an empty place of a secret tree serialises to.
const EMPTY: &[u8] = &[0xf6];

pub(crate) fn write<T: Serialize>(journal: &Journal, group: &[u8], store: &T) -> Result<(), JournalError> {
    let head_key = column(group, Column::SecretsHead);
    let stored = journal.get(&head_key).map(|row| compose::decode::<Head>(&row)).transpose()?;
    let mut sink = StoreSink { journal, group, head: Head::default() };
    store.serialize(Fields(&mut sink))?;
    for epoch in stored.into_iter().flat_map(|head| head.past) {
        if !sink.head.past.contains(&epoch) {
            for name in [Column::SecretsOfPastEpoch, Column::ContextOfPastEpoch, Column::LeavesOfPastEpoch] {
                pieces::delete(journal, group, &of_epoch(group, name, epoch));
            }
        }
    }
    journal.put(&head_key, &compose::encode(&sink.head)?);
    Ok(())
}

pub(crate) fn read<T: DeserializeOwned>(journal: &Journal, group: &[u8]) -> Result<Option<T>, JournalError> {
    let Some(row) = journal.get(&column(group, Column::SecretsHead)) else {
        return Ok(None);
    };
    let head: Head = compose::decode(&row)?;
    let mut bytes = Vec::new();
    compose::map_head(3, &mut bytes);
    compose::text("max_epochs", &mut bytes);
    bytes.extend_from_slice(&head.max_epochs);
    compose::text("past_epoch_trees", &mut bytes);
    compose::array_head(head.past.len(), &mut bytes);
    let leaves = past_leaves::read(journal, group, &head.past)?;
    for (epoch, leaves) in head.past.iter().zip(leaves) {
        compose::map_head(3, &mut bytes);
        compose::text("epoch", &mut bytes);
        compose::encode_into(epoch, &mut bytes)?;
        compose::text("message_secrets", &mut bytes);
        read_epoch(
            journal,
            group,
            &of_epoch(group, Column::SecretsOfPastEpoch, *epoch),
            &of_epoch(group, Column::ContextOfPastEpoch, *epoch),
            &mut bytes,
        )?;
        compose::text("leaves", &mut bytes);
        bytes.extend_from_slice(&leaves);
    }
    compose::text("message_secrets", &mut bytes);
    let (secrets, context) = (column(group, Column::CurrentSecrets), column(group, Column::CurrentContext));
    read_epoch(journal, group, &secrets, &context, &mut bytes)?;
    compose::decode(&bytes).map(Some)
}

pub(crate) fn delete(journal: &Journal, group: &[u8]) {
    for name in [
        Column::SecretsHead,
        Column::CurrentSecrets,
        Column::CurrentContext,
        Column::SecretsOfPastEpoch,
        Column::ContextOfPastEpoch,
        Column::LeavesOfPastEpoch,
    ] {
        pieces::delete(journal, group, &column(group, name));
    }
}

fn read_epoch(
    journal: &Journal,
    group: &[u8],
    secrets: &[u8],
    context: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), JournalError> {
    let row = journal.get(secrets).ok_or(JournalError::MissingRow)?;
    let Secrets { fields, tree } = compose::decode(&row)?;
    compose::map_head(fields.len() + 2, bytes);
    for (name, value) in &fields {
        compose::text(name, bytes);
        bytes.extend_from_slice(value);
    }
    compose::text("serialized_context", bytes);
    bytes.extend_from_slice(&pieces::get(journal, group, context)?.ok_or(JournalError::MissingRow)?);
    compose::text("secret_tree", bytes);
    compose::map_head(tree.len(), bytes);
    for (name, part) in tree {
        compose::text(&name, bytes);
        match part {
            Part::Whole(value) => bytes.extend_from_slice(&value),
            Part::Sparse { length, items } => {
                compose::array_head(length as usize, bytes);
                let mut next = 0;
                for (place, value) in items {
                    (next..place).for_each(|_| bytes.extend_from_slice(EMPTY));
                    bytes.extend_from_slice(&value);
                    next = place.saturating_add(1);
                }
                (next..length).for_each(|_| bytes.extend_from_slice(EMPTY));
            }
        }
    }
    Ok(())
}

struct StoreSink<'a> {
    journal: &'a Journal,
    group: &'a [u8],
    head: Head,
}

impl FieldSink for StoreSink<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        match name {
            "max_epochs" => self.head.max_epochs = compose::encode(value)?,
            "message_secrets" => {
                let (secrets, context) =
                    (column(self.group, Column::CurrentSecrets), column(self.group, Column::CurrentContext));
                write_epoch(self.journal, self.group, &secrets, &context, value)?;
            }
            "past_epoch_trees" => value.serialize(Items(self))?,
            _ => return Err(JournalError::Shape),
        }
        Ok(())
    }
}

impl ItemSink for StoreSink<'_> {
    fn begin(&mut self, _: usize) -> Result<(), JournalError> {
        Ok(())
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        let mut sink = EpochSink { journal: self.journal, group: self.group, epoch: None };
        value.serialize(Fields(&mut sink))?;
        self.head.past.push(sink.epoch.ok_or(JournalError::Shape)?);
        Ok(())
    }
}

struct EpochSink<'a> {
    journal: &'a Journal,
    group: &'a [u8],
    epoch: Option<u64>,
}

impl FieldSink for EpochSink<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        if name == "epoch" {
            self.epoch = Some(compose::decode(&compose::encode(value)?)?);
            return Ok(());
        }
        let epoch = self.epoch.ok_or(JournalError::Shape)?;
        match name {
            "message_secrets" => {
                let secrets = of_epoch(self.group, Column::SecretsOfPastEpoch, epoch);
                let context = of_epoch(self.group, Column::ContextOfPastEpoch, epoch);
                write_epoch(self.journal, self.group, &secrets, &context, value)
            }
            "leaves" => past_leaves::write(self.journal, self.group, epoch, value),
            _ => Err(JournalError::Shape),
        }
    }
}

fn write_epoch<T: Serialize + ?Sized>(
    journal: &Journal,
    group: &[u8],
    secrets: &[u8],
    context: &[u8],
    value: &T,
) -> Result<(), JournalError> {
    let mut sink = SecretsSink::default();
    value.serialize(Fields(&mut sink))?;
    journal.put(secrets, &compose::encode(&sink.secrets)?);
    pieces::put(journal, group, context, &sink.context.ok_or(JournalError::Shape)?);
    Ok(())
}

#[derive(Default)]
struct SecretsSink {
    secrets: Secrets,
    context: Option<Vec<u8>>,
}

impl FieldSink for SecretsSink {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        match name {
            "serialized_context" => self.context = Some(compose::encode(value)?),
            "secret_tree" => value.serialize(Fields(&mut SecretTreeSink(&mut self.secrets.tree)))?,
            _ => self.secrets.fields.push((name.to_owned(), compose::encode(value)?)),
        }
        Ok(())
    }
}

struct SecretTreeSink<'a>(&'a mut Vec<(String, Part)>);

impl FieldSink for SecretTreeSink<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        let part = match name {
            "leaf_nodes" | "parent_nodes" | "handshake_sender_ratchets" | "application_sender_ratchets" => {
                let mut sink = SparseSink::default();
                value.serialize(Items(&mut sink))?;
                Part::Sparse { length: sink.length, items: sink.items }
            }
            _ => Part::Whole(compose::encode(value)?),
        };
        self.0.push((name.to_owned(), part));
        Ok(())
    }
}

#[derive(Default)]
struct SparseSink {
    length: u32,
    next: u32,
    items: Vec<(u32, Vec<u8>)>,
    scratch: Vec<u8>,
}

impl ItemSink for SparseSink {
    fn begin(&mut self, length: usize) -> Result<(), JournalError> {
        self.length = u32::try_from(length).map_err(|_| JournalError::Shape)?;
        Ok(())
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        self.scratch.clear();
        compose::encode_into(value, &mut self.scratch)?;
        if self.scratch != EMPTY {
            self.items.push((self.next, self.scratch.clone()));
        }
        self.next += 1;
        Ok(())
    }
}
