//! The journal as the storage of OpenMLS.

use doorstep_rows::RowError;
use openmls::prelude::GroupId as MlsGroupId;
use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::rows::{self, Column, Loose};
use super::{Journal, compose, pieces, secrets, tree};

const V: u16 = CURRENT_VERSION;

/// Why a row could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A value does not serialise.
    #[error("a value cannot be encoded: {0}")]
    Encode(RowError),
    /// A row is not what was written.
    #[error("a stored row cannot be decoded: {0}")]
    Decode(RowError),
    /// A value of OpenMLS has another shape than the version this crate was written for.
    #[error("a value has an unexpected shape")]
    Shape,
    /// A row that others refer to is not there.
    #[error("a stored row is missing")]
    MissingRow,
}

impl serde::ser::Error for JournalError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Encode(RowError::Refused)
    }
}

/// The prefix of a group from its serialised id; see [`rows::group_prefix`].
fn prefix<G: Serialize>(group_id: &G) -> Result<Vec<u8>, JournalError> {
    Ok(rows::prefix_of_encoded(&compose::encode(group_id)?))
}

/// The prefix of the rows of a group, from the bytes of its id.
pub(super) fn prefix_of(group_id: &[u8]) -> Vec<u8> {
    // A byte string always encodes; an empty prefix would only make the lookups miss.
    prefix(&MlsGroupId::from_slice(group_id)).unwrap_or_default()
}

fn loose_key<K: Serialize>(kind: Loose, name: &K) -> Result<Vec<u8>, JournalError> {
    Ok(rows::loose(kind, &compose::encode(name)?))
}

impl Journal {
    fn get_decoded<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, JournalError> {
        self.get(key).map(|row| compose::decode(&row)).transpose()
    }

    fn put_in<G: Serialize, T: Serialize>(&self, group_id: &G, name: Column, value: &T) -> Result<(), JournalError> {
        self.put(&rows::column(&prefix(group_id)?, name), &compose::encode(value)?);
        Ok(())
    }

    fn get_in<G: Serialize, T: DeserializeOwned>(&self, group_id: &G, name: Column) -> Result<Option<T>, JournalError> {
        self.get_decoded(&rows::column(&prefix(group_id)?, name))
    }

    fn delete_in<G: Serialize>(&self, group_id: &G, name: Column) -> Result<(), JournalError> {
        self.delete_prefix(&rows::column(&prefix(group_id)?, name));
        Ok(())
    }

    /// Puts a value behind the last row of a numbered column.
    fn append<G: Serialize, T: Serialize>(&self, group_id: &G, name: Column, value: &T) -> Result<(), JournalError> {
        let group = prefix(group_id)?;
        let column = rows::column(&group, name);
        let next = self
            .scan_prefix(&column)
            .last()
            .and_then(|(key, _)| key.get(column.len()..)?.try_into().ok())
            .map_or(0, |last| u32::from_be_bytes(last).wrapping_add(1));
        self.put(&rows::numbered(&group, name, next), &compose::encode(value)?);
        Ok(())
    }

    fn list<G: Serialize, T: DeserializeOwned>(&self, group_id: &G, name: Column) -> Result<Vec<T>, JournalError> {
        self.scan_prefix(&rows::column(&prefix(group_id)?, name))
            .into_iter()
            .map(|(_, row)| compose::decode(&row))
            .collect()
    }
}

/// The name of a set of key pairs: they belong to an epoch and to the leaf this client had in it.
fn epoch_keys<G: Serialize, E: Serialize>(group_id: &G, epoch: &E, leaf: u32) -> Result<Vec<u8>, JournalError> {
    let mut key = rows::column(&prefix(group_id)?, Column::EpochKeyPairs);
    compose::encode_into(epoch, &mut key)?;
    key.extend_from_slice(&leaf.to_be_bytes());
    Ok(key)
}

impl StorageProvider<V> for Journal {
    type Error = JournalError;

    fn write_tree<GroupId: traits::GroupId<V>, TreeSync: traits::TreeSync<V>>(
        &self,
        group_id: &GroupId,
        tree: &TreeSync,
    ) -> Result<(), JournalError> {
        tree::write(self, &prefix(group_id)?, tree)
    }

    fn tree<GroupId: traits::GroupId<V>, TreeSync: traits::TreeSync<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<TreeSync>, JournalError> {
        tree::read(self, &prefix(group_id)?)
    }

