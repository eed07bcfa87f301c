//! How often the join links of a room were used, as its hub tells those who may know.

use doorstep_client_api::http::{LINK_USES, LinkUses as LinkUsesPage, path_with};
use doorstep_wire::RoomUri;
use tls_codec::Deserialize;

use crate::{
    context::{Answer, Context},
    few::Few,
    group,
    job::Job,
    link::making::may_see,
    record::{ROOMS, RoomRecord},
    step::Method,
};

/// What the hubs said, and whom to ask.
pub(crate) struct LinkUses {
    known: Few<RoomUri, LinkUsesPage>,
    wanted: Few<RoomUri, ()>,
}

impl LinkUses {
    pub(crate) const fn new() -> Self {
        Self { known: Few::new(), wanted: Few::new() }
    }

    /// What the hub said of a room.
    pub(crate) fn of(&self, room: &RoomUri) -> Option<&LinkUsesPage> {
        self.known.get(room)
    }

    /// I am out of this room.
    pub(crate) fn forget(&mut self, room: &RoomUri) {
        self.known.remove(room);
    }

    /// The hub is asked how often links were used.
    pub(crate) fn want(&mut self, cx: &Context, room: &RoomUri) {
        if cx.followed.contains(room) {
            self.wanted.insert(room.clone(), ());
        }
    }

    pub(crate) fn pump(&mut self, cx: &mut Context) {
        for (room, ()) in self.wanted.take() {
            let record = ROOMS.get(&cx.journal, room.as_str()).filter(RoomRecord::is_in);
            let Some(record) = record.filter(|record| group::warm(cx, &room, &record.group)) else { continue };
            let Some(warm) = cx.groups.get(&room) else { continue };
            let tells = may_see(&warm.state, &record.client.user()) && !warm.state.settings().join_links.is_empty();
            if !tells {
                continue;
            }
            let job = Job::LinkUses(room.clone());
            if cx.is_due(&job) {
                let (path, bearer) = (path_with(LINK_USES, room.as_str()), cx.bearer());
                cx.request(job, Method::Get, path, Vec::new(), bearer);
            } else {
                self.wanted.insert(room, ());
            }
        }
    }

    pub(crate) fn came(&mut self, cx: &mut Context, room: &RoomUri, answer: &Answer<'_>) {
        if answer.status == 200
            && let Ok(page) = LinkUsesPage::tls_deserialize_exact(answer.body)
            && self.known.get(room) != Some(&page)
        {
            self.known.insert(room.clone(), page);
            cx.room_changed(room);
        }
    }
}
