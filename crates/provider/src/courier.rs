//! Brings letters to other providers: the first of every lane, one at a time in a lane, the same bytes until they are taken
//! (mimi-protocol-06 §5.5). A lane whose peer does not answer waits longer and longer, for days.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use doorstep_client_api::http::MailboxKind;
use doorstep_hub::store::{Letter, Store, StoreError};
use doorstep_peers::{Endpoint, Errand, PeerError, Reply};
use doorstep_wire::consent::ConsentEntry;
use doorstep_wire::{Body as _, ProviderDomain, RoomUri};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::{App, Shared};
use crate::entropy::random;

/// `Mail.kind` of a `ConsentEntry` for the endpoint requestConsent of a peer.
pub(crate) const REQUEST_CONSENT: u8 = 0x81;
/// The same for updateConsent.
pub(crate) const UPDATE_CONSENT: u8 = 0x82;

/// Letters under way at a time.
const AT_ONCE: usize = 64;
/// Of which to one peer.
const TO_ONE_PEER: usize = 8;
/// The first pause of a lane, in milliseconds; it doubles.
const FIRST_PAUSE: u64 = 2_000;
/// The longest, also when a peer asks for a longer one.
const LONGEST_PAUSE: u64 = 60 * 60 * 1_000;
/// Looks at the store at least this often.
const ROUND: Duration = Duration::from_secs(30);
/// Milliseconds in a day.
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// What the courier shares with those who write letters.
#[derive(Default)]
pub(crate) struct Post {
    /// There is a letter.
    written: Notify,
    /// Peers that were heard of since this provider started, and not silent since: no lane of theirs rests.
    present: Mutex<HashSet<ProviderDomain>>,
}

impl Post {
    /// Somebody wrote a letter.
    pub(crate) fn call(&self) {
        self.written.notify_one();
    }

