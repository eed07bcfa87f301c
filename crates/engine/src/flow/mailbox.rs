//! The mailbox at the own provider: read in order, each item taken in whole or not at all, acknowledged once it is on
//! disk.

use doorstep_client_api::http::{
    Acknowledge, MAILBOX, MAILBOX_ACK, MAILBOX_PAGE_LIMIT, MailboxItem, MailboxKind, MailboxPage,
};
use doorstep_wire::ProviderDomain;
use tls_codec::{Deserialize, Serialize};

use crate::{
    engine::{Answer, Engine},
    job::Job,
    step::Method,
};

/// Why an item was not taken in.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// Not for us, broken, a repetition: will never be of use. Goes on with the next.
    Useless,
    /// The keys of this issuer are needed first. Everything waits.
    NeedsIssuer(ProviderDomain),
}

impl Engine {
    pub(crate) fn pump_mailbox(&mut self) {
        if !self.mailbox_wanted || self.issuer_key_set(&self.config.domain).is_none() || !self.is_due(&Job::Mailbox) {
            return;
        }
        let Some(profile) = self.profile() else { return };
        self.mailbox_wanted = false;
        let bearer = self.bearer();
        self.request(Job::Mailbox, Method::Get, format!("{MAILBOX}?after={}", profile.cursor), Vec::new(), bearer);
    }

    pub(crate) fn mailbox_came(&mut self, answer: Answer<'_>) {
        let page = match MailboxPage::tls_deserialize_exact(answer.body) {
            Ok(page) if answer.status == 200 => page,
            _ => {
                self.mailbox_wanted = true;
                self.put_off(Job::Mailbox, None);
                return;
            }
        };
        let full = page.items.len() >= MAILBOX_PAGE_LIMIT;
        let mut cursor = self.profile().map_or(0, |profile| profile.cursor);
        let before = cursor;
        for item in &page.items {
            if item.seq <= cursor {
                continue;
            }
            let taken = match self.parked_for(&item.room) {
                // What is before it waits for these keys, and so does it.
                Some(issuer) => Err(NotTaken::NeedsIssuer(issuer)),
                None => self.take_whole(item),
            };
            match taken {
                Err(NotTaken::NeedsIssuer(domain)) if !self.strangers.contains(&domain) => {
                    self.need_issuer(&domain);
                    break;
                }
                Err(NotTaken::NeedsIssuer(domain)) if !self.is_nobody(&domain) => {
                    self.park(item, domain);
                    cursor = item.seq;
                }
                Ok(()) | Err(NotTaken::Useless | NotTaken::NeedsIssuer(_)) => cursor = item.seq,
            }
        }
        if cursor > before {
            self.change_profile(|profile| profile.cursor = cursor);
            self.acknowledge(cursor);
        }
        self.mailbox_wanted |= full;
    }

    /// The writes of the step are on disk before this is sent.
    fn acknowledge(&mut self, upto: u64) {
        if let Ok(body) = (Acknowledge { upto }).tls_serialize_detached() {
            let bearer = self.bearer();
            self.forget_job(&Job::Acknowledge);
            self.request(Job::Acknowledge, Method::Post, MAILBOX_ACK.to_owned(), body, bearer);
        }
    }

