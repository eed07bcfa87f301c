//! What is of another suite is refused for that reason, and changes nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod world;

use doorstep_hub::RoomsOutcome;
use doorstep_hub::key_material::{OfferRefused, judge_offer};
use doorstep_membership::list_update;
use doorstep_mls::{OutgoingCommit, Plan};
use doorstep_policy::preset;
use doorstep_testkit::strangers::{self, SUITES, Stranger};
use doorstep_testkit::{now, people::*, rooms::*};
use doorstep_wire::{Epoch, Refusal, ext::kp_usage::KpUsage, room::UserRolePair};
use world::*;

fn outgoing(made: strangers::Outgoing) -> OutgoingCommit {
    let strangers::Outgoing { commit, welcome, group_info } = made;
    OutgoingCommit { epoch: Epoch(0), commit, welcome, group_info }
}

#[test]
fn an_external_commit_of_another_suite() {
    let (mut world, alice) = World::open_room(false);
    for suite in SUITES {
        let group = Stranger::new(suite).found(alice.member.group_id());
        let commit = outgoing(group.enter(&Stranger::new(suite)));
        assert_eq!(world.update(&club(), &bundle(&commit)).reason, Some(Refusal::CipherSuite), "{suite:?}");
    }
    world.come_in(&club(), Person::new(2));
}

#[test]
fn a_group_info_of_another_suite_beside_a_commit() {
    let (mut world, mut alice) = World::open_room(false);
    let good = alice.commit(Plan { path: true, ..Plan::default() }).unwrap();
    for suite in SUITES {
        let group_info = Stranger::new(suite).found(alice.member.group_id()).group_info();
        let commit = OutgoingCommit { group_info, ..good.clone() };
        assert_eq!(world.update(&club(), &bundle(&commit)).reason, Some(Refusal::CipherSuite), "{suite:?}");
    }
    world.commit(&club(), &good);
}

#[test]
fn a_welcome_of_another_suite_beside_a_commit() {
    let (mut world, mut alice, _) = World::knock_room(false, 10);
    let cathy = Person::new(3);
    let added = UserRolePair { user: cathy.user(), role_index: preset::MEMBER };
    let update = list_update(&alice.state.add_update(vec![added])).unwrap();
    let package = cathy.package(&KpUsage::RoomBound(club()), &doorstep_credential::Audience::KeyPackage);
    let good = alice.commit(Plan { adds: vec![package], updates: vec![update], ..Plan::default() }).unwrap();
    for suite in SUITES {
        let theirs = Stranger::new(suite).found(alice.member.group_id()).add(&Stranger::new(suite));
        // The same for the same people, if its first two bytes were believed to say nothing.
        let mut ours = good.welcome.clone().unwrap();
        ours[..2].copy_from_slice(&u16::from(suite).to_be_bytes());
        for welcome in [theirs.welcome, Some(ours)] {
            let commit = OutgoingCommit { welcome, ..good.clone() };
            assert_eq!(world.update(&club(), &bundle(&commit)).reason, Some(Refusal::CipherSuite), "{suite:?}");
        }
    }
    world.commit(&club(), &good);
}

#[test]
fn a_room_whose_group_is_of_another_suite() {
    let world = World::new(false);
    for suite in SUITES {
        let group = Stranger::new(suite).found(b"mimi://a.example/g/5f0c8a3e-0000-4000-8000-000000000001");
        let (club, tree) = (club(), group.tree());
        let dictionary = preset::open(&input(club.clone(), &Person::new(1))).unwrap();
        let (_, mut hall) = found(Person::new(1), 1, dictionary, false);
        hall.group_info = group.group_info();
        let asked = [request(&club, &hall, &tree)];
        let outcome = world.hub.create_rooms(&asked, [1; 32], &caller(), &keys(), world.now, [1; 32]).unwrap();
        assert!(matches!(outcome, RoomsOutcome::Refused(Refusal::CipherSuite)), "{suite:?}: {outcome:?}");
    }
}

#[test]
fn a_key_package_of_another_suite_is_not_taken_to_be_given_out() {
    for suite in SUITES {
        let package = Stranger::new(suite).key_package();
        let refused = judge_offer(package, &Person::new(1).client(), &keys(), now());
        assert_eq!(refused.unwrap_err(), OfferRefused::Invalid, "{suite:?}");
    }
}
