//! Rules of [`Packages`](crate::store::Packages).

use core::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use doorstep_wire::ClientUri;

use super::rooms::change;
use super::{Verdict, pseudonym, uri, with_pseudonym};
use crate::store::{Claim, ClientId, Mail, Offer, PackageRef, PackagesLeft, Pool, Recipients, Store};

const ONE: ClientId = ClientId([1; 16]);
const TWO: ClientId = ClientId([2; 16]);

fn offer(n: u8, pool: Pool, not_after: u64) -> Offer {
    Offer { reference: vec![n; 32], package: vec![n, n], not_after, pool, last_resort: false }
}

fn claim(client: &ClientUri, package: Option<u8>) -> Claim {
    Claim { client: client.clone(), package: package.map(|n| vec![n, n]) }
}

/// In which order they end, and none twice.
pub async fn a_package_is_given_out_once<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    let offers = [offer(1, Pool::Any, 30), offer(2, Pool::Any, 20), offer(3, Pool::ConnectionOnly, 10)];
    assert!(store.offer_packages(ONE, &mine.address, &offers).await?);
    assert_eq!(store.packages_left(&mine.address, 0).await?, PackagesLeft { any: 2, connection_only: 1 });
    for expected in [Some(2), Some(1), None, None] {
        let claims = store.claim_packages(&mine.user, Pool::Any, 0).await?;
        assert_eq!(claims, [claim(&mine.address, expected)]);
    }
    // What was given out and is offered again is not given out again.
    assert!(store.offer_packages(ONE, &mine.address, &offers).await?);
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 0).await?, [claim(&mine.address, None)]);
    assert_eq!(store.packages_left(&mine.address, 0).await?, PackagesLeft { any: 0, connection_only: 1 });
    Ok(())
}

/// One of each, whatever the others have left.
pub async fn every_client_of_a_user_is_claimed_for<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    let mut second = mine.clone();
    second.address =
        uri("mimi://a.example/d/p/1b4e28ba-2fa1-4d1e-883f-000000000001/00000000-0000-4000-8000-0000000000ff")?;
    second.request = [9; 32];
    store.issue(&second).await?;
    let other = with_pseudonym(&store, 2, 2).await?;
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 0).await?, []);
    store.offer_packages(ONE, &mine.address, &[offer(1, Pool::Any, 10), offer(2, Pool::Any, 20)]).await?;
    store.offer_packages(ONE, &second.address, &[offer(3, Pool::Any, 10)]).await?;
    store.offer_packages(TWO, &other.address, &[offer(4, Pool::Any, 10)]).await?;
    let first = store.claim_packages(&mine.user, Pool::Any, 0).await?;
    assert_eq!(first, [claim(&mine.address, Some(1)), claim(&second.address, Some(3))]);
    let next = store.claim_packages(&mine.user, Pool::Any, 0).await?;
    assert_eq!(next, [claim(&mine.address, Some(2)), claim(&second.address, None)]);
    // Nobody offered anything for first connections.
    assert_eq!(store.claim_packages(&mine.user, Pool::ConnectionOnly, 0).await?, []);
    Ok(())
}

/// After everything else, and more than once.
pub async fn a_last_resort_stays<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    let last = Offer { last_resort: true, ..offer(1, Pool::ConnectionOnly, 5) };
    store.offer_packages(ONE, &mine.address, &[last, offer(2, Pool::ConnectionOnly, 10)]).await?;
    assert_eq!(store.packages_left(&mine.address, 0).await?, PackagesLeft { any: 0, connection_only: 1 });
    for expected in [2, 1, 1] {
        let claims = store.claim_packages(&mine.user, Pool::ConnectionOnly, 0).await?;
        assert_eq!(claims, [claim(&mine.address, Some(expected))]);
    }
    Ok(())
}

/// It would be refused where it is for.
pub async fn what_ends_too_soon_is_not_given_out<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    store.offer_packages(ONE, &mine.address, &[offer(1, Pool::Any, 10), offer(2, Pool::Any, 20)]).await?;
    assert_eq!(store.packages_left(&mine.address, 11).await?.any, 1);
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 11).await?, [claim(&mine.address, Some(2))]);
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 11).await?, [claim(&mine.address, None)]);
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 10).await?, [claim(&mine.address, Some(1))]);
    Ok(())
}

/// Nobody offers for another, nor what is on its way already.
pub async fn a_package_is_offered_by_its_owner_alone<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    let other = with_pseudonym(&store, 2, 2).await?;
    assert!(!store.offer_packages(TWO, &mine.address, &[offer(1, Pool::Any, 10)]).await?);
    assert!(!store.offer_packages(ONE, &pseudonym(1, 9)?.address, &[offer(1, Pool::Any, 10)]).await?);
    assert!(store.offer_packages(ONE, &mine.address, &[offer(1, Pool::Any, 10)]).await?);
    assert!(!store.offer_packages(TWO, &other.address, &[offer(2, Pool::Any, 10), offer(1, Pool::Any, 10)]).await?);
    assert_eq!(store.claim_packages(&other.user, Pool::Any, 0).await?, [], "all or nothing");
    let handed_out = PackageRef { reference: vec![5; 32], address: mine.address.clone(), not_after: 10 };
    store.register_packages(ONE, &[handed_out]).await?;
    assert!(!store.offer_packages(ONE, &mine.address, &[offer(5, Pool::Any, 10)]).await?);
    Ok(())
}

/// To whoever offered it, also after it was given out; until its end, when all of it is forgotten.
pub async fn a_welcome_follows_an_offer<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    store.offer_packages(ONE, &mine.address, &[offer(1, Pool::Any, 10)]).await?;
    store.claim_packages(&mine.user, Pool::Any, 0).await?;
    let welcome = Mail {
        kind: 1,
        room: uri("mimi://a.example/r/one")?,
        to: Recipients::Packages(vec![vec![1; 32]]),
        body: b"welcome"[..].into(),
    };
    store.commit(&[change("one", true)?], core::slice::from_ref(&welcome), 5_000).await?;
    assert_eq!(store.mailbox(ONE, 0, 10, 1_000).await?.len(), 1);
    store.prune(10_000, 0).await?;
    assert_eq!(store.claim_packages(&mine.user, Pool::Any, 0).await?, [], "as if it never had been");
    Ok(())
}

/// However many ask at the same time.
pub async fn two_at_once_get_different_packages<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    store.offer_packages(ONE, &mine.address, &[offer(1, Pool::Any, 10), offer(2, Pool::Any, 20)]).await?;
    let claim = || store.claim_packages(&mine.user, Pool::Any, 0);
    let (mut one, mut other) = (pin!(claim()), pin!(claim()));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        for (asked, answer) in [(one.as_mut(), &mut first), (other.as_mut(), &mut second)] {
            if answer.is_none()
                && let Poll::Ready(claims) = asked.poll(context)
            {
                *answer = Some(claims);
            }
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let mut got = Vec::new();
    for claims in first.into_iter().chain(second) {
        got.extend(claims?.into_iter().map(|claim| claim.package));
    }
    got.sort();
    assert_eq!(got, [Some(vec![1, 1]), Some(vec![2, 2])]);
    Ok(())
}
