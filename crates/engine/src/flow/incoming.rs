//! What the hub fans out: commits that are judged like on the hub, proposals, messages.

use doorstep_client_api::{
    http::MailboxItem,
    view::{Notice, RoomEnd},
};
use doorstep_content::{HouseMessage, Meaning, MimiContent};
use doorstep_credential::CredentialIn;
use doorstep_membership as membership;
use doorstep_mls::{
    AcceptError, Author, Incoming, IncomingApplication, IncomingCommit, Mark, Mls, ProcessError, Proposer,
};
use doorstep_wire::{
    Body, LeafIndex, RoomUri, UnixMillis, UserUri,
    mls_message::{ContentType, WireFormat},
    notify::FanoutMessage,
};
use serde_bytes::ByteBuf;

use super::mailbox::NotTaken;
use crate::{
    engine::Engine,
    few::Few,
    record::{Busy, FUTURE, Intent, ROOMS, RoomRecord},
};

/// Epochs ahead that are kept for later.
const FUTURE_EPOCHS: u64 = 1000;
/// Milliseconds within which a member commits what others proposed, each at a time of its own.
const SETTLE_WITHIN: u64 = 30_000;

impl Engine {
    pub(crate) fn fanout_came(&mut self, item: &MailboxItem) -> Result<(), NotTaken> {
        let fanout = FanoutMessage::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
        if fanout.message.wire_format() == WireFormat::Welcome {
            return self.welcome_came(item, &fanout);
        }
        self.join_stands(item, &fanout);
        let mut record = ROOMS.get(&self.journal, item.room.as_str()).ok_or(NotTaken::Useless)?;
        if record.gone.is_some() && record.client == item.to {
            self.heard_after_leaving(record, &fanout);
            return Ok(());
        }
        if record.ended.is_some() || record.client != item.to || self.is_returning(&record.room) {
            return Err(NotTaken::Useless);
        }
        if !self.warm(&record.room, &record.group) {
            self.break_room(&mut record);
            return Ok(());
        }
        let own_epoch = self.rooms.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
        let epoch = fanout.message.epoch().ok_or(NotTaken::Useless)?.0;
        if epoch > own_epoch {
            if epoch - own_epoch > FUTURE_EPOCHS {
                return Err(NotTaken::Useless);
            }
            let key = format!("{}#{epoch:016x}#{:016x}", record.room, item.seq);
            FUTURE.put(&self.journal, &key, &ByteBuf::from(item.body.as_slice().to_vec()));
            self.miss(&mut record);
            return Ok(());
        }
        self.take_fanout(record, &fanout)
    }

    /// Takes a fan-out message of the current epoch (or, for application messages, a past one).
    fn take_fanout(&mut self, record: RoomRecord, fanout: &FanoutMessage) -> Result<(), NotTaken> {
        let at = fanout.timestamp.0;
        match (fanout.message.wire_format(), fanout.message.content_type()) {
            (WireFormat::PublicMessage, Some(ContentType::Commit)) => {
                let own_epoch = self.rooms.get(&record.room).map_or(0, |warm| warm.member.epoch().0);
                let room = record.room.clone();
                // Of an own commit that stood already only what the hub proposed after it is news.
                if fanout.message.epoch().is_some_and(|epoch| epoch.0 == own_epoch) {
                    self.take_handshake(record, &fanout.message, at)?;
                }
                for proposal in fanout.external_proposals() {
                    if let Some(record) = ROOMS.get(&self.journal, room.as_str()) {
                        // A stapled proposal that cannot be taken does not undo the commit it came with.
                        let _ = self.take_handshake(record, proposal, at);
                    }
                }
                self.take_future(&room);
                Ok(())
            }
            (WireFormat::PublicMessage, Some(ContentType::Proposal)) => {
                let room = record.room.clone();
                self.take_handshake(record, &fanout.message, at)?;
                for proposal in fanout.more_proposals() {
                    if let Some(record) = ROOMS.get(&self.journal, room.as_str()) {
                        self.take_handshake(record, proposal, at)?;
                    }
                }
                Ok(())
            }
            (WireFormat::PrivateMessage, _) => self.take_application(record, fanout, at),
            _ => Err(NotTaken::Useless),
        }
    }

