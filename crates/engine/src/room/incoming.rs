//! What the hub fans out: commits that are judged like on the hub, proposals, messages.

use doorstep_client_api::http::MailboxItem;
use doorstep_content::{HouseMessage, Meaning, MimiContent};
use doorstep_credential::CredentialIn;
use doorstep_membership as membership;
use doorstep_mls::{
    AcceptError, Author, Incoming, IncomingApplication, IncomingCommit, Mark, Mls, ProcessError, Proposer,
};
use doorstep_page_api::view::RoomEnd;
use doorstep_wire::{
    Body, LeafIndex, RoomUri, UnixMillis, UserUri,
    mls_message::{ContentType, WireFormat},
    notify::FanoutMessage,
};
use serde_bytes::ByteBuf;

use crate::{
    chat::{self, frank, report},
    connection::{request, yes},
    context::Context,
    disclosure::hearing,
    event::DomainEvent,
    few::Few,
    group::{self, epoch},
    issuers::{self, NotTaken},
    knock::{keepers, knocker, moderator, sealed},
    link::handing,
    record::{Busy, ConnectionRole, FUTURE, KnockRole, Life, ROOMS, RoomKind, RoomRecord},
    room::{commit, joins, leaving, recovery, repair},
};

/// Epochs ahead that are kept for later.
const FUTURE_EPOCHS: u64 = 1000;

pub(crate) fn fanout_came(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    let mut record = ROOMS.get(&cx.journal, item.room.as_str()).ok_or(NotTaken::Useless)?;
    if matches!(record.life, Life::Leaving { .. }) && record.client == item.to {
        leaving::heard_after_leaving(cx, record, fanout);
        return Ok(());
    }
    if !record.is_in() || record.client != item.to || joins::is_returning(cx, &record.room) {
        return Err(NotTaken::Useless);
    }
    if !group::warm(cx, &record.room, &record.group) {
        repair::break_room(cx, &mut record);
        return Ok(());
    }
    let own_epoch = cx.groups.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
    let epoch = fanout.message.epoch().ok_or(NotTaken::Useless)?.0;
    if epoch > own_epoch {
        if epoch - own_epoch > FUTURE_EPOCHS {
            return Err(NotTaken::Useless);
        }
        let key = format!("{}#{epoch:016x}#{:016x}", record.room, item.seq);
        FUTURE.put(&cx.journal, &key, &ByteBuf::from(item.body.as_slice().to_vec()));
        repair::miss(cx, &mut record);
        return Ok(());
    }
    take_fanout(cx, record, fanout)
}

/// Takes a fan-out message of the current epoch (or, for application messages, a past one).
fn take_fanout(cx: &mut Context, record: RoomRecord, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    // What is kept of it is dated, sorted and deleted by this.
    let at = record.dated(fanout.timestamp.0, cx.now).0;
    match (fanout.message.wire_format(), fanout.message.content_type()) {
        (WireFormat::PublicMessage, Some(ContentType::Commit)) => {
            let own_epoch = cx.groups.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
            let room = record.room.clone();
            // Of an own commit that stood already only what the hub proposed after it is news.
            if fanout.message.epoch().is_some_and(|epoch| epoch.0 == own_epoch) {
                take_handshake(cx, record, &fanout.message, at)?;
            }
            for proposal in fanout.external_proposals() {
                if let Some(record) = ROOMS.get(&cx.journal, room.as_str()) {
                    // A stapled proposal that cannot be taken does not undo the commit it came with.
                    let _ = take_handshake(cx, record, proposal, at);
                }
            }
            take_future(cx, &room);
            Ok(())
        }
        (WireFormat::PublicMessage, Some(ContentType::Proposal)) => {
            let room = record.room.clone();
            take_handshake(cx, record, &fanout.message, at)?;
            for proposal in fanout.more_proposals() {
                if let Some(record) = ROOMS.get(&cx.journal, room.as_str()) {
                    take_handshake(cx, record, proposal, at)?;
                }
            }
            Ok(())
        }
        (WireFormat::PrivateMessage, _) => take_application(cx, record, fanout, at),
        _ => Err(NotTaken::Useless),
    }
}

fn take_handshake(
    cx: &mut Context,
    record: RoomRecord,
    message: &doorstep_wire::mls_message::RawMlsMessage,
    at: u64,
) -> Result<(), NotTaken> {
    let issuers = issuers::known_issuers(cx);
    let now = record.believed(at, cx.now);
    let mark = cx.journal.mark();
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let Some(warm) = cx.groups.get_mut(&record.room) else { return Err(NotTaken::Useless) };
    match warm.member.process(&mls, message.as_bytes()) {
        Ok(Incoming::OwnCommit) => {
            commit::own_commit_stands(cx, record, at);
            Ok(())
        }
        Ok(Incoming::Commit(commit)) => take_commit(cx, record, *commit, message.sha256(), at, mark),
        Ok(Incoming::Proposal(proposal)) => {
            let pending = warm.member.pending();
            membership::judge_proposal(&warm.state, &warm.roster, &pending, &proposal.view, &issuers, now)?;
            warm.member.store_proposal(&mls, *proposal).map_err(|_| NotTaken::Useless)?;
            cx.tell(DomainEvent::Proposed { room: record.room.clone() });
            Ok(())
        }
        Ok(Incoming::Application(_) | Incoming::OwnMessage | Incoming::Past(_)) => Err(NotTaken::Useless),
        Err(ProcessError::ConfirmationTag | ProcessError::MembershipTag | ProcessError::Path(_)) => {
            recovery::cannot_follow(cx, record, message.sha256());
            Ok(())
        }
        Err(error) if message.content_type() == Some(ContentType::Commit) => {
            repair::odd_commit(cx, record, mark, &error);
            Ok(())
        }
        Err(_) => Err(NotTaken::Useless),
    }
}

