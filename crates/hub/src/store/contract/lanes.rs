//! Rules of [`Outbox`](crate::store::Outbox): whose turn it is.

use super::outbox::{due, letter, to};
use super::rooms::change;
use super::{Verdict, uri};
use crate::store::{DUE_TO_ONE_PEER, Store};

/// Only those about one room to one peer.
pub async fn letters_of_a_lane_wait_for_each_other<S: Store>(store: S) -> Verdict {
    let sent = [
        to("b.example", "one", b"1")?,
        to("b.example", "one", b"2")?,
        to("c.example", "one", b"3")?,
        to("b.example", "two", b"4")?,
        to("b.example", "one", b"5")?,
    ];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    assert_eq!(due(&store, 5).await?, vec![b"1".to_vec(), b"3".to_vec(), b"4".to_vec()]);
    store.delivered(letter(&store, 5, b"1").await?.id).await?;
    assert_eq!(due(&store, 5).await?, vec![b"2".to_vec(), b"3".to_vec(), b"4".to_vec()]);
    store.give_up(letter(&store, 5, b"2").await?.id).await?;
    store.delivered(letter(&store, 5, b"4").await?.id).await?;
    assert_eq!(due(&store, 5).await?, vec![b"3".to_vec(), b"5".to_vec()]);
    store.delivered(letter(&store, 5, b"5").await?.id).await?;
    store.delivered(letter(&store, 5, b"3").await?.id).await?;
    assert_eq!(due(&store, u64::MAX).await?, Vec::<Vec<u8>>::new());
    assert_eq!(store.next_letter().await?, None);
    Ok(())
}

/// Also when it was postponed before others were written.
pub async fn the_oldest_letters_come_first<S: Store>(store: S) -> Verdict {
    store.commit(&[change("one", true)?], &[to("b.example", "one", b"1")?], 5).await?;
    store.commit(&[change("one", false)?], &[to("c.example", "one", b"2")?, to("d.example", "one", b"3")?], 6).await?;
    store.postpone(letter(&store, 6, b"1").await?.id, 20).await?;
    store.postpone(letter(&store, 6, b"2").await?.id, 10).await?;
    assert_eq!(due(&store, 20).await?, vec![b"1".to_vec(), b"2".to_vec(), b"3".to_vec()]);
    let two = store.due_letters(20, 2).await?;
    assert_eq!(two.iter().map(|letter| letter.body.to_vec()).collect::<Vec<_>>(), vec![b"1".to_vec(), b"2".to_vec()]);
    assert!(two.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!(store.due_letters(20, 0).await?, Vec::new());
    Ok(())
}

/// However many rooms it shares with this provider. Its lanes take turns among themselves, too.
pub async fn no_peer_keeps_others_waiting<S: Store>(store: S) -> Verdict {
    let mut sent = Vec::new();
    for n in 0..50 {
        sent.push(to("silent.example", &format!("room-{n}"), &[n])?);
    }
    sent.push(to("b.example", "one", b"b")?);
    sent.push(to("z.example", "one", b"z")?);
    store.commit(&[change("one", true)?], &sent, 5).await?;
    let first: Vec<Vec<u8>> = (0_u8..16).map(|n| vec![n]).collect();
    assert_eq!(first.len(), DUE_TO_ONE_PEER);
    let others = [b"b".to_vec(), b"z".to_vec()];
    assert_eq!(due(&store, 5).await?, [&first[..], &others[..]].concat());
    // They were tried in vain, and the pause is over before the others had their turn.
    for letter in store.due_letters(5, DUE_TO_ONE_PEER).await? {
        store.postpone(letter.id, 6).await?;
    }
    let next: Vec<Vec<u8>> = (16_u8..32).map(|n| vec![n]).collect();
    assert_eq!(due(&store, 6).await?, [&next[..], &others[..]].concat());
    Ok(())
}

/// The whole of it, also for what is written in the meantime; each try is counted, and for this letter only.
pub async fn a_postponed_lane_waits<S: Store>(store: S) -> Verdict {
    let sent = [to("b.example", "one", b"1")?, to("b.example", "two", b"other")?];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    store.delivered(letter(&store, 5, b"other").await?.id).await?;
    let first = letter(&store, 5, b"1").await?.id;
    store.postpone(first, 50).await?;
    store.commit(&[change("one", false)?], &[to("b.example", "one", b"2")?], 6).await?;
    assert_eq!(due(&store, 49).await?, Vec::<Vec<u8>>::new());
    assert_eq!(store.next_letter().await?, Some(50));
    assert_eq!(letter(&store, 50, b"1").await?.tries, 1);
    store.postpone(first, 70).await?;
    assert_eq!(store.next_letter().await?, Some(70));
    assert_eq!(letter(&store, 70, b"1").await?.tries, 2);
    // A peer that took it takes the next one too: there is nothing to wait for.
    store.delivered(first).await?;
    assert_eq!(letter(&store, 6, b"2").await?.tries, 0);
    // Nor does what is written later wait for what is over.
    store.delivered(letter(&store, 6, b"2").await?.id).await?;
    store.commit(&[change("one", false)?], &[to("b.example", "one", b"3")?], 7).await?;
    assert_eq!(letter(&store, 7, b"3").await?.tries, 0);
    Ok(())
}

/// Whoever comes too late with it changes nothing for the letters behind.
pub async fn what_is_said_of_a_letter_that_is_gone_is_passed_over<S: Store>(store: S) -> Verdict {
    let sent = [to("b.example", "one", b"1")?, to("b.example", "one", b"2")?];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    let first = letter(&store, 5, b"1").await?.id;
    store.delivered(first).await?;
    let second = letter(&store, 5, b"2").await?.id;
    store.postpone(first, 70).await?;
    assert_eq!(letter(&store, 5, b"2").await?.tries, 0);
    store.postpone(second, 50).await?;
    store.delivered(first).await?;
    store.give_up(first).await?;
    store.give_up(u64::MAX).await?;
    assert_eq!(due(&store, 49).await?, Vec::<Vec<u8>>::new());
    assert!(store.backlog().await?.iter().all(|peer| peer.lost == 0));
    // Nor does a number come back when nothing waits any more.
    store.delivered(second).await?;
    store.commit(&[change("one", false)?], &[to("b.example", "one", b"3")?], 6).await?;
    assert!(letter(&store, 6, b"3").await?.id > second);
    Ok(())
}

/// All of its lanes, and nobody else's; what was tried in vain stays counted.
pub async fn a_peer_that_is_heard_of_has_its_letters_at_once<S: Store>(store: S) -> Verdict {
    let sent = [to("b.example", "one", b"1")?, to("b.example", "two", b"2")?, to("c.example", "one", b"3")?];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    for body in [b"1", b"2", b"3"] {
        store.postpone(letter(&store, 5, body).await?.id, 50).await?;
    }
    store.hurry(&uri("d.example")?).await?;
    assert_eq!(due(&store, 6).await?, Vec::<Vec<u8>>::new());
    store.hurry(&uri("b.example")?).await?;
    assert_eq!(due(&store, 6).await?, vec![b"1".to_vec(), b"2".to_vec()]);
    assert_eq!(letter(&store, 6, b"2").await?.tries, 1);
    assert_eq!(due(&store, 50).await?, vec![b"1".to_vec(), b"2".to_vec(), b"3".to_vec()]);
    Ok(())
}