    fn take_handshake(
        &mut self,
        record: RoomRecord,
        message: &doorstep_wire::mls_message::RawMlsMessage,
        at: u64,
    ) -> Result<(), NotTaken> {
        let issuers = self.known_issuers();
        let now = record.believed(at, self.turn.now);
        let mark = self.journal.mark();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let Some(warm) = self.rooms.get_mut(&record.room) else { return Err(NotTaken::Useless) };
        match warm.member.process(&mls, message.as_bytes()) {
            Ok(Incoming::OwnCommit) => {
                self.own_commit_stands(record, at);
                Ok(())
            }
            Ok(Incoming::Commit(commit)) => self.take_commit(record, *commit, message.sha256(), at, mark),
            Ok(Incoming::Proposal(proposal)) => {
                let pending = warm.member.pending();
                membership::judge_proposal(&warm.state, &warm.roster, &pending, &proposal.view, &issuers, now)?;
                warm.member.store_proposal(&mls, *proposal).map_err(|_| NotTaken::Useless)?;
                self.settle_later(&record);
                Ok(())
            }
            Ok(Incoming::Application(_) | Incoming::OwnMessage | Incoming::Past(_)) => Err(NotTaken::Useless),
            Err(ProcessError::ConfirmationTag | ProcessError::MembershipTag | ProcessError::Path(_)) => {
                self.cannot_follow(record, message.sha256());
                Ok(())
            }
            Err(error) if message.content_type() == Some(ContentType::Commit) => {
                self.odd_commit(record, mark, &error);
                Ok(())
            }
            Err(_) => Err(NotTaken::Useless),
        }
    }

