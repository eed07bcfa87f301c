//! Commits that the hub could not see through: a wrong confirmation tag, keys that do not fit. Whoever may remove people
//! tells the hub to take such a commit back, with a signature; everybody goes back to the epoch before it and goes on
//! (docs/PROTOCOL.md, commits nobody can follow).

use doorstep_client_api::http::{MailboxItem, REJECT_COMMIT, REJECT_COMMIT_LABEL, RejectCommit, path_with};
use doorstep_credential::LeafKey;
use doorstep_mls::{Mark, verify_with_label};
use doorstep_wire::{
    Body, ClientUri, LeafIndex, RoomUri, UserUri,
    capability::Capability,
    ext::restored::{Restored, reject_commit_content},
    sign::sign_content,
};
use serde_bytes::ByteBuf;
use tls_codec::Serialize;

use super::mailbox::NotTaken;
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{FUTURE, Intent, KNOCKS, KnockState, ROOMS, RepairStage, RoomRecord, UNDOS, Undo},
    step::Method,
};

/// Commits that were taken back of which a room remembers.
const KEPT_HASHES: usize = 32;
/// How long a merged commit can be undone: keeping the keys of a past epoch costs forward secrecy.
const UNDO_FOR: u64 = 24 * 3_600_000;

impl Engine {
    /// Remembers how to undo the commit that was merged since `mark`, until somebody else has committed on top of it.
    pub(crate) fn keep_undo(&mut self, room: &RoomUri, epoch: u64, commit: [u8; 32], by: &UserUri, mark: Mark) {
        let rows = self
            .journal
            .undo_since(mark)
            .into_iter()
            .filter(|write| !write.key.starts_with(b"e/"))
            .map(|write| (ByteBuf::from(write.key), write.value.map(ByteBuf::from)))
            .collect();
        let undo = Undo { commit, at: self.turn.now.0, by: by.clone(), rows };
        for (key, old) in UNDOS.scan(&self.journal, &format!("{room}#")) {
            if old.by != *by || old.at + UNDO_FOR <= self.turn.now.0 {
                UNDOS.delete(&self.journal, &key);
            }
        }
        UNDOS.put(&self.journal, &undo_key(room, epoch), &undo);
    }

    /// This client cannot follow a commit. If it may, it tells the hub; else it waits for somebody who may.
    pub(crate) fn cannot_follow(&mut self, mut record: RoomRecord, commit: [u8; 32]) {
        if !self.warm(&record.room, &record.group) {
            self.break_room(&mut record);
            return;
        }
        let Some(warm) = self.rooms.get(&record.room) else { return };
        let may = warm.state.has(&record.client.user(), Capability::CAN_REMOVE_PARTICIPANT);
        let epoch = warm.member.epoch().0;
        let leaf = warm.member.own_leaf().0;
        let Some(identity) = self.identity_record(&record.client) else { return };
        if may && record.rejecting.is_none() {
            let content = reject_commit_content(&record.room, epoch, &commit);
            let key = LeafKey::from_seed(&identity.seed);
            let request = RejectCommit {
                epoch,
                commit_hash: commit,
                leaf_index: leaf,
                signature: key.sign(&sign_content(REJECT_COMMIT_LABEL, &content)),
            };
            record.rejecting = request.tls_serialize_detached().ok().map(ByteBuf::from);
        }
        if record.rejecting.is_none() {
            // Nobody here can take it back. An admin can as long as nobody else builds on it, and coming in again would.
            self.doubt(&mut record, UNDO_FOR);
        }
        ROOMS.put(&self.journal, record.room.as_str(), &record);
    }

    pub(crate) fn pump_reject(&mut self, record: &RoomRecord) {
        if let Some(request) = &record.rejecting {
            let path = path_with(REJECT_COMMIT, record.room.as_str());
            let bearer = self.bearer();
            self.request(Job::Reject(record.room.clone()), Method::Post, path, request.to_vec(), bearer);
        }
    }

