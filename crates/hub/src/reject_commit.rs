//! A commit that no member can follow and no hub can tell from a good one is taken back, on the word of somebody who may
//! remove people (docs/PROTOCOL.md, "A commit nobody can follow").

use std::{collections::BTreeSet, sync::Arc};

use doorstep_mls::verify_with_label;
use doorstep_wire::{
    Body, Capability, ClientUri, LeafIndex, UnixMillis,
    ext::restored::{Restored, reject_commit_content},
    mls_message::BareGroupInfo,
    tree::RatchetTree,
};

use crate::{
    Answer, Effects, Fanout, FanoutKind, Hub, HubError, LogEntry, LogKind, Room,
    room::{
        distrusted, first_answer,
        head::{self, Head},
        knocker, reservation, undo,
    },
    row::Table,
    stop::Stop,
};

/// What was restored, so that a repeated rejection gets the same answer: by the digest of the commit.
const RESTORED: Table = Table(b"restored");
/// Label of the signature.
const LABEL: &str = "doorstep reject commit v1";

/// Somebody's word that nobody can follow a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRejection {
    /// Epoch the commit was made in.
    pub epoch: u64,
    /// SHA-256 of its MLSMessage.
    pub commit_hash: [u8; 32],
    /// Leaf of the signer in that epoch.
    pub leaf_index: u32,
    /// Ed25519 by that leaf, label `doorstep reject commit v1`.
    pub signature: [u8; 64],
}

impl Hub {
    /// Takes the commit and everything after it back.
    ///
    /// # Errors
    /// [`HubError::NotFound`]: there is no such commit that can be taken back, or the signer may not.
    pub fn reject_commit(
        &self,
        room: &mut Room,
        rejection: &CommitRejection,
        now: UnixMillis,
        _seed: [u8; 32],
    ) -> Result<Answer, HubError> {
        if RESTORED.has(&room.journal, &rejection.commit_hash) {
            return Ok(Answer::default());
        }
        match room.attempt(|room| restore(room, rejection, now)) {
            Ok(fanout) => {
                let log = vec![LogEntry {
                    at: now,
                    epoch: rejection.epoch,
                    kind: LogKind::Restored,
                    message: rejection.commit_hash.as_slice().into(),
                }];
                let effects = Effects { rows: room.journal.drain_writes(), log, fanout: vec![fanout], ended: None };
                Ok(Answer { effects, ..Answer::default() })
            }
            Err(Stop::Error(error)) => Err(error),
            Err(_) => Err(HubError::NotFound),
        }
    }
}

fn restore(room: &mut Room, rejection: &CommitRejection, now: UnixMillis) -> Result<Fanout, Stop> {
    let updates = undo::all(&room.journal)?;
    let (first, commit) = updates
        .iter()
        .find_map(|(number, row)| {
            let commit = row.commit.clone()?;
            (row.epoch == rejection.epoch && commit.digest == rejection.commit_hash).then_some((*number, commit))
        })
        .ok_or(Stop::Error(HubError::NotFound))?;
    // Who is to hear of it: those who are there now, and those who are there again.
    let mut audience: BTreeSet<ClientUri> = room.roster.iter().map(|(_, leaf)| leaf.client.clone()).collect();
    room.touched = true;
    for (number, _) in updates.iter().rev().take_while(|(number, _)| *number >= first) {
        undo::take_back(&room.journal, *number)?;
    }
    room.rewarm()?;
    audience.extend(room.roster.iter().map(|(_, leaf)| leaf.client.clone()));
    check_signer(room, rejection)?;

    first_answer::forget_from(&room.journal, rejection.epoch)?;
    knocker::forget_after(&room.journal, rejection.epoch)?;
    distrusted::put(&room.journal, commit.signature_key.as_slice(), now.0)?;
    reservation::delete(&room.journal, commit.signature_key.as_slice());
    if commit.external != 0 {
        // It was made from this GroupInfo, which may be the reason: a member has to make a new one.
        let row = head::get(&room.journal)?;
        head::put(&room.journal, &Head { suspect: 1, ..row })?;
    }
    RESTORED.put(&room.journal, &rejection.commit_hash, &now.0)?;
    let tree = room.ratchet_tree()?;
    let restored = Restored {
        epoch: rejection.epoch,
        commit_hash: rejection.commit_hash,
        leaf_index: rejection.leaf_index,
        signature: rejection.signature,
        group_info: BareGroupInfo::decode(&room.group_info()?).map_err(HubError::internal)?,
        ratchet_tree: RatchetTree::from_extension_body(tree.to_vec()).map_err(HubError::internal)?,
    };
    let body: Arc<[u8]> = restored.encode().map_err(HubError::internal)?.into();
    Ok(Fanout {
        kind: FanoutKind::Restored,
        room: room.uri().clone(),
        recipients: audience.into_iter().collect(),
        packages: Vec::new(),
        body,
    })
}

/// The signer was in the group before the commit, and may remove people there.
fn check_signer(room: &Room, rejection: &CommitRejection) -> Result<(), Stop> {
    let leaf = room.roster.get(LeafIndex(rejection.leaf_index)).ok_or(Stop::Error(HubError::NotFound))?;
    let content = reject_commit_content(room.uri(), rejection.epoch, &rejection.commit_hash);
    let signed = verify_with_label(&leaf.signature_key, LABEL, &content, &rejection.signature);
    if signed && room.state.has(&leaf.user, Capability::CAN_REMOVE_PARTICIPANT) {
        Ok(())
    } else {
        Err(Stop::Error(HubError::NotFound))
    }
}
