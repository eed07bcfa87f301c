//! What is of another suite is refused for that reason, at the hub and by members, and leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use doorstep_mls::{
    CommitError, GroupInfoError, JoinError, JoinPreview, KeyPackageError, KeyPackageView, Lifespan, ObserveError,
    Observer, ObserverAcceptError, ObserverError, Plan, ProcessError, WelcomeError, WelcomePreview, key_package,
};
use doorstep_testkit::strangers::{SUITES, Stranger};
use doorstep_wire::ext::kp_usage::KpUsage;
use room::*;

#[test]
fn key_packages_of_other_suites() {
    let alice = Person::new("alice");
    let (mut member, _) = create(&alice);
    for suite in SUITES {
        let package = Stranger::new(suite).key_package();
        assert_eq!(KeyPackageView::decode(&package), Err(KeyPackageError::Suite), "{suite:?}");
        let plan = Plan { adds: vec![package], ..Plan::default() };
        let before = member.dictionary();
        let refused = member.commit(&alice.mls(), &alice.identity, plan, |view| append(&before, view));
        let Err(CommitError::KeyPackage { index: 0, error }) = &refused else { panic!("{refused:?}") };
        assert_eq!(*error, KeyPackageError::Suite);
        assert!(!member.has_pending_commit());
    }
}

/// What says that it is of our suite and is not stays what it is: something whose signatures do not hold.
#[test]
fn a_key_package_that_only_says_that_it_is_of_ours() {
    for suite in SUITES {
        let mut package = Stranger::new(suite).key_package();
        package[3] = 1;
        assert!(matches!(KeyPackageView::decode(&package), Err(KeyPackageError::Invalid(_))), "{suite:?}");
    }
    let alice = Person::new("alice");
    let ours = key_package(&alice.mls(), &alice.identity, &KpUsage::Any, Lifespan::starting(now())).unwrap().bytes;
    assert!(KeyPackageView::decode(&ours).is_ok());
    for other in [[0, 2, 0, 1], [0, 1, 0, 0], [0, 1, 0xf0, 0xd0]] {
        let mut package = ours.clone();
        package[..4].copy_from_slice(&other);
        assert_eq!(KeyPackageView::decode(&package), Err(KeyPackageError::Suite));
    }
    assert_eq!(KeyPackageView::decode(&ours[..3]), Err(KeyPackageError::Malformed));
}

#[test]
fn welcomes_of_other_suites() {
    let bob = Person::new("bob");
    key_package(&bob.mls(), &bob.identity, &KpUsage::Any, Lifespan::starting(now())).unwrap();
    let rows = bob.journal.len();
    for suite in SUITES {
        let mut group = Stranger::new(suite).found(GROUP);
        let welcome = group.add(&Stranger::new(suite)).welcome.unwrap();
        let refused = WelcomePreview::open(&bob.mls(), &welcome, &group.tree());
        assert!(matches!(refused, Err(WelcomeError::Suite)), "{suite:?}: {refused:?}");
        assert_eq!(bob.journal.len(), rows, "the KeyPackage is not used up");
    }
}

#[test]
fn group_infos_of_other_suites() {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    for suite in SUITES {
        let group = Stranger::new(suite).found(GROUP);
        let (group_info, tree) = (group.group_info(), group.tree());
        let refused = JoinPreview::open(&bob.mls(), &bob.identity, &group_info, &tree, &[]).map(|_| ());
        assert!(matches!(refused, Err(JoinError::Suite)), "{suite:?}: {refused:?}");
        let refused = Observer::create(&hub.mls(), &group_info, &tree);
        assert!(matches!(refused, Err(ObserveError::Suite)), "{suite:?}: {refused:?}");
        assert!(bob.journal.is_empty() && hub.journal.is_empty());
    }
    let (mut member, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let outgoing = commit(&alice, &mut member, Plan { path: true, ..Plan::default() });
    for suite in SUITES {
        let beside = Stranger::new(suite).found(GROUP).group_info();
        let observed = observed_commit(&observer, &hub, &outgoing.commit);
        let refused = observer.accept(&hub.mls(), observed, &Default::default(), &beside);
        assert!(
            matches!(refused, Err(ObserverAcceptError::GroupInfo(GroupInfoError::Suite))),
            "{suite:?}: {refused:?}"
        );
    }
    hub_accepts(&hub, &mut observer, &outgoing);
}

#[test]
fn external_commits_of_other_suites() {
    let (alice, hub) = (Person::new("alice"), Person::new("hub"));
    let (mut member, published) = create(&alice);
    let observer = observe(&hub, &published);
    for suite in SUITES {
        // The same group, as far as a message says which one it is for.
        let commit = Stranger::new(suite).found(GROUP).enter(&Stranger::new(suite)).commit;
        let refused = observer.process(&hub.mls(), &commit);
        assert!(matches!(refused, Err(ObserverError::Suite)), "{suite:?}: {refused:?}");
        let refused = member.process(&alice.mls(), &commit);
        assert!(matches!(refused, Err(ProcessError::Suite)), "{suite:?}: {refused:?}");
    }
    assert_eq!((observer.epoch(), member.epoch()), (doorstep_wire::Epoch(0), doorstep_wire::Epoch(0)));
}
