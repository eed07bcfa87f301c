//! By what rows are found without reading all of a table: a room with something to do, a knock that runs out of time, the
//! requests of one person. A label follows from its row alone, and the journal keeps it true ([`Journal::labelled`]).
//!
//! [`Journal::labelled`]: doorstep_mls::Journal::labelled

use doorstep_page_api::view::RequestState;
use doorstep_wire::{RoomUri, UserUri};
use serde::de::DeserializeOwned;

use super::{
    AskRecord, ConnectionRole, ContactRequestRecord, ContactState, DisclosureState, IdentityRecord, KnockRecord,
    LinkRecord, MyDisclosureRecord, RequestRecord, RoomKind, RoomRecord, Undo, Use,
};
use crate::{identity::renewal, table::digits, text::hex};

/// A room in which people talk.
pub(crate) const STANDARD: &str = "standard";
/// A room in which somebody asks me.
pub(crate) const ASKED: &str = "asked";
/// A room with a request under way, or something in its queue.
pub(crate) const WORKS: &str = "works";
/// A room whose group is in doubt or lost.
pub(crate) const MENDS: &str = "mends";
/// `hub/{domain}`
pub(crate) const HUB: &str = "hub/";
/// `target/{room}`: the knock room of a room.
pub(crate) const TARGET: &str = "target/";
/// Not over: a knock, a request nobody answered.
pub(crate) const OPEN: &str = "open";
/// `ends/{milliseconds}`: when something runs out of time.
pub(crate) const ENDS: &str = "ends/";
/// `over/{milliseconds}`: a request that nothing is to be done about any more, and when it came.
pub(crate) const OVER: &str = "over/";
/// `user/{room}#{user}`: who knocks where.
pub(crate) const USER: &str = "user/";
/// `client/{client}`: as whom somebody knocks.
pub(crate) const CLIENT: &str = "client/";
/// `room/{room}`
pub(crate) const ROOM: &str = "room/";
/// An identity that was minted ahead, or will be.
pub(crate) const POOL: &str = "pool";
/// An identity that nobody vouches for yet.
pub(crate) const WAITS: &str = "waits";
/// The own account.
pub(crate) const ACCOUNT: &str = "account";
/// The account's client in rooms in which it is asked.
pub(crate) const CONTACT: &str = "contact";
/// `id/{hex}`: the UUID of a pseudonym.
pub(crate) const ID: &str = "id/";
/// `look/{room}`: an identity for looking at a room.
pub(crate) const LOOK: &str = "look/";
/// `due/{milliseconds}`: when a token in a room is to be renewed, or something is to be said again.
pub(crate) const DUE: &str = "due/";
/// `at/{milliseconds}`
pub(crate) const AT: &str = "at/";

/// What stands behind [`USER`].
pub(crate) fn user_in(room: &RoomUri, user: &UserUri) -> String {
    format!("{USER}{room}#{user}")
}

/// A row that can be found by labels.
trait Labelled: DeserializeOwned {
    fn labels(&self, label: &mut dyn FnMut(&str));
}

/// The labels of a row; see [`doorstep_mls::Labeller`].
pub(crate) fn labels(key: &[u8], value: &[u8], label: &mut dyn FnMut(&[u8])) {
    label_as::<RoomRecord>("e/room/", key, value, label);
    label_as::<KnockRecord>("e/knock/", key, value, label);
    label_as::<RequestRecord>("e/request/", key, value, label);
    label_as::<IdentityRecord>("e/identity/", key, value, label);
    label_as::<MyDisclosureRecord>("e/disclosure/", key, value, label);
    label_as::<LinkRecord>("e/join-link/", key, value, label);
    label_as::<Undo>("e/undo/", key, value, label);
    label_as::<AskRecord>("e/ask/", key, value, label);
    label_as::<ContactRequestRecord>("e/contact-request/", key, value, label);
}

fn label_as<T: Labelled>(prefix: &str, key: &[u8], value: &[u8], label: &mut dyn FnMut(&[u8])) {
    if key.starts_with(prefix.as_bytes())
        && let Ok(row) = doorstep_rows::decode::<T>(value)
    {
        row.labels(&mut |text| label(&[prefix.as_bytes(), text.as_bytes()].concat()));
    }
}

impl Labelled for RoomRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&format!("{HUB}{}", self.room.host()));
        match self.kind {
            RoomKind::Standard => label(STANDARD),
            RoomKind::Connection(ConnectionRole::Asked) if self.is_in() => label(ASKED),
            _ => {}
        }
        if self.busy.is_some() || !self.queue.is_empty() || self.rejecting.is_some() {
            label(WORKS);
        }
        if !self.is_settled() {
            label(MENDS);
        }
        if let Some(target) = self.kind.target() {
            label(&format!("{TARGET}{target}"));
        }
    }
}

impl Labelled for KnockRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&user_in(&self.target, &self.user()));
        label(&format!("{CLIENT}{}", self.client));
        if !self.state.is_over() {
            label(OPEN);
        }
        if let Some(ends) = self.state.expires() {
            label(&format!("{ENDS}{}", digits(ends)));
        }
    }
}

impl Labelled for RequestRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&user_in(&self.target, &self.user));
        match self.state {
            RequestState::Open | RequestState::Failed(_) => {
                label(OPEN);
                label(&format!("{ENDS}{}", digits(self.expires)));
            }
            RequestState::Answering(_) => label(OPEN),
            RequestState::Answered { .. } | RequestState::Withdrawn | RequestState::Expired => {
                label(&format!("{OVER}{}", digits(self.at)));
            }
        }
    }
}

impl Labelled for IdentityRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        if let Some(id) = self.user.pseudonym_id() {
            label(&format!("{ID}{}", hex(&id)));
        }
        if self.token.is_none() && self.refused.is_none() {
            label(WAITS);
        }
        match &self.used {
            Use::Pool => label(POOL),
            Use::Room(room) => {
                label(&format!("{ROOM}{room}"));
                if let Some(due) = renewal::due(self) {
                    label(&format!("{DUE}{}", digits(due)));
                }
            }
            Use::Look(room) => label(&format!("{LOOK}{room}")),
            Use::Account => label(ACCOUNT),
            Use::Contact => label(CONTACT),
            Use::Outcome | Use::Ask(_) => {}
        }
    }
}

impl Labelled for MyDisclosureRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        match (&self.state, self.again) {
            (DisclosureState::Gathering, _) => label(WAITS),
            (DisclosureState::Sent, Some(again)) => label(&format!("{DUE}{}", digits(again))),
            _ => {}
        }
    }
}

impl Labelled for LinkRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&format!("{ROOM}{}", self.room));
    }
}

impl Labelled for AskRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&format!("{CLIENT}{}", self.second));
        if !self.state.is_over() {
            label(OPEN);
        }
        if let Some(ends) = self.due() {
            label(&format!("{ENDS}{}", digits(ends)));
        }
    }
}

impl Labelled for ContactRequestRecord {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        if let ContactState::Pausing { until } = self.state {
            label(&format!("{DUE}{}", digits(until)));
        }
    }
}

impl Labelled for Undo {
    fn labels(&self, label: &mut dyn FnMut(&str)) {
        label(&format!("{AT}{}", digits(self.at)));
    }
}
