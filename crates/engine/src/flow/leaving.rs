//! Leaving a room, and putting somebody out of it.

use doorstep_client_api::view::{Delivery, Happening, Outcome, Problem, RoomEnd};
use doorstep_membership as membership;
use doorstep_mls::{Identity, Mls, Plan};
use doorstep_wire::{
    Body, RoomUri, UserUri,
    capability::Capability,
    mls_message::Sender,
    notify::FanoutMessage,
    update::{HandshakeBundle, UpdateRoomResponse},
};
use serde_bytes::ByteBuf;

use super::{command::room_uri, room::Begun};
use crate::{
    engine::{Answer, Engine},
    record::{Busy, Intent, KNOCKS, KnockState, ROOMS, RoomRecord},
};

/// Milliseconds within which somebody who has not heard yet that I left may say something.
const STILL_UNDER_WAY: u64 = 3_600_000;

impl Engine {
    pub(super) fn begin_leaving(&mut self, record: &RoomRecord, number: u64, identity: &Identity) -> Begun {
        // The proposal is not kept here: she is gone once the hub has it, and until then nothing must stand in her way.
        let mark = self.journal.mark();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        let Some(mut warm) = self.rooms.remove(&record.room) else { return Begun::Later };
        let proposal = warm.member.self_remove(&mls, identity);
        self.journal.rollback(mark);
        let Ok(proposal) = proposal else { return Begun::Later };
        match HandshakeBundle::proposal(&proposal).ok().and_then(|bundle| bundle.encode().ok()) {
            Some(request) => Begun::Busy(Busy::Leaving { number, request: ByteBuf::from(request) }),
            None => Begun::Refused(Problem::new("internal")),
        }
    }