/// A commit of somebody else: the same verdict as on the hub, then merged so that it can be undone.
fn take_commit(
    cx: &mut Context,
    mut record: RoomRecord,
    commit: IncomingCommit,
    hash: [u8; 32],
    at: u64,
    mark: Mark,
) -> Result<(), NotTaken> {
    let issuers = issuers::known_issuers(cx);
    let now = record.believed(at, cx.now);
    let Some(warm) = cx.groups.get_mut(&record.room) else { return Err(NotTaken::Useless) };
    let judged = match membership::judge(&warm.state, &warm.roster, &commit.view, None, &issuers, now) {
        Ok(judged) => judged,
        Err(denied @ membership::Denied::UnknownIssuer(_)) => return Err(denied.into()),
        Err(denied) => {
            // An honest hub lets no such commit through. Nothing of it is taken, and nothing that builds on it.
            let by = match commit.view.author {
                Author::Member(leaf) => warm.roster.get(leaf).map(|leaf| leaf.user.clone()),
                Author::External(_) => None,
            };
            cx.groups.remove(&record.room);
            cx.journal.rollback(mark);
            repair::forbidden(cx, record, by, denied.refusal(), at);
            return Ok(());
        }
    };
    let by = judged.author.clone();
    let user_of = |leaf: LeafIndex| warm.roster.get(leaf).map(|leaf| leaf.user.clone());
    // Who goes, and whether by their own will.
    // The hub proposes the going of those who left and were not heard.
    let by_hub = |by: Proposer| matches!(by, Proposer::External(_));
    let removes = commit.view.removes.iter();
    let mut gone = Few::new();
    let removes = removes.map(|remove| (remove.leaf, by_hub(remove.proposer)));
    for (leaf, by_hub) in removes.chain(commit.view.self_removes.iter().map(|leaf| (*leaf, true))) {
        if let Some(user) = user_of(leaf) {
            gone.insert(user, by_hub);
        }
    }
    let epoch = warm.member.epoch().0;
    let own_leaf = warm.member.own_leaf();
    let went = commit.view.self_removes.contains(&own_leaf);
    let before = warm.state.clone();
    let mark = cx.journal.mark();
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    match warm.member.accept(&mls, commit, &judged.changes) {
        Ok(()) => {}
        Err(AcceptError::ConfirmationTag | AcceptError::Path(_)) => {
            cx.journal.rollback(mark);
            cx.groups.remove(&record.room);
            recovery::cannot_follow(cx, record, hash);
            return Ok(());
        }
        Err(_) => return Err(NotTaken::Useless),
    }
    warm.state = judged.next;
    warm.roster.apply(judged.roster);
    warm.pending = None;
    let me = record.client.user();
    let out = !warm.member.is_active();
    let banned = warm.state.role_of(&me).is_some_and(|role| warm.state.is_banned_role(role));
    epoch::enter_epoch(cx, &record.room);
    recovery::keep_undo(cx, &record.room, epoch, hash, &by, mark);
    // An own commit of the same epoch lost the race; what it was for is begun anew.
    if matches!(record.busy, Some(Busy::Commit { .. } | Busy::Leaving { .. })) {
        record.busy = None;
        cx.forget_job(&crate::job::Job::Room(record.room.clone()));
    }
    // Of the epoch that is over.
    if let Some(Busy::Message { leave, .. }) = &mut record.busy {
        *leave = None;
    }
    record.trust();
    record.heard = record.heard.max(now.0);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    commit::tell_changes(cx, &record.room, &before, &by, &gone, at);
    if out {
        let end = match gone.get(&me) {
            _ if banned => RoomEnd::Banned,
            Some(true) => RoomEnd::Left,
            _ => RoomEnd::Removed,
        };
        let record = ROOMS.get(&cx.journal, record.room.as_str()).unwrap_or(record);
        // The own provider brings the leave once the knock was taken. That this was said got lost.
        if let Some(knock) = record.kind.knock().filter(|_| went) {
            knocker::knock_sent(cx, knock, UnixMillis(at));
        }
        leaving::left(cx, record, end);
    }
    Ok(())
}

