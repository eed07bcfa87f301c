//! Moderators among themselves: how one who became an admin of a room gets into its knock room, and that the others hear
//! of a no (docs/PROTOCOL.md, "Moderators among themselves").

use doorstep_client_api::view::{Outcome, Problem, RequestState};
use doorstep_content::{HouseMessage, MimiContent, ModeratorWord};
use doorstep_membership::list_update;
use doorstep_mls::Plan;
use doorstep_wire::{RoomUri, UserUri, capability::Capability, room::RoleIndex};

use super::{
    command::{hex, room_uri},
    mailbox::NotTaken,
};
use crate::{
    engine::Engine,
    record::{Intent, JOINS, Purpose, REQUESTS, ROOMS, RoomRecord, Use},
};

impl Engine {
    pub(crate) fn set_role(&mut self, room: &str, user: &str, role: &str) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let user: UserUri = user.parse().map_err(|_| Problem::new("not-a-user"))?;
        let record = ROOMS.get(&self.journal, room.as_str()).ok_or_else(|| Problem::new("no-room"))?;
        if record.ended.is_some() || !self.warm(&room, &record.group) {
            return Err(Problem::new("no-room"));
        }
        let Some(warm) = self.rooms.get(&room) else { return Err(Problem::new("no-room")) };
        let me = record.client.user();
        let role = warm.state.role_named(role).ok_or_else(|| Problem::new("no-role"))?;
        let before = warm.state.role_of(&user).ok_or_else(|| Problem::new("not-participant"))?;
        let own = warm.state.role(warm.state.role_index(&me));
        let allowed = warm.state.has(&me, Capability::CAN_CHANGE_USER_ROLE)
            && own.is_some_and(|own| own.may_change(before, role))
            && !warm.state.is_banned_role(role)
            && user != me;
        if !allowed {
            return Err(Problem::new("not-allowed"));
        }
        self.enqueue(&room, Intent::SetRole { user, role: role.0 });
        Ok(Outcome::Ok)
    }

    /// The commit that gives somebody a role; none when she has it, or is not there.
    pub(crate) fn plan_role(&mut self, room: &RoomUri, user: &UserUri, role: u32) -> Result<Option<Plan>, Problem> {
        let Some(warm) = self.rooms.get(room) else { return Err(Problem::new("no-room")) };
        let role = RoleIndex(role);
        if warm.state.role_of(user).is_none_or(|before| before == role) {
            return Ok(None);
        }
        let Some(update) = warm.state.role_update(user, role) else { return Ok(None) };
        let update = list_update(&update).map_err(|_| Problem::new("internal"))?;
        Ok(Some(Plan { updates: vec![update], ..Plan::default() }))
    }

    /// After a change in a room: whoever answers its knocks now goes into its knock room, whoever does not any more leaves
    /// it, and is removed by the others.
    pub(crate) fn keep_knock_room(&mut self, room: &RoomUri) {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        let Some(warm) = self.rooms.get(room).filter(|_| record.target.is_none() && record.knock.is_none()) else {
            return;
        };
        let Some(knock_room) = warm.state.knock_room().cloned() else { return };
        let answers = warm.state.has(&record.client.user(), Capability::CAN_ACCEPT_KNOCK);
        let knock = ROOMS.get(&self.journal, knock_room.as_str()).filter(|knock| knock.ended.is_none());
        let (Some(knock), true) = (&knock, answers) else {
            match knock {
                None if answers && JOINS.get(&self.journal, knock_room.as_str()).is_none() => {
                    let client = self.pseudonym(None, Use::Room(knock_room.clone()));
                    self.begin_join(knock_room, client, Purpose::Keep { target: room.clone() });
                }
                Some(knock) if knock.target.as_ref() == Some(room) => {
                    self.enqueue(&knock_room, Intent::Leave { command: None });
                }
                _ => {}
            }
            return;
        };
        let may_still = |user: &UserUri| warm.state.has(user, Capability::CAN_ACCEPT_KNOCK);
        let (stay, go): (Vec<_>, Vec<_>) = knock.keepers.iter().cloned().partition(|(user, _)| may_still(user));
        if !go.is_empty() {
            ROOMS.change(&self.journal, knock_room.as_str(), |knock| knock.keepers = stay);
            for (_, user) in go {
                self.enqueue(&knock_room, Intent::Remove { user, ban: false });
            }
        }
    }

    /// Tells the other moderators who I am in the knock room, once.
    pub(crate) fn tell_keeper(&mut self, room: &RoomUri, knock_room: &RoomUri) {
        let Some(record) = ROOMS.get(&self.journal, room.as_str()) else { return };
        let Some(mut knock) = ROOMS.get(&self.journal, knock_room.as_str()) else { return };
        let (me, keeper) = (record.client.user(), knock.client.user());
        if record.ended.is_some() || knock.keepers.iter().any(|(user, _)| *user == me) {
            return;
        }
        knock.keepers.push((me.clone(), keeper.clone()));
        ROOMS.put(&self.journal, knock_room.as_str(), &knock);
        let salt = self.turn.entropy.bytes();
        let word = ModeratorWord::Keeper { user: keeper }.encode();
        self.send_content(&record, &MimiContent::house(salt, &me, room, &word));
    }

    /// Somebody in a room says who she is in its knock room. Believed of those who answer knocks: they could pass on what
    /// they read there anyway. She is let stay there.
    pub(crate) fn keeper_spoke(&mut self, room: &RoomUri, from: &UserUri, body: &[u8]) {
        let Ok(HouseMessage::Moderators(ModeratorWord::Keeper { user })) = HouseMessage::decode(body) else { return };
        let Some(warm) = self.rooms.get(room) else { return };
        let Some(knock_room) = warm.state.knock_room().cloned() else { return };
        if !warm.state.has(from, Capability::CAN_ACCEPT_KNOCK) {
            return;
        }
        let Some(mut knock) = ROOMS.get(&self.journal, knock_room.as_str()) else { return };
        if knock.target.as_ref() != Some(room) || knock.ended.is_some() || !self.warm(&knock_room, &knock.group) {
            return;
        }
        // Whoever had to come in again has another name there.
        let known = knock.keepers.iter().any(|(_, keeper)| *keeper == user);
        if !known {
            knock.keepers.push((from.clone(), user.clone()));
            ROOMS.put(&self.journal, knock_room.as_str(), &knock);
        }
        let role = self.rooms.get(&knock_room).and_then(|warm| {
            let waits = !warm.state.has(&user, Capability::CAN_ACCEPT_KNOCK) && warm.state.is_in(&user);
            warm.state.moderator_role().filter(|_| waits)
        });
        if let Some(role) = role.filter(|_| !known) {
            self.enqueue(&knock_room, Intent::SetRole { user, role: role.0 });
        }
        self.tell_keeper(room, &knock_room);
    }

    /// Tells the other moderators of a no.
    pub(crate) fn tell_no(&mut self, request: &str) {
        let Some(record) = REQUESTS.get(&self.journal, request) else { return };
        if let Some(knock) = self.knock_room_of(&record.target).filter(|room| room.ended.is_none()) {
            let salt = self.turn.entropy.bytes();
            let word = ModeratorWord::Answered { request_id: record.request_id, banned: false }.encode();
            self.send_content(&knock, &MimiContent::house(salt, &knock.client.user(), &knock.room, &word));
        }
    }

    /// Another moderator said no to a knock. What is under way here goes on: the hub decides, and a yes counts more.
    pub(crate) fn moderator_spoke(
        &mut self,
        knock: &RoomRecord,
        target: &RoomUri,
        from: &UserUri,
        word: &ModeratorWord,
    ) -> Result<(), NotTaken> {
        let ModeratorWord::Answered { request_id, .. } = word else { return Err(NotTaken::Useless) };
        let warm = self.rooms.get(&knock.room).ok_or(NotTaken::Useless)?;
        if !warm.state.has(from, Capability::CAN_ACCEPT_KNOCK) {
            return Err(NotTaken::Useless);
        }
        let id = hex(request_id);
        let request = REQUESTS.get(&self.journal, &id).filter(|request| request.target == *target);
        let request = request.ok_or(NotTaken::Useless)?;
        if matches!(request.state, RequestState::Open | RequestState::Failed(_)) {
            let by = knock.keepers.iter().find(|(_, keeper)| keeper == from).map_or(from, |(user, _)| user);
            self.request_answered(&id, by, false);
        }
        Ok(())
    }
}