    fn delete_tree<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        tree::delete(self, &prefix(group_id)?);
        Ok(())
    }

    fn write_message_secrets<GroupId: traits::GroupId<V>, MessageSecrets: traits::MessageSecrets<V>>(
        &self,
        group_id: &GroupId,
        message_secrets: &MessageSecrets,
    ) -> Result<(), JournalError> {
        secrets::write(self, &prefix(group_id)?, message_secrets)
    }

    fn message_secrets<GroupId: traits::GroupId<V>, MessageSecrets: traits::MessageSecrets<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<MessageSecrets>, JournalError> {
        secrets::read(self, &prefix(group_id)?)
    }

    fn delete_message_secrets<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        secrets::delete(self, &prefix(group_id)?);
        Ok(())
    }

    fn append_own_leaf_node<GroupId: traits::GroupId<V>, LeafNode: traits::LeafNode<V>>(
        &self,
        group_id: &GroupId,
        leaf_node: &LeafNode,
    ) -> Result<(), JournalError> {
        self.append(group_id, Column::OwnLeafNodes, leaf_node)
    }

    fn own_leaf_nodes<GroupId: traits::GroupId<V>, LeafNode: traits::LeafNode<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<LeafNode>, JournalError> {
        self.list(group_id, Column::OwnLeafNodes)
    }

    fn delete_own_leaf_nodes<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::OwnLeafNodes)
    }

    fn queue_proposal<
        GroupId: traits::GroupId<V>,
        ProposalRef: traits::ProposalRef<V>,
        QueuedProposal: traits::QueuedProposal<V>,
    >(
        &self,
        group_id: &GroupId,
        proposal_ref: &ProposalRef,
        proposal: &QueuedProposal,
    ) -> Result<(), JournalError> {
        self.append(group_id, Column::Proposals, &(proposal_ref, proposal))
    }

    fn queued_proposal_refs<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<ProposalRef>, JournalError> {
        let queued: Vec<(ProposalRef, IgnoredAny)> = self.list(group_id, Column::Proposals)?;
        Ok(queued.into_iter().map(|(reference, _)| reference).collect())
    }

    fn queued_proposals<
        GroupId: traits::GroupId<V>,
        ProposalRef: traits::ProposalRef<V>,
        QueuedProposal: traits::QueuedProposal<V>,
    >(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<(ProposalRef, QueuedProposal)>, JournalError> {
        self.list(group_id, Column::Proposals)
    }

    fn remove_proposal<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        group_id: &GroupId,
        proposal_ref: &ProposalRef,
    ) -> Result<(), JournalError> {
        let wanted = compose::encode(proposal_ref)?;
        for (key, row) in self.scan_prefix(&rows::column(&prefix(group_id)?, Column::Proposals)) {
            let (reference, _): (ProposalRef, IgnoredAny) = compose::decode(&row)?;
            if compose::encode(&reference)? == wanted {
                self.delete(&key);
            }
        }
        Ok(())
    }

    fn clear_proposal_queue<GroupId: traits::GroupId<V>, ProposalRef: traits::ProposalRef<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::Proposals)
    }

    fn write_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
        key_pairs: &[HpkeKeyPair],
    ) -> Result<(), JournalError> {
        self.put(&epoch_keys(group_id, epoch, leaf_index)?, &compose::encode(key_pairs)?);
        Ok(())
    }

    fn encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<Vec<HpkeKeyPair>, JournalError> {
        let pairs = self.get_decoded(&epoch_keys(group_id, epoch, leaf_index)?)?;
        Ok(pairs.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<GroupId: traits::GroupId<V>, EpochKey: traits::EpochKey<V>>(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<(), JournalError> {
        self.delete(&epoch_keys(group_id, epoch, leaf_index)?);
        Ok(())
    }

    fn write_mls_join_config<GroupId: traits::GroupId<V>, MlsGroupJoinConfig: traits::MlsGroupJoinConfig<V>>(
        &self,
        group_id: &GroupId,
        config: &MlsGroupJoinConfig,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::JoinConfig, config)
    }

    fn mls_group_join_config<GroupId: traits::GroupId<V>, MlsGroupJoinConfig: traits::MlsGroupJoinConfig<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<MlsGroupJoinConfig>, JournalError> {
        self.get_in(group_id, Column::JoinConfig)
    }

    fn delete_group_config<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::JoinConfig)
    }

    fn write_interim_transcript_hash<
        GroupId: traits::GroupId<V>,
        InterimTranscriptHash: traits::InterimTranscriptHash<V>,
    >(
        &self,
        group_id: &GroupId,
        interim_transcript_hash: &InterimTranscriptHash,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::InterimTranscriptHash, interim_transcript_hash)
    }

    fn interim_transcript_hash<GroupId: traits::GroupId<V>, InterimTranscriptHash: traits::InterimTranscriptHash<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<InterimTranscriptHash>, JournalError> {
        self.get_in(group_id, Column::InterimTranscriptHash)
    }

    fn delete_interim_transcript_hash<GroupId: traits::GroupId<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::InterimTranscriptHash)
    }

    fn write_context<GroupId: traits::GroupId<V>, GroupContext: traits::GroupContext<V>>(
        &self,
        group_id: &GroupId,
        group_context: &GroupContext,
    ) -> Result<(), JournalError> {
        let group = prefix(group_id)?;
        pieces::put(self, &group, &rows::column(&group, Column::Context), &compose::encode(group_context)?);
        Ok(())
    }

    fn group_context<GroupId: traits::GroupId<V>, GroupContext: traits::GroupContext<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<GroupContext>, JournalError> {
        let group = prefix(group_id)?;
        let row = pieces::get(self, &group, &rows::column(&group, Column::Context))?;
        row.map(|row| compose::decode(&row)).transpose()
    }

    fn delete_context<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        let group = prefix(group_id)?;
        pieces::delete(self, &group, &rows::column(&group, Column::Context));
        Ok(())
    }

    fn write_confirmation_tag<GroupId: traits::GroupId<V>, ConfirmationTag: traits::ConfirmationTag<V>>(
        &self,
        group_id: &GroupId,
        confirmation_tag: &ConfirmationTag,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::ConfirmationTag, confirmation_tag)
    }

    fn confirmation_tag<GroupId: traits::GroupId<V>, ConfirmationTag: traits::ConfirmationTag<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<ConfirmationTag>, JournalError> {
        self.get_in(group_id, Column::ConfirmationTag)
    }

    fn delete_confirmation_tag<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::ConfirmationTag)
    }

    fn write_group_state<GroupState: traits::GroupState<V>, GroupId: traits::GroupId<V>>(
        &self,
        group_id: &GroupId,
        group_state: &GroupState,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::State, group_state)
    }

    fn group_state<GroupState: traits::GroupState<V>, GroupId: traits::GroupId<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<GroupState>, JournalError> {
        self.get_in(group_id, Column::State)
    }

    fn delete_group_state<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::State)
    }

    fn write_resumption_psk_store<GroupId: traits::GroupId<V>, ResumptionPskStore: traits::ResumptionPskStore<V>>(
        &self,
        group_id: &GroupId,
        resumption_psk_store: &ResumptionPskStore,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::ResumptionSecrets, resumption_psk_store)
    }

    fn resumption_psk_store<GroupId: traits::GroupId<V>, ResumptionPskStore: traits::ResumptionPskStore<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<ResumptionPskStore>, JournalError> {
        self.get_in(group_id, Column::ResumptionSecrets)
    }

    fn delete_all_resumption_psk_secrets<GroupId: traits::GroupId<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::ResumptionSecrets)
    }

    fn write_own_leaf_index<GroupId: traits::GroupId<V>, LeafNodeIndex: traits::LeafNodeIndex<V>>(
        &self,
        group_id: &GroupId,
        own_leaf_index: &LeafNodeIndex,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::OwnLeafIndex, own_leaf_index)
    }

    fn own_leaf_index<GroupId: traits::GroupId<V>, LeafNodeIndex: traits::LeafNodeIndex<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<LeafNodeIndex>, JournalError> {
        self.get_in(group_id, Column::OwnLeafIndex)
    }

    fn delete_own_leaf_index<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::OwnLeafIndex)
    }

    fn write_group_epoch_secrets<GroupId: traits::GroupId<V>, GroupEpochSecrets: traits::GroupEpochSecrets<V>>(
        &self,
        group_id: &GroupId,
        group_epoch_secrets: &GroupEpochSecrets,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::EpochSecrets, group_epoch_secrets)
    }

    fn group_epoch_secrets<GroupId: traits::GroupId<V>, GroupEpochSecrets: traits::GroupEpochSecrets<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<GroupEpochSecrets>, JournalError> {
        self.get_in(group_id, Column::EpochSecrets)
    }

    fn delete_group_epoch_secrets<GroupId: traits::GroupId<V>>(&self, group_id: &GroupId) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::EpochSecrets)
    }

    fn write_application_export_tree<
        GroupId: traits::GroupId<V>,
        ApplicationExportTree: traits::ApplicationExportTree<V>,
    >(
        &self,
        group_id: &GroupId,
        application_export_tree: &ApplicationExportTree,
    ) -> Result<(), JournalError> {
        self.put_in(group_id, Column::ExportTree, application_export_tree)
    }

    fn application_export_tree<GroupId: traits::GroupId<V>, ApplicationExportTree: traits::ApplicationExportTree<V>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Option<ApplicationExportTree>, JournalError> {
        self.get_in(group_id, Column::ExportTree)
    }

    fn delete_application_export_tree<
        GroupId: traits::GroupId<V>,
        ApplicationExportTree: traits::ApplicationExportTree<V>,
    >(
        &self,
        group_id: &GroupId,
    ) -> Result<(), JournalError> {
        self.delete_in(group_id, Column::ExportTree)
    }

    fn write_signature_key_pair<
        SignaturePublicKey: traits::SignaturePublicKey<V>,
        SignatureKeyPair: traits::SignatureKeyPair<V>,
    >(
        &self,
        public_key: &SignaturePublicKey,
        signature_key_pair: &SignatureKeyPair,
    ) -> Result<(), JournalError> {
        self.put(&loose_key(Loose::SignatureKeyPair, public_key)?, &compose::encode(signature_key_pair)?);
        Ok(())
    }

    fn signature_key_pair<
        SignaturePublicKey: traits::SignaturePublicKey<V>,
        SignatureKeyPair: traits::SignatureKeyPair<V>,
    >(
        &self,
        public_key: &SignaturePublicKey,
    ) -> Result<Option<SignatureKeyPair>, JournalError> {
        self.get_decoded(&loose_key(Loose::SignatureKeyPair, public_key)?)
    }

    fn delete_signature_key_pair<SignaturePublicKey: traits::SignaturePublicKey<V>>(
        &self,
        public_key: &SignaturePublicKey,
    ) -> Result<(), JournalError> {
        self.delete(&loose_key(Loose::SignatureKeyPair, public_key)?);
        Ok(())
    }

    fn write_encryption_key_pair<EncryptionKey: traits::EncryptionKey<V>, HpkeKeyPair: traits::HpkeKeyPair<V>>(
        &self,
        public_key: &EncryptionKey,
        key_pair: &HpkeKeyPair,
    ) -> Result<(), JournalError> {
        self.put(&loose_key(Loose::EncryptionKeyPair, public_key)?, &compose::encode(key_pair)?);
        Ok(())
    }

    fn encryption_key_pair<HpkeKeyPair: traits::HpkeKeyPair<V>, EncryptionKey: traits::EncryptionKey<V>>(
        &self,
        public_key: &EncryptionKey,
    ) -> Result<Option<HpkeKeyPair>, JournalError> {
        self.get_decoded(&loose_key(Loose::EncryptionKeyPair, public_key)?)
    }

    fn delete_encryption_key_pair<EncryptionKey: traits::EncryptionKey<V>>(
        &self,
        public_key: &EncryptionKey,
    ) -> Result<(), JournalError> {
        self.delete(&loose_key(Loose::EncryptionKeyPair, public_key)?);
        Ok(())
    }

    fn write_key_package<HashReference: traits::HashReference<V>, KeyPackage: traits::KeyPackage<V>>(
        &self,
        hash_ref: &HashReference,
        key_package: &KeyPackage,
    ) -> Result<(), JournalError> {
        self.put(&loose_key(Loose::KeyPackage, hash_ref)?, &compose::encode(key_package)?);
        Ok(())
    }

    fn key_package<HashReference: traits::HashReference<V>, KeyPackage: traits::KeyPackage<V>>(
        &self,
        hash_ref: &HashReference,
    ) -> Result<Option<KeyPackage>, JournalError> {
        self.get_decoded(&loose_key(Loose::KeyPackage, hash_ref)?)
    }

    fn delete_key_package<HashReference: traits::HashReference<V>>(
        &self,
        hash_ref: &HashReference,
    ) -> Result<(), JournalError> {
        self.delete(&loose_key(Loose::KeyPackage, hash_ref)?);
        Ok(())
    }

    fn write_psk<PskId: traits::PskId<V>, PskBundle: traits::PskBundle<V>>(
        &self,
        psk_id: &PskId,
        psk: &PskBundle,
    ) -> Result<(), JournalError> {
        self.put(&loose_key(Loose::PreSharedKey, psk_id)?, &compose::encode(psk)?);
        Ok(())
    }

    fn psk<PskBundle: traits::PskBundle<V>, PskId: traits::PskId<V>>(
        &self,
        psk_id: &PskId,
    ) -> Result<Option<PskBundle>, JournalError> {
        self.get_decoded(&loose_key(Loose::PreSharedKey, psk_id)?)
    }

    fn delete_psk<PskId: traits::PskId<V>>(&self, psk_id: &PskId) -> Result<(), JournalError> {
        self.delete(&loose_key(Loose::PreSharedKey, psk_id)?);
        Ok(())
    }
}
