//! Rules of [`Mailboxes`](crate::store::Mailboxes).

use doorstep_wire::{ClientUri, UserUri};

use super::rooms::change;
use super::{Verdict, uri, with_pseudonym};
use crate::store::{
    ClientId, ConsentKind, ConsentQuota, ConsentSaid, Mail, PackageRef, Recipients, Store, StoreError, Wake,
};

const ONE: ClientId = ClientId([1; 16]);
const TWO: ClientId = ClientId([2; 16]);

fn mail(to: Recipients, body: &[u8]) -> Result<Mail, StoreError> {
    Ok(Mail { kind: 1, room: uri("mimi://a.example/r/one")?, to, body: body.into() })
}

/// What is in a mailbox.
pub(super) async fn bodies<S: Store>(store: &S, client: ClientId) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(store.mailbox(client, 0, 100, 1 << 20).await?.into_iter().map(|item| item.body).collect())
}

/// With the address each was reached under; who owns two of the addresses gets two items.
pub async fn one_body_reaches_many_mailboxes<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let b = with_pseudonym(&store, 2, 2).await?.address;
    let c = with_pseudonym(&store, 2, 3).await?.address;
    let carol = with_pseudonym(&store, 3, 4).await?.address;
    let everybody = Recipients::Clients(vec![a.clone(), b.clone(), c.clone(), carol.clone(), a.clone()]);
    let wakes = store.commit(&[change("one", true)?], &[mail(everybody, b"x")?], 5).await?;
    assert_eq!(wakes.len(), 3);
    for (client, addresses) in [(ONE, vec![a]), (TWO, vec![b, c]), (ClientId([3; 16]), vec![carol])] {
        let items = store.mailbox(client, 0, 100, 1_000).await?;
        let mut to: Vec<_> = items.iter().map(|item| item.to.clone()).collect();
        to.sort();
        assert_eq!(to, addresses);
        let newest = store.newest(client).await?;
        assert_eq!(items.last().map(|item| item.seq), Some(newest));
        assert!(wakes.contains(&Wake { client, seq: newest }));
    }
    Ok(())
}

/// Other providers' clients get theirs elsewhere.
pub async fn unknown_recipients_are_passed_over<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let stranger: ClientUri = uri("mimi://b.example/d/bob/1")?;
    let sent = [
        mail(Recipients::Clients(vec![stranger.clone()]), b"x")?,
        mail(Recipients::Clients(vec![stranger, a]), b"y")?,
        mail(Recipients::Packages(vec![vec![1; 32]]), b"z")?,
    ];
    assert_eq!(store.commit(&[change("one", true)?], &sent, 5).await?.len(), 1);
    assert_eq!(bodies(&store, ONE).await?, vec![b"y".to_vec()]);
    Ok(())
}

/// In the order of the hub, within one commit and across commits.
pub async fn mail_keeps_its_order_and_is_read_from_where_one_was<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let to = || Recipients::Clients(vec![a.clone()]);
    store.commit(&[change("one", true)?], &[mail(to(), b"1")?, mail(to(), b"2")?], 5).await?;
    store.commit(&[change("one", false)?], &[mail(to(), b"3")?], 5).await?;
    let all = store.mailbox(ONE, 0, 100, 1_000).await?;
    assert_eq!(
        all.iter().map(|item| item.body.clone()).collect::<Vec<_>>(),
        vec![b"1".to_vec(), b"2".to_vec(), b"3".to_vec()]
    );
    assert!(all.is_sorted_by(|one, next| one.seq < next.seq));
    let seen = all.first().map(|item| item.seq).unwrap_or_default();
    assert_eq!(store.mailbox(ONE, seen, 100, 1_000).await?.len(), 2);
    assert_eq!(store.mailbox(ONE, u64::MAX, 100, 1_000).await?.len(), 0);
    Ok(())
}

