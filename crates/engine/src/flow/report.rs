//! Showing the hub of a room what somebody said in it: the message with the words that the hub gave out for it.

use doorstep_client_api::{
    http::{REPORT_ABUSE, path_with},
    view::{Outcome, Problem},
};
use doorstep_content::{Meaning, MessageId, Unpacked};
use doorstep_wire::{
    Body as _, RoomUri, UnixMillis, UserUri,
    abuse::{AbuseReport, AbuseType, AbusiveMessage, MAX_ABUSE_NOTE, MAX_ABUSIVE_MESSAGES},
    franking::Frank,
    notify::{Attachment, FanoutMessage},
};
use serde_bytes::ByteBuf;

use super::command::{hex, room_uri};
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{Body, MESSAGES, PROOFS, ProofRecord, REPORTS, ReportRecord},
    step::Method,
};

impl Engine {
    /// Keeps what shows that this was said, if it is a message of theirs that is shown, or a version of it, and the hub gave
    /// its word for it.
    pub(crate) fn keep_proof(
        &mut self,
        room: &RoomUri,
        from: &UserUri,
        said: &Unpacked,
        framed: &[u8],
        fanout: &FanoutMessage,
    ) {
        let Attachment::Frank(Some(frank)) = &fanout.attachment else { return };
        if !matches!(said.message.meaning(), Meaning::Says | Meaning::Replies(_) | Meaning::Replaces(_)) {
            return;
        }
        let MessageId(id) = said.id;
        let Some(key) = self.message_of(room, &id) else { return };
        let stored = MESSAGES.get(&self.journal, &key);
        let theirs = stored.is_some_and(|stored| stored.from == *from && matches!(stored.body, Body::Text(_)));
        if theirs && let Ok(frank) = frank.encode() {
            let (framed, frank) = (ByteBuf::from(framed), ByteBuf::from(frank));
            let proof = ProofRecord { framed, frank, at: fanout.timestamp.0 };
            PROOFS.put(&self.journal, &format!("{key}#{}", hex(&id)), &proof);
        }
    }

    /// A message is deleted, and what shows that it was there with it.
    pub(crate) fn drop_proofs(&mut self, message: &str) {
        for (key, _) in PROOFS.scan(&self.journal, &format!("{message}#")) {
            PROOFS.delete(&self.journal, &key);
        }
    }

    /// Can this message be shown to the hub?
    pub(crate) fn is_reportable(&self, message: &str) -> bool {
        !PROOFS.scan(&self.journal, &format!("{message}#")).is_empty()
    }

    /// Takes a report of a message, all its versions in it, without the name of who reports.
    pub(crate) fn report(&mut self, command: String, room: &str, message: &str, note: &str) {
        if REPORTS.get(&self.journal, &command).is_some() {
            return;
        }
        match self.plan_report(room, message, note) {
            Ok(report) => REPORTS.put(&self.journal, &command, &report),
            Err(problem) => self.done(&command, Err(problem)),
        }
    }

    fn plan_report(&self, room: &str, message: &str, note: &str) -> Result<ReportRecord, Problem> {
        let room = room_uri(room)?;
        let (_, key) = self.known_message(&room, message)?;
        let stored = MESSAGES.get(&self.journal, &key).ok_or_else(|| Problem::new("no-message"))?;
        let note = note.trim();
        if note.len() > MAX_ABUSE_NOTE {
            return Err(Problem::new("note-length"));
        }
        let mut messages = Vec::new();
        for (_, proof) in PROOFS.scan(&self.journal, &format!("{key}#")) {
            let frank = Frank::decode(&proof.frank).map_err(|_| Problem::new("no-message"))?;
            messages.push(AbusiveMessage {
                message_content: proof.framed.into_vec().into(),
                frank,
                accepted_timestamp: UnixMillis(proof.at),
            });
        }
        messages.sort_by_key(|shown| shown.accepted_timestamp);
        messages.truncate(MAX_ABUSIVE_MESSAGES);
        if messages.is_empty() {
            return Err(Problem::new("no-message"));
        }
        let report = AbuseReport {
            reporting_user: None,
            alleged_abuser: stored.from,
            reason: AbuseType::Reserved,
            note: note.to_owned(),
            messages,
            extensions: Default::default(),
        };
        let body = report.encode().map_err(|_| Problem::new("too-large"))?;
        Ok(ReportRecord { room, body: ByteBuf::from(body) })
    }

    pub(crate) fn pump_reports(&mut self) {
        for (command, report) in REPORTS.all(&self.journal) {
            let (path, bearer) = (path_with(REPORT_ABUSE, report.room.as_str()), self.bearer());
            self.request(Job::Report(command), Method::Post, path, report.body.into_vec(), bearer);
        }
    }

    pub(crate) fn report_answered(&mut self, command: &str, answer: &Answer<'_>) {
        REPORTS.delete(&self.journal, command);
        let result = if answer.status == 201 { Ok(Outcome::Ok) } else { Err(answer.problem("not-reported")) };
        self.done(command, result);
    }
}
