//! Rows to views.

use doorstep_page_api::view::{
    Abilities, ChatBody, ChatMessage, HomeView, KnockRequest, Link, LinkRules, Me, MyKnock, MyKnockState, Outcome,
    Person, Problem, PseudonymUse, RequestState, RoomSummary, RoomView,
};
use doorstep_wire::{Refusal, RoomUri, capability::Capability};

use crate::{
    chat::{self, report},
    connection::{
        settings,
        views::{self, Pair},
    },
    context::Context,
    disclosure::{hearing, saying},
    few::Few,
    group,
    job::Job,
    knock::keepers,
    link::{
        handing,
        making::{self, link_rules},
        uses::LinkUses,
    },
    record::{
        Body, IDENTITIES, JOINS, JoinState, KNOCKS, KnockEnd, KnockRecord, KnockState, MAKINGS, MESSAGE_IDS, MESSAGES,
        REQUESTS, ROOMS, RoomRecord, StoredMessage,
        labels::{OPEN, OVER, POOL, STANDARD},
        message_key, message_number,
    },
    room::unreached::Unreached,
    text::{hex, room_uri},
};

/// Messages that are shown at first, and as many more each time older ones are asked for.
const PART: u64 = 200;
/// Messages that are shown before one that is looked for.
const BEFORE: u64 = 20;
/// Requests that are shown when they are answered, the newest.
const ANSWERED: usize = 100;
/// Characters of a quoted message.
const QUOTE: usize = 120;

/// What pages are told, and what has to be known to tell it.
pub(crate) struct Views {
    /// When the next one's time to say who they are runs out, in rooms that are looked at.
    graces: Few<RoomUri, u64>,
    /// Number of the first message that is shown, in rooms that are looked at.
    from: Few<RoomUri, u64>,
}

impl Views {
    pub(crate) const fn new() -> Self {
        Self { graces: Few::new(), from: Few::new() }
    }

    /// Somebody opens the page of a room: the last part of what was said is shown.
    pub(crate) fn begin_at_the_end(&mut self, room: &RoomUri) {
        self.from.remove(room);
    }

    /// Shows more of what was said: the part before what is shown, or everything from a message on.
    pub(crate) fn show_older(&mut self, cx: &mut Context, room: &str, from: Option<&str>) -> Result<Outcome, Problem> {
        let room = room_uri(room)?;
        let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
        let now = self.first_shown(&record);
        let first = match from {
            None => now.saturating_sub(PART),
            Some(id) => {
                let (_, key) = chat::known_message(cx, &room, id)?;
                let number = message_number(&key).ok_or_else(|| Problem::new(Refusal::NoMessage))?;
                now.min(number.saturating_sub(BEFORE))
            }
        };
        self.from.insert(room.clone(), first);
        cx.room_changed(&room);
        Ok(Outcome::Ok)
    }

    /// The first message that is shown stays so, however many come, as long as the page is open.
    fn first_shown(&mut self, record: &RoomRecord) -> u64 {
        match self.from.get(&record.room) {
            Some(first) => *first,
            None => {
                let first = record.messages.saturating_sub(PART);
                self.from.insert(record.room.clone(), first);
                first
            }
        }
    }