/// Others keep theirs.
pub async fn acknowledged_mail_is_gone_and_its_seq_never_comes_back<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let b = with_pseudonym(&store, 2, 2).await?.address;
    let both = || Recipients::Clients(vec![a.clone(), b.clone()]);
    store.commit(&[change("one", true)?], &[mail(both(), b"1")?], 5).await?;
    let newest = store.newest(ONE).await?;
    store.acknowledge(ONE, newest).await?;
    assert_eq!(store.newest(ONE).await?, 0);
    assert_eq!(bodies(&store, ONE).await?, Vec::<Vec<u8>>::new());
    assert_eq!(bodies(&store, TWO).await?, vec![b"1".to_vec()]);
    store.acknowledge(TWO, u64::MAX).await?;
    store.acknowledge(TWO, u64::MAX).await?;
    store.commit(&[change("one", false)?], &[mail(both(), b"2")?], 5).await?;
    assert!(store.newest(ONE).await? > newest);
    assert_eq!(bodies(&store, TWO).await?, vec![b"2".to_vec()]);
    Ok(())
}

/// By number and by size.
pub async fn a_page_of_mail_is_bounded_but_never_empty<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let to = || Recipients::Clients(vec![a.clone()]);
    let sent = [mail(to(), &[1; 50])?, mail(to(), &[2; 50])?, mail(to(), &[3; 50])?];
    store.commit(&[change("one", true)?], &sent, 5).await?;
    assert_eq!(store.mailbox(ONE, 0, 2, 1_000).await?.len(), 2);
    assert_eq!(store.mailbox(ONE, 0, 100, 10).await?.len(), 1);
    assert_eq!(store.mailbox(ONE, 0, 100, 60).await?.len(), 2);
    Ok(())
}

/// To the address it was registered for, until its end.
pub async fn a_welcome_follows_its_package<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    let package = |n: u8, not_after| PackageRef { reference: vec![n; 32], address: a.clone(), not_after };
    store.register_packages(ONE, &[package(1, 10), package(2, 10), package(3, 4)]).await?;
    let welcome = mail(Recipients::Packages(vec![vec![2; 32], vec![1; 32], vec![9; 32]]), b"welcome")?;
    let late = mail(Recipients::Packages(vec![vec![3; 32]]), b"late")?;
    store.commit(&[change("one", true)?], &[welcome, late], 5_000).await?;
    let items = store.mailbox(ONE, 0, 100, 1_000).await?;
    assert_eq!(
        items.iter().map(|item| (item.body.clone(), item.to.clone())).collect::<Vec<_>>(),
        vec![(b"welcome".to_vec(), a)]
    );
    Ok(())
}

const QUOTA: ConsentQuota = ConsentQuota { provider_a_day: 2, user_a_week: 1, waiting: 3 };

fn said(kind: ConsentKind, scope: u8, person: &UserUri, by: &str, at: u64) -> Result<ConsentSaid, StoreError> {
    Ok(ConsentSaid { kind, scope: [scope; 32], person: person.clone(), by: uri(by)?, at })
}

/// And once; what stands and is asked again is not asked anew.
pub async fn consent_is_cancelled_only_after_it_was_asked<S: Store>(store: S) -> Verdict {
    let knocker = with_pseudonym(&store, 1, 1).await?;
    let (asked, granted) = (ConsentKind::Asked, ConsentKind::Granted);
    let word = |text: &[u8]| mail(Recipients::User(knocker.user.clone()), text);
    let (question, outcome) = (word(b"please")?, word(b"no")?);
    assert!(store.end_consent(asked, [1; 32], Some(&outcome), 5).await?.is_empty());
    let first = said(asked, 1, &knocker.user, "mimi://b.example/u/bob", 5)?;
    assert_eq!(store.say_consent(&first, &QUOTA, Some(&question)).await?.len(), 1);
    assert!(store.say_consent(&ConsentSaid { at: 6, ..first }, &QUOTA, Some(&question)).await?.is_empty());
    assert!(store.end_consent(asked, [2; 32], Some(&outcome), 7).await?.is_empty());
    assert!(store.end_consent(granted, [1; 32], Some(&outcome), 7).await?.is_empty());
    assert_eq!(store.end_consent(asked, [1; 32], Some(&outcome), 7).await?.len(), 1);
    assert!(store.end_consent(asked, [1; 32], Some(&outcome), 8).await?.is_empty());
    let items = store.mailbox(ONE, 0, 100, 1_000).await?;
    assert_eq!(items.iter().map(|item| item.body.as_slice()).collect::<Vec<_>>(), [&b"please"[..], b"no"]);
    assert!(items.iter().all(|item| item.to == knocker.address));
    // Nobody is told of what is only remembered.
    let second = said(asked, 3, &knocker.user, "mimi://c.example/u/carl", 9)?;
    assert!(store.say_consent(&second, &QUOTA, None).await?.is_empty());
    assert_eq!(store.end_consent(asked, [3; 32], Some(&outcome), 9).await?.len(), 1);
    Ok(())
}

