//! What groupInfo granted: an external commit carries no request, so the hub remembers who asked, with which key and
//! credential, and which leaves it handed out to be carried (mimi-protocol-06 §5.6; the lifetime is ours).

use doorstep_mls::Journal;
use doorstep_policy::{JoinGrant, JoinGround};
use doorstep_wire::{Epoch, UserUri, room::RoleIndex};
use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::{claim, leaf_row::LeafRow};
use crate::{HubError, row::Table};

const TABLE: Table = Table(b"reservation");

/// One requester's reservation.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Reservation {
    /// Who, with which key.
    leaf: LeafRow,
    role: RoleIndex,
    ground: Ground,
    /// SHA-256 of the content of the credential as sent.
    pub(crate) credential: [u8; 32],
    /// Epoch of the GroupInfo handed out.
    pub(crate) epoch: Epoch,
    /// ProposalRefs of the SelfRemoves handed out with it.
    pub(crate) self_removes: Vec<VLByteVec>,
    /// Milliseconds since the UNIX epoch.
    pub(crate) until: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
enum Ground {
    #[tls_codec(discriminant = 0)]
    OwnClient,
    Open,
    Link {
        link_id: [u8; 16],
    },
}

impl Reservation {
    pub(crate) fn new(
        grant: &JoinGrant,
        credential: [u8; 32],
        epoch: Epoch,
        self_removes: Vec<VLByteVec>,
        until: u64,
    ) -> Self {
        let JoinGrant { leaf, role, ground } = grant;
        let ground = match *ground {
            JoinGround::OwnClient => Ground::OwnClient,
            JoinGround::Open => Ground::Open,
            JoinGround::Link { link_id } => Ground::Link { link_id },
        };
        Self { leaf: LeafRow::new(epoch, leaf), role: *role, ground, credential, epoch, self_removes, until }
    }

    pub(crate) fn user(&self) -> &UserUri {
        self.leaf.user()
    }

    pub(crate) fn grant(&self) -> JoinGrant {
        let ground = match self.ground {
            Ground::OwnClient => JoinGround::OwnClient,
            Ground::Open => JoinGround::Open,
            Ground::Link { link_id } => JoinGround::Link { link_id },
        };
        JoinGrant { leaf: self.leaf.clone().into_leaf(), role: self.role, ground }
    }

    /// The link a use of which it spends, if it is by one.
    pub(crate) fn link(&self) -> Option<[u8; 16]> {
        match self.ground {
            Ground::Link { link_id } => Some(link_id),
            Ground::OwnClient | Ground::Open => None,
        }
    }
}

/// The reservation for this leaf key, if it has not ended.
pub(crate) fn find(journal: &Journal, leaf_key: &[u8], now: u64) -> Result<Option<Reservation>, HubError> {
    Ok(TABLE.get::<Reservation>(journal, &name(leaf_key))?.filter(|row| now < row.until))
}

/// Remembers a reservation, in place of an earlier one for the same key. If there are too many, the oldest goes that has
/// no use of a link claimed: whoever has only looked, or can ask again. `false`: nobody's can go.
pub(crate) fn put(
    journal: &Journal,
    leaf_key: &[u8],
    row: &Reservation,
    now: u64,
    limit: usize,
) -> Result<bool, HubError> {
    let name = name(leaf_key);
    if !TABLE.has(journal, &name) && journal.scan_prefix(&TABLE.key(b"")).len() >= limit {
        prune(journal, now)?;
        if journal.scan_prefix(&TABLE.key(b"")).len() >= limit && !evict(journal, now)? {
            return Ok(false);
        }
    }
    TABLE.put(journal, &name, row)?;
    Ok(true)
}

/// Lets the oldest go that has nothing claimed; says whether there was one.
fn evict(journal: &Journal, now: u64) -> Result<bool, HubError> {
    let mut oldest: Option<(u64, Vec<u8>)> = None;
    for (name, row) in TABLE.all::<Reservation>(journal)? {
        let claimed = match row.link() {
            Some(link) => claim::has(journal, &link, &row.leaf.clone().into_leaf().signature_key, now)?,
            None => false,
        };
        if !claimed && oldest.as_ref().is_none_or(|(until, _)| row.until < *until) {
            oldest = Some((row.until, name));
        }
    }
    if let Some((_, name)) = &oldest {
        TABLE.delete(journal, name);
    }
    Ok(oldest.is_some())
}

/// It was used, or its commit was rejected.
pub(crate) fn delete(journal: &Journal, leaf_key: &[u8]) {
    TABLE.delete(journal, &name(leaf_key));
}

/// Forgets what has ended.
pub(crate) fn prune(journal: &Journal, now: u64) -> Result<(), HubError> {
    for (name, row) in TABLE.all::<Reservation>(journal)? {
        if row.until <= now {
            TABLE.delete(journal, &name);
        }
    }
    Ok(())
}

fn name(leaf_key: &[u8]) -> [u8; 32] {
    Sha256::digest(leaf_key).into()
}
