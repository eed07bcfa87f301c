//! Showing the hub of a room what somebody said in it: the message with the words that the hub gave out for it.

use doorstep_client_api::http::{REPORT_ABUSE, path_with};
use doorstep_content::{Meaning, MessageId, Unpacked};
use doorstep_page_api::view::{Outcome, Problem};
use doorstep_wire::{
    Body as _, Refusal, RoomUri, UserUri,
    abuse::{AbuseReport, AbuseType, AbusiveMessage, MAX_ABUSE_NOTE, MAX_ABUSIVE_MESSAGES},
    notify::{Attachment, FanoutMessage},
};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize as _, Serialize as _};

use crate::{
    chat,
    context::{Answer, Context},
    job::Job,
    record::{Body, MESSAGES, PROOFS, REPORTS},
    step::Method,
    text::{hex, room_uri},
};

/// Keeps what shows that this was said, if it is a message of theirs that is shown, or a version of it, and the hub gave
/// its word for it.
pub(crate) fn keep_proof(
    cx: &mut Context,
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
    let Some(key) = chat::message_of(cx, room, &id) else { return };
    let stored = MESSAGES.get(&cx.journal, &key);
    let theirs = stored.is_some_and(|stored| stored.from == *from && matches!(stored.body, Body::Text(_)));
    let shown =
        AbusiveMessage { message_content: framed.into(), frank: frank.clone(), accepted_timestamp: fanout.timestamp };
    if theirs && let Ok(bytes) = shown.tls_serialize_detached() {
        PROOFS.put(&cx.journal, &format!("{key}#{}", hex(&id)), &ByteBuf::from(bytes));
    }
}

/// Can this message be shown to the hub?
pub(crate) fn is_reportable(cx: &Context, message: &str) -> bool {
    !PROOFS.scan(&cx.journal, &format!("{message}#")).is_empty()
}

/// Takes a report of a message, all its versions in it, without the name of who reports.
pub(crate) fn report(cx: &mut Context, command: String, room: &str, message: &str, note: &str) {
    if !REPORTS.scan(&cx.journal, &format!("{command}#")).is_empty() {
        return;
    }
    match plan_report(cx, room, message, note) {
        Ok((room, body)) => REPORTS.put(&cx.journal, &format!("{command}#{room}"), &ByteBuf::from(body)),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

fn plan_report(cx: &Context, room: &str, message: &str, note: &str) -> Result<(RoomUri, Vec<u8>), Problem> {
    let room = room_uri(room)?;
    let (_, key) = chat::known_message(cx, &room, message)?;
    let note = note.trim();
    if note.len() > MAX_ABUSE_NOTE {
        return Err(Problem::new(Refusal::NoteLength));
    }
    let proofs = PROOFS.scan(&cx.journal, &format!("{key}#")).into_iter().take(MAX_ABUSIVE_MESSAGES);
    let messages: Vec<_> = proofs.filter_map(|(_, bytes)| AbusiveMessage::tls_deserialize_exact(&bytes).ok()).collect();
    let stored = MESSAGES.get(&cx.journal, &key).filter(|_| !messages.is_empty());
    let report = AbuseReport {
        reporting_user: None,
        alleged_abuser: stored.ok_or_else(|| Problem::new(Refusal::NoMessage))?.from,
        reason: AbuseType::Reserved,
        note: note.to_owned(),
        messages,
        extensions: Default::default(),
    };
    Ok((room, report.encode().map_err(|_| Problem::new(Refusal::TooLarge))?))
}

pub(crate) fn pump_reports(cx: &mut Context) {
    for (key, body) in REPORTS.all(&cx.journal) {
        let Some((_, room)) = key.split_once('#') else { continue };
        let (path, bearer) = (path_with(REPORT_ABUSE, room), cx.bearer());
        cx.request(Job::Report(key), Method::Post, path, body.into_vec(), bearer);
    }
}

pub(crate) fn report_answered(cx: &mut Context, key: &str, answer: &Answer<'_>) {
    REPORTS.delete(&cx.journal, key);
    let result = if answer.status == 201 { Ok(Outcome::Ok) } else { Err(answer.problem(Refusal::NotReported)) };
    cx.done(key.split_once('#').map_or(key, |(command, _)| command), result);
}