    /// A commit of somebody else: the same verdict as on the hub, then merged so that it can be undone.
    fn take_commit(
        &mut self,
        mut record: RoomRecord,
        commit: IncomingCommit,
        hash: [u8; 32],
        at: u64,
        mark: Mark,
    ) -> Result<(), NotTaken> {
        let issuers = self.known_issuers();
        let now = record.believed(at, self.turn.now);
        let Some(warm) = self.rooms.get_mut(&record.room) else { return Err(NotTaken::Useless) };
        let judged = match membership::judge(&warm.state, &warm.roster, &commit.view, None, &issuers, now) {
            Ok(judged) => judged,
            Err(denied @ membership::Denied::UnknownIssuer(_)) => return Err(denied.into()),
            Err(denied) => {
                // An honest hub lets no such commit through. Nothing of it is taken, and nothing that builds on it.
                let by = match commit.view.author {
                    Author::Member(leaf) => warm.roster.get(leaf).map(|leaf| leaf.user.clone()),
                    Author::External(_) => None,
                };
                self.rooms.remove(&record.room);
                self.journal.rollback(mark);
                self.forbidden(record, by, denied.code(), at);
                return Ok(());
            }
        };
        let by = judged.author.clone();
        let user_of = |leaf: LeafIndex| warm.roster.get(leaf).map(|leaf| leaf.user.clone());
        // Who goes, and whether by her own will.
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
        let mark = self.journal.mark();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        match warm.member.accept(&mls, commit, &judged.changes) {
            Ok(()) => {}
            Err(AcceptError::ConfirmationTag | AcceptError::Path(_)) => {
                self.journal.rollback(mark);
                self.rooms.remove(&record.room);
                self.cannot_follow(record, hash);
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
        self.enter_epoch(&record.room);
        self.keep_undo(&record.room, epoch, hash, &by, mark);
        // An own commit of the same epoch lost the race; what it was for is begun anew.
        if matches!(record.busy, Some(Busy::Commit { .. } | Busy::Leaving { .. })) {
            record.busy = None;
            self.forget_job(&crate::job::Job::Room(record.room.clone()));
        }
        // Of the epoch that is over.
        if let Some(Busy::Message { leave, .. }) = &mut record.busy {
            *leave = None;
        }
        record.trust();
        record.heard = record.heard.max(now.0);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        self.tell_changes(&record.room, &before, &by, &gone, at);
        if out {
            let end = match gone.get(&me) {
                _ if banned => RoomEnd::Banned,
                Some(true) => RoomEnd::Left,
                _ => RoomEnd::Removed,
            };
            let record = ROOMS.get(&self.journal, record.room.as_str()).unwrap_or(record);
            // The own provider brings her leave once her knock was taken. That this was said got lost.
            if let Some(knock) = record.knock.as_ref().filter(|_| went) {
                self.knock_sent(knock, UnixMillis(at));
            }
            self.left(record, end);
        }
        Ok(())
    }

    /// Fan-out that came before its epoch.
    pub(crate) fn take_future(&mut self, room: &RoomUri) {
        loop {
            let Some(warm) = self.rooms.get(room) else { return };
            let epoch = warm.member.epoch().0;
            let mut progressed = false;
            for (key, body) in FUTURE.scan(&self.journal, &format!("{room}#")) {
                let Some(of) = key.split('#').nth(1).and_then(|hex| u64::from_str_radix(hex, 16).ok()) else {
                    FUTURE.delete(&self.journal, &key);
                    continue;
                };
                if of > epoch {
                    break;
                }
                FUTURE.delete(&self.journal, &key);
                let (Ok(fanout), Some(record)) =
                    (FanoutMessage::decode(&body), ROOMS.get(&self.journal, room.as_str()))
                else {
                    continue;
                };
                let mark = self.journal.mark();
                if self.take_fanout(record, &fanout).is_err() {
                    self.journal.rollback(mark);
                    self.rooms.remove(room);
                    if let Some(record) = ROOMS.get(&self.journal, room.as_str()) {
                        self.warm(room, &record.group);
                    }
                }
                progressed = true;
                break;
            }
            if !progressed {
                self.miss_what_is_between(room);
                return;
            }
        }
    }

    fn take_application(&mut self, record: RoomRecord, fanout: &FanoutMessage, at: u64) -> Result<(), NotTaken> {
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let warm = self.rooms.get_mut(&record.room).ok_or(NotTaken::Useless)?;
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
        match &record.target {
            Some(target) => self.take_knock(&record, target, &message, (user, *key), &said.message, at),
            None => match said.message.meaning() {
                Meaning::House(body) => self.take_house(&record, &message, (user, *key), body, at),
                _ => {
                    let vouched = self.is_vouched(&record.room, user, &message, &said, fanout);
                    self.take_message(&record.room, user, &said, at)?;
                    self.keep_proof(&record.room, user, &said, &message.data, fanout);
                    if !vouched {
                        self.unvouched(&record.room, user);
                    }
                    Ok(())
                }
            },
        }
    }

    fn take_knock(
        &mut self,
        record: &RoomRecord,
        target: &RoomUri,
        message: &IncomingApplication,
        (user, key): (&UserUri, [u8; 32]),
        content: &MimiContent,
        at: u64,
    ) -> Result<(), NotTaken> {
        let Meaning::House(body) = content.meaning() else { return Err(NotTaken::Useless) };
        if let Ok(HouseMessage::Moderators(word)) = HouseMessage::decode(body) {
            return self.moderator_spoke(record, target, user, &word);
        }
        let warm = self.rooms.remove(&record.room).ok_or(NotTaken::Useless)?;
        let sender = (message.sender, user, key, message.epoch);
        let opened = self.open_knock(&warm, &record.room, target, sender, body, at);
        self.rooms.insert(record.room.clone(), warm);
        self.request_came(opened?);
        Ok(())
    }

    /// Somebody proposed something: each member commits it after a while of its own, unless another was faster.
    fn settle_later(&mut self, record: &RoomRecord) {
        if record.knock.is_none() {
            let at = self.turn.now.0 + self.turn.entropy.below(SETTLE_WITHIN);
            if !self.settles.contains(&record.room) {
                self.settles.insert(record.room.clone(), at);
            }
        }
    }

    pub(crate) fn settle_what_waited(&mut self) {
        let due: Vec<RoomUri> =
            self.settles.iter().filter(|(_, at)| **at <= self.turn.now.0).map(|(room, _)| room.clone()).collect();
        for room in due {
            self.settles.remove(&room);
            let pending = self.rooms.get(&room).is_some_and(|warm| warm.has_proposals());
            if pending {
                self.enqueue(&room, Intent::Settle);
            }
        }
    }

    pub(crate) fn message_notice(&mut self, room: &RoomUri) {
        let room_name = self.room_name(room);
        self.notice(Notice::Message { room: room.to_string(), room_name });
    }
}
