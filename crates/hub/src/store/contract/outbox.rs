//! Rules of [`Outbox`](crate::store::Outbox): writing letters, and what waits. Whose turn it is stands in `lanes`.

use doorstep_wire::{ClientUri, RoomUri};

use super::mailboxes::bodies;
use super::rooms::change;
use super::{Verdict, uri, with_pseudonym};
use crate::store::{Backlog, ClientId, Letter, Mail, Recipients, Store, StoreError};

const ONE: ClientId = ClientId([1; 16]);

/// A mail for all of a peer's clients that are in the room.
pub(super) fn to(peer: &str, slug: &str, body: &[u8]) -> Result<Mail, StoreError> {
    let room: RoomUri = uri(&format!("mimi://a.example/r/{slug}"))?;
    Ok(Mail { kind: 1, room, to: Recipients::Peer { peer: uri(peer)?, clients: Vec::new() }, body: body.into() })
}

/// What is due, by body.
pub(super) async fn due<S: Store>(store: &S, now: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(store.due_letters(now, 100).await?.into_iter().map(|letter| letter.body.to_vec()).collect())
}

/// The due letter with this body.
pub(super) async fn letter<S: Store>(store: &S, now: u64, body: &[u8]) -> Result<Letter, StoreError> {
    let due = store.due_letters(now, 100).await?;
    due.into_iter().find(|letter| *letter.body == *body).ok_or(StoreError::Corrupt("letter that should be due"))
}

/// In its transaction, with everything the peer has to know; no mailbox hears of it.
pub async fn a_letter_is_written_with_what_it_tells_of<S: Store>(store: S) -> Verdict {
    let clients: Vec<ClientUri> = vec![uri("mimi://b.example/d/bob/1")?, uri("mimi://b.example/d/cy/%22")?];
    let mut sent = to("b.example", "one", b"x")?;
    sent.kind = 0x81;
    sent.to = Recipients::Peer { peer: uri("b.example")?, clients: clients.clone() };
    let refused = store.commit(&[change("one", true)?, change("nowhere", false)?], &[sent.clone()], 5).await;
    assert!(matches!(refused, Err(StoreError::NoSuchRoom)), "{refused:?}");
    assert_eq!(store.due_letters(100, 10).await?, Vec::new());

    assert!(store.commit(&[change("one", true)?], &[sent.clone()], 5).await?.is_empty());
    let letters = store.due_letters(5, 10).await?;
    let id = letters.first().map(|letter| letter.id).unwrap_or_default();
    let written = Letter {
        id,
        peer: uri("b.example")?,
        kind: 0x81,
        room: sent.room,
        clients,
        body: b"x"[..].into(),
        written_at: 5,
        tries: 0,
    };
    assert_eq!(letters, vec![written]);
    Ok(())
}

/// Here or elsewhere, whoever is served first.
pub async fn a_body_stays_as_long_as_somebody_waits_for_it<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    for (n, body) in [(0, b"x"), (1, b"y")] {
        let mut here = to("b.example", "one", body)?;
        here.to = Recipients::Clients(vec![a.clone()]);
        let sent = [to("b.example", "one", body)?, here, to("c.example", "one", body)?];
        assert_eq!(store.commit(&[change("one", n == 0)?], &sent, 5).await?.len(), 1);
    }
    let newest = store.newest(ONE).await?;
    store.delivered(letter(&store, 5, b"x").await?.id).await?;
    store.acknowledge(ONE, newest.saturating_sub(1)).await?;
    assert_eq!(bodies(&store, ONE).await?, vec![b"y".to_vec()]);
    assert_eq!(due(&store, 5).await?, vec![b"x".to_vec(), b"y".to_vec()]);
    store.acknowledge(ONE, newest).await?;
    store.delivered(letter(&store, 5, b"x").await?.id).await?;
    assert_eq!(due(&store, 5).await?, vec![b"y".to_vec(), b"y".to_vec()]);
    Ok(())
}

/// And what was lost is not forgotten with the last letter.
pub async fn the_backlog_tells_what_waits_and_what_was_lost<S: Store>(store: S) -> Verdict {
    assert_eq!(store.backlog().await?, Vec::new());
    let sent = [to("c.example", "one", b"1")?, to("b.example", "one", b"2")?, to("b.example", "two", b"3")?];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    store.commit(&[change("one", false)?], &[to("b.example", "one", b"4")?], 9).await?;
    let three = letter(&store, 9, b"3").await?.id;
    store.postpone(three, 20).await?;
    store.postpone(three, 30).await?;
    let lost = letter(&store, 9, b"1").await?.id;
    store.give_up(lost).await?;
    store.give_up(lost).await?;
    let of_b = Backlog { peer: uri("b.example")?, letters: 3, oldest: 5, tries: 2, lost: 0 };
    let of_c = Backlog { peer: uri("c.example")?, letters: 0, oldest: 0, tries: 0, lost: 1 };
    assert_eq!(store.backlog().await?, vec![of_b.clone(), of_c.clone()]);
    store.give_up(letter(&store, 9, b"2").await?.id).await?;
    store.delivered(letter(&store, 30, b"3").await?.id).await?;
    let of_b = Backlog { letters: 1, oldest: 9, tries: 0, lost: 1, ..of_b };
    assert_eq!(store.backlog().await?, vec![of_b, of_c]);
    Ok(())
}

/// They are lost, and what is younger has its turn.
pub async fn the_broom_gives_up_old_letters<S: Store>(store: S) -> Verdict {
    let old = [to("b.example", "one", b"1")?, to("b.example", "one", b"2")?, to("c.example", "two", b"3")?];
    store.commit(&[change("one", true)?], &old, 4_999).await?;
    store.commit(&[change("one", false)?], &[to("b.example", "one", b"4")?], 5_000).await?;
    store.postpone(letter(&store, 5_000, b"1").await?.id, 90_000).await?;
    assert_eq!(store.prune(10_000, 5_000).await?.letters, 3);
    assert_eq!(due(&store, 10_000).await?, vec![b"4".to_vec()]);
    assert_eq!(letter(&store, 10_000, b"4").await?.tries, 0);
    assert_eq!(store.prune(10_000, 5_000).await?.letters, 0);
    assert_eq!(
        store.backlog().await?.into_iter().map(|peer| (peer.letters, peer.lost)).collect::<Vec<_>>(),
        vec![(1, 2), (0, 1)]
    );
    Ok(())
}
