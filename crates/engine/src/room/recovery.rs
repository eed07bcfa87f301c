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

use crate::{
    context::{Answer, Context},
    group,
    issuers::NotTaken,
    job::Job,
    knock::knocker,
    record::{
        FUTURE, Intent, KNOCKS, KnockState, ROOMS, RepairStage, RoomRecord, UNDOS, Undo,
        labels::{AT, OPEN},
    },
    room::{joins, queue, repair},
    step::Method,
};

/// Commits that were taken back of which a room remembers.
const KEPT_HASHES: usize = 32;
/// How long a merged commit can be undone: keeping the keys of a past epoch costs forward secrecy.
const UNDO_FOR: u64 = 24 * 3_600_000;

/// Remembers how to undo the commit that was merged since `mark`, until somebody else has committed on top of it.
pub(crate) fn keep_undo(cx: &mut Context, room: &RoomUri, epoch: u64, commit: [u8; 32], by: &UserUri, mark: Mark) {
    let rows = cx
        .journal
        .undo_since(mark)
        .into_iter()
        .filter(|write| !write.key.starts_with(b"e/"))
        .map(|write| (ByteBuf::from(write.key), write.value.map(ByteBuf::from)))
        .collect();
    let undo = Undo { commit, at: cx.now.0, by: by.clone(), rows };
    for (key, old) in UNDOS.scan(&cx.journal, &format!("{room}#")) {
        if old.by != *by || old.at + UNDO_FOR <= cx.now.0 {
            UNDOS.delete(&cx.journal, &key);
        }
    }
    UNDOS.put(&cx.journal, &undo_key(room, epoch), &undo);
}

/// This client cannot follow a commit. If it may, it tells the hub; else it waits for somebody who may.
pub(crate) fn cannot_follow(cx: &mut Context, mut record: RoomRecord, commit: [u8; 32]) {
    if !group::warm(cx, &record.room, &record.group) {
        repair::break_room(cx, &mut record);
        return;
    }
    let Some(warm) = cx.groups.get(&record.room) else { return };
    let may = warm.state.has(&record.client.user(), Capability::CAN_REMOVE_PARTICIPANT);
    let epoch = warm.member.epoch().0;
    let leaf = warm.member.own_leaf().0;
    let Some(identity) = cx.identity_record(&record.client) else { return };
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
        repair::doubt(cx, &mut record, UNDO_FOR);
    }
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
}

pub(crate) fn pump_reject(cx: &mut Context, record: &RoomRecord) {
    if let Some(request) = &record.rejecting {
        let path = path_with(REJECT_COMMIT, record.room.as_str());
        let bearer = cx.bearer();
        cx.request(Job::Reject(record.room.clone()), Method::Post, path, request.to_vec(), bearer);
    }
}