    /// The view of a room.
    pub(crate) fn room(
        &mut self,
        cx: &mut Context,
        uses: &LinkUses,
        unreached: &Unreached,
        room: &RoomUri,
    ) -> Option<RoomView> {
        let record = ROOMS.get(&cx.journal, room.as_str())?;
        if record.is_in() {
            group::warm(cx, room, &record.group);
        }
        let me = record.client.user();
        let first = self.first_shown(&record);
        let mut view = RoomView {
            room: room.to_string(),
            name: record.name.clone(),
            description: String::new(),
            hub: room.host().to_string(),
            me: me.to_string(),
            people: Vec::new(),
            messages: messages(cx, &record, first),
            older: first > 0,
            can: Abilities::default(),
            ended: record.life.ended(),
            epoch: 0,
            links: Vec::new(),
            link_rules: LinkRules::default(),
            disclosure: hearing::room_disclosure(cx, &record),
            peers: Vec::new(),
            with: match views::pair(cx, room) {
                Pair::With(with) => Some(with.to_string()),
                Pair::Hidden | Pair::No => None,
            },
            knocks_unread: keepers::is_kept_out(cx, room),
        };
        if let Some(warm) = cx.groups.get(room)
            && record.is_in()
        {
            let can = |capability| warm.state.has(&me, capability);
            view.name = warm.state.room_name().to_owned();
            view.description = warm.state.description().to_owned();
            view.epoch = warm.member.epoch().0;
            view.can = Abilities {
                send: can(Capability::CAN_SEND_MESSAGE),
                reply: can(Capability::CAN_REPLY_TO_MESSAGE),
                react: can(Capability::CAN_REACT_TO_MESSAGE),
                answer_knocks: can(Capability::CAN_ACCEPT_KNOCK),
                remove: can(Capability::CAN_REMOVE_PARTICIPANT),
                ban: can(Capability::CAN_BAN),
                leave: can(Capability::CAN_REMOVE_SELF),
                set_roles: can(Capability::CAN_CHANGE_USER_ROLE),
                make_links: can(Capability::CAN_CREATE_JOIN_CODE),
                revoke_links: can(Capability::CAN_DELETE_JOIN_CODE),
                pause_links: can(Capability::CAN_CHANGE_ROLE_DEFINITIONS),
                end: can(Capability::CAN_DESTROY_ROOM),
            };
            view.links = making::link_views(cx, room, warm, &me, uses.of(room));
            view.link_rules = link_rules(&warm.state);
            let (overdue, next_due) = hearing::overdue(cx, &record, warm);
            view.people = warm
                .state
                .participants()
                .iter()
                .map(|listed| Person {
                    user: listed.user.to_string(),
                    role: warm.state.role_name(listed.role_index).to_owned(),
                    pseudonym: listed.user.is_pseudonym_path(),
                    provider: listed.user.host().to_string(),
                    fingerprint: warm.fingerprint(&listed.user),
                    admin: warm.is_admin(&listed.user),
                    disclosed: hearing::disclosed_by(cx, room, warm, &listed.user),
                    overdue: overdue.contains(&listed.user),
                })
                .collect();
            view.peers = unreached.notes(cx, &record, &view.people);
            if let Some(due) = next_due {
                self.graces.insert(room.clone(), due);
            }
        }
        Some(view)
    }

    /// Graces that ran out since they were looked at.
    pub(crate) fn expire_graces(&mut self, cx: &mut Context) {
        let over = self.graces.iter().filter(|(_, at)| **at <= cx.now.0).map(|(room, _)| room.clone());
        for room in over.collect::<Vec<_>>() {
            self.graces.remove(&room);
            cx.room_changed(&room);
        }
    }

    /// When the next one runs out.
    pub(crate) fn next_due(&self) -> impl Iterator<Item = u64> {
        self.graces.values().copied()
    }
}