/// Fan-out that came before its epoch.
pub(crate) fn take_future(cx: &mut Context, room: &RoomUri) {
    loop {
        let Some(warm) = cx.groups.get(room) else { return };
        let epoch = warm.member.epoch().0;
        let mut progressed = false;
        for (key, body) in FUTURE.scan(&cx.journal, &format!("{room}#")) {
            let Some(of) = key.split('#').nth(1).and_then(|hex| u64::from_str_radix(hex, 16).ok()) else {
                FUTURE.delete(&cx.journal, &key);
                continue;
            };
            if of > epoch {
                break;
            }
            FUTURE.delete(&cx.journal, &key);
            let (Ok(fanout), Some(record)) = (FanoutMessage::decode(&body), ROOMS.get(&cx.journal, room.as_str()))
            else {
                continue;
            };
            let mark = cx.journal.mark();
            if take_fanout(cx, record, &fanout).is_err() {
                cx.journal.rollback(mark);
                cx.groups.remove(room);
                if let Some(record) = ROOMS.get(&cx.journal, room.as_str()) {
                    group::warm(cx, room, &record.group);
                }
            }
            progressed = true;
            break;
        }
        if !progressed {
            repair::miss_what_is_between(cx, room);
            return;
        }
    }
}

fn take_application(cx: &mut Context, record: RoomRecord, fanout: &FanoutMessage, at: u64) -> Result<(), NotTaken> {
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let warm = cx.groups.get_mut(&record.room).ok_or(NotTaken::Useless)?;
    let message = match warm.member.process(&mls, fanout.message.as_bytes()) {
        Ok(Incoming::Application(message)) => message,
        // An own message that came back.
        Ok(_) => return Ok(()),
        Err(_) => return Err(NotTaken::Useless),
    };
    // Verified when the leaf came in; MLS has shown that the message is that leaf's.
    let credential = CredentialIn::decode(&message.credential).map_err(|_| NotTaken::Useless)?;
    let (user, key) = credential.claimed();
    // Who was let out meanwhile may still be heard with what was said before.
    if message.epoch == warm.member.epoch() {
        doorstep_policy::permit_send(&warm.state, user).map_err(|_| NotTaken::Useless)?;
    }
    let said = MimiContent::unpack(&message.data, user, &record.room).map_err(|_| NotTaken::Useless)?;
    match &record.kind {
        RoomKind::KnockRoom(KnockRole::Moderator { target, .. }) => {
            take_knock(cx, &record, target, &message, (user, *key), &said.message, at)
        }
        // Nothing is said to whoever only knocks.
        RoomKind::KnockRoom(KnockRole::Knocker { .. }) => Err(NotTaken::Useless),
        // In a room for asking only one thing is said, to who is asked.
        RoomKind::Connection(ConnectionRole::Asking(_)) => Err(NotTaken::Useless),
        RoomKind::Connection(ConnectionRole::Asked) => match said.message.meaning() {
            Meaning::House(body) => request::came(cx, &record, &message, (user, *key), body, at),
            _ => Err(NotTaken::Useless),
        },
        RoomKind::Standard => match said.message.meaning() {
            Meaning::House(body) if is_an_invite(body) => handing::came(cx, &record.room, user, &said, body, at),
            Meaning::House(body) if is_a_yes(body) => yes::came(cx, &record, &message, (user, *key), body, at),
            Meaning::House(body) if is_of_moderators(body) => {
                keepers::keeper_spoke(cx, &record.room, user, body);
                Ok(())
            }
            Meaning::House(body) => hearing::take_house(cx, &record, &message, (user, *key), body, at),
            _ => {
                let vouched = frank::is_vouched(cx, &record.room, user, &message, &said, fanout);
                chat::take_message(cx, &record.room, user, &said, at)?;
                report::keep_proof(cx, &record.room, user, &said, &message.data, fanout);
                if !vouched {
                    frank::unvouched(cx, &record.room, user);
                }
                Ok(())
            }
        },
    }
}

fn take_knock(
    cx: &mut Context,
    record: &RoomRecord,
    target: &RoomUri,
    message: &IncomingApplication,
    (user, key): (&UserUri, [u8; 32]),
    content: &MimiContent,
    at: u64,
) -> Result<(), NotTaken> {
    let Meaning::House(body) = content.meaning() else { return Err(NotTaken::Useless) };
    if let Ok(HouseMessage::Moderators(word)) = HouseMessage::decode(body) {
        return keepers::moderator_spoke(cx, record, target, user, &word);
    }
    let warm = cx.groups.remove(&record.room).ok_or(NotTaken::Useless)?;
    let sender = (message.sender, user, key, message.epoch);
    let opened = sealed::open_knock(cx, &warm, &record.room, target, sender, body, at);
    cx.groups.insert(record.room.clone(), warm);
    moderator::request_came(cx, opened?);
    Ok(())
}

/// A way into another room.
fn is_an_invite(body: &[u8]) -> bool {
    matches!(HouseMessage::decode(body), Ok(HouseMessage::Invite(_)))
}

/// The answer to somebody who asked.
fn is_a_yes(body: &[u8]) -> bool {
    matches!(HouseMessage::decode(body), Ok(HouseMessage::ConnectAccept(_)))
}

/// What moderators say among themselves.
fn is_of_moderators(body: &[u8]) -> bool {
    matches!(HouseMessage::decode(body), Ok(HouseMessage::Moderators(_)))
}
