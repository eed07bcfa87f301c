//! Rules of [`Following`](crate::store::Following).

use doorstep_wire::{ClientUri, RoomUri};

use super::mailboxes::bodies;
use super::{Verdict, uri, with_pseudonym};
use crate::store::{ClientId, Mail, PackageRef, Recipients, Store, StoreError, Wake};

const ONE: ClientId = ClientId([1; 16]);
const TWO: ClientId = ClientId([2; 16]);
const THREE: ClientId = ClientId([3; 16]);

fn room(slug: &str) -> Result<RoomUri, StoreError> {
    uri(&format!("mimi://hub.example/r/{slug}"))
}

fn mail(slug: &str, to: Recipients, body: &[u8]) -> Result<Mail, StoreError> {
    Ok(Mail { kind: 1, room: room(slug)?, to, body: body.into() })
}

/// Somebody else's client is said no to.
pub async fn only_clients_of_this_provider_follow<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let b = with_pseudonym(&store, 2, 2).await?.address;
    let stranger: ClientUri = uri("mimi://b.example/d/bob/1")?;
    assert!(store.follow(&room("one")?, &a).await?);
    assert!(store.follow(&room("one")?, &a).await?);
    assert!(store.follow(&room("one")?, &b).await?);
    assert!(store.follow(&room("two")?, &b).await?);
    assert!(!store.follow(&room("one")?, &stranger).await?);
    let mut followers = store.followers(&room("one")?).await?;
    followers.sort();
    assert_eq!(followers, vec![a, b.clone()]);
    assert_eq!(store.followers(&room("two")?).await?, vec![b]);
    assert_eq!(store.followers(&room("three")?).await?, Vec::new());
    Ok(())
}

/// All of them, or those that are named; never one that is only named.
pub async fn mail_of_a_followed_room_reaches_its_followers<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let b = with_pseudonym(&store, 2, 2).await?.address;
    let c = with_pseudonym(&store, 3, 3).await?.address;
    let stranger: ClientUri = uri("mimi://b.example/d/bob/1")?;
    store.follow(&room("one")?, &a).await?;
    store.follow(&room("one")?, &b).await?;
    store.follow(&room("two")?, &c).await?;
    let named = Recipients::Followers(Some(vec![b.clone(), c, stranger, b]));
    let sent = [
        mail("one", Recipients::Followers(None), b"all")?,
        mail("one", named, b"named")?,
        mail("one", Recipients::Followers(Some(Vec::new())), b"nobody")?,
        mail("three", Recipients::Followers(None), b"unknown")?,
    ];
    let wakes = store.receive([1; 32], &sent, 5).await?.unwrap_or_default();
    assert_eq!(bodies(&store, ONE).await?, vec![b"all".to_vec()]);
    assert_eq!(bodies(&store, TWO).await?, vec![b"all".to_vec(), b"named".to_vec()]);
    assert_eq!(bodies(&store, THREE).await?, Vec::<Vec<u8>>::new());
    for client in [ONE, TWO] {
        assert!(wakes.contains(&Wake { client, seq: store.newest(client).await? }));
    }
    assert_eq!(wakes.len(), 2);
    Ok(())
}

/// Also what reached nobody.
pub async fn what_a_hub_repeats_is_delivered_once<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let sent = [mail("one", Recipients::Followers(None), b"x")?];
    assert_eq!(store.receive([1; 32], &sent, 5).await?, Some(Vec::new()));
    store.follow(&room("one")?, &a).await?;
    assert_eq!(store.receive([1; 32], &sent, 6).await?, None);
    assert_eq!(bodies(&store, ONE).await?, Vec::<Vec<u8>>::new());
    assert_eq!(store.receive([2; 32], &sent, 7).await?.map(|wakes| wakes.len()), Some(1));
    assert_eq!(store.receive([2; 32], &sent, 8).await?, None);
    assert_eq!(bodies(&store, ONE).await?, vec![b"x".to_vec()]);
    Ok(())
}

/// And nobody but them, once; the same room may be followed again, for a hub that forgot what it was.
pub async fn the_last_word_of_a_room_reaches_its_followers<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    store.follow(&room("one")?, &a).await?;
    store.follow(&room("two")?, &a).await?;
    let last = mail("one", Recipients::Followers(None), b"over")?;
    assert_eq!(store.receive_last([1; 32], &last, 5).await?.map(|wakes| wakes.len()), Some(1));
    assert_eq!(bodies(&store, ONE).await?, vec![b"over".to_vec()]);
    assert_eq!(store.followers(&room("one")?).await?, Vec::new());
    assert_eq!(store.followers(&room("two")?).await?, vec![a]);
    assert_eq!(store.receive_last([1; 32], &last, 6).await?, None);
    let more = [mail("one", Recipients::Followers(None), b"more")?];
    assert_eq!(store.receive([2; 32], &more, 7).await?, Some(Vec::new()));
    Ok(())
}

/// By a package that is still good, with the address it was made for; a repetition changes nothing.
pub async fn who_gets_a_welcome_follows_its_room<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let b = with_pseudonym(&store, 2, 2).await?.address;
    let package = |n: u8, address: &ClientUri, not_after| PackageRef {
        reference: vec![n; 32],
        address: address.clone(),
        not_after,
    };
    store.register_packages(ONE, &[package(1, &a, 10), package(2, &a, 10)]).await?;
    store.register_packages(TWO, &[package(3, &b, 4)]).await?;
    let references = Recipients::Packages(vec![vec![1; 32], vec![2; 32], vec![3; 32], vec![9; 32]]);
    let welcome = [mail("one", references, b"welcome")?];
    assert_eq!(store.receive([1; 32], &welcome, 5_000).await?.map(|wakes| wakes.len()), Some(1));
    assert_eq!(store.followers(&room("one")?).await?, vec![a]);
    let next = [mail("one", Recipients::Followers(None), b"next")?];
    store.receive([2; 32], &next, 5_001).await?;
    assert_eq!(bodies(&store, ONE).await?, vec![b"welcome".to_vec(), b"next".to_vec()]);
    assert_eq!(bodies(&store, TWO).await?, Vec::<Vec<u8>>::new());
    Ok(())
}

/// A hub that repeats itself after so long is delivered again.
pub async fn the_broom_takes_old_digests<S: Store>(store: S) -> Verdict {
    store.receive([1; 32], &[], 4_999).await?;
    store.receive([2; 32], &[], 5_000).await?;
    assert_eq!(store.prune(10_000, 5_000).await?.received, 1);
    assert_eq!(store.receive([1; 32], &[], 10_000).await?, Some(Vec::new()));
    assert_eq!(store.receive([2; 32], &[], 10_000).await?, None);
    Ok(())
}
