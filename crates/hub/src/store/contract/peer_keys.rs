//! Rules of [`PeerKeys`](crate::store::PeerKeys).

use doorstep_wire::ProviderDomain;

use super::{Verdict, uri};
use crate::store::{PinnedKeys, Store};

/// Since when they are these stays.
pub async fn keys_that_stay_are_only_seen_again<S: Store>(store: S) -> Verdict {
    let provider: ProviderDomain = uri("b.example")?;
    let mut pinned =
        PinnedKeys { provider: provider.clone(), which: 1, set: b"one".to_vec(), since: 10, seen: 10, former: None };
    assert_eq!(store.pin_keys(&provider, 1, b"one", 10).await?, pinned);
    pinned.seen = 20;
    assert_eq!(store.pin_keys(&provider, 1, b"one", 20).await?, pinned);
    assert_eq!(store.pinned_keys().await?, vec![pinned]);
    Ok(())
}

/// The last one before, also after the new ones were seen again.
pub async fn keys_that_change_leave_the_former<S: Store>(store: S) -> Verdict {
    let provider: ProviderDomain = uri("b.example")?;
    store.pin_keys(&provider, 1, b"one", 10).await?;
    let mut pinned = PinnedKeys {
        provider: provider.clone(),
        which: 1,
        set: b"two".to_vec(),
        since: 20,
        seen: 20,
        former: Some(b"one".to_vec()),
    };
    assert_eq!(store.pin_keys(&provider, 1, b"two", 20).await?, pinned);
    pinned.seen = 30;
    assert_eq!(store.pin_keys(&provider, 1, b"two", 30).await?, pinned);
    // Back again is a change too.
    pinned = PinnedKeys { set: b"one".to_vec(), since: 40, seen: 40, former: Some(b"two".to_vec()), ..pinned };
    assert_eq!(store.pin_keys(&provider, 1, b"one", 40).await?, pinned);
    assert_eq!(store.pinned_keys().await?, vec![pinned]);
    Ok(())
}

/// By provider and by number.
pub async fn sets_of_keys_are_kept_apart<S: Store>(store: S) -> Verdict {
    let (b, c): (ProviderDomain, ProviderDomain) = (uri("b.example")?, uri("c.example")?);
    store.pin_keys(&c, 1, b"c1", 10).await?;
    store.pin_keys(&b, 2, b"b2", 10).await?;
    store.pin_keys(&b, 1, b"b1", 10).await?;
    let all = store.pinned_keys().await?;
    assert_eq!(
        all.into_iter().map(|keys| (keys.provider, keys.which, keys.set, keys.former)).collect::<Vec<_>>(),
        vec![(b.clone(), 1, b"b1".to_vec(), None), (b, 2, b"b2".to_vec(), None), (c, 1, b"c1".to_vec(), None)]
    );
    Ok(())
}
