//! Rules of [`Outbox`](crate::store::Outbox): what a room's peers do not have.

use super::outbox::{letter, to};
use super::rooms::change;
use super::{Verdict, uri};
use crate::store::{GAPS_OF_A_ROOM, Gap, Store};

/// In one gap as long as the peer takes nothing in between; of this room, and of each peer.
pub async fn what_is_given_up_is_remembered_with_its_room<S: Store>(store: S) -> Verdict {
    let (room, b, c) = (uri("mimi://a.example/r/one")?, uri("b.example")?, uri("c.example")?);
    assert_eq!(store.gaps(&room).await?, Vec::new());
    store.commit(&[change("one", true)?], &[], 1).await?;
    for (at, body) in [(5, b"1"), (6, b"2"), (7, b"3"), (8, b"4"), (9, b"5")] {
        let sent = [to("b.example", "one", body)?, to("c.example", "two", body)?, to("c.example", "one", body)?];
        store.commit(&[], &sent, at).await?;
    }
    let gap = |peer: &doorstep_wire::ProviderDomain, since, until| Gap { peer: peer.clone(), since, until };
    assert_eq!(store.gaps(&room).await?, vec![gap(&b, 5, None), gap(&c, 5, None)]);
    let of_b = async |body: &[u8; 1]| {
        let due = store.due_letters(100, 100).await?;
        let id = due.iter().find(|letter| letter.peer == b && *letter.body == *body).map(|letter| letter.id);
        Ok::<_, crate::store::StoreError>(id.unwrap_or_default())
    };
    store.give_up(of_b(b"1").await?).await?;
    store.give_up(of_b(b"2").await?).await?;
    store.give_up(of_b(b"2").await?).await?;
    assert_eq!(store.gaps(&room).await?, vec![gap(&b, 5, Some(6)), gap(&b, 7, None), gap(&c, 5, None)]);
    store.delivered(of_b(b"3").await?).await?;
    store.give_up(of_b(b"4").await?).await?;
    store.delivered(of_b(b"5").await?).await?;
    let lost = [gap(&b, 5, Some(6)), gap(&b, 8, Some(8))];
    assert_eq!(store.gaps(&room).await?, [&lost[..], &[gap(&c, 5, None)]].concat());
    // The broom gives up what is too old, in every room.
    store.prune(100, 9).await?;
    assert_eq!(store.gaps(&room).await?, [&lost[..], &[gap(&c, 5, Some(8)), gap(&c, 9, None)]].concat());
    assert_eq!(store.gaps(&uri("mimi://a.example/r/two")?).await?, vec![gap(&c, 5, Some(8)), gap(&c, 9, None)]);
    Ok(())
}

/// However a peer behaves.
pub async fn gaps_are_bounded<S: Store>(store: S) -> Verdict {
    store.commit(&[change("one", true)?], &[], 1).await?;
    let many = GAPS_OF_A_ROOM as u64 + 5;
    for at in 1..=many {
        store.commit(&[], &[to("b.example", "one", b"taken")?, to("b.example", "one", b"refused")?], at).await?;
        store.delivered(letter(&store, at, b"taken").await?.id).await?;
        store.give_up(letter(&store, at, b"refused").await?.id).await?;
    }
    let gaps = store.gaps(&uri("mimi://a.example/r/one")?).await?;
    assert_eq!(gaps.len(), GAPS_OF_A_ROOM);
    assert_eq!(gaps.last().map(|gap| (gap.since, gap.until)), Some((many, Some(many))));
    Ok(())
}
