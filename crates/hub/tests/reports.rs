//! What a hub finds out about a report: what was said here is proven, and nothing else is.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod world;

use doorstep_content::{MimiContent, frame};
use doorstep_hub::{Caller, Doubt, Finding, HubError, JudgedReport};
use doorstep_testkit::{people::*, rooms::*};
use doorstep_wire::{
    Body, Dictionary, RoomUri, UserUri,
    abuse::{AbuseReport, AbuseType, AbusiveMessage},
    submit::SubmitMessageResponse,
};
use world::*;

/// Says it in the room, with the tag that belongs to it; what somebody who heard it can show later.
fn said(world: &mut World, seat: &mut Seat, text: &str) -> AbusiveMessage {
    let (user, salt) = (seat.person.user(), [text.len() as u8; 16]);
    let packed = MimiContent::text(salt, &user, &club(), text).pack(&user, &club());
    let tag = Some(packed.franking_tag);
    let message = seat.member.send(&seat.person.mls(), &seat.identity, &packed.application_data, tag).unwrap();
    let answer = world.submit(&club(), seat, &message);
    let SubmitMessageResponse::Accepted { accepted_timestamp, frank } =
        SubmitMessageResponse::decode(&answer.body).unwrap()
    else {
        panic!("refused")
    };
    AbusiveMessage { message_content: packed.application_data.into(), frank: frank.unwrap(), accepted_timestamp }
}

fn report(accused: &UserUri, messages: &[AbusiveMessage]) -> AbuseReport {
    AbuseReport {
        reporting_user: None,
        alleged_abuser: accused.clone(),
        reason: AbuseType::Reserved,
        note: "look".to_owned(),
        messages: messages.to_vec(),
        extensions: Dictionary::new(),
    }
}

fn judged_by(world: &World, report: &AbuseReport, domain: &str) -> Result<JudgedReport, HubError> {
    let caller = Caller { domain: domain.parse().unwrap(), guest: false };
    world.hub.report_abuse(&world.rooms[&club()].room, &report.encode().unwrap(), &caller, world.now)
}

fn findings(world: &World, accused: &UserUri, messages: &[AbusiveMessage]) -> Vec<Finding> {
    judged_by(world, &report(accused, messages), "a.example").unwrap().findings
}

/// Bob comes into Alice's room.
fn scene() -> (World, Seat, Seat) {
    let (mut world, mut alice) = World::open_room(true);
    let (bob, fanout) = world.come_in(&club(), Person::new(2));
    let heard = &doorstep_wire::notify::FanoutMessage::decode_all(&fanout[0].body).unwrap()[0].message;
    alice.follow(heard.as_bytes()).unwrap();
    (world, alice, bob)
}

#[test]
fn what_was_said_is_proven_with_its_time() {
    let (mut world, mut alice, mut bob) = scene();
    let first = said(&mut world, &mut bob, "first");
    world.now = world.now.plus_seconds(60);
    let second = said(&mut world, &mut bob, "the second");
    let by_alice = said(&mut world, &mut alice, "by somebody else");
    let user = bob.person.user();
    let shown = [second.clone(), by_alice, first.clone(), second.clone()];
    let judged = judged_by(&world, &report(&user, &shown), "a.example").unwrap();
    let id = |message: &AbusiveMessage| {
        MimiContent::unpack(message.message_content.as_slice(), &user, &club()).unwrap().id.0
    };
    assert_eq!(
        judged.findings,
        [
            Finding::Sent { message: id(&second), at: second.accepted_timestamp },
            Finding::NotProven(Doubt::OtherContent),
            Finding::Sent { message: id(&first), at: first.accepted_timestamp },
            Finding::NotProven(Doubt::Repeated),
        ]
    );
    assert_eq!(first.accepted_timestamp.plus_seconds(60), second.accepted_timestamp);
    assert_eq!((judged.proven(), judged.note.as_str(), judged.room), (2, "look", club()));
    assert_eq!((judged.alleged_abuser, judged.at), (user, world.now));
}