    fn present(&self) -> std::sync::MutexGuard<'_, HashSet<ProviderDomain>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a try.
enum Fate {
    Delivered,
    /// Not to be had, ever: trying again changes nothing.
    Refused,
    /// Later, perhaps not before this many seconds.
    Later(Option<u32>),
}

/// A peer was heard of: what waits for it goes at once.
pub(crate) async fn heard_of<S: Store>(app: &App<S>, peer: &ProviderDomain) -> Result<(), StoreError> {
    if app.post.present().insert(peer.clone()) {
        app.store.hurry(peer).await?;
        app.post.call();
    }
    Ok(())
}

/// Brings letters until the provider stops. What is under way then is brought again at the next start.
pub(crate) async fn run<S: Store>(app: Shared<S>) {
    let mut under_way = JoinSet::new();
    let mut lanes: HashSet<(ProviderDomain, RoomUri)> = HashSet::new();
    loop {
        let now = app.now();
        let due = app.store.due_letters(now, AT_ONCE + lanes.len()).await.unwrap_or_else(|error| {
            tracing::error!(?error, "the outbox cannot be read");
            Vec::new()
        });
        let mut to_peer: HashMap<ProviderDomain, usize> = HashMap::new();
        for (peer, _) in &lanes {
            *to_peer.entry(peer.clone()).or_default() += 1;
        }
        for letter in due {
            let busy = to_peer.entry(letter.peer.clone()).or_default();
            let lane = (letter.peer.clone(), letter.room.clone());
            if under_way.len() >= AT_ONCE || *busy >= TO_ONE_PEER || !lanes.insert(lane.clone()) {
                continue;
            }
            *busy += 1;
            let app = app.clone();
            under_way.spawn(async move {
                if let Err(error) = carry(&app, letter).await {
                    tracing::error!(?error, "the outbox cannot be written");
                    // Not at once again into the same wall.
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                lane
            });
        }
        let pause = match app.store.next_letter().await {
            Ok(Some(at)) if at > now => Duration::from_millis(at - now).min(ROUND),
            // What is due is under way, or has to wait for what is.
            Ok(Some(_)) => Duration::from_secs(1),
            Ok(None) | Err(_) => ROUND,
        };
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.post.written.notified() => {}
            Some(done) = under_way.join_next() => match done {
                Ok(lane) => {
                    lanes.remove(&lane);
                }
                // A task that broke off took the name of its lane with it.
                Err(_) => lanes.clear(),
            },
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Tries all that is due, once, one after the other. How many letters were taken.
pub(crate) async fn round<S: Store>(app: &App<S>) -> Result<usize, StoreError> {
    let mut taken = 0;
    for letter in app.store.due_letters(app.now(), AT_ONCE).await? {
        taken += usize::from(carry(app, letter).await?);
    }
    Ok(taken)
}

/// Tries one letter; `true`: it was taken.
async fn carry<S: Store>(app: &App<S>, letter: Letter) -> Result<bool, StoreError> {
    let now = app.now();
    let Some(errand) = errand(&letter) else {
        tracing::error!(kind = letter.kind, "a letter of an unknown kind");
        app.store.give_up(letter.id).await?;
        return Ok(false);
    };
    let sent = app.peers.send(&letter.peer, errand).await;
    match fate(&sent) {
        Fate::Delivered => {
            app.store.delivered(letter.id).await?;
            return Ok(true);
        }
        Fate::Refused => {
            tracing::warn!(status = sent.map_or(0, |reply| reply.status), "a letter was refused for good");
            metrics::counter!("doorstep_letters_lost_total").increment(1);
            app.store.give_up(letter.id).await?;
        }
        Fate::Later(_) if now.saturating_sub(letter.written_at) > app.config.letter_days.saturating_mul(DAY) => {
            tracing::warn!("a letter could not be delivered for days and is given up");
            metrics::counter!("doorstep_letters_lost_total").increment(1);
            app.store.give_up(letter.id).await?;
        }
        Fate::Later(after) => {
            let jitter = u64::from(u16::from_be_bytes(random::<2>(&*app.entropy)));
            app.store.postpone(letter.id, now.saturating_add(pause(letter.tries, after, jitter))).await?;
            app.post.present().remove(&letter.peer);
        }
    }
    Ok(false)
}

fn fate(sent: &Result<Reply, PeerError>) -> Fate {
    match sent {
        Ok(reply) => match reply.status {
            200 | 201 => Fate::Delivered,
            400 | 413 | 415 => Fate::Refused,
            _ => Fate::Later(reply.retry_after),
        },
        Err(_) => Fate::Later(None),
    }
}

/// Twice as long as before, from two seconds to an hour, up to a quarter longer by chance so that not all come back at once.
fn pause(tries: u32, asked: Option<u32>, jitter: u64) -> u64 {
    let doubled = FIRST_PAUSE.saturating_mul(1_u64.checked_shl(tries).unwrap_or(u64::MAX)).min(LONGEST_PAUSE);
    let asked = u64::from(asked.unwrap_or(0)).saturating_mul(1_000).min(LONGEST_PAUSE);
    let pause = doubled.max(asked);
    pause + pause / 4 * jitter / u64::from(u16::MAX)
}

fn errand(letter: &Letter) -> Option<Errand> {
    let entry = || ConsentEntry::decode(&letter.body).ok();
    let (endpoint, subject) = match letter.kind {
        REQUEST_CONSENT => (Endpoint::RequestConsent, entry()?.target.to_string()),
        UPDATE_CONSENT => (Endpoint::UpdateConsent, entry()?.requester.to_string()),
        kind if kind == MailboxKind::Fanout as u8 => (Endpoint::Notify, letter.room.to_string()),
        kind if kind == MailboxKind::Restored as u8 => (Endpoint::Restored, letter.room.to_string()),
        kind if kind == MailboxKind::Ended as u8 => (Endpoint::RoomEnded, letter.room.to_string()),
        kind if kind == MailboxKind::Consent as u8 => (Endpoint::Withdrawn, letter.room.to_string()),
        _ => return None,
    };
    let clients: Vec<&str> = letter.clients.iter().map(|client| client.as_str()).collect();
    let recipients = (!clients.is_empty()).then(|| clients.join(","));
    Some(Errand { endpoint, subject, recipients, body: letter.body.to_vec().into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_to_an_hour_and_heeds_what_is_asked() {
        assert_eq!(pause(0, None, 0), 2_000);
        assert_eq!(pause(3, None, 0), 16_000);
        assert_eq!(pause(3, Some(60), 0), 60_000);
        assert_eq!(pause(40, None, 0), LONGEST_PAUSE);
        assert_eq!(pause(200, Some(u32::MAX), u64::from(u16::MAX)), LONGEST_PAUSE + LONGEST_PAUSE / 4);
    }
}