pub(crate) fn reject_answered(cx: &mut Context, room: &RoomUri, answer: Answer<'_>) {
    let refused = answer.status != 200;
    let Some(mut record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    record.rejecting = None;
    if refused {
        // The hub stands by a commit this client cannot follow, and two groups have become of one; or it has never
        // seen it. That shows when it goes on.
        repair::doubt(cx, &mut record, UNDO_FOR / 24);
    }
    ROOMS.put(&cx.journal, room.as_str(), &record);
}

/// The hub went back to an epoch. Believed only with the signature of somebody who may remove people.
pub(crate) fn restored_came(cx: &mut Context, item: &MailboxItem) -> Result<(), NotTaken> {
    let restored = Restored::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
    if let Some(id) = knock_in(cx, &item.room, &item.to) {
        // The knocker's group in the knock room, if they have it still, cannot go back to where they were not in it.
        // The worst that a hub can do by this is to let them knock again, as the same.
        knocker::knock_again(cx, &id, restored.commit_hash);
        return Ok(());
    }
    let mut record = ROOMS.get(&cx.journal, item.room.as_str()).ok_or(NotTaken::Useless)?;
    let known = record.taken_back.contains(&restored.commit_hash);
    if known || !record.is_in() || record.client != item.to || joins::is_returning(cx, &record.room) {
        return Err(NotTaken::Useless);
    }
    if record.taken_back.len() >= KEPT_HASHES {
        record.taken_back.remove(0);
    }
    record.taken_back.push(restored.commit_hash);
    if !group::warm(cx, &record.room, &record.group) {
        return Err(NotTaken::Useless);
    }
    // Back to the epoch before the commit, if it was merged here.
    let own_epoch = cx.groups.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
    for epoch in (restored.epoch..own_epoch).rev() {
        let Some(undo) = UNDOS.get(&cx.journal, &undo_key(&record.room, epoch)) else {
            return restored_before_me(cx, record, &restored);
        };
        if epoch == restored.epoch && undo.commit != restored.commit_hash {
            if undo.by == record.client.user() {
                // What stood here as an own commit the hub had in another form: it was altered on its way.
                return restored_before_me(cx, record, &restored);
            }
            return Err(NotTaken::Useless);
        }
        for (key, value) in undo.rows {
            match value {
                Some(value) => cx.journal.put(&key, &value),
                None => cx.journal.delete(&key),
            }
        }
        UNDOS.delete(&cx.journal, &undo_key(&record.room, epoch));
    }
    cx.groups.remove(&record.room);
    if !group::warm(cx, &record.room, &record.group) {
        return Err(NotTaken::Useless);
    }
    let warm = cx.groups.get(&record.room).ok_or(NotTaken::Useless)?;
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
    for (key, _) in FUTURE.scan(&cx.journal, &format!("{}#", record.room)) {
        FUTURE.delete(&cx.journal, &key);
    }
    record.busy = None;
    record.behind = None;
    record.rejecting = None;
    record.repair = record.repair.filter(|repair| repair.stage == RepairStage::Done);
    cx.forget_job(&Job::Room(record.room.clone()));
    cx.forget_job(&Job::Reject(record.room.clone()));
    joins::need_not_return(cx, &record.room);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    if leaf == own_leaf {
        // Nobody comes in before a member has made a new GroupInfo: who asked for it.
        queue::enqueue(cx, &record.room, Intent::Refresh);
    }
    cx.room_changed(&record.room);
    Ok(())
}

/// The hub went back further than this client can, which came in only after that. It comes in again.
fn restored_before_me(cx: &mut Context, mut record: RoomRecord, restored: &Restored) -> Result<(), NotTaken> {
    let content = reject_commit_content(&record.room, restored.epoch, &restored.commit_hash);
    let Some(warm) = cx.groups.get(&record.room) else { return Err(NotTaken::Useless) };
    let signed = warm.roster.iter().any(|(_, leaf)| {
        warm.state.has(&leaf.user, Capability::CAN_REMOVE_PARTICIPANT)
            && verify_with_label(&leaf.signature_key, REJECT_COMMIT_LABEL, &content, &restored.signature)
    });
    if !signed {
        return Err(NotTaken::Useless);
    }
    // The epochs of this group are void: coming in at an earlier one is right.
    group::drop_group(cx, &record.room, &record.group);
    repair::break_room(cx, &mut record);
    Ok(())
}

/// A knock of mine that this client is bringing, or has brought, to a knock room.
fn knock_in(cx: &Context, room: &RoomUri, client: &ClientUri) -> Option<String> {
    let brought = |state: &KnockState| matches!(state, KnockState::Delivering { .. } | KnockState::Waiting { .. });
    let mut knocks = KNOCKS.having(&cx.journal, OPEN).into_iter();
    let mine = knocks.find(|(_, knock)| knock.knock_room == *room && knock.visitor == *client && brought(&knock.state));
    mine.map(|(id, _)| id)
}

/// Undo rows that have grown old are deleted.
pub(crate) fn expire_undos(cx: &mut Context) {
    let old = cx.now.0.saturating_sub(UNDO_FOR);
    for (key, _) in UNDOS.having_up_to(&cx.journal, AT, old) {
        UNDOS.delete(&cx.journal, &key);
    }
}

fn undo_key(room: &RoomUri, epoch: u64) -> String {
    format!("{room}#{epoch:016x}")
}
