//! Rules of [`Pseudonyms`](crate::store::Pseudonyms).

use super::{Verdict, guest, pseudonym, with_pseudonym};
use crate::store::{ClientId, Issuance, PackageRef, Store};

/// A lost answer is asked for again, and costs nothing.
pub async fn a_repeated_issue_gets_the_first_token<S: Store>(store: S) -> Verdict {
    store.register(&guest(1)).await?;
    let mut new = pseudonym(1, 1)?;
    new.daily_limit = 1;
    assert_eq!(store.issue(&new).await?, Issuance::Issued);
    new.token = b"later".to_vec();
    assert_eq!(store.issue(&new).await?, Issuance::Repeated(vec![1, 1]));
    Ok(())
}

/// Not to whoever asks next.
pub async fn a_pseudonym_belongs_to_the_client_it_was_issued_to<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    store.register(&guest(2)).await?;
    let mut stolen = mine.clone();
    stolen.client = ClientId([2; 16]);
    assert_eq!(store.issue(&stolen).await?, Issuance::Taken);
    // The same user with another client part is still mine.
    stolen.address = pseudonym(2, 1)?.address;
    assert_eq!(store.issue(&stolen).await?, Issuance::Taken);
    let mut other_key = mine.clone();
    other_key.request = [9; 32];
    assert_eq!(store.issue(&other_key).await?, Issuance::Taken);
    assert_eq!(store.owner(&mine.user).await?, Some(ClientId([1; 16])));
    assert_eq!(store.users_of(ClientId([1; 16])).await?, vec![mine.user.clone()]);
    assert_eq!(store.users_of(ClientId([2; 16])).await?, Vec::new());
    assert_eq!(store.address_of(ClientId([1; 16]), &mine.user).await?, Some(mine.address.clone()));
    assert_eq!(store.address_of(ClientId([2; 16]), &mine.user).await?, None);
    Ok(())
}

/// Refused issues are not counted.
pub async fn the_daily_limit_counts_per_client_and_day<S: Store>(store: S) -> Verdict {
    for n in [1, 2] {
        store.register(&guest(n)).await?;
    }
    let limited = |n, p, day| -> Result<_, crate::store::StoreError> {
        let mut new = pseudonym(n, p)?;
        (new.daily_limit, new.day) = (2, day);
        Ok(new)
    };
    assert_eq!(store.issue(&limited(1, 1, 1)?).await?, Issuance::Issued);
    assert!(store.count_issue(ClientId([1; 16]), 1, 2).await?);
    assert_eq!(store.issue(&limited(1, 2, 1)?).await?, Issuance::TooMany);
    assert!(!store.count_issue(ClientId([1; 16]), 1, 2).await?);
    assert!(!store.count_issue(ClientId([1; 16]), 9, 0).await?);
    assert_eq!(store.owner(&pseudonym(1, 2)?.user).await?, None);
    assert_eq!(store.issue(&limited(1, 2, 2)?).await?, Issuance::Issued);
    assert_eq!(store.issue(&limited(2, 3, 1)?).await?, Issuance::Issued);
    Ok(())
}

/// A renewal is for the one who has the pseudonym.
pub async fn a_leaf_key_is_shown_to_its_client_only<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    store.register(&guest(2)).await?;
    assert_eq!(store.leaf_key(ClientId([1; 16]), &mine.address).await?, Some([1; 32]));
    assert_eq!(store.leaf_key(ClientId([2; 16]), &mine.address).await?, None);
    assert_eq!(store.leaf_key(ClientId([1; 16]), &pseudonym(1, 2)?.address).await?, None);
    Ok(())
}

/// Nobody diverts a Welcome.
pub async fn a_package_reference_stays_where_it_was_registered<S: Store>(store: S) -> Verdict {
    let mine = with_pseudonym(&store, 1, 1).await?;
    let other = with_pseudonym(&store, 2, 2).await?;
    let package = PackageRef { reference: vec![5; 32], address: mine.address.clone(), not_after: 10 };
    assert!(store.register_packages(ClientId([1; 16]), core::slice::from_ref(&package)).await?);
    assert!(store.register_packages(ClientId([1; 16]), core::slice::from_ref(&package)).await?);
    let thief = PackageRef { address: other.address, ..package.clone() };
    assert!(!store.register_packages(ClientId([2; 16]), &[thief]).await?);
    // Nor registers one for somebody else's address.
    let foreign = PackageRef { reference: vec![6; 32], ..package };
    assert!(!store.register_packages(ClientId([2; 16]), &[foreign]).await?);
    Ok(())
}
