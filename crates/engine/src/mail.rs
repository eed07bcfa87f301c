//! The mailbox at the own provider: read in order, each item taken in whole or not at all, acknowledged once it is on
//! disk.

use doorstep_client_api::http::{
    Acknowledge, MAILBOX, MAILBOX_ACK, MAILBOX_PAGE_LIMIT, MailboxItem, MailboxKind, MailboxPage,
};
use doorstep_wire::{Body, ProviderDomain, RoomUri, mls_message::WireFormat, notify::FanoutMessage};
use tls_codec::{Deserialize, Serialize};

use crate::{
    connection,
    context::{Answer, Context},
    issuers::{self, NotTaken},
    job::Job,
    knock::{knocker, let_in, outcome, welcome},
    record::{PARKED, ParkedRecord},
    room::{ending, incoming, joining, recovery},
    step::Method,
};

pub(crate) mod parked;

pub(crate) fn pump_mailbox(cx: &mut Context) {
    if !cx.mailbox_wanted || issuers::issuer_key_set(cx, &cx.config.domain).is_none() || !cx.is_due(&Job::Mailbox) {
        return;
    }
    let Some(profile) = cx.profile() else { return };
    cx.mailbox_wanted = false;
    let bearer = cx.bearer();
    cx.request(Job::Mailbox, Method::Get, format!("{MAILBOX}?after={}", profile.cursor), Vec::new(), bearer);
}

pub(crate) fn mailbox_came(cx: &mut Context, answer: Answer<'_>) {
    let page = match MailboxPage::tls_deserialize_exact(answer.body) {
        Ok(page) if answer.status == 200 => page,
        _ => {
            cx.mailbox_wanted = true;
            cx.put_off(Job::Mailbox, None);
            return;
        }
    };
    let full = page.items.len() >= MAILBOX_PAGE_LIMIT;
    let mut cursor = cx.profile().map_or(0, |profile| profile.cursor);
    let before = cursor;
    for item in &page.items {
        if item.seq <= cursor {
            continue;
        }
        let taken = match parked::parked_for(cx, &item.room) {
            // What is before it waits for these keys, and so does it.
            Some(issuer) => Err(NotTaken::NeedsIssuer(issuer)),
            None => take_whole(cx, item),
        };
        match taken {
            Err(NotTaken::NeedsIssuer(domain)) if !issuers::is_stranger(cx, &domain) => {
                issuers::need_issuer(cx, &domain);
                break;
            }
            Err(NotTaken::NeedsIssuer(domain)) if !issuers::is_nobody(cx, &domain) => {
                parked::park(cx, item, domain);
                cursor = item.seq;
            }
            Ok(()) | Err(NotTaken::Useless | NotTaken::NeedsIssuer(_)) => cursor = item.seq,
        }
    }
    if cursor > before {
        cx.change_profile(|profile| profile.cursor = cursor);
        acknowledge(cx, cursor);
    }
    cx.mailbox_wanted |= full;
}

/// The writes of the step are on disk before this is sent.
fn acknowledge(cx: &mut Context, upto: u64) {
    if let Ok(body) = (Acknowledge { upto }).tls_serialize_detached() {
        let bearer = cx.bearer();
        cx.forget_job(&Job::Acknowledge);
        cx.request(Job::Acknowledge, Method::Post, MAILBOX_ACK.to_owned(), body, bearer);
    }
}

/// Takes an item in, or leaves no trace of it.
pub(crate) fn take_whole(cx: &mut Context, item: &MailboxItem) -> Result<(), NotTaken> {
    let (mark, told) = (cx.journal.mark(), cx.told());
    let taken = match item.kind {
        MailboxKind::Fanout => fanout_came(cx, item),
        MailboxKind::Consent => outcome::consent_came(cx, item),
        MailboxKind::Restored => recovery::restored_came(cx, item),
        MailboxKind::Ended => ending::ended_came(cx, item),
    };
    if taken.is_err() {
        cx.journal.rollback(mark);
        cx.untell(told);
        // What was loaded may have been changed before it failed.
        cx.groups.remove(&item.room);
    }
    if matches!(taken, Err(NotTaken::Useless)) {
        let_in::miss_welcome(cx, item);
        connection::welcome::turned_away(cx, item);
    }
    taken
}

