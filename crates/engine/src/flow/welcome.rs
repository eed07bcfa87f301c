//! A Welcome: taken only for a room I knocked at, after everything in it was checked, with the KeyPackage kept until
//! then.

use doorstep_client_api::{http::MailboxItem, view::Happening};
use doorstep_membership as membership;
use doorstep_mls::{Mls, WelcomePreview};
use doorstep_policy::RoomState;
use doorstep_wire::{GroupUri, notify::FanoutMessage};

use super::{WarmRoom, keys::is_hub, mailbox::NotTaken};
use crate::{
    engine::Engine,
    record::{Intent, JOINS, JoinRecord, ROOMS, RoomRecord},
};

impl Engine {
    pub(crate) fn welcome_came(&mut self, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
        let (id, knock) = self.knock_of(&item.room, &item.to.user()).ok_or(NotTaken::Useless)?;
        if !knock.may_be_let_in() {
            return Err(NotTaken::Useless);
        }
        let coming = JOINS.get(&self.journal, item.room.as_str()).filter(JoinRecord::is_committing);
        if self.is_in(&item.room) || coming.is_some() {
            // Unless she is on her way in as the same because of a Welcome that led nowhere.
            if coming.is_none_or(|join| join.client != knock.client) {
                self.take_back(&id);
            }
            return Ok(());
        }
        let host = item.room.host();
        let Some(keys) = self.hub_key_set(&host) else {
            self.need_hub(&host);
            return Err(NotTaken::NeedsIssuer(host));
        };
        let welcome = fanout.bare_welcome().ok_or(NotTaken::Useless)?;
        let tree = fanout.ratchet_tree().ok_or(NotTaken::Useless)?;
        let issuers = self.known_issuers();
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        // An error, here and below, rolls the journal back: the KeyPackage is there for the right Welcome.
        let preview = WelcomePreview::open(&mls, welcome, tree).map_err(|_| NotTaken::Useless)?;
        let view = preview.view();
        // It is the room she knocked at: its own word, its hub's key, and the knock room she used.
        let state = RoomState::from_dictionary(&view.dictionary).map_err(|_| NotTaken::Useless)?;
        if !knock.is_answered_by(&state) || !is_hub(&view.external_senders, &host, &keys) {
            return Err(NotTaken::Useless);
        }
        let roster = membership::verify_all(view.leaves, &state, &issuers)?;
        let by = roster.get(preview.sender()).map(|leaf| leaf.user.clone());
        let member = preview.accept();
        let group = GroupUri::from_group_id(member.group_id()).map_err(|_| NotTaken::Useless)?;
        let before = ROOMS.get(&self.journal, item.room.as_str());
        let at = fanout.timestamp.0;
        let name = state.room_name().to_owned();
        let record = RoomRecord {
            messages: before.map_or(0, |before| before.messages),
            ..RoomRecord::entered(item.room.clone(), group, knock.client.clone(), name, at)
        };
        ROOMS.put(&self.journal, item.room.as_str(), &record);
        self.rooms.insert(item.room.clone(), WarmRoom::new(member, state, roster));
        self.enter_epoch(&item.room);
        if let Some(by) = by {
            self.happened_at(&item.room, &by, Happening::Added(knock.user().to_string()), at);
        }
        // A leaf that came by KeyPackage gets a path of its own soon: its first keys travelled.
        self.enqueue(&item.room, Intent::Refresh);
        self.let_in(&id, &item.room);
        Ok(())
    }
}
