//! What OpenMLS alone costs, with its own provider and its own storage in memory, doing what its book says: nothing but
//! MLS, credentials that are plain names of a given length.

use anyhow::{Context, Result, bail};
use openmls::prelude::tls_codec::{Deserialize as _, Serialize as _};
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// A group, as a server that keeps its tree has it.
pub(crate) struct Baseline {
    provider: OpenMlsRustCrypto,
    group: PublicGroup,
    group_info: Vec<u8>,
    credential: usize,
}

struct Somebody {
    provider: OpenMlsRustCrypto,
    keys: SignatureKeyPair,
    credential: CredentialWithKey,
}

impl Somebody {
    fn new(name: &str, credential: usize) -> Result<Self> {
        let keys = SignatureKeyPair::new(SUITE.signature_algorithm())?;
        let mut identity = name.as_bytes().to_vec();
        identity.resize(credential.max(identity.len()), b'.');
        let credential = BasicCredential::new(identity).into();
        let credential = CredentialWithKey { credential, signature_key: keys.public().into() };
        Ok(Self { provider: OpenMlsRustCrypto::default(), keys, credential })
    }
}

/// What travels: a commit and the GroupInfo of the epoch it makes.
pub(crate) struct Outgoing {
    commit: Vec<u8>,
    group_info: Vec<u8>,
}

impl Outgoing {
    /// Bytes of the commit.
    pub(crate) fn commit_length(&self) -> usize {
        self.commit.len()
    }
}

impl Baseline {
    /// A group of `members` whose credentials have at least `credential` bytes, all added by the first one.
    pub(crate) fn of(members: usize, credential: usize) -> Result<Self> {
        let alice = Somebody::new("alice", credential)?;
        let mut member = MlsGroup::builder()
            .ciphersuite(SUITE)
            .with_wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
            .build(&alice.provider, &alice.keys, alice.credential.clone())?;
        let mut packages = Vec::with_capacity(members);
        for number in 1..members {
            let person = Somebody::new(&format!("person {number}"), credential)?;
            let made = KeyPackage::builder().build(SUITE, &person.provider, &person.keys, person.credential)?;
            packages.push(made.key_package().clone());
        }
        if !packages.is_empty() {
            member.add_members_without_update(&alice.provider, &alice.keys, &packages)?;
            member.merge_pending_commit(&alice.provider)?;
        }
        let group_info = bare(&member.export_group_info(alice.provider.crypto(), &alice.keys, false)?)?;
        let tree = member.export_ratchet_tree().tls_serialize_detached()?;
        let provider = OpenMlsRustCrypto::default();
        let (group, _) = PublicGroup::from_external(
            provider.crypto(),
            provider.storage(),
            RatchetTreeIn::tls_deserialize_exact(&tree)?,
            read(&group_info)?,
            ProposalStore::new(),
        )?;
        Ok(Self { provider, group, group_info, credential })
    }

    /// GroupInfo and tree.
    pub(crate) fn download(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        Ok((self.group_info.clone(), self.group.export_ratchet_tree().tls_serialize_detached()?))
    }

    /// The server checks and merges a commit, and keeps the GroupInfo it is given.
    pub(crate) fn take(&mut self, outgoing: &Outgoing) -> Result<()> {
        let message = MlsMessageIn::tls_deserialize_exact(&outgoing.commit)?.try_into_protocol_message()?;
        let processed = self.group.process_message(self.provider.crypto(), message)?;
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            bail!("no commit");
        };
        self.group.merge_commit(self.provider.storage(), *staged)?;
        self.group_info.clone_from(&outgoing.group_info);
        Ok(())
    }

    /// Somebody prepares to come: key and credential.
    pub(crate) fn joiner(&self, name: &str) -> Result<Joiner> {
        Somebody::new(name, self.credential).map(Joiner)
    }
}

/// Somebody who wants to join.
pub(crate) struct Joiner(Somebody);

impl Joiner {
    /// Joins by an external commit.
    pub(crate) fn enter(&self, group_info: &[u8], tree: &[u8]) -> Result<Outgoing> {
        let Self(Somebody { provider, keys, credential }) = self;
        let (_, bundle) = MlsGroup::external_commit_builder()
            .with_ratchet_tree(RatchetTreeIn::tls_deserialize_exact(tree)?)
            .skip_lifetime_validation()
            .build_group(provider, read(group_info)?, credential.clone())?
            .load_psks(provider.storage())?
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(provider.rand(), provider.crypto(), keys, |_| true)?
            .finalize(provider)?;
        let (commit, _, group_info) = bundle.contents();
        Ok(Outgoing {
            commit: commit.tls_serialize_detached()?,
            group_info: group_info.context("no GroupInfo")?.tls_serialize_detached()?,
        })
    }
}

fn read(group_info: &[u8]) -> Result<openmls::messages::group_info::VerifiableGroupInfo> {
    Ok(openmls::messages::group_info::VerifiableGroupInfo::tls_deserialize_exact(group_info)?)
}

/// The GroupInfo in an `MLSMessage`.
fn bare(message: &MlsMessageOut) -> Result<Vec<u8>> {
    let bytes = message.tls_serialize_detached()?;
    // Version and wire format.
    bytes.get(4..).map(<[u8]>::to_vec).context("short message")
}
