//! The message secrets of a group, apart by epoch.
//!
//! OpenMLS writes the whole store whenever a message is sent or received, with a copy of every member for each past
//! epoch it can still read. The members of a past epoch never change, and its secrets rarely do: each epoch has its own
//! rows, so that a message costs one row.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rows::{Column, column, of_epoch};
use super::split::{FieldSink, Fields, ItemSink, Items};
use super::{Journal, JournalError, compose};

/// The store without its past epochs; values are CBOR as OpenMLS wrote them.
#[derive(Default, Serialize, Deserialize)]
struct Head {
    max_epochs: Vec<u8>,
    message_secrets: Vec<u8>,
    /// Past epochs, in the order of the store.
    past: Vec<u64>,
}

pub(crate) fn write<T: Serialize>(journal: &Journal, group: &[u8], secrets: &T) -> Result<(), JournalError> {
    let head_key = column(group, Column::SecretsHead);
    let stored = journal.get(&head_key).map(|row| compose::decode::<Head>(&row)).transpose()?;
    let mut sink = StoreSink { journal, group, head: Head::default() };
    secrets.serialize(Fields(&mut sink))?;
    for epoch in stored.into_iter().flat_map(|head| head.past) {
        if !sink.head.past.contains(&epoch) {
            journal.delete(&of_epoch(group, Column::SecretsOfPastEpoch, epoch));
            journal.delete(&of_epoch(group, Column::LeavesOfPastEpoch, epoch));
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
    for epoch in head.past {
        compose::map_head(3, &mut bytes);
        compose::text("epoch", &mut bytes);
        compose::encode_into(&epoch, &mut bytes)?;
        for (field, name) in [("message_secrets", Column::SecretsOfPastEpoch), ("leaves", Column::LeavesOfPastEpoch)] {
            compose::text(field, &mut bytes);
            let row = journal.get(&of_epoch(group, name, epoch)).ok_or(JournalError::MissingRow)?;
            bytes.extend_from_slice(&row);
        }
    }
    compose::text("message_secrets", &mut bytes);
    bytes.extend_from_slice(&head.message_secrets);
    compose::decode(&bytes).map(Some)
}

pub(crate) fn delete(journal: &Journal, group: &[u8]) {
    for name in [Column::SecretsHead, Column::SecretsOfPastEpoch, Column::LeavesOfPastEpoch] {
        journal.delete_prefix(&column(group, name));
    }
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
            "message_secrets" => self.head.message_secrets = compose::encode(value)?,
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
        let epoch = self.epoch.ok_or(JournalError::Shape);
        match name {
            "epoch" => self.epoch = Some(compose::decode(&compose::encode(value)?)?),
            "message_secrets" => {
                let key = of_epoch(self.group, Column::SecretsOfPastEpoch, epoch?);
                self.journal.put(&key, &compose::encode(value)?);
            }
            "leaves" => {
                let key = of_epoch(self.group, Column::LeavesOfPastEpoch, epoch?);
                if self.journal.get(&key).is_none() {
                    self.journal.put(&key, &compose::encode(value)?);
                }
            }
            _ => return Err(JournalError::Shape),
        }
        Ok(())
    }
}