    pub(super) fn leaving_answered(&mut self, mut record: RoomRecord, number: u64, answer: &Answer<'_>) {
        match UpdateRoomResponse::decode(answer.body) {
            Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
                self.warm(&record.room, &record.group);
                let warm = self.rooms.get(&record.room).filter(|_| record.target.is_none());
                record.gone = warm.map(|warm| warm.member.epoch().0);
                record.gone_at = accepted_timestamp.0;
                record.behind = None;
                self.left(record, RoomEnd::Left);
            }
            Ok(UpdateRoomResponse::WrongEpoch { current_epoch, .. }) => {
                self.try_again(record, Some(number), Some(current_epoch.0));
            }
            _ if answer.reason.as_deref() == Some("pending") => {
                self.try_again(record, Some(number), None);
            }
            // Already out.
            _ if record.knock.is_some() => self.left(record, RoomEnd::Left),
            _ => {
                self.refuse_entry(record, number, answer.problem("not-allowed"));
            }
        }
    }

    /// I am out of a room. Of a knock room nothing is kept; of others what was said stays.
    pub(crate) fn left(&mut self, mut record: RoomRecord, end: RoomEnd) {
        if let Some(knock) = &record.knock {
            self.forget_room(&record.room);
            // Put out before her knock was on its way, as somebody who only waits there: in again.
            if KNOCKS.get(&self.journal, knock).is_some_and(|knock| knock.state == KnockState::Delivering) {
                let why = self.turn.entropy.bytes();
                self.knock_again(knock, why);
            }
            return;
        }
        let leave_command = record.queue.iter().find_map(|queued| match &queued.intent {
            Intent::Leave { command } => command.clone(),
            _ => None,
        });
        self.end_queue(&mut record);
        self.forget_links_of(&record.room);
        record.ended = Some(end);
        self.end_disclosures(&record.room);
        self.forget_disclosed(&record.room);
        self.drop_group(&record.room, &record.group);
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if let Some(command) = leave_command {
            self.done(&command, Ok(Outcome::Ok));
        }
        self.room_changed(&record.room);
        // Put out of a knock room whose knocks I still answer: in again.
        if let Some(target) = &record.target {
            self.keep_knock_room(target);
        }
    }

    /// The hub still sends what happens in a room that I left, as it does until a commit has taken my leave in. The next one
    /// of a member has to, and nothing is said to whoever left (docs/PROTOCOL.md, section 11): a hub that goes on has kept
    /// from the others that I am gone. Without the group nothing of it can be verified, and all that comes of it is a word.
    pub(super) fn heard_after_leaving(&mut self, mut record: RoomRecord, fanout: &FanoutMessage) {
        let (message, Some(gone)) = (&fanout.message, record.gone) else { return };
        let Some(epoch) = message.epoch().map(|epoch| epoch.0).filter(|epoch| *epoch >= gone) else { return };
        if message.group_id() != Some(record.group.as_bytes()) {
            return;
        }
        let late = message.is_application() && fanout.timestamp.0 > record.gone_at.saturating_add(STILL_UNDER_WAY);
        let ignored = late || record.behind.is_some_and(|settled| epoch > settled);
        if ignored {
            record.gone = None;
        } else if message.is_commit() && matches!(message.sender(), Some(Sender::Member(_))) && record.behind.is_none()
        {
            record.behind = Some(epoch);
        }
        ROOMS.put(&self.journal, record.room.as_str(), &record);
        if ignored {
            let me = record.client.user();
            self.happened(&record.room, &me, Happening::Refused("leave-ignored".to_owned()));
            self.room_changed(&record.room);
        }
    }

    /// Nothing more is done in this room. Of a message under way it is not known whether the hub took it: it is asked until
    /// it says so, and says what it said the first time.
    pub(super) fn end_queue(&mut self, record: &mut RoomRecord) {
        record.busy = record.busy.take().filter(|busy| matches!(busy, Busy::Message { .. }));
        let under_way = match &record.busy {
            Some(Busy::Message { number, .. }) => Some(*number),
            _ => None,
        };
        let (kept, over): (Vec<_>, Vec<_>) =
            core::mem::take(&mut record.queue).into_iter().partition(|queued| Some(queued.number) == under_way);
        record.queue = kept;
        for queued in over {
            match &queued.intent {
                Intent::Say { message, .. } => {
                    self.set_delivery(&record.room, message, Delivery::Failed(Problem::new("room-over")), None);
                }
                intent => self.link_intent_refused(intent, Problem::new("no-room")),
            }
        }
    }

    pub(crate) fn leave(&mut self, room: &str) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        if !self.is_in(&room) {
            return Ok(Outcome::Ok);
        }
        if self.is_needed(&room) {
            return Err(Problem::new("role-too-small"));
        }
        self.enqueue(&room, Intent::Leave { command: None });
        // Whoever leaves a room no longer answers its knocks.
        if let Some(knock) = self.knock_room_of(&room).filter(|room| room.ended.is_none()) {
            self.enqueue(&knock.room, Intent::Leave { command: None });
        }
        Ok(Outcome::Ok)
    }

    /// The room's rules let nobody go who has my role, because there are too few of them.
    pub(super) fn is_needed(&mut self, room: &RoomUri) -> bool {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return false };
        self.warm(room, &record.group);
        self.rooms.get(room).is_some_and(|warm| {
            let index = warm.state.role_index(&record.client.user());
            let holders = warm.state.participants().holders(index);
            warm.state.role(index).is_some_and(|role| holders <= role.minimum_participants)
        })
    }

    pub(crate) fn remove(&mut self, room: &str, user: &str, ban: bool) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let user: UserUri = user.parse().map_err(|_| Problem::new("not-a-user"))?;
        let record = ROOMS.get(&self.journal, room.as_str()).ok_or_else(|| Problem::new("no-room"))?;
        if !self.warm(&room, &record.group) {
            return Err(Problem::new("no-room"));
        }
        let wanted = if ban { Capability::CAN_BAN } else { Capability::CAN_REMOVE_PARTICIPANT };
        let allowed = self.rooms.get(&room).is_some_and(|warm| warm.state.has(&record.client.user(), wanted));
        if !allowed || user == record.client.user() {
            return Err(Problem::new("not-allowed"));
        }
        self.enqueue(&room, Intent::Remove { user, ban });
        Ok(Outcome::Ok)
    }

    pub(super) fn plan_remove(&mut self, room: &RoomUri, user: &UserUri, ban: bool) -> Result<Option<Plan>, Problem> {
        let Some(warm) = self.rooms.get(room) else { return Err(Problem::new("no-room")) };
        let Some(role) = warm.state.role_of(user) else { return Ok(None) };
        if ban && warm.state.is_banned_role(role) {
            return Ok(None);
        }
        let update = if ban { warm.state.ban_update(user) } else { warm.state.remove_update(user) };
        let Some(update) = update else { return Ok(None) };
        let update = membership::list_update(&update).map_err(|_| Problem::new("internal"))?;
        let removes = warm.roster.leaves_of(user).map(|(leaf, _)| leaf).collect();
        Ok(Some(Plan { removes, updates: vec![update], ..Plan::default() }))
    }
}
