//! Who, standing, action → verdict: a row for each clause.

use doorstep_wire::{
    Body, IdentityKind, LeafIndex, component,
    ext::{
        kp_usage::KpUsage,
        policy::{JoinLinkEntry, KnockRoom, PseudonymPolicyData, RoomPurpose},
    },
    room::{BaseRoomPolicy, JoinLink, JoinLinksUpdate, Optionality, RoleData, RoleIndex, RoomMetaData},
    uri::UserUri,
};

use crate::{
    Added, Author, Change, CommitView, Denied, JoinGrant, JoinGround, Leaf, Permitted, Proposal, permit_commit,
    permit_group_info,
    preset::{ADMIN, MEMBER},
    testing::*,
};

const BANNED: RoleIndex = RoleIndex::BANNED;

/// A row: what it says, who commits, what is proposed, the verdict.
type Row = (&'static str, LeafIndex, Vec<Proposal>, Result<(), Denied>);

fn table(scene: &Scene, rows: impl IntoIterator<Item = Row>) {
    for (clause, author, proposals, verdict) in rows {
        assert_eq!(scene.commit(author, proposals).map(|_| ()), verdict, "{clause}");
    }
}

fn newcomer(author: LeafIndex, added: Added) -> Vec<Proposal> {
    vec![by(author, list(&[], &[], &[(5, MEMBER)])), by(author, Change::Add(Box::new(added)))]
}

fn package(usage: KpUsage, seconds_left: u64) -> Added {
    Added { leaf: leaf(5, 5), usage, not_after: NOW.seconds() + seconds_left }
}

#[test]
fn adding() {
    const DAYS_28: u64 = 28 * 86_400;
    let bound = || KpUsage::RoomBound(room_uri());
    let other = || KpUsage::RoomBound(knock_uri());
    let a = ADMIN_LEAF;
    table(
        &Scene::club(),
        [
            ("an admin lets a newcomer in", a, newcomer(a, package(bound(), DAYS_28)), Ok(())),
            ("a member lets nobody in", BOB, newcomer(BOB, package(bound(), DAYS_28)), Err(Denied::NotAllowed)),
            ("a package for any room", a, newcomer(a, package(KpUsage::Any, DAYS_28)), Ok(())),
            ("a package for another room", a, newcomer(a, package(other(), DAYS_28)), Err(Denied::WrongPurpose)),
            (
                "a package for first connections",
                a,
                newcomer(a, package(KpUsage::ConnectionOnly, DAYS_28)),
                Err(Denied::WrongPurpose),
            ),
            ("a package for the adder", a, newcomer(a, package(KpUsage::RequesterBound(user(1)), DAYS_28)), Ok(())),
            (
                "a package for somebody else",
                a,
                newcomer(a, package(KpUsage::RequesterBound(user(2)), DAYS_28)),
                Err(Denied::WrongPurpose),
            ),
            (
                "a package that ends soon",
                a,
                newcomer(a, package(bound(), DAYS_28 - 1)),
                Err(Denied::KeyPackageEndsSoon),
            ),
            ("a client without an entry", a, vec![by(a, add(leaf(5, 5)))], Err(Denied::NotParticipant)),
            ("an entry without a client", a, vec![by(a, list(&[], &[], &[(5, MEMBER)]))], Ok(())),
            ("straight to admin", a, vec![by(a, list(&[], &[], &[(5, ADMIN)]))], Ok(())),
            (
                "a role that is not there",
                a,
                vec![by(a, list(&[], &[], &[(5, RoleIndex(7))]))],
                Err(Denied::ListMismatch),
            ),
            ("role 0", a, vec![by(a, list(&[], &[], &[(5, RoleIndex(0))]))], Err(Denied::NotAllowed)),
            ("who is listed", a, vec![by(a, list(&[], &[], &[(2, MEMBER)]))], Err(Denied::AlreadyParticipant)),
            ("who is banned", a, vec![by(a, list(&[], &[], &[(4, MEMBER)]))], Err(Denied::Banned)),
            ("a client of who is banned", a, vec![by(a, add(leaf(4, 4)))], Err(Denied::Banned)),
            (
                "twice",
                a,
                vec![by(a, list(&[], &[], &[(5, MEMBER)])), by(a, list(&[], &[], &[(5, MEMBER)]))],
                Err(Denied::AlreadyParticipant),
            ),
            ("a second client of one's own", BOB, vec![by(BOB, add(leaf(2, 9)))], Ok(())),
            ("a second client of another, as admin", a, vec![by(a, add(leaf(2, 9)))], Ok(())),
            ("a second client of another, as member", BOB, vec![by(BOB, add(leaf(3, 9)))], Err(Denied::NotAllowed)),
            ("a stranger is banned in advance", a, vec![by(a, list(&[], &[], &[(5, BANNED)]))], Ok(())),
            (
                "a banned newcomer brings no client",
                a,
                vec![by(a, list(&[], &[], &[(5, BANNED)])), by(a, add(leaf(5, 5)))],
                Err(Denied::ClientsRemain),
            ),
        ],
    );
}

#[test]
fn removing() {
    let a = ADMIN_LEAF;
    let remove = |by_whom, leaf| by(by_whom, Change::Remove(leaf));
    let off = |by_whom, position| by(by_whom, list(&[], &[position], &[]));
    table(
        &Scene::club(),
        [
            ("entry and client", a, vec![off(a, 1), remove(a, BOB)], Ok(())),
            ("the client stays", a, vec![off(a, 1)], Err(Denied::ClientsRemain)),
            ("a kick: the client alone", a, vec![remove(a, BOB)], Ok(())),
            ("a member removes nobody", BOB, vec![off(BOB, 2), remove(BOB, CATHY)], Err(Denied::NotAllowed)),
            ("a member kicks nobody", BOB, vec![remove(BOB, CATHY)], Err(Denied::NotAllowed)),
            ("a banned entry is not forgotten", a, vec![off(a, 3)], Err(Denied::NotAllowed)),
            ("nobody is there", a, vec![off(a, 4)], Err(Denied::ListMismatch)),
            ("one entry twice", a, vec![off(a, 1), off(a, 1), remove(a, BOB)], Err(Denied::ListMismatch)),
            ("an empty leaf", a, vec![remove(a, LeafIndex(9))], Err(Denied::ListMismatch)),
            ("one's own client, in one's own commit", BOB, vec![remove(BOB, BOB)], Err(Denied::NotTogether)),
        ],
    );
}

#[test]
fn banning_and_roles() {
    let a = ADMIN_LEAF;
    let remove = |leaf| by(a, Change::Remove(leaf));
    let change = |by_whom, position, role| by(by_whom, list(&[(position, role)], &[], &[]));
    table(
        &Scene::club(),
        [
            ("ban", a, vec![change(a, 1, BANNED), remove(BOB)], Ok(())),
            ("ban without taking the client out", a, vec![change(a, 1, BANNED)], Err(Denied::ClientsRemain)),
            ("a member bans nobody", BOB, vec![change(BOB, 2, BANNED)], Err(Denied::NotAllowed)),
            ("unban", a, vec![change(a, 3, MEMBER)], Ok(())),
            ("unban to admin is not authorised", a, vec![change(a, 3, ADMIN)], Err(Denied::NotAllowed)),
            (
                "an unban lets no client in by itself",
                a,
                vec![change(a, 3, MEMBER), by(a, add(leaf(4, 4)))],
                Err(Denied::Banned),
            ),
            ("promote", a, vec![change(a, 1, ADMIN)], Ok(())),
            ("a member promotes nobody", BOB, vec![change(BOB, 2, ADMIN)], Err(Denied::NotAllowed)),
            ("nobody promotes themselves", BOB, vec![change(BOB, 1, ADMIN)], Err(Denied::NotAllowed)),
            ("nobody demotes themselves", a, vec![change(a, 0, MEMBER)], Err(Denied::NotAllowed)),
            ("to the same role", a, vec![change(a, 1, MEMBER)], Err(Denied::ListMismatch)),
            ("out of the list by a role", a, vec![change(a, 1, RoleIndex(0))], Err(Denied::ListMismatch)),
            ("changed and removed", a, vec![by(a, list(&[(1, ADMIN)], &[1], &[]))], Err(Denied::ListMismatch)),
            (
                "remove Bob, promote Cathy: positions of the list before",
                a,
                vec![by(a, list(&[(2, ADMIN)], &[1], &[])), remove(BOB)],
                Ok(()),
            ),
        ],
    );
}

#[test]
fn the_last_admin_stays() {
    let scene = Scene::club();
    let leaving = vec![by(ADMIN_LEAF, Change::SelfRemove), by(BOB, list(&[], &[0], &[]))];
    assert_eq!(scene.commit(BOB, leaving).unwrap_err(), Denied::RoleTooSmall);
    let two = scene.with([(1, ADMIN), (2, ADMIN), (3, MEMBER), (4, BANNED)]);
    let leaving = vec![by(ADMIN_LEAF, Change::SelfRemove), by(BOB, list(&[], &[0], &[]))];
    assert!(two.commit(BOB, leaving).is_ok());
}

#[test]
fn leaving() {
    let off = |by_whom, position| by(by_whom, list(&[], &[position], &[]));
    let go = |leaf| by(leaf, Change::SelfRemove);
    table(
        &Scene::club(),
        [
            ("a member commits another's leave", BOB, vec![go(CATHY), off(BOB, 2)], Ok(())),
            ("and has to take them off the list", BOB, vec![go(CATHY)], Err(Denied::CleanUpMissing)),
            ("the leaver proposed that themselves", BOB, vec![go(CATHY), off(CATHY, 2)], Ok(())),
            ("both did: one too many", BOB, vec![go(CATHY), off(CATHY, 2), off(BOB, 2)], Err(Denied::ListMismatch)),
            ("nobody commits their own leave", BOB, vec![go(BOB), off(BOB, 1)], Err(Denied::NotTogether)),
            ("the hub took the client out", BOB, vec![hub(Change::Remove(CATHY)), off(BOB, 2)], Ok(())),
            ("and again has to take them off", BOB, vec![hub(Change::Remove(CATHY))], Err(Denied::CleanUpMissing)),
            ("clean-up of somebody who is there", BOB, vec![off(BOB, 2)], Err(Denied::NotAllowed)),
            ("a kick is no reason for a clean-up", ADMIN_LEAF, vec![by(ADMIN_LEAF, Change::Remove(CATHY))], Ok(())),
        ],
    );
}

#[test]
fn whoever_has_no_client_may_be_taken_off_by_anybody_but_not_a_banned_one() {
    let mut scene = Scene::club();
    scene.roster.remove(CATHY);
    assert!(scene.commit(BOB, vec![by(BOB, list(&[], &[2], &[]))]).is_ok());
    assert_eq!(scene.commit(BOB, vec![by(BOB, list(&[], &[3], &[]))]).unwrap_err(), Denied::NotAllowed);
}

#[test]
fn two_leavers_name_positions_of_the_same_list() {
    let scene = Scene::club();
    let proposals = vec![
        by(BOB, Change::SelfRemove),
        by(BOB, list(&[], &[1], &[])),
        by(CATHY, Change::SelfRemove),
        by(CATHY, list(&[], &[2], &[])),
    ];
    let Permitted { next, changes } = scene.commit(ADMIN_LEAF, proposals).unwrap();
    let left: Vec<&UserUri> = next.participants().iter().map(|pair| &pair.user).collect();
    assert_eq!(left, [&user(1), &user(4)]);
    assert_eq!(changes.keys().copied().collect::<Vec<_>>(), [component::PARTICIPANT_LIST]);
    assert_eq!(crate::RoomState::from_dictionary(&next.to_dictionary()).unwrap(), next);
}

#[test]
fn a_client_keeps_its_identity() {
    let scene = Scene::club();
    let path = |path: Leaf| {
        let view = CommitView { author: Author::Member(BOB), proposals: Vec::new(), path: Some(path) };
        permit_commit(&scene.state, &scene.roster, &view, None, NOW).map(|_| ())
    };
    assert_eq!(path(Leaf { signature_key: vec![7], ..leaf(2, 2) }), Ok(()));
    assert_eq!(path(leaf(2, 9)), Err(Denied::IdentityChanged));
    assert_eq!(path(leaf(3, 3)), Err(Denied::IdentityChanged));
}

#[test]
fn strange_authors_and_proposals() {
    let scene = Scene::club();
    assert_eq!(scene.commit(LeafIndex(9), Vec::new()).unwrap_err(), Denied::NotParticipant);
    for kind in [2, 4, 5, 6, 7, 9, 0x0A0A] {
        assert_eq!(scene.commit(BOB, vec![by(BOB, Change::Other(kind))]).unwrap_err(), Denied::ProposalKind);
    }
    let hubs = vec![hub(list(&[], &[1], &[]))];
    assert_eq!(scene.commit(BOB, hubs).unwrap_err(), Denied::HubMayOnlyRemove);
    let none = vec![by(ADMIN_LEAF, Change::Component { id: component::JOIN_LINKS, update: None })];
    assert_eq!(scene.commit(ADMIN_LEAF, none).unwrap_err(), Denied::Fixed);
    let garbage = Change::Component { id: component::PARTICIPANT_LIST, update: Some(vec![1, 2, 3]) };
    assert_eq!(scene.commit(ADMIN_LEAF, vec![by(ADMIN_LEAF, garbage)]).unwrap_err(), Denied::Malformed);
}

#[test]
fn components_change_by_their_capability_only() {
    let scene = Scene::club();
    let settings = scene.state.settings();
    let name = RoomMetaData { room_name: "New".to_owned(), ..settings.metadata.clone() };
    let moved = RoomMetaData { room_uri: knock_uri(), ..settings.metadata.clone() };
    let (a, id) = (ADMIN_LEAF, component::ROOM_METADATA);
    let strict = PseudonymPolicyData { pseudonyms: Optionality::Required, ..settings.pseudonyms.clone() };
    let forbidden = PseudonymPolicyData { pseudonyms: Optionality::Forbidden, ..settings.pseudonyms.clone() };
    let none_allowed = BaseRoomPolicy { pseudonyms_allowed: false, ..settings.base.clone() };
    let small = BaseRoomPolicy { max_users: Some(2), ..settings.base.clone() };
    let other_door = KnockRoom { knock_room: "mimi://a.example/r/other".parse().unwrap() };
    let far_door = KnockRoom { knock_room: "mimi://b.example/r/other".parse().unwrap() };
    let no_roles = RoleData { roles: settings.roles.roles.iter().take(2).cloned().collect() };
    let pseudonyms = component::PSEUDONYM_POLICY;
    table(
        &scene,
        [
            ("name", a, vec![by(a, set(id, &name))], Ok(())),
            ("name, as member", BOB, vec![by(BOB, set(id, &name))], Err(Denied::NotAllowed)),
            ("two names", a, vec![by(a, set(id, &name)), by(a, set(id, &name))], Err(Denied::NotTogether)),
            ("the room's own URI", a, vec![by(a, set(id, &moved))], Err(Denied::Fixed)),
            ("pseudonyms only", a, vec![by(a, set(pseudonyms, &strict))], Ok(())),
            ("pseudonyms only, as member", BOB, vec![by(BOB, set(pseudonyms, &strict))], Err(Denied::NotAllowed)),
            ("against the base policy", a, vec![by(a, set(pseudonyms, &forbidden))], Err(Denied::Contradiction)),
            (
                "stricter than those who are there",
                a,
                vec![by(a, set(pseudonyms, &forbidden)), by(a, set(component::BASE_ROOM_POLICY, &none_allowed))],
                Err(Denied::PseudonymForbidden),
            ),
            ("fewer than there are", a, vec![by(a, set(component::BASE_ROOM_POLICY, &small))], Err(Denied::RoomFull)),
            ("another knock room", a, vec![by(a, set(component::KNOCK_ROOM, &other_door))], Ok(())),
            ("elsewhere", a, vec![by(a, set(component::KNOCK_ROOM, &far_door))], Err(Denied::Contradiction)),
            ("as member", BOB, vec![by(BOB, set(component::KNOCK_ROOM, &other_door))], Err(Denied::NotAllowed)),
            (
                "another purpose",
                a,
                vec![by(a, set(component::ROOM_PURPOSE, &RoomPurpose::Connection { expires_at: 1 }))],
                Err(Denied::Fixed),
            ),
            ("roles in use go", a, vec![by(a, set(component::ROLES_LIST, &no_roles))], Err(Denied::Contradiction)),
            ("roles as they are", a, vec![by(a, set(component::ROLES_LIST, &settings.roles))], Ok(())),
            (
                "roles and people",
                a,
                vec![by(a, set(component::ROLES_LIST, &settings.roles)), by(a, list(&[(1, ADMIN)], &[], &[]))],
                Err(Denied::NotTogether),
            ),
            (
                "the franking key",
                a,
                vec![by(a, Change::Component { id: component::FRANKING_AGENT, update: Some(vec![0]) })],
                Err(Denied::Fixed),
            ),
            (
                "a component the room does not have",
                a,
                vec![by(a, Change::Component { id: 0x8D4F, update: Some(vec![0]) })],
                Err(Denied::Fixed),
            ),
        ],
    );
}

#[test]
fn join_links() {
    let scene = Scene::open();
    let link = |id: u8, life: u64, role| JoinLinkEntry {
        version: 1,
        link_id: [id; 16],
        code_public_key: [id; 32],
        target_role: role,
        not_after: NOW.seconds() + life,
        max_uses: 0,
    };
    let update = |removed: &[u32], added: &[JoinLinkEntry]| {
        let added = added.iter().map(|entry| JoinLink { join_link: entry.encode().unwrap().into() }).collect();
        set(component::JOIN_LINKS, &JoinLinksUpdate { removed: removed.to_vec(), added })
    };
    let a = ADMIN_LEAF;
    table(
        &scene,
        [
            ("a link", a, vec![by(a, update(&[], &[link(1, 60, MEMBER)]))], Ok(())),
            ("as member", BOB, vec![by(BOB, update(&[], &[link(1, 60, MEMBER)]))], Err(Denied::NotAllowed)),
            ("for too long", a, vec![by(a, update(&[], &[link(1, 91 * 86_400, MEMBER)]))], Err(Denied::NotAllowed)),
            (
                "to a role outsiders cannot have",
                a,
                vec![by(a, update(&[], &[link(1, 60, ADMIN)]))],
                Err(Denied::NotAllowed),
            ),
            (
                "one id twice",
                a,
                vec![by(a, update(&[], &[link(1, 60, MEMBER), link(1, 61, MEMBER)]))],
                Err(Denied::ListMismatch),
            ),
            ("none to remove", a, vec![by(a, update(&[0], &[]))], Err(Denied::ListMismatch)),
        ],
    );
    let made = scene.commit(a, vec![by(a, update(&[], &[link(1, 60, MEMBER), link(2, 60, MEMBER)]))]).unwrap();
    let scene = Scene { state: made.next, roster: scene.roster };
    let gone = scene.commit(a, vec![by(a, update(&[0], &[])), by(a, update(&[1], &[link(3, 60, MEMBER)]))]).unwrap();
    let ids: Vec<u8> = gone.next.settings().join_links.iter().map(|link| link.link_id[0]).collect();
    assert_eq!(ids, [3]);

    let grant = crate::permit_join_link(&scene.state, &scene.roster, &leaf(5, 5), [1; 16], NOW).unwrap();
    assert_eq!((grant.role, grant.ground), (MEMBER, JoinGround::Link { link_id: [1; 16] }));
    let late = NOW.plus_seconds(60);
    let expired = crate::permit_join_link(&scene.state, &scene.roster, &leaf(5, 5), [1; 16], late);
    assert_eq!(expired.unwrap_err(), Denied::LinkExpired);
    let unknown = crate::permit_join_link(&scene.state, &scene.roster, &leaf(5, 5), [9; 16], NOW);
    assert_eq!(unknown.unwrap_err(), Denied::LinkUnknown);
    let banned = crate::permit_join_link(&scene.state, &scene.roster, &leaf(4, 4), [1; 16], NOW);
    assert_eq!(banned.unwrap_err(), Denied::Banned);
    let own = crate::permit_join_link(&scene.state, &scene.roster, &leaf(2, 9), [1; 16], NOW).unwrap();
    assert_eq!(own.ground, JoinGround::OwnClient, "another client of a member uses no link up");
}

/// A link into a room that has to be asked, made by its admin.
fn club_with_link() -> Scene {
    let club = Scene::club();
    let entry = JoinLinkEntry {
        version: 1,
        link_id: [1; 16],
        code_public_key: [1; 32],
        target_role: MEMBER,
        not_after: NOW.seconds() + 60,
        max_uses: 0,
    };
    let update = club.state.link_update(&entry).unwrap();
    let made = club.commit(ADMIN_LEAF, vec![by(ADMIN_LEAF, set(component::JOIN_LINKS, &update))]).unwrap();
    Scene { state: made.next, roster: club.roster }
}

#[test]
fn only_a_link_leads_past_the_knock() {
    let club = Scene::club();
    assert_eq!(club.enter(leaf(5, 5), vec![entry(5, MEMBER)], None).unwrap_err(), Denied::CannotJoin);
    let linked = club_with_link();
    let refused = crate::permit_group_info(&linked.state, &linked.roster, &leaf(5, 5));
    assert_eq!(refused.unwrap_err(), Denied::CannotJoin, "a link opens the room to nobody without it");
    assert!(linked.enter(leaf(5, 5), vec![entry(5, MEMBER)], None).is_ok());
    assert_eq!(linked.enter(leaf(5, 5), vec![entry(5, ADMIN)], None).unwrap_err(), Denied::CannotJoin);
}

#[test]
fn a_pause_holds_for_every_link_and_everybody_sees_it() {
    let linked = club_with_link();
    let paused = linked.state.pause_update(true).unwrap();
    assert_eq!(linked.state.pause_update(false), None);
    let pause = |by_leaf| vec![by(by_leaf, set(component::ROLES_LIST, &paused))];
    assert_eq!(linked.commit(BOB, pause(BOB)).unwrap_err(), Denied::NotAllowed);
    let state = linked.commit(ADMIN_LEAF, pause(ADMIN_LEAF)).unwrap().next;
    let still = Scene { state, roster: linked.roster.clone() };
    let refused = crate::permit_join_link(&still.state, &still.roster, &leaf(5, 5), [1; 16], NOW);
    assert_eq!(refused.unwrap_err(), Denied::LinkPaused);
    assert!(still.enter(leaf(5, 5), vec![entry(5, MEMBER)], None).is_err(), "members see it too");
    let again = still.state.pause_update(false).unwrap();
    let state = still.commit(ADMIN_LEAF, vec![by(ADMIN_LEAF, set(component::ROLES_LIST, &again))]).unwrap().next;
    assert_eq!(state.settings().roles, linked.state.settings().roles);
}

#[test]
fn whoever_may_delete_codes_revokes_the_links_of_others() {
    let linked = club_with_link();
    let update = linked.state.revoke_update([1; 16]).unwrap();
    assert_eq!(linked.state.revoke_update([2; 16]), None);
    assert_eq!(linked.commit(BOB, vec![by(BOB, set(component::JOIN_LINKS, &update))]).unwrap_err(), Denied::NotAllowed);
    let next = linked.commit(ADMIN_LEAF, vec![by(ADMIN_LEAF, set(component::JOIN_LINKS, &update))]).unwrap().next;
    assert!(next.join_link([1; 16]).is_none());
}

fn entry(number: u8, role: RoleIndex) -> Proposal {
    joining(list(&[], &[], &[(number, role)]))
}

#[test]
fn coming_in_by_an_open_door() {
    let scene = Scene::open();
    let grant = permit_group_info(&scene.state, &scene.roster, &leaf(5, 5)).unwrap();
    let of_other = JoinGrant { leaf: leaf(6, 6), ..grant.clone() };
    type Entry<'a> = (&'a str, Vec<Proposal>, Option<&'a JoinGrant>, Result<(), Denied>);
    let rows: [Entry<'_>; 10] = [
        ("as the hub granted", vec![entry(5, MEMBER)], Some(&grant), Ok(())),
        ("as members see it, who know no grant", vec![entry(5, MEMBER)], None, Ok(())),
        ("with somebody else's grant", vec![entry(5, MEMBER)], Some(&of_other), Err(Denied::GrantMismatch)),
        ("as admin", vec![entry(5, ADMIN)], Some(&grant), Err(Denied::GrantMismatch)),
        ("without an entry", Vec::new(), Some(&grant), Err(Denied::GrantMismatch)),
        ("somebody else's entry", vec![entry(6, MEMBER)], Some(&grant), Err(Denied::GrantMismatch)),
        (
            "promoting somebody on the way",
            vec![joining(list(&[(1, ADMIN)], &[], &[(5, MEMBER)]))],
            Some(&grant),
            Err(Denied::NotAllowed),
        ),
        (
            "putting somebody out on the way",
            vec![joining(list(&[], &[1], &[(5, MEMBER)])), joining(Change::Remove(BOB))],
            Some(&grant),
            Err(Denied::NotAllowed),
        ),
        (
            "renaming the room on the way",
            vec![entry(5, MEMBER), joining(set(component::ROOM_METADATA, scene.state.metadata()))],
            Some(&grant),
            Err(Denied::NotInExternalCommit),
        ),
        (
            "taking a leaver along, who stays on the list or not",
            vec![by(CATHY, Change::SelfRemove), joining(list(&[], &[2], &[(5, MEMBER)]))],
            Some(&grant),
            Ok(()),
        ),
    ];
    for (clause, proposals, grant, verdict) in rows {
        assert_eq!(scene.enter(leaf(5, 5), proposals, grant).map(|_| ()), verdict, "{clause}");
    }
    let lazy = vec![by(CATHY, Change::SelfRemove), entry(5, MEMBER)];
    assert!(scene.enter(leaf(5, 5), lazy, Some(&grant)).is_ok());
    let hubs = vec![hub(Change::Remove(CATHY)), entry(5, MEMBER)];
    assert_eq!(scene.enter(leaf(5, 5), hubs, Some(&grant)).unwrap_err(), Denied::NotInExternalCommit);
}

#[test]
fn an_admin_who_comes_in_by_herself_does_nothing_else() {
    let promotes = vec![joining(list(&[(1, ADMIN)], &[], &[]))];
    assert_eq!(Scene::club().enter(leaf(1, 9), promotes, None).unwrap_err(), Denied::NotInExternalCommit);
}

#[test]
fn the_grant_is_judged_again() {
    let scene = Scene::open();
    let grant = permit_group_info(&scene.state, &scene.roster, &leaf(5, 5)).unwrap();
    let banned = scene.with([(1, ADMIN), (5, BANNED)]);
    assert_eq!(banned.enter(leaf(5, 5), vec![entry(5, MEMBER)], Some(&grant)).unwrap_err(), Denied::Banned);
}

#[test]
fn a_second_client_and_the_same_one_again() {
    let scene = Scene::club();
    assert!(scene.enter(leaf(2, 9), Vec::new(), None).is_ok());
    let again = vec![joining(Change::Remove(BOB))];
    assert!(scene.enter(leaf(2, 2), again, None).is_ok());
    let other = vec![joining(Change::Remove(CATHY))];
    assert_eq!(scene.enter(leaf(2, 2), other, None).unwrap_err(), Denied::NotInExternalCommit);
}

#[test]
fn kinds_and_issuers() {
    let account = Leaf {
        user: "mimi://b.example/u/bob".parse().unwrap(),
        client: "mimi://b.example/d/bob/1b4e28ba-2fa1-4d1e-883f-0016d3cca427".parse().unwrap(),
        kind: IdentityKind::Account,
        ..leaf(5, 5)
    };
    let open = Scene::open();
    let policy = open.state.settings().pseudonyms.clone();
    let required = PseudonymPolicyData { pseudonyms: Optionality::Required, ..policy.clone() };
    let issuers = PseudonymPolicyData { allowed_issuers: vec![host("c.example")], ..policy };
    let verdict = |policy: &PseudonymPolicyData, leaf: &Leaf| {
        let scene = open.clone().with_component(component::PSEUDONYM_POLICY, policy);
        permit_group_info(&scene.state, &scene.roster, leaf).map(|grant| grant.role)
    };
    assert_eq!(verdict(&required, &account), Err(Denied::PseudonymRequired));
    assert_eq!(verdict(&required, &leaf(5, 5)), Ok(MEMBER));
    assert_eq!(verdict(&issuers, &leaf(5, 5)), Err(Denied::IssuerNotAllowed));
}