/// Of a provider, of a user, and in all; to somebody who is here.
pub async fn what_is_said_of_consent_has_quotas<S: Store>(store: S) -> Verdict {
    let (day, week) = (ConsentQuota::DAY, ConsentQuota::WEEK);
    let alice = with_pseudonym(&store, 1, 1).await?.user;
    let other = with_pseudonym(&store, 2, 2).await?.user;
    let nobody: UserUri = uri("mimi://a.example/u/nobody")?;
    let asked = ConsentKind::Asked;
    let heard = async |kind, scope, person: &UserUri, by: &str, at| -> Result<bool, StoreError> {
        let word = mail(Recipients::User(person.clone()), &[scope])?;
        let wakes = store.say_consent(&said(kind, scope, person, by, at)?, &QUOTA, Some(&word)).await?;
        Ok(!wakes.is_empty())
    };
    let start = 10 * week;
    assert!(!heard(asked, 1, &nobody, "mimi://b.example/u/bob", start).await?);
    assert!(heard(asked, 2, &alice, "mimi://b.example/u/bob", start).await?);
    assert!(!heard(asked, 3, &alice, "mimi://b.example/u/bob", start + 1).await?, "once a week");
    assert!(heard(asked, 4, &alice, "mimi://b.example/u/bill", start + 1).await?);
    assert!(!heard(asked, 5, &alice, "mimi://b.example/u/ben", start + 2).await?, "twice a day");
    assert!(heard(asked, 6, &other, "mimi://b.example/u/bob", start + 2).await?, "to somebody else");
    assert!(heard(ConsentKind::Granted, 2, &alice, "mimi://b.example/u/bob", start + 2).await?, "something else");
    // What was taken back counts all the same.
    store.end_consent(asked, [2; 32], None, start + 3).await?;
    assert!(!heard(asked, 7, &alice, "mimi://b.example/u/bob", start + day).await?);
    assert!(!heard(asked, 2, &alice, "mimi://b.example/u/bob", start + day).await?);
    assert!(heard(asked, 2, &alice, "mimi://b.example/u/bob", start + week).await?, "and again, the same");
    assert!(heard(asked, 8, &alice, "mimi://c.example/u/carl", start + week).await?);
    assert!(!heard(asked, 9, &alice, "mimi://d.example/u/dan", start + week).await?, "three stand");
    store.end_consent(asked, [4; 32], None, start + week).await?;
    assert!(heard(asked, 9, &alice, "mimi://d.example/u/dan", start + week).await?);
    Ok(())
}

/// Sessions and packages by their own ends, mail and logs by age.
pub async fn the_broom_takes_only_what_is_over<S: Store>(store: S) -> Verdict {
    let a = with_pseudonym(&store, 1, 1).await?.address;
    store.open_session([1; 32], ONE, 9_000).await?;
    store.open_session([2; 32], ONE, 11_000).await?;
    let package = |n: u8, not_after| PackageRef { reference: vec![n; 32], address: a.clone(), not_after };
    store.register_packages(ONE, &[package(1, 9), package(2, 11)]).await?;
    let to = || Recipients::Clients(vec![a.clone()]);
    store.commit(&[change("one", true)?], &[mail(to(), b"old")?], 1_000).await?;
    store.commit(&[change("one", false)?], &[mail(to(), b"new")?], 8_000).await?;
    let pruned = store.prune(10_000, 5_000).await?;
    assert_eq!((pruned.sessions, pruned.packages, pruned.mail, pruned.log), (1, 1, 1, 0));
    assert_eq!(bodies(&store, ONE).await?, vec![b"new".to_vec()]);
    assert!(store.session([2; 32], 10_000).await?.is_some());
    Ok(())
}
