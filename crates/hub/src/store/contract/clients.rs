//! Rules of [`Clients`](crate::store::Clients) and [`Secrets`](crate::store::Secrets).

use super::{Verdict, account, guest};
use crate::store::{ClientId, Registration, Store};

/// A lost answer is asked for again.
pub async fn registration_is_idempotent_for_the_same_key<S: Store>(store: S) -> Verdict {
    assert_eq!(store.register(&account(1, "alice")).await?, Registration::Made);
    assert_eq!(store.register(&account(1, "alice")).await?, Registration::Known);
    assert_eq!(store.register(&guest(1)).await?, Registration::Known);
    assert_eq!(store.client(ClientId([1; 16])).await?, Some(account(1, "alice").client));
    assert_eq!(store.client(ClientId([2; 16])).await?, None);
    Ok(())
}

/// Whoever knows somebody's client id cannot take it over.
pub async fn a_client_id_belongs_to_the_first_key<S: Store>(store: S) -> Verdict {
    store.register(&guest(1)).await?;
    let mut thief = account(1, "mallory");
    thief.client.key = [9; 32];
    assert_eq!(store.register(&thief).await?, Registration::ClientTaken);
    assert_eq!(store.client(ClientId([1; 16])).await?, Some(guest(1).client));
    Ok(())
}

/// Handles are unique.
pub async fn a_handle_belongs_to_the_first_client<S: Store>(store: S) -> Verdict {
    store.register(&account(1, "alice")).await?;
    assert_eq!(store.register(&account(2, "alice")).await?, Registration::HandleTaken);
    assert_eq!(store.client(ClientId([2; 16])).await?, None);
    Ok(())
}

/// And keeps that handle.
pub async fn a_guest_becomes_an_account_once<S: Store>(store: S) -> Verdict {
    store.register(&guest(1)).await?;
    assert_eq!(store.register(&account(1, "alice")).await?, Registration::Made);
    assert_eq!(store.register(&account(1, "bob")).await?, Registration::ClientTaken);
    assert_eq!(store.client(ClientId([1; 16])).await?, Some(account(1, "alice").client));
    Ok(())
}

/// Nobody is signed in for ever.
pub async fn a_session_ends<S: Store>(store: S) -> Verdict {
    store.register(&guest(1)).await?;
    store.open_session([7; 32], ClientId([1; 16]), 100).await?;
    assert_eq!(store.session([7; 32], 99).await?, Some(guest(1).client));
    assert_eq!(store.session([7; 32], 100).await?, None);
    assert_eq!(store.session([8; 32], 99).await?, None);
    Ok(())
}

/// A session needs a client.
pub async fn a_session_of_nobody_is_not_opened<S: Store>(store: S) -> Verdict {
    store.open_session([7; 32], ClientId([1; 16]), 100).await?;
    assert_eq!(store.session([7; 32], 1).await?, None);
    Ok(())
}

/// The provider's keys must not change under it.
pub async fn a_secret_is_made_once<S: Store>(store: S) -> Verdict {
    assert_eq!(store.secret("issuer", b"one").await?, b"one");
    assert_eq!(store.secret("issuer", b"two").await?, b"one");
    assert_eq!(store.secret("hub", b"two").await?, b"two");
    store.ping().await
}
