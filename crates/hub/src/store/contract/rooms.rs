//! Rules of [`Rooms`](crate::store::Rooms).

use super::{Verdict, uri, with_pseudonym};
use crate::store::{ClientId, LogLine, Mail, Recipients, RoomChange, RoomPage, RowWrite, Store, StoreError};

/// An empty change of a room.
pub(super) fn change(slug: &str, create: bool) -> Result<RoomChange, StoreError> {
    Ok(RoomChange {
        room: uri(&format!("mimi://a.example/r/{slug}"))?,
        create,
        rows: Vec::new(),
        log: Vec::new(),
        page: None,
        look_again: None,
        ended: None,
    })
}

fn set(key: &[u8], value: &[u8]) -> RowWrite {
    RowWrite { key: key.to_vec(), value: Some(value.to_vec()) }
}

/// Also across rooms, log and mail.
pub async fn a_commit_is_all_or_nothing<S: Store>(store: S) -> Verdict {
    let alice = with_pseudonym(&store, 1, 1).await?;
    let mut first = change("one", true)?;
    first.rows.push(set(b"k", b"v"));
    let second = change("nowhere", false)?;
    let mail = Mail {
        kind: 1,
        room: first.room.clone(),
        to: Recipients::Clients(vec![alice.address]),
        body: b"hello"[..].into(),
    };
    let refused = store.commit(&[first.clone(), second], core::slice::from_ref(&mail), 5).await;
    assert!(matches!(refused, Err(StoreError::NoSuchRoom)), "{refused:?}");
    assert_eq!(store.load_room(&first.room).await?, None);
    assert!(store.mailbox(ClientId([1; 16]), 0, 10, 1_000).await?.is_empty());

    assert_eq!(store.commit(core::slice::from_ref(&first), &[mail], 5).await?.len(), 1);
    assert_eq!(store.load_room(&first.room).await?, Some(vec![(b"k".to_vec(), b"v".to_vec())]));
    assert_eq!(store.mailbox(ClientId([1; 16]), 0, 10, 1_000).await?.len(), 1);
    Ok(())
}

/// Rooms do not see each other's rows.
pub async fn rows_are_set_replaced_and_deleted<S: Store>(store: S) -> Verdict {
    let (mut one, mut two) = (change("one", true)?, change("two", true)?);
    one.rows = vec![set(b"b", b"2"), set(b"a", b"1"), set(b"c", b"3"), set(b"empty", b"")];
    two.rows = vec![set(b"a", b"other")];
    store.commit(&[one.clone(), two.clone()], &[], 5).await?;
    let mut more = change("one", false)?;
    more.rows = vec![
        set(b"b", b"new"),
        RowWrite { key: b"c".to_vec(), value: None },
        RowWrite { key: b"never".to_vec(), value: None },
    ];
    store.commit(&[more], &[], 5).await?;
    let expected: Vec<(Vec<u8>, Vec<u8>)> = [(&b"a"[..], &b"1"[..]), (b"b", b"new"), (b"empty", b"")]
        .map(|(key, value)| (key.to_vec(), value.to_vec()))
        .into();
    assert_eq!(store.load_room(&one.room).await?, Some(expected));
    assert_eq!(store.load_room(&two.room).await?, Some(vec![(b"a".to_vec(), b"other".to_vec())]));
    Ok(())
}

/// The second creator hears of it.
pub async fn a_room_is_made_once<S: Store>(store: S) -> Verdict {
    store.commit(&[change("one", true)?], &[], 5).await?;
    let again = store.commit(&[change("one", true)?], &[], 5).await;
    assert!(matches!(again, Err(StoreError::RoomTaken)), "{again:?}");
    Ok(())
}

/// A door is for whoever has the address; the list is for listed rooms.
pub async fn only_listed_rooms_are_listed<S: Store>(store: S) -> Verdict {
    for (slug, name, listed, door) in [
        ("b", "Beta", true, Some("B")),
        ("a", "Alpha", true, Some("A")),
        ("u", "Aa", false, Some("U")),
        ("p", "Ab", true, None),
    ] {
        let mut made = change(slug, true)?;
        made.page = Some(RoomPage { listed, name: name.to_owned(), door: door.map(|door| door.as_bytes().to_vec()) });
        store.commit(&[made], &[], 5).await?;
    }
    assert_eq!(store.listed(10).await?, vec![b"A".to_vec(), b"B".to_vec()]);
    assert_eq!(store.listed(1).await?, vec![b"A".to_vec()]);
    assert_eq!(store.door(&change("u", false)?.room).await?, Some(b"U".to_vec()));
    assert_eq!(store.door(&change("p", false)?.room).await?, None);
    assert_eq!(store.door(&change("unknown", false)?.room).await?, None);
    // A change without a page leaves it.
    store.commit(&[change("u", false)?], &[], 6).await?;
    assert_eq!(store.door(&change("u", false)?.room).await?, Some(b"U".to_vec()));
    Ok(())
}