/// The view of everything.
pub(crate) fn home(cx: &Context) -> HomeView {
    let rooms: Vec<_> = ROOMS.having(&cx.journal, STANDARD).into_iter().map(|(_, room)| room).collect();
    // They come in the order of their URIs.
    let name_of = |room: &RoomUri| {
        let at = rooms.binary_search_by(|other| other.room.cmp(room)).ok()?;
        rooms.get(at).map(|room| room.name.clone())
    };
    let making: Vec<_> = MAKINGS.all(&cx.journal).into_iter().map(|(_, making)| making.room).collect();
    let open = REQUESTS.having(&cx.journal, OPEN);
    let waits = open.iter().filter(|(_, request)| request.state == RequestState::Open);
    let waiting_at: Vec<_> = waits.map(|(_, request)| request.target.clone()).collect();
    // One more tells whether there are others.
    let mut over = REQUESTS.last_having(&cx.journal, OVER, ANSWERED + 1);
    let answered_before = over.len() > ANSWERED;
    over.truncate(ANSWERED);
    let requests: Vec<_> = open.into_iter().chain(over).map(|(_, request)| request).collect();
    let mut summaries: Vec<_> = rooms
        .iter()
        .filter(|room| !making.contains(&room.room))
        .filter_map(|room| match views::pair(cx, &room.room) {
            Pair::Hidden => None,
            Pair::No => Some((room, None)),
            Pair::With(with) => Some((room, Some(with.to_string()))),
        })
        .map(|(room, with)| RoomSummary {
            room: room.room.to_string(),
            name: room.name.clone(),
            unread: room.unread,
            last: room.last.as_ref().map(|(user, text)| (user.to_string(), text.clone())),
            at: room.at,
            requests: u32::try_from(waiting_at.iter().filter(|target| **target == room.room).count())
                .unwrap_or(u32::MAX),
            ended: room.life.ended(),
            with,
        })
        .collect();
    // Newest first.
    summaries.sort_by_cached_key(|room| !room.at);
    let mut knocks: Vec<_> = KNOCKS.all(&cx.journal).into_iter().map(|(id, knock)| my_knock(cx, id, &knock)).collect();
    knocks.sort_by_cached_key(|knock| !knock.at);
    let mut waiting: Vec<_> = requests
        .iter()
        .map(|request| KnockRequest {
            id: hex(&request.request_id),
            room: request.target.to_string(),
            room_name: name_of(&request.target).unwrap_or_default(),
            pseudonym: request.user.to_string(),
            note: request.note.clone(),
            at: request.at,
            expires: request.expires,
            provider: request.user.host().to_string(),
            link: request.link.map(|link| making::knock_link(cx, &request.target, link)),
            disclosed: request.disclosed.clone(),
            warning: request.warning.clone(),
            state: request.state.clone(),
        })
        .collect();
    waiting.sort_by_cached_key(|request| request.at);
    let pool = IDENTITIES.having(&cx.journal, POOL);
    HomeView {
        link: cx.link,
        me: cx.profile().map(|profile| Me {
            handle: profile.handle,
            display_name: profile.display_name,
            provider: cx.config.domain.to_string(),
        }),
        rooms: summaries,
        knocks,
        requests: waiting,
        asks: views::asks(cx),
        contact_requests: views::requests(cx),
        contact: settings::shown(cx),
        answered_before,
        ready_pseudonyms: pool
            .iter()
            .filter(|(_, identity)| identity.token.is_some())
            .filter_map(|(_, identity)| identity.user.pseudonym_id())
            .map(|id| uuid::Uuid::from_bytes(id).to_string())
            .collect(),
        pseudonyms: rooms
            .iter()
            .map(|room| (room, room.client.user()))
            .filter(|(_, user)| user.is_pseudonym_path())
            .map(|(room, user)| PseudonymUse {
                user: user.to_string(),
                room_name: room.name.clone(),
                room: room.room.to_string(),
                since: room.since,
            })
            .collect(),
        disclosures: saying::my_disclosures(cx, None),
    }
}

fn my_knock(cx: &Context, id: String, knock: &KnockRecord) -> MyKnock {
    let state = match &knock.state {
        KnockState::Gathering | KnockState::Joining { .. } | KnockState::Delivering { .. } => sending(cx, knock),
        KnockState::Waiting { pack, sent } => MyKnockState::Waiting { since: *sent, expires: pack.expires },
        KnockState::Withdrawing { .. } => MyKnockState::Withdrawn,
        KnockState::Over { end, .. } => match end {
            KnockEnd::Accepted => MyKnockState::Accepted,
            KnockEnd::Declined { reason } => MyKnockState::Declined { reason: reason.clone() },
            KnockEnd::Banned { reason } => MyKnockState::Banned { reason: reason.clone() },
            KnockEnd::RoomClosed => MyKnockState::RoomClosed,
            KnockEnd::Expired => MyKnockState::Expired,
            KnockEnd::Withdrawn => MyKnockState::Withdrawn,
            KnockEnd::Refused(problem) => MyKnockState::Refused(problem.clone()),
        },
    };
    MyKnock {
        id,
        room: knock.target.to_string(),
        room_name: knock.target_name.clone(),
        note: knock.note.clone(),
        pseudonym: knock.user().to_string(),
        at: knock.at,
        state,
    }
}