    pub(crate) fn reject_answered(&mut self, room: &RoomUri, answer: Answer<'_>) {
        let refused = answer.status != 200;
        let Some(mut record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        record.rejecting = None;
        if refused {
            // The hub stands by a commit this client cannot follow, and two groups have become of one; or it has never
            // seen it. That shows when it goes on.
            self.doubt(&mut record, UNDO_FOR / 24);
        }
        ROOMS.put(&self.journal, room.as_str(), &record);
    }

    /// The hub went back to an epoch. Believed only with the signature of somebody who may remove people.
    pub(crate) fn restored_came(&mut self, item: &MailboxItem) -> Result<(), NotTaken> {
        let restored = Restored::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
        if let Some(id) = self.knock_in(&item.room, &item.to) {
            // Her group in the knock room, if she has it still, cannot go back to where she was not in it. The worst that a
            // hub can do by this is to let her knock again, as the same.
            self.knock_again(&id, restored.commit_hash);
            return Ok(());
        }
        let mut record = ROOMS.get(&self.journal, item.room.as_str()).ok_or(NotTaken::Useless)?;
        let known = record.taken_back.contains(&restored.commit_hash);
        if known || record.ended.is_some() || record.client != item.to || self.is_returning(&record.room) {
            return Err(NotTaken::Useless);
        }
        if record.taken_back.len() >= KEPT_HASHES {
            record.taken_back.remove(0);
        }
        record.taken_back.push(restored.commit_hash);
        if !self.warm(&record.room, &record.group) {
            return Err(NotTaken::Useless);
        }
        // Back to the epoch before the commit, if it was merged here.
        let own_epoch = self.rooms.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
        for epoch in (restored.epoch..own_epoch).rev() {
            let Some(undo) = UNDOS.get(&self.journal, &undo_key(&record.room, epoch)) else {
                return self.restored_before_me(record, &restored);
            };
            if epoch == restored.epoch && undo.commit != restored.commit_hash {
                if undo.by == record.client.user() {
                    // What stood here as an own commit the hub had in another form: it was altered on its way.
                    return self.restored_before_me(record, &restored);
                }
                return Err(NotTaken::Useless);
            }
            for (key, value) in undo.rows {
                match value {
                    Some(value) => self.journal.put(&key, &value),
                    None => self.journal.delete(&key),
                }
            }
            UNDOS.delete(&self.journal, &undo_key(&record.room, epoch));
        }
        self.rooms.remove(&record.room);
        if !self.warm(&record.room, &record.group) {
            return Err(NotTaken::Useless);
        }
        let warm = self.rooms.get(&record.room).ok_or(NotTaken::Useless)?;
        if warm.member.epoch().0 != restored.epoch {
            return Err(NotTaken::Useless);
        }
        let (leaf, own_leaf) = (LeafIndex(restored.leaf_index), warm.member.own_leaf());
        let signer = warm.roster.get(leaf).ok_or(NotTaken::Useless)?;
        let content = reject_commit_content(&record.room, restored.epoch, &restored.commit_hash);
        let signed = verify_with_label(&signer.signature_key, REJECT_COMMIT_LABEL, &content, &restored.signature);
        if !signed || !warm.state.has(&signer.user, Capability::CAN_REMOVE_PARTICIPANT) {
            return Err(NotTaken::Useless);
        }
        // Nothing that was built on it counts any more.
        for (key, _) in FUTURE.scan(&self.journal, &format!("{}#", record.room)) {
            FUTURE.delete(&self.journal, &key);
        }
        record.busy = None;
        record.behind = None;
        record.rejecting = None;
        record.repair = record.repair.filter(|repair| repair.stage == RepairStage::Done);
        self.forget_job(&Job::Room(record.room.clone()));
        self.forget_job(&Job::Reject(record.room.clone()));
        self.need_not_return(&record.room);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if leaf == own_leaf {
            // Nobody comes in before a member has made a new GroupInfo: who asked for it.
            self.enqueue(&record.room, Intent::Refresh);
        }
        self.room_changed(&record.room);
        Ok(())
    }

    /// The hub went back further than this client can, which came in only after that. It comes in again.
    fn restored_before_me(&mut self, mut record: RoomRecord, restored: &Restored) -> Result<(), NotTaken> {
        let content = reject_commit_content(&record.room, restored.epoch, &restored.commit_hash);
        let Some(warm) = self.rooms.get(&record.room) else { return Err(NotTaken::Useless) };
        let signed = warm.roster.iter().any(|(_, leaf)| {
            warm.state.has(&leaf.user, Capability::CAN_REMOVE_PARTICIPANT)
                && verify_with_label(&leaf.signature_key, REJECT_COMMIT_LABEL, &content, &restored.signature)
        });
        if !signed {
            return Err(NotTaken::Useless);
        }
        // The epochs of this group are void: coming in at an earlier one is right.
        self.drop_group(&record.room, &record.group);
        self.break_room(&mut record);
        Ok(())
    }

    /// A knock of mine that this client is bringing, or has brought, to a knock room.
    fn knock_in(&self, room: &RoomUri, client: &ClientUri) -> Option<String> {
        let brought = |state: &KnockState| matches!(state, KnockState::Delivering | KnockState::Waiting);
        let mut knocks = KNOCKS.all(&self.journal).into_iter();
        let mine = knocks.find(|(_, knock)| {
            knock.knock_room == *room && knock.visitor == *client && brought(&knock.state) && !knock.withdrawing
        });
        mine.map(|(id, _)| id)
    }

    /// Undo rows that have grown old are deleted.
    pub(crate) fn expire_undos(&mut self) {
        for (key, undo) in UNDOS.all(&self.journal) {
            if undo.at + UNDO_FOR <= self.turn.now.0 {
                UNDOS.delete(&self.journal, &key);
            }
        }
    }
}

fn undo_key(room: &RoomUri, epoch: u64) -> String {
    format!("{room}#{epoch:016x}")
}