/// A Welcome is for somebody who knocked, asked, or is asked; all else is of a room that this client is in, or comes into by this.
pub(crate) fn fanout_came(cx: &mut Context, item: &MailboxItem) -> Result<(), NotTaken> {
    let fanout = FanoutMessage::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
    if fanout.message.wire_format() == WireFormat::Welcome {
        return match knocker::knock_of(cx, &item.room, &item.to.user()) {
            Some(_) => welcome::welcome_came(cx, item, &fanout),
            None => connection::welcome::welcome_came(cx, item, &fanout),
        };
    }
    joining::join_stands(cx, item, &fanout);
    incoming::fanout_came(cx, item, &fanout)
}

/// An issuer answered: what waited for it is taken in, room by room in its order, as far as that goes now.
pub(crate) fn take_parked(cx: &mut Context, issuer: &ProviderDomain) {
    let mut stuck: Option<RoomUri> = None;
    for (key, row) in PARKED.all(&cx.journal) {
        if row.issuer != *issuer {
            continue;
        }
        let Ok(item) = MailboxItem::tls_deserialize_exact(&row.item) else {
            PARKED.delete(&cx.journal, &key);
            continue;
        };
        if stuck.as_ref() == Some(&item.room) {
            continue;
        }
        match take_whole(cx, &item) {
            Err(NotTaken::NeedsIssuer(other)) if !issuers::is_nobody(cx, &other) => {
                // All of the room waits for that one from now on.
                for (key, row) in PARKED.scan(&cx.journal, &format!("{}#", item.room)) {
                    PARKED.put(&cx.journal, &key, &ParkedRecord { issuer: other.clone(), ..row });
                }
                stuck = Some(item.room);
            }
            Ok(()) | Err(NotTaken::Useless | NotTaken::NeedsIssuer(_)) => PARKED.delete(&cx.journal, &key),
        }
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_api::http::MailboxPage;
    use doorstep_wire::{ClientUri, RoomUri};

    use super::*;
    use crate::{
        Config, Engine,
        record::{KNOCKS, KnockRecord, KnockState, PARKED, Pack},
    };

    /// A browser whose knock at a room of b.example waits.
    fn engine() -> (Engine, ClientUri, RoomUri) {
        let domain: ProviderDomain = "a.example".parse().unwrap();
        let mut engine = Engine::load([], Config { domain: domain.clone() }).unwrap();
        engine.cx.ensure_profile();
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
            disclose: None,
            again: Vec::new(),
            state: KnockState::Waiting { pack: Pack { packages: Vec::new(), expires: u64::MAX }, sent: 0 },
        };
        KNOCKS.put(&engine.cx.journal, "knock", &knock);
        (engine, client, target)
    }

    fn answer(status: u16, body: &[u8]) -> Answer<'_> {
        Answer { status, reason: None, body }
    }

    /// The provider answers about the keys of a room's hub.
    fn keys_came(engine: &mut Engine, room: &RoomUri, answer: Answer<'_>) {
        engine.dispatch(Job::IssuerKeys(room.host()), answer);
        engine.route();
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
        let cursor = |engine: &Engine| engine.cx.profile().unwrap().cursor;

        // Nothing is known of b.example: the items wait for its keys.
        mailbox_came(&mut engine.cx, answer(200, &page));
        assert_eq!(cursor(&engine), 0);
        // The provider does not know it either: they are passed over.
        engine.cx.mailbox_wanted = false;
        keys_came(&mut engine, &room, answer(404, b""));
        assert!(engine.cx.mailbox_wanted);
        mailbox_came(&mut engine.cx, answer(200, &page));
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
        mailbox_came(&mut engine.cx, answer(200, &page));
        keys_came(&mut engine, &room, answer(503, b""));
        mailbox_came(&mut engine.cx, answer(200, &page));
        let parked = |engine: &Engine| PARKED.all(&engine.cx.journal).len();
        assert_eq!((engine.cx.profile().unwrap().cursor, parked(&engine)), (3, 2), "the other room goes on");
        // Still away: all of it waits. Then its provider says that there is no such issuer: nothing waits any more.
        keys_came(&mut engine, &room, answer(503, b""));
        assert_eq!(parked(&engine), 2);
        keys_came(&mut engine, &room, answer(404, b""));
        assert_eq!(parked(&engine), 0);
    }
}
