//! What the operator's commands print: plain text in columns, from the database alone. Nothing here changes anything, but
//! that a room is to end.

mod moment;
mod table;

use doorstep_hub::store::{Backlog, Outbox, PeerKeys, PinnedKeys, Report, Reports, Rooms, StoreError};
use doorstep_wire::abuse::AbuseReport;
use doorstep_wire::{Body as _, RoomUri};
use sha2::{Digest, Sha256};

use crate::peer_keys::Which;
use moment::{age, date_time};
use table::table;

/// What waits for other providers, what was lost, and the keys that are known of them. `now` in milliseconds since the UNIX
/// epoch.
///
/// # Errors
/// The store does not work.
pub async fn peers<S: Outbox + PeerKeys + Sync>(store: &S, now: u64) -> Result<String, StoreError> {
    Ok(format!("{}\n{}", letters(&store.backlog().await?, now), keys(&store.pinned_keys().await?)))
}

/// The newest reports of abuse, at most `limit`.
///
/// # Errors
/// The store does not work.
pub async fn reports<S: Reports + Sync>(store: &S, limit: usize) -> Result<String, StoreError> {
    let reports = store.reports(limit).await?;
    if reports.is_empty() {
        return Ok("No reports.\n".to_owned());
    }
    let blocks: Vec<String> = reports.iter().map(report).collect();
    Ok(blocks.join("\n"))
}

/// Asks for a room to end; the provider ends it when it looks at its rooms next, within a minute if it runs.
///
/// # Errors
/// The store does not work.
pub async fn end_room<S: Rooms + Sync>(store: &S, room: &RoomUri) -> Result<String, StoreError> {
    Ok(if store.ask_to_end(room).await? {
        format!("{room} ends when the provider looks at its rooms: within a minute while it runs.\n")
    } else {
        format!("There is no room {room} here.\n")
    })
}

fn letters(backlog: &[Backlog], now: u64) -> String {
    if backlog.is_empty() {
        return "No letters wait, and none was lost.\n".to_owned();
    }
    let rows = backlog.iter().map(|Backlog { peer, letters, oldest, tries, lost }| {
        let oldest = if *letters == 0 { "-".to_owned() } else { age(*oldest, now) };
        [peer.to_string(), letters.to_string(), oldest, tries.to_string(), lost.to_string()]
    });
    table(["PEER", "WAITING", "OLDEST", "TRIES", "LOST"], &rows.collect::<Vec<_>>())
}

fn keys(pinned: &[PinnedKeys]) -> String {
    if pinned.is_empty() {
        return "No keys of other providers are known.\n".to_owned();
    }
    let rows = pinned.iter().map(|PinnedKeys { provider, which, set, since, seen, former }| {
        let kind = match *which {
            which if which == Which::Issuer as u8 => "issuer".to_owned(),
            which if which == Which::Hub as u8 => "hub".to_owned(),
            other => format!("set {other}"),
        };
        let changed = former.as_ref().map_or_else(|| "no".to_owned(), |former| format!("from {}", fingerprint(former)));
        [provider.to_string(), kind, fingerprint(set), date_time(*since), date_time(*seen), changed]
    });
    table(["PROVIDER", "KEYS", "FINGERPRINT", "SINCE", "LAST SEEN", "CHANGED"], &rows.collect::<Vec<_>>())
}

/// Enough of the SHA-256 to be compared by eye.
fn fingerprint(set: &[u8]) -> String {
    Sha256::digest(set).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn report(report: &Report) -> String {
    let Report { room, from, reporting_user, alleged_abuser, digest: _, body, proven, at } = report;
    let by = reporting_user.as_ref().map_or_else(|| "somebody who stays anonymous".to_owned(), |user| user.to_string());
    let (shown, note) = match AbuseReport::decode(body) {
        Ok(report) => (report.messages.len().to_string(), plain(&report.note)),
        Err(_) => ("?".to_owned(), "cannot be read".to_owned()),
    };
    let note = if note.is_empty() { "-" } else { &note };
    format!(
        "{}  from {from}\n  room    {room}\n  by      {by}\n  about   {alleged_abuser}\n  proven  {proven} of {shown} messages\n  note    {note}\n",
        date_time(*at),
    )
}

/// What a stranger wrote, on one line: nothing in it moves the cursor, colours the terminal, or turns text around.
fn plain(text: &str) -> String {
    let turns =
        |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

#[cfg(test)]
mod tests;
