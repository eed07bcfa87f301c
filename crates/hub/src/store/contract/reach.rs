//! Rules of [`Reach`](crate::store::Reach).

use doorstep_wire::{RoomUri, UserUri};

use super::{Verdict, account, guest, uri};
use crate::store::{ClientId, Consent, Store};

/// For a room or for any, by one target to one requester.
pub async fn consent_has_a_scope<S: Store>(store: S) -> Verdict {
    let alice: UserUri = uri("mimi://a.example/u/alice")?;
    let (bob, eve): (UserUri, UserUri) = (uri("mimi://b.example/u/bob")?, uri("mimi://b.example/u/eve")?);
    let (one, two): (RoomUri, RoomUri) = (uri("mimi://b.example/r/one")?, uri("mimi://b.example/r/two")?);
    assert_eq!(store.consent(&bob, &alice, Some(&one)).await?, Consent::None);
    store.give_consent(&bob, &alice, Some(&one), 1).await?;
    store.give_consent(&bob, &alice, Some(&one), 2).await?;
    assert_eq!(store.consent(&bob, &alice, Some(&one)).await?, Consent::Given);
    assert_eq!(store.consent(&bob, &alice, Some(&two)).await?, Consent::OtherRoom);
    assert_eq!(store.consent(&bob, &alice, None).await?, Consent::OtherRoom);
    assert_eq!(store.consent(&eve, &alice, Some(&one)).await?, Consent::None);
    assert_eq!(store.consent(&alice, &bob, Some(&one)).await?, Consent::None);
    store.give_consent(&bob, &alice, None, 3).await?;
    assert_eq!(store.consent(&bob, &alice, Some(&two)).await?, Consent::Given);
    assert_eq!(store.consent(&bob, &alice, None).await?, Consent::Given);
    store.take_consent_back(&bob, &alice, Some(&one)).await?;
    assert_eq!(store.consent(&bob, &alice, Some(&one)).await?, Consent::Given, "any room");
    store.give_consent(&bob, &alice, Some(&one), 4).await?;
    store.take_consent_back(&eve, &alice, None).await?;
    store.take_consent_back(&bob, &alice, None).await?;
    assert_eq!(store.consent(&bob, &alice, Some(&one)).await?, Consent::None);
    Ok(())
}

/// By the whole handle, unless it is not to be.
pub async fn an_account_is_found_until_it_hides<S: Store>(store: S) -> Verdict {
    store.register(&account(1, "alice")).await?;
    store.register(&guest(2)).await?;
    assert!(store.is_found("alice").await?);
    for other in ["alic", "alice2", "Alice", "", "%"] {
        assert!(!store.is_found(other).await?, "{other}");
    }
    store.set_findable(ClientId([1; 16]), false).await?;
    store.set_findable(ClientId([2; 16]), true).await?;
    assert!(!store.is_found("alice").await?);
    store.set_findable(ClientId([1; 16]), true).await?;
    assert!(store.is_found("alice").await?);
    Ok(())
}