#[test]
fn nothing_else_is_proven() {
    let (mut world, _, mut bob) = scene();
    let shown = said(&mut world, &mut bob, "hello");
    let user = bob.person.user();
    let one = |message: AbusiveMessage| findings(&world, &user, &[message]).remove(0);
    assert!(matches!(one(shown.clone()), Finding::Sent { .. }));

    let mut frank = shown.clone();
    frank.frank.server_frank[31] ^= 1;
    assert_eq!(one(frank), Finding::NotProven(Doubt::OtherFrank));
    let mut time = shown.clone();
    time.accepted_timestamp.0 += 1;
    assert_eq!(one(time), Finding::NotProven(Doubt::OtherFrank));
    let mut signature = shown.clone();
    let mut bytes = Vec::from(signature.frank.signature);
    bytes[0] ^= 1;
    signature.frank.signature = bytes.into();
    assert_eq!(one(signature), Finding::NotProven(Doubt::OtherSignature));
    let mut suite = shown.clone();
    suite.frank.cipher_suite = 3;
    assert_eq!(one(suite), Finding::NotProven(Doubt::OtherSignature));

    // Other words, the same frank.
    let other = MimiContent::text([9; 16], &user, &club(), "worse").pack(&user, &club());
    let words = AbusiveMessage { message_content: other.application_data.into(), ..shown.clone() };
    assert_eq!(one(words), Finding::NotProven(Doubt::OtherFrank));
    // The words without their frame: a frank never covers them.
    let content = MimiContent::text([5; 16], &user, &club(), "hello").encode();
    assert_eq!(frame(&content), shown.message_content.as_slice());
    let bare = AbusiveMessage { message_content: content.into(), ..shown.clone() };
    assert_eq!(one(bare), Finding::NotProven(Doubt::OtherContent));
    let rubbish = AbusiveMessage { message_content: b"hello".as_slice().into(), ..shown.clone() };
    assert_eq!(one(rubbish), Finding::NotProven(Doubt::OtherContent));

    let innocent = Person::new(1).user();
    assert_eq!(findings(&world, &innocent, &[shown]), [Finding::NotProven(Doubt::OtherContent)]);
}

#[test]
fn a_message_of_another_room_proves_nothing_here() {
    let (mut world, _, mut bob) = scene();
    let (user, elsewhere) = (bob.person.user(), "mimi://a.example/r/elsewhere".parse::<RoomUri>().unwrap());
    let mut shown = said(&mut world, &mut bob, "hello");
    let other = MimiContent::text([5; 16], &user, &elsewhere, "hello").pack(&user, &elsewhere);
    shown.message_content = other.application_data.into();
    assert_eq!(findings(&world, &user, &[shown]), [Finding::NotProven(Doubt::OtherContent)]);
}

#[test]
fn only_providers_of_the_room_report_and_only_for_their_own() {
    let (mut world, _, mut bob) = scene();
    let shown = said(&mut world, &mut bob, "hello");
    let user = bob.person.user();
    let mut report = report(&user, &[shown]);
    assert_eq!(judged_by(&world, &report, "b.example"), Err(HubError::NotFound));
    report.reporting_user = Some("mimi://b.example/u/eve".parse().unwrap());
    assert_eq!(judged_by(&world, &report, "a.example"), Err(HubError::NotYours));
    report.reporting_user = Some(Person::new(1).user());
    let judged = judged_by(&world, &report, "a.example").unwrap();
    assert_eq!((judged.proven(), judged.reporting_user), (1, Some(Person::new(1).user())));
    let malformed = world.hub.report_abuse(&world.rooms[&club()].room, b"x", &caller(), world.now);
    assert_eq!(malformed, Err(HubError::Malformed("AbuseReport")));
}

#[test]
fn whoever_was_in_the_room_once_may_still_report() {
    let (mut world, mut alice, mut bob) = scene();
    let shown = said(&mut world, &mut bob, "hello");
    let user = bob.person.user();
    let answer = world.update(&club(), &proposal(&bob.leave()));
    assert_eq!(answer.reason, None);
    let leave = &doorstep_wire::notify::FanoutMessage::decode_all(&answer.effects.fanout[0].body).unwrap()[0].message;
    alice.store(leave.as_bytes());
    let commit = alice.commit(doorstep_mls::Plan { path: true, ..Default::default() }).unwrap();
    world.commit(&club(), &commit);
    assert!(world.rooms[&club()].room.roster().leaves_of(&user).next().is_none());
    assert_eq!(judged_by(&world, &report(&user, &[shown]), "a.example").unwrap().proven(), 1);
    assert!(world.rooms[&club()].disk.contains_key(&b"h/host/a.example"[..]), "who was here is remembered");
}
