//! Rules of [`Reach`](crate::store::Reach).

use doorstep_wire::{RoomUri, UserUri};

use super::{Verdict, account, guest, uri};
use crate::identifier_query::name_key;
use crate::store::{ClientId, Consent, Contact, Reception, Store};

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

/// By the whole handle, or by the name too, or not at all.
pub async fn an_account_is_found_as_it_wants<S: Store>(store: S) -> Verdict {
    let mut alice = account(1, "alice");
    alice.client.display_name = Some(" Álice Ö. ".to_owned());
    store.register(&alice).await?;
    let mut other = account(3, "alice3");
    other.client.display_name = Some("álice ö.".to_owned());
    store.register(&other).await?;
    store.register(&guest(2)).await?;
    let find = |find| Contact { find, ..Contact::default() };
    assert!(store.is_found("alice").await?);
    for other in ["alic", "alice2", "Alice", "", "%"] {
        assert!(!store.is_found(other).await?, "{other}");
    }
    let key = name_key("ÁLICE ö.");
    assert_eq!(store.named(&key, 10).await?, Vec::<String>::new());
    store.set_contact(ClientId([1; 16]), &find(0)).await?;
    assert!(!store.is_found("alice").await?);
    store.set_contact(ClientId([1; 16]), &find(2)).await?;
    store.set_contact(ClientId([2; 16]), &find(2)).await?;
    assert!(store.is_found("alice").await?);
    assert_eq!(store.named(&key, 10).await?, vec!["alice".to_owned()]);
    for other in ["", "álice", "álice ö", "%"] {
        assert_eq!(store.named(&name_key(other), 10).await?, Vec::<String>::new(), "{other}");
    }
    store.set_contact(ClientId([3; 16]), &find(2)).await?;
    assert_eq!(store.named(&key, 10).await?, vec!["alice".to_owned(), "alice3".to_owned()]);
    assert_eq!(store.named(&key, 1).await?.len(), 1);
    store.set_contact(ClientId([1; 16]), &find(1)).await?;
    assert_eq!(store.named(&key, 10).await?, vec!["alice3".to_owned()]);
    Ok(())
}

/// Somebody, or a whole provider, and nobody else's account.
pub async fn an_account_says_who_may_ask<S: Store>(store: S) -> Verdict {
    store.register(&account(1, "alice")).await?;
    store.register(&account(2, "bob")).await?;
    store.register(&guest(3)).await?;
    let (eve, dan): (UserUri, UserUri) = (uri("mimi://c.example/u/eve")?, uri("mimi://d.example/u/dan")?);
    let fred: UserUri = uri("mimi://c.example/u/fred")?;
    let from_the_beginning = Reception { ask: 1, blocked: false };
    for handle in ["alice", "nobody"] {
        assert_eq!(store.reception(handle, &eve).await?, from_the_beginning, "{handle}");
    }
    let blocked = vec![uri("mimi://c.example/u/eve")?, uri("mimi://d.example")?];
    let contact = Contact { find: 1, ask: 2, blocked };
    for client in [1, 3] {
        store.set_contact(ClientId([client; 16]), &contact).await?;
    }
    assert_eq!(store.contact(ClientId([1; 16])).await?, contact);
    for nobody in [2, 3, 9] {
        assert_eq!(store.contact(ClientId([nobody; 16])).await?, Contact::default(), "{nobody}");
    }
    for (by, blocked) in [(&eve, true), (&dan, true), (&fred, false)] {
        assert_eq!(store.reception("alice", by).await?, Reception { ask: 2, blocked }, "{by}");
        assert_eq!(store.reception("bob", by).await?, from_the_beginning, "{by}");
    }
    store.set_contact(ClientId([1; 16]), &Contact { ask: 0, ..Contact::default() }).await?;
    assert_eq!(store.reception("alice", &eve).await?, Reception { ask: 0, blocked: false });
    Ok(())
}
