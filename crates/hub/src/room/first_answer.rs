//! A byte-identical MLSMessage of the same provider gets the answer it got first, so that a client that lost a 200 can
//! simply ask again. To another provider it is a message like any other that is not its own.

use doorstep_mls::Journal;
use doorstep_wire::{ProviderDomain, RawMlsMessage};
use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{HubError, row::Table};

const ANSWERS: Table = Table(b"answer");
const ORDER: Table = Table(b"answer-order");
const COUNT: Table = Table(b"answer-count");

#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
struct FirstAnswer {
    epoch: u64,
    body: VLByteVec,
}

/// What an answer is kept under.
pub(crate) fn name(caller: &ProviderDomain, message: &RawMlsMessage) -> [u8; 32] {
    Sha256::new().chain_update(message.sha256()).chain_update(caller.as_bytes()).finalize().into()
}

/// The answer a message with this name got, if it was accepted not too long ago.
pub(crate) fn find(journal: &Journal, digest: &[u8; 32]) -> Result<Option<Vec<u8>>, HubError> {
    Ok(ANSWERS.get::<FirstAnswer>(journal, digest)?.map(|row| row.body.into()))
}

/// Remembers the answer to an accepted message of `epoch`; the oldest is forgotten when there are `limit`.
pub(crate) fn keep(journal: &Journal, digest: &[u8; 32], epoch: u64, body: &[u8], limit: u64) -> Result<(), HubError> {
    let count: u64 = COUNT.get(journal, b"")?.unwrap_or(0);
    if let Some(oldest) = count.checked_sub(limit) {
        let place = oldest.to_be_bytes();
        if let Some(digest) = ORDER.get::<[u8; 32]>(journal, &place)? {
            ANSWERS.delete(journal, &digest);
            ORDER.delete(journal, &place);
        }
    }
    ANSWERS.put(journal, digest, &FirstAnswer { epoch, body: body.into() })?;
    ORDER.put(journal, &count.to_be_bytes(), digest)?;
    COUNT.put(journal, b"", &(count + 1))
}

/// The room went back to `epoch`: what was accepted in it or later never happened, except what `keeps` names.
pub(crate) fn forget_from(journal: &Journal, epoch: u64) -> Result<(), HubError> {
    for (place, digest) in ORDER.all::<[u8; 32]>(journal)? {
        if ANSWERS.get::<FirstAnswer>(journal, &digest)?.is_some_and(|row| row.epoch >= epoch) {
            ANSWERS.delete(journal, &digest);
            ORDER.delete(journal, &place);
        }
    }
    Ok(())
}
