//! Making a group.

use doorstep_wire::{Dictionary, ProviderDomain};
use openmls::extensions::{
    Extension, Extensions, ExternalSender, ExternalSendersExtension, RequiredCapabilitiesExtension,
};
use openmls::group::{GroupId, MlsGroup, PURE_PLAINTEXT_WIRE_FORMAT_POLICY};
use openmls::prelude::{BasicCredential, CredentialType, ExtensionType, ProposalType};
use openmls_traits::OpenMlsProvider as _;
use tls_codec::Serialize as _;

use super::Member;
use crate::crypto::SUITE;
use crate::fault::Fault;
use crate::group::{MAX_PAST_EPOCHS, PADDING, tree_bytes};
use crate::identity::Identity;
use crate::leaf::{Lifespan, capabilities, extension_of, leaf_extensions};
use crate::provider::Mls;

/// What a group starts with.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its id.
    pub group_id: Vec<u8>,
    /// Its `app_data_dictionary`: the whole state of the room.
    pub dictionary: Dictionary,
    /// The hub, which becomes the first and only external sender.
    pub hub_domain: ProviderDomain,
    /// The hub's key for external proposals.
    pub hub_key: [u8; 32],
    /// What our leaf has besides the constant components.
    pub leaf_components: Dictionary,
    /// Of our first leaf.
    pub lifespan: Lifespan,
}

/// What the hub needs to follow a group from its first epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedGroup {
    /// The bare `GroupInfo`, with `external_pub`.
    pub group_info: Vec<u8>,
    /// `optional<Node> ratchet_tree<V>`.
    pub ratchet_tree: Vec<u8>,
}

/// Why a group could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// There already is one with this id.
    #[error("the group exists")]
    Exists,
    /// OpenMLS refused.
    #[error("cannot create the group: {0}")]
    Mls(Fault),
}

impl Member {
    /// Makes a group of one.
    ///
    /// # Errors
    /// There is one with this id, or the dictionary does not encode.
    pub fn create(mls: &Mls<'_>, identity: &Identity, new: NewGroup) -> Result<(Self, PublishedGroup), CreateError> {
        let fault = |error: String| CreateError::Mls(Fault::of(error));
        let NewGroup { group_id, dictionary, hub_domain, hub_key, leaf_components, lifespan } = new;
        if Self::load(mls, &group_id).map_err(CreateError::Mls)?.is_some() {
            return Err(CreateError::Exists);
        }
        let group = MlsGroup::builder()
            .with_group_id(GroupId::from_slice(&group_id))
            .ciphersuite(SUITE)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .padding_size(PADDING)
            .max_past_epochs(MAX_PAST_EPOCHS)
            .use_ratchet_tree_extension(false)
            .with_capabilities(capabilities())
            .with_leaf_node_extensions(leaf_extensions(&leaf_components).map_err(fault)?)
            .map_err(|error| CreateError::Mls(Fault::of(error)))?
            .with_group_context_extensions(context_extensions(&dictionary, &hub_domain, &hub_key).map_err(fault)?)
            .lifetime(lifespan.lifetime())
            .build(mls, identity, identity.credential_with_key())
            .map_err(|error| CreateError::Mls(Fault::of(error)))?;
        let member = Self { group };
        let published = member.publish(mls, identity).map_err(CreateError::Mls)?;
        Ok((member, published))
    }

    /// GroupInfo and tree of the current epoch, signed by us.
    ///
    /// # Errors
    /// We are no member any more.
    pub fn publish(&self, mls: &Mls<'_>, identity: &Identity) -> Result<PublishedGroup, Fault> {
        let message = self.group.export_group_info(mls.crypto(), identity, false).map_err(Fault::of)?;
        let message = message.tls_serialize_detached().map_err(Fault::of)?;
        // MLSMessage header: version, wire format.
        let group_info = message.get(4..).ok_or_else(|| Fault::of("short GroupInfo"))?.to_vec();
        let ratchet_tree = tree_bytes(self.group.public_group()).map_err(Fault::of)?;
        Ok(PublishedGroup { group_info, ratchet_tree })
    }
}

/// `required_capabilities`, `external_senders` and the dictionary.
fn context_extensions(
    dictionary: &Dictionary,
    hub_domain: &ProviderDomain,
    hub_key: &[u8; 32],
) -> Result<Extensions<openmls::group::GroupContext>, String> {
    let required = RequiredCapabilitiesExtension::new(
        &[ExtensionType::AppDataDictionary],
        &[ProposalType::AppDataUpdate, ProposalType::SelfRemove],
        &[CredentialType::Other(doorstep_wire::credential::SD_CWT)],
    );
    let hub = BasicCredential::new(hub_domain.uri().as_bytes().to_vec());
    let senders: ExternalSendersExtension = vec![ExternalSender::new(hub_key.as_slice().into(), hub.into())];
    Extensions::from_vec(vec![
        Extension::RequiredCapabilities(required),
        Extension::ExternalSenders(senders),
        extension_of(dictionary),
    ])
    .map_err(|error| error.to_string())
}
