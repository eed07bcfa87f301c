//! The GroupInfo that comes with a commit, checked against the epoch the commit creates (mimi-protocol-06 §5.3).
//!
//! OpenMLS shows neither the signer nor the tag of a GroupInfo, and its own check builds a second group. So the parts are
//! read here: the context must be the one we computed, hence the bytes in front of tag, signer and signature are known.

use openmls::extensions::Extensions;
use openmls::group::{PublicGroup, StagedCommit};
use openmls::messages::group_info::{GroupInfo, VerifiableGroupInfo};
use openmls::prelude::{ExtensionType, LeafNodeIndex};
use tls_codec::{Deserialize as _, Serialize as _};

use crate::commit_view::CommitView;
use crate::hpke::is_usable_public_key;
use crate::identity::verify_with_label;
use crate::raw::{Malformed, Reader};
use crate::suite;

/// What is wrong with a GroupInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupInfoError {
    /// Not a GroupInfo.
    #[error("malformed")]
    Malformed,
    /// It is of another cipher suite or version.
    #[error("other cipher suite or version")]
    Suite,
    /// Its group context is not the one of the commit.
    #[error("another group context")]
    Context,
    /// Its extensions are not exactly one `external_pub`.
    #[error("extensions other than external_pub")]
    Extensions,
    /// `external_pub` is no key one could encrypt to.
    #[error("unusable external_pub")]
    ExternalPub,
    /// It is not signed by the committer.
    #[error("signer is not the committer")]
    Signer,
    /// The signature does not hold.
    #[error("bad signature")]
    Signature,
    /// Its confirmation tag is not the commit's.
    #[error("another confirmation tag")]
    ConfirmationTag,
}

impl From<Malformed> for GroupInfoError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// A joiner needs `external_pub`, and nothing else belongs there: the tree goes another way.
pub(super) fn only_external_pub(extensions: &Extensions<GroupInfo>) -> Result<(), GroupInfoError> {
    if extensions.iter().map(openmls::extensions::Extension::extension_type).ne([ExtensionType::ExternalPub]) {
        return Err(GroupInfoError::Extensions);
    }
    let key = extensions.external_pub().ok_or(GroupInfoError::Extensions)?.external_pub().as_slice();
    if is_usable_public_key(key) { Ok(()) } else { Err(GroupInfoError::ExternalPub) }
}

pub(super) fn check(
    group: &PublicGroup,
    staged: &StagedCommit,
    view: &CommitView,
    group_info: &[u8],
) -> Result<(), GroupInfoError> {
    let encoded = |_| GroupInfoError::Malformed;
    if suite::is_other(group_info) {
        return Err(GroupInfoError::Suite);
    }
    let info = VerifiableGroupInfo::tls_deserialize_exact(group_info).map_err(|_| GroupInfoError::Malformed)?;
    if info.group_context() != staged.group_context() {
        return Err(GroupInfoError::Context);
    }
    only_external_pub(info.extensions())?;

    let mut front = staged.group_context().tls_serialize_detached().map_err(encoded)?;
    front.extend(info.extensions().tls_serialize_detached().map_err(encoded)?);
    let rest = group_info.strip_prefix(front.as_slice()).ok_or(GroupInfoError::Context)?;
    let mut reader = Reader::new(rest);
    let tag = reader.vector()?;
    let signer = reader.u32()?;
    let signature = reader.vector()?;

    let committer = view.author.leaf();
    if signer != committer.0 {
        return Err(GroupInfoError::Signer);
    }
    let key = match &view.path_leaf {
        Some(leaf) => leaf.signature_key.clone(),
        None => {
            let leaf = group.leaf(LeafNodeIndex::new(committer.0)).ok_or(GroupInfoError::Signer)?;
            leaf.signature_key().as_slice().to_vec()
        }
    };
    let tail = 4 + tls_vector_len(tag.len());
    let signed = group_info.get(..front.len() + tail).ok_or(GroupInfoError::Malformed)?;
    if !verify_with_label(&key, "GroupInfoTBS", signed, signature) {
        return Err(GroupInfoError::Signature);
    }
    if tag.is_empty() || tag != view.confirmation_tag {
        return Err(GroupInfoError::ConfirmationTag);
    }
    Ok(())
}

/// How long `opaque <V>` of this many bytes is.
fn tls_vector_len(length: usize) -> usize {
    length
        + match length {
            0..0x40 => 1,
            0x40..0x4000 => 2,
            _ => 4,
        }
}
