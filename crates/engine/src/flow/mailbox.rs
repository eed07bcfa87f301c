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
            match self.take_whole(item) {
                Err(NotTaken::NeedsIssuer(domain)) => {
                    self.need_issuer(&domain);
                    break;
                }
                Ok(()) | Err(NotTaken::Useless) => cursor = item.seq,
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
    fn take_whole(&mut self, item: &MailboxItem) -> Result<(), NotTaken> {
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
        taken
    }
}
