//! A Welcome: taken only for a room I knocked at, after everything in it was checked, with the KeyPackage kept until
//! then.

use doorstep_client_api::http::MailboxItem;
use doorstep_page_api::view::Happening;
use doorstep_wire::notify::FanoutMessage;

use crate::{
    chat,
    context::Context,
    group::{
        self,
        welcomed::{self, Welcomed},
    },
    issuers::NotTaken,
    knock::{knocker, let_in},
    record::{Intent, JOINS, JoinRecord, ROOMS, RoomRecord, believed_at_first},
    room::queue,
};

pub(crate) fn welcome_came(cx: &mut Context, item: &MailboxItem, fanout: &FanoutMessage) -> Result<(), NotTaken> {
    let (id, knock) = knocker::knock_of(cx, &item.room, &item.to.user()).ok_or(NotTaken::Useless)?;
    if !knock.may_be_let_in() {
        return Err(NotTaken::Useless);
    }
    let coming = JOINS.get(&cx.journal, item.room.as_str()).filter(JoinRecord::is_committing);
    if cx.is_in(&item.room) || coming.is_some() {
        // Unless the knocker is on their way in as the same because of a Welcome that led nowhere.
        if coming.is_none_or(|join| join.client != knock.client) {
            knocker::take_back(cx, &id);
        }
        return Ok(());
    }
    // It is the room that was knocked at: its own word, its hub's key, and the knock room that was used.
    let Welcomed { warm, group, by } = welcomed::open(cx, item, fanout, |state| knock.is_answered_by(state))?;
    let before = ROOMS.get(&cx.journal, item.room.as_str());
    let at = believed_at_first(fanout.timestamp.0, cx.now).0;
    let name = warm.state.room_name().to_owned();
    let record = RoomRecord {
        messages: before.map_or(0, |before| before.messages),
        ..RoomRecord::entered(item.room.clone(), group, knock.client.clone(), name, at)
    };
    ROOMS.put(&cx.journal, item.room.as_str(), &record);
    group::keep_warm(cx, &item.room, warm);
    if let Some(by) = by {
        chat::happened_at(cx, &item.room, &by, Happening::Added(knock.user().to_string()), at);
    }
    // A leaf that came by KeyPackage gets a path of its own soon: its first keys travelled.
    queue::enqueue(cx, &item.room, Intent::Refresh);
    let_in::let_in(cx, &id, &item.room);
    Ok(())
}
