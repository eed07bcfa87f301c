//! What other providers do not have of a room, for those in it: who said something there shall know whom it did not reach.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{Unreached, UnreachedPeer};
use doorstep_hub::store::{Gap, Store};
use doorstep_wire::ProviderDomain;

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{RoomPath, Session};
use crate::operate::look;

/// Seconds between two questions about a peer that has not been away for long.
const SOON: u64 = 30;
/// The same about one that has been.
const LATER: u64 = 120;
/// Milliseconds that are long.
const LONG: u64 = 60 * 60 * 1_000;

/// `GET /client/v1/unreached/{room}`
pub(super) async fn unreached<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return Err(ApiError::NotFound);
    }
    let users = app.store.users_of(client.id).await?;
    let hosts = look(&app, &room, |room| {
        let is_in = users.iter().any(|user| room.roster().count_of(user) > 0);
        is_in.then(|| room.roster().users().map(|user| user.host()).collect::<BTreeSet<_>>())
    });
    let hosts = hosts.await?.flatten().ok_or(ApiError::NotFound)?;
    answers::tls(&told(app.store.gaps(&room).await?, &hosts, app.now(), app.config.away_seconds))
}

/// What is told of it: nothing of providers that have nobody there (somebody of theirs may have knocked, which is not
/// everybody's business), and nothing of what is on its way for the first time.
fn told(gaps: Vec<Gap>, hosts: &BTreeSet<ProviderDomain>, now: u64, away_seconds: u64) -> Unreached {
    let mut told = Unreached { again: 0, peers: Vec::new() };
    for Gap { peer, since, until } in gaps {
        if !hosts.contains(&peer) {
            continue;
        }
        if until.is_none() {
            let age = now.saturating_sub(since);
            let rest = away_seconds.saturating_sub(age / 1_000);
            let again = match rest {
                0 if age < LONG => SOON,
                0 => LATER,
                rest => rest,
            };
            let again = u32::try_from(again).unwrap_or(u32::MAX);
            told.again = if told.again == 0 { again } else { told.again.min(again) };
            if rest > 0 {
                continue;
            }
        }
        told.peers.push(UnreachedPeer { provider: peer, since, until: until.unwrap_or(0) });
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(peer: &str, gaps: &[(u64, Option<u64>)], now: u64) -> (u32, Vec<(u64, u64)>) {
        let hosts = ["a.example", "b.example"].map(|host| host.parse().unwrap()).into();
        let gap = |&(since, until): &_| Gap { peer: peer.parse().unwrap(), since, until };
        let Unreached { again, peers } = told(gaps.iter().map(gap).collect(), &hosts, now, 120);
        (again, peers.into_iter().map(|peer| (peer.since, peer.until)).collect())
    }

    #[test]
    fn it_is_told_after_a_while_and_asked_for_again_when_that_is_over() {
        let minutes = |minutes: u64| minutes * 60_000;
        assert_eq!(told_of("b.example", &[(minutes(1), None)], minutes(2)), (60, vec![]));
        assert_eq!(told_of("b.example", &[(minutes(1), None)], minutes(3)), (30, vec![(minutes(1), 0)]));
        assert_eq!(told_of("b.example", &[(minutes(1), None)], minutes(99)), (120, vec![(minutes(1), 0)]));
        // A clock that was put back.
        assert_eq!(told_of("b.example", &[(minutes(5), None)], minutes(3)), (120, vec![]));
    }

    #[test]
    fn what_was_given_up_is_told_for_ever_and_nobody_asks_again_for_it() {
        assert_eq!(told_of("b.example", &[(5, Some(7)), (9, Some(9))], 10), (0, vec![(5, 7), (9, 9)]));
    }

    #[test]
    fn nobody_hears_of_providers_without_people_in_the_room() {
        assert_eq!(told_of("c.example", &[(5, Some(7)), (9, None)], 1_000_000), (0, vec![]));
    }
}