    /// Takes an item in, or leaves no trace of it.
    pub(crate) fn take_whole(&mut self, item: &MailboxItem) -> Result<(), NotTaken> {
        let mark = self.journal.mark();
        let taken = match item.kind {
            MailboxKind::Fanout => self.fanout_came(item),
            MailboxKind::Consent => self.consent_came(item),
            MailboxKind::Restored => self.restored_came(item),
        };
        if taken.is_err() {
            self.journal.rollback(mark);
            // What was loaded may have been changed before it failed.
            self.rooms.remove(&item.room);
        }
        if matches!(taken, Err(NotTaken::Useless)) {
            self.miss_welcome(item);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_api::http::MailboxPage;
    use doorstep_wire::{ClientUri, RoomUri};

    use super::*;
    use crate::{
        Config,
        record::{KNOCKS, KnockRecord, KnockState, PARKED},
    };

    /// A browser whose knock at a room of b.example waits.
    fn engine() -> (Engine, ClientUri, RoomUri) {
        let domain: ProviderDomain = "a.example".parse().unwrap();
        let mut engine = Engine::load([], Config { domain: domain.clone() }).unwrap();
        engine.ensure_profile();
        let id = doorstep_wire::uri::uuid_v4([7; 16]);
        let client = ClientUri::pseudonym(&domain, id, id);
        let target: RoomUri = "mimi://b.example/r/far".parse().unwrap();
        let knock = KnockRecord {
            target: target.clone(),
            target_name: String::new(),
            knock_room: "mimi://b.example/r/far-door".parse().unwrap(),
            note: String::new(),
            link: None,
            at: 0,
            visitor: client.clone(),
            client: client.clone(),
            request_id: [1; 16],
            answer_secret: [2; 32],
            answer_key: [3; 32],
            packages: Vec::new(),
            disclose: None,
            expires: u64::MAX,
            sent: Some(0),
            again: Vec::new(),
            withdrawing: false,
            state: KnockState::Waiting,
        };
        KNOCKS.put(&engine.journal, "knock", &knock);
        (engine, client, target)
    }

    fn answer(status: u16, body: &[u8]) -> Answer<'_> {
        Answer { status, reason: None, body }
    }

    #[test]
    fn nobody_stops_the_mailbox_with_a_domain_that_leads_nowhere() {
        let (mut engine, to, room) = engine();
        // timestamp, MLSMessage Welcome of suite 1 with nothing in it, RatchetTreeOption distributionService.
        let welcome = [&[0; 8][..], &[0, 1, 0, 3, 0, 1, 0, 0, 4]].concat();
        let item = |seq, body: &[u8]| MailboxItem {
            seq,
            kind: MailboxKind::Fanout,
            room: room.clone(),
            to: to.clone(),
            body: body.into(),
        };
        let page = MailboxPage { items: vec![item(1, &welcome), item(2, b"garbage")] };
        let page = page.tls_serialize_detached().unwrap();
        let cursor = |engine: &Engine| engine.profile().unwrap().cursor;

        // Nothing is known of b.example: the items wait for its keys.
        engine.mailbox_came(answer(200, &page));
        assert_eq!(cursor(&engine), 0);
        // The provider does not know it either: they are passed over.
        engine.mailbox_wanted = false;
        engine.issuer_keys_came(&room.host(), answer(404, b""));
        assert!(engine.mailbox_wanted);
        engine.mailbox_came(answer(200, &page));
        assert_eq!(cursor(&engine), 2);
    }

    #[test]
    fn what_needs_keys_that_cannot_be_had_now_is_put_by_with_all_that_follows() {
        let (mut engine, to, room) = engine();
        let welcome = [&[0; 8][..], &[0, 1, 0, 3, 0, 1, 0, 0, 4]].concat();
        let other: RoomUri = "mimi://a.example/r/near".parse().unwrap();
        let item = |seq, room: &RoomUri, body: &[u8]| MailboxItem {
            seq,
            kind: MailboxKind::Fanout,
            room: room.clone(),
            to: to.clone(),
            body: body.into(),
        };
        let items = vec![item(1, &room, &welcome), item(2, &room, b"after it"), item(3, &other, b"elsewhere")];
        let page = MailboxPage { items }.tls_serialize_detached().unwrap();
        engine.mailbox_came(answer(200, &page));
        engine.issuer_keys_came(&room.host(), answer(503, b""));
        engine.mailbox_came(answer(200, &page));
        let parked = |engine: &Engine| PARKED.all(&engine.journal).len();
        assert_eq!((engine.profile().unwrap().cursor, parked(&engine)), (3, 2), "the other room goes on");
        // Still away: all of it waits. Then its provider says that there is no such issuer: nothing waits any more.
        engine.issuer_keys_came(&room.host(), answer(503, b""));
        assert_eq!(parked(&engine), 2);
        engine.issuer_keys_came(&room.host(), answer(404, b""));
        assert_eq!(parked(&engine), 0);
    }
}