fn sending(cx: &Context, knock: &KnockRecord) -> MyKnockState {
    let join = JOINS.get(&cx.journal, knock.knock_room.as_str()).map(|join| join.state);
    let nameless = [&knock.visitor, &knock.client]
        .into_iter()
        .find(|client| cx.identity_record(client).is_none_or(|identity| identity.token.is_none()));
    // Who the knocker is; under which names; the group; what is sealed, and all that goes with it.
    let (step, job) = match (&knock.state, join) {
        (KnockState::Gathering, _) if cx.bearer().is_none() => {
            (1, if cx.is_put_off(&Job::Session) { Job::Session } else { Job::Register })
        }
        (KnockState::Gathering, _) => (2, Job::Mint(nameless.unwrap_or(&knock.client).clone())),
        (KnockState::Joining { .. }, None | Some(JoinState::Gathering | JoinState::Asking { .. })) => {
            (3, Job::Ask(knock.knock_room.clone()))
        }
        (KnockState::Joining { .. }, Some(JoinState::Committing { .. })) => (4, Job::Join(knock.knock_room.clone())),
        _ => (4, Job::Room(knock.knock_room.clone())),
    };
    let offline = cx.link == Link::Offline;
    MyKnockState::Sending { step, steps: 4, waiting_for_network: offline || cx.is_put_off(&job) }
}

fn messages(cx: &Context, record: &RoomRecord, first: u64) -> Vec<ChatMessage> {
    (first..record.messages)
        .filter_map(|number| {
            let key = message_key(&record.room, number);
            MESSAGES.get(&cx.journal, &key).map(|stored| message(cx, &record.room, key, stored))
        })
        .collect()
}

fn message(cx: &Context, room: &RoomUri, key: String, message: StoredMessage) -> ChatMessage {
    let mut reactions: Vec<(String, Vec<String>)> = Vec::new();
    for (reaction, user, _) in message.reactions {
        match reactions.iter_mut().find(|(known, _)| *known == reaction) {
            Some((_, users)) => users.push(user.to_string()),
            None => reactions.push((reaction, vec![user.to_string()])),
        }
    }
    let reply_to = message.in_reply_to.map(|id| {
        let quoted = MESSAGE_IDS
            .get(&cx.journal, &format!("{room}#{}", hex(&id)))
            .and_then(|key| MESSAGES.get(&cx.journal, &key));
        let (from, text) = match quoted {
            Some(StoredMessage { from, body: Body::Text(text), .. }) => {
                (from.to_string(), text.chars().take(QUOTE).collect())
            }
            Some(quoted) => (quoted.from.to_string(), String::new()),
            None => (String::new(), String::new()),
        };
        (hex(&id), from, text)
    });
    let reportable = report::is_reportable(cx, &key);
    ChatMessage {
        reportable,
        id: message.id.map_or(key, |id| hex(&id)),
        from: message.from.to_string(),
        at: message.at,
        body: match message.body {
            Body::Text(text) => ChatBody::Text(text),
            Body::Deleted => ChatBody::Deleted,
            Body::Unknown(media_type) => ChatBody::Unknown(media_type),
            Body::Happened(happening) => ChatBody::Happened(happening),
            Body::Invite { invite, name, room } => {
                ChatBody::Invite { link: handing::text(&invite), name, room: room.to_string() }
            }
        },
        delivery: message.delivery,
        reply_to,
        edited: message.edited,
        refused: message.refused,
        reactions,
    }
}

#[cfg(test)]
mod tests {
    use doorstep_wire::{ProviderDomain, UserUri};

    use super::*;
    use crate::{Config, Engine, record::RequestRecord};

    fn answered(number: u64) -> RequestRecord {
        let domain: ProviderDomain = "a.example".parse().unwrap();
        let mut id = [7; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        RequestRecord {
            request_id: id,
            target: "mimi://a.example/r/club".parse().unwrap(),
            user: UserUri::pseudonym(&domain, doorstep_wire::uri::uuid_v4(id)),
            note: String::new(),
            link: None,
            at: number,
            expires: number,
            packages: Vec::new(),
            answer_key: [1; 32],
            disclosed: None,
            warning: None,
            state: RequestState::Expired,
        }
    }

    #[test]
    fn of_many_answered_requests_the_newest_are_shown_and_that_there_are_others() {
        for (answers, oldest, others) in [(0, None, false), (100, Some(0), false), (101, Some(1), true)] {
            let engine = Engine::load([], Config { domain: "a.example".parse().unwrap() }).unwrap();
            for number in 0..answers {
                let request = answered(number);
                REQUESTS.put(&engine.cx.journal, &hex(&request.request_id), &request);
            }
            let home = home(&engine.cx);
            assert_eq!(home.requests.first().map(|request| request.at), oldest);
            assert_eq!((home.requests.len(), home.answered_before), (ANSWERED.min(answers as usize), others));
        }
    }
}