/// And not after they were looked at.
pub async fn rooms_are_due_in_order<S: Store>(store: S) -> Verdict {
    for (slug, at) in [("late", Some(30)), ("never", None), ("soon", Some(10)), ("next", Some(20))] {
        let mut made = change(slug, true)?;
        made.look_again = at;
        store.commit(&[made], &[], 5).await?;
    }
    let due: Vec<_> = store.due(20, 10).await?;
    assert_eq!(due, vec![change("soon", false)?.room, change("next", false)?.room]);
    assert_eq!(store.due(30, 1).await?.len(), 1);
    store.commit(&[change("soon", false)?], &[], 20).await?;
    assert_eq!(store.due(20, 10).await?, vec![change("next", false)?.room]);
    Ok(())
}

/// Of it nothing stays but its address, in the transaction that tells of it; other rooms are as they were.
pub async fn a_room_that_ended_is_gone_and_its_address_taken<S: Store>(store: S) -> Verdict {
    let alice = with_pseudonym(&store, 1, 1).await?;
    let (mut one, mut two) = (change("one", true)?, change("two", true)?);
    for made in [&mut one, &mut two] {
        made.rows = vec![set(b"k", b"v")];
        made.log = vec![LogLine { at: 1, epoch: 0, kind: 0, message: b"m"[..].into() }];
        made.page = Some(RoomPage { listed: true, name: "N".to_owned(), door: Some(b"D".to_vec()) });
        made.look_again = Some(10);
    }
    store.commit(&[one.clone(), two.clone()], &[], 5).await?;
    let mut end = change("one", false)?;
    end.ended = Some([7; 32]);
    end.rows = vec![set(b"last", b"word")];
    let mail = Mail {
        kind: 4,
        room: one.room.clone(),
        to: Recipients::Clients(vec![alice.address]),
        body: b"over"[..].into(),
    };
    // With something that cannot be, it goes on.
    let nowhere = change("nowhere", false)?;
    let refused = store.commit(&[end.clone(), nowhere], core::slice::from_ref(&mail), 6).await;
    assert!(matches!(refused, Err(StoreError::NoSuchRoom)), "{refused:?}");
    assert_eq!((store.ended_by(&one.room).await?, store.log(&one.room).await?.len()), (None, 1));

    assert_eq!(store.commit(&[end.clone()], &[mail], 6).await?.len(), 1);
    assert_eq!(store.load_room(&one.room).await?, None);
    assert_eq!((store.log(&one.room).await?, store.door(&one.room).await?), (Vec::new(), None));
    assert_eq!((store.listed(10).await?.len(), store.due(99, 10).await?), (1, vec![two.room.clone()]));
    assert_eq!(store.mailbox(ClientId([1; 16]), 0, 10, 1_000).await?.len(), 1);
    assert_eq!((store.ended_by(&one.room).await?, store.ended_by(&two.room).await?), (Some([7; 32]), None));
    assert!(store.load_room(&two.room).await?.is_some() && store.log(&two.room).await?.len() == 1);

    let again = store.commit(&[one], &[], 7).await;
    assert!(matches!(again, Err(StoreError::RoomTaken)), "{again:?}");
    let more = store.commit(&[end], &[], 7).await;
    assert!(matches!(more, Err(StoreError::NoSuchRoom)), "{more:?}");
    Ok(())
}

/// The hub looks at it at once, and ends it or forgets that.
pub async fn an_operator_asks_a_room_to_end<S: Store>(store: S) -> Verdict {
    let (mut one, two) = (change("one", true)?, change("two", true)?);
    one.look_again = Some(u64::from(u32::MAX));
    store.commit(&[one.clone(), two.clone()], &[], 5).await?;
    assert!(store.ask_to_end(&one.room).await?);
    assert!(!store.ask_to_end(&change("nowhere", false)?.room).await?);
    assert!(store.is_asked_to_end(&one.room).await? && !store.is_asked_to_end(&two.room).await?);
    assert!(!store.is_asked_to_end(&change("nowhere", false)?.room).await?);
    assert_eq!(store.due(0, 10).await?, vec![one.room.clone()]);
    // A change of the room meanwhile does not make it forgotten.
    let mut more = change("one", false)?;
    more.look_again = Some(100);
    store.commit(&[more.clone()], &[], 6).await?;
    assert!(store.is_asked_to_end(&one.room).await?);
    assert_eq!(store.due(0, 10).await?, vec![one.room.clone()]);
    more.ended = Some([0; 32]);
    store.commit(&[more], &[], 7).await?;
    assert!(!store.is_asked_to_end(&one.room).await? && store.due(u64::MAX, 10).await?.is_empty());
    Ok(())
}

/// Of one room.
pub async fn the_log_keeps_its_order<S: Store>(store: S) -> Verdict {
    let line = |n: u8| LogLine { at: 100 - u64::from(n), epoch: u64::from(n), kind: n, message: [n; 40][..].into() };
    let (mut one, mut two) = (change("one", true)?, change("two", true)?);
    one.log = vec![line(1), line(2)];
    two.log = vec![line(9)];
    store.commit(&[one.clone(), two], &[], 5).await?;
    let mut more = change("one", false)?;
    more.log = vec![line(3)];
    store.commit(&[more], &[], 6).await?;
    assert_eq!(store.log(&one.room).await?, vec![line(1), line(2), line(3)]);
    Ok(())
}
