//! The KeyPackages with which somebody is added: from client to provider to provider.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use doorstep_client_api::http::{self, Ask, ContactSettings, Find, KeyPackages, KeyPackagesLeft, RoomsCreated};
use doorstep_credential::{Audience, bind};
use doorstep_hub::store::{ClientId, Consent, Offer, Outbox as _, Packages as _, Pool, Reach as _};
use doorstep_mls::{Identity, Journal, Lifespan, Mls, key_package};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::key_material::{
    KeyMaterial, KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse, KeyMaterialUserCode,
    RequiredCapabilities,
};
use doorstep_wire::{Body as _, ClientUri, Credential, Dictionary, RoomUri, UnixMillis, UserUri};
use tls_codec::Serialize as _;

use crate::harness::{Browser, House, Reply, issue_request_at, leaf_key};
use crate::net::houses;
use crate::rooms::{LISTED, ask_to_join, connection_room};

fn now(house: &House) -> UnixMillis {
    UnixMillis(house.clock.0.load(Ordering::SeqCst))
}

/// A pseudonym of a browser at this provider, and its credential for an audience.
async fn identity(house: &House, domain: &str, browser: &Browser, p: u8, audience: &Audience) -> (ClientUri, Identity) {
    let (client, body) = issue_request_at(&domain.parse().unwrap(), p);
    let reply = house.post_as(&browser.session, http::ISSUE_PSEUDONYM, body).await;
    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.reason());
    (client, Identity::new([p ^ 0x80; 32], bind(&reply.body, audience, [p; 16], &leaf_key(p))))
}

fn packages(house: &House, identity: &Identity, usage: &KpUsage, seeds: &[u8]) -> Vec<Vec<u8>> {
    let journal = Journal::new();
    let make = |seed: &u8| {
        let mls = Mls::new(&journal, [*seed; 32]);
        key_package(&mls, identity, usage, Lifespan::starting(now(house))).unwrap().bytes
    };
    seeds.iter().map(make).collect()
}

async fn offer(house: &House, browser: &Browser, client: &ClientUri, packages: &[Vec<u8>]) -> Reply {
    let packages = packages.iter().map(|package| package.clone().into()).collect();
    let body = KeyPackages { client: client.clone(), packages }.tls_serialize_detached().unwrap();
    house.post_as(&browser.session, http::KEY_PACKAGES, body).await
}

fn left(reply: &Reply) -> (u32, u32) {
    let KeyPackagesLeft { any, connection_only } = reply.decode();
    (any, connection_only)
}

fn request(p: u8, requester: &UserUri, identity: &Identity, target: &UserUri, room: Option<&RoomUri>) -> Vec<u8> {
    let tbs = KeyMaterialRequestTbs {
        requester: requester.clone(),
        target: target.clone(),
        room: room.cloned(),
        cipher_suites: vec![1],
        required: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![5] },
        signature_key: leaf_key(p).public().as_slice().into(),
        credential: Credential::sd_cwt(identity.credential().to_vec()),
    };
    let signature = leaf_key(p).sign(&tbs.to_be_signed().unwrap());
    KeyMaterialRequest { tbs, signature: signature.as_slice().into() }.encode().unwrap()
}

fn material(reply: &Reply) -> (KeyMaterialUserCode, Vec<Option<Vec<u8>>>) {
    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.reason());
    let response = KeyMaterialResponse::decode(&reply.body).unwrap();
    let clients = response.clients.into_iter().map(|client| match client.material {
        KeyMaterial::Success(package) => Some(package.into_bytes()),
        KeyMaterial::Exhausted | KeyMaterial::NothingCompatible(_) => None,
    });
    (response.status, clients.collect())
}

const B: &str = "b.example";

/// Bob at b.example offers two packages for first connections; Alice at a.example asks for him.
#[tokio::test]
async fn packages_are_given_out_once_to_whoever_wants_a_first_connection() {
    let [a, b] = houses(["a.example", B]).await;
    let (alice, bob) = (a.browser(1, "alice").await, b.browser(2, "bob").await);
    let (bobs_client, bobs) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let target = bobs_client.user();
    let offered = packages(&b, &bobs, &KpUsage::ConnectionOnly, &[1, 2]);
    assert_eq!(left(&offer(&b, &bob, &bobs_client, &offered).await), (0, 2));
    assert_eq!(left(&offer(&b, &bob, &bobs_client, &offered).await), (0, 2), "a repetition");

    let room: RoomUri = "mimi://a.example/r/first".parse().unwrap();
    let made = a.post_as(&alice.session, http::CREATE_ROOMS, connection_room(&a, &alice, "first").await).await;
    assert_eq!(made.decode::<RoomsCreated>(), RoomsCreated::Ok);
    // Pseudonym 1 made the room.
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::Room(room.clone())).await;
    let requester = alices_client.user();
    let path = http::path_with(http::KEY_MATERIAL, target.as_str());
    let mut got = Vec::new();
    for _ in 0..2 {
        let body = request(1, &requester, &alices, &target, Some(&room));
        let (status, clients) = material(&a.post_as(&alice.session, &path, body).await);
        assert_eq!((status, clients.len()), (KeyMaterialUserCode::Success, 1));
        got.extend(clients.into_iter().flatten());
    }
    got.sort();
    let mut both = offered.clone();
    both.sort();
    assert_eq!(got, both);
    let body = request(1, &requester, &alices, &target, Some(&room));
    let empty = material(&a.post_as(&alice.session, &path, body.clone()).await);
    assert_eq!(empty, (KeyMaterialUserCode::NoCompatibleMaterial, vec![None]));
    assert_eq!(left(&offer(&b, &bob, &bobs_client, &[]).await), (0, 0));

    // Somebody else's session does not ask in Alice's name, nor somebody who is in no such room.
    let eve = a.browser(3, "eve").await;
    let stolen = a.post_as(&eve.session, &path, body).await;
    assert_eq!((stolen.status, stolen.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
    let (eves_client, eves) = identity(&a, "a.example", &eve, 9, &Audience::Room(room.clone())).await;
    let outside = request(9, &eves_client.user(), &eves, &target, Some(&room));
    assert_eq!(a.post_as(&eve.session, &path, outside).await.status, StatusCode::NOT_FOUND);
}

/// What the hub alone sees to: it knows what a room is for.
#[tokio::test]
async fn a_package_for_a_first_contact_comes_into_no_other_room() {
    let [a, b] = houses(["a.example", B]).await;
    let (alice, bob, carl) = (a.browser(1, "alice").await, b.browser(2, "bob").await, a.browser(3, "carl").await);
    let (bobs_client, bobs) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    offer(&b, &bob, &bobs_client, &packages(&b, &bobs, &KpUsage::ConnectionOnly, &[1])).await;
    let (carls_client, carls) = identity(&a, "a.example", &carl, 8, &Audience::KeyPackage).await;
    offer(&a, &carl, &carls_client, &packages(&a, &carls, &KpUsage::ConnectionOnly, &[1])).await;
    let room: RoomUri = "mimi://a.example/r/clubhouse".parse().unwrap();
    let made = a.post_as(&alice.session, http::CREATE_ROOMS, ask_to_join(&a, &alice, "clubhouse", LISTED).await).await;
    assert_eq!(made.decode::<RoomsCreated>(), RoomsCreated::Ok);
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::Room(room.clone())).await;
    let ask = async |target: &UserUri| {
        let body = request(1, &alices_client.user(), &alices, target, Some(&room));
        a.post_as(&alice.session, &http::path_with(http::KEY_MATERIAL, target.as_str()), body).await
    };
    // Bob's provider cannot know it and gives it out.
    let far = ask(&bobs_client.user()).await;
    assert_eq!((far.status, far.reason()), (StatusCode::FORBIDDEN, Some("wrong-purpose")));
    // Where the hub is Carl's provider too, it does not even take it out.
    assert_eq!(material(&ask(&carls_client.user()).await), (KeyMaterialUserCode::NoConsent, vec![]));
    assert_eq!(left(&offer(&a, &carl, &carls_client, &[]).await), (0, 1));
}

/// Bob's account, which blocks a user and a provider, or wants to be asked by nobody.
#[tokio::test]
async fn whom_an_account_does_not_want_to_hear_of_gets_the_answer_of_nobody() {
    let [a, b] = houses(["a.example", B]).await;
    let (alice, bob) = (a.browser(1, "alice").await, b.browser(2, "bob").await);
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::KeyPackage).await;
    let (_, bobs) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let address = "mimi://b.example/d/bob/00000000-0000-4000-8000-000000000002";
    let (requester, account) = (alices_client.user(), b.client(&bob, address, 1).await);
    let target = account.user();
    for (package, seed) in packages(&b, &bobs, &KpUsage::ConnectionOnly, &[1, 2, 3, 4]).into_iter().zip(0..) {
        let offers = [Offer {
            reference: vec![seed; 32],
            package,
            not_after: u64::MAX >> 2,
            pool: Pool::ConnectionOnly,
            last_resort: false,
        }];
        assert!(b.store.offer_packages(ClientId(bob.id), &account, &offers).await.unwrap());
    }
    let nobody: UserUri = "mimi://b.example/u/bot".parse().unwrap();
    let ask = async |target: &UserUri| {
        let body = request(1, &requester, &alices, target, None);
        a.post_as(&alice.session, &http::path_with(http::KEY_MATERIAL, target.as_str()), body).await
    };
    let set = async |ask, blocked: &[&str]| {
        let blocked = blocked.iter().map(|uri| uri.parse().unwrap()).collect();
        let settings = ContactSettings { find: Find::ByHandle, ask, blocked };
        let body = settings.tls_serialize_detached().unwrap();
        let reply = b.post_as(&bob.session, http::CONTACT_SETTINGS, body).await;
        assert_eq!((reply.status, reply.decode::<ContactSettings>()), (StatusCode::OK, settings));
    };
    let unknown = ask(&nobody).await;
    for (who, blocked) in
        [(Ask::Nobody, vec![]), (Ask::Anybody, vec![requester.as_str()]), (Ask::Acquainted, vec!["mimi://a.example"])]
    {
        set(who, &blocked).await;
        let reply = ask(&target).await;
        assert_eq!(material(&reply), (KeyMaterialUserCode::NoConsent, vec![]), "{who:?} {blocked:?}");
        assert_eq!((&reply.headers, reply.body.len()), (&unknown.headers, unknown.body.len()));
    }
    for who in [Ask::Anybody, Ask::Acquainted] {
        set(who, &["mimi://c.example"]).await;
        assert_eq!(material(&ask(&target).await).0, KeyMaterialUserCode::Success);
    }
    // Consent that was given once does not speak for whoever is blocked since.
    b.store.give_consent(&requester, &target, None, 1).await.unwrap();
    set(Ask::Anybody, &["mimi://a.example"]).await;
    assert_eq!(material(&ask(&target).await), (KeyMaterialUserCode::NoConsent, vec![]));
}

#[tokio::test]
async fn whoever_wants_nothing_and_whoever_is_not_there_are_alike() {
    let [a, b] = houses(["a.example", B]).await;
    let (alice, bob) = (a.browser(1, "alice").await, b.browser(2, "bob").await);
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::KeyPackage).await;
    let (bobs_client, bobs) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let requester = alices_client.user();
    let (unknown, _) = issue_request_at(&B.parse().unwrap(), 8);
    let ask = async |target: &UserUri| {
        let body = request(1, &requester, &alices, target, None);
        a.post_as(&alice.session, &http::path_with(http::KEY_MATERIAL, target.as_str()), body).await
    };
    let (wants_nothing, nobody) = (ask(&bobs_client.user()).await, ask(&unknown.user()).await);
    assert_eq!(material(&wants_nothing), (KeyMaterialUserCode::NoConsent, vec![]));
    assert_eq!(material(&nobody), (KeyMaterialUserCode::NoConsent, vec![]));
    assert_eq!(wants_nothing.headers, nobody.headers);
    assert_eq!(wants_nothing.body.len(), nobody.body.len());

    // Packages for any room are for those Bob consents to.
    let offered = packages(&b, &bobs, &KpUsage::Any, &[1]);
    assert_eq!(left(&offer(&b, &bob, &bobs_client, &offered).await), (1, 0));
    assert_eq!(material(&ask(&bobs_client.user()).await).0, KeyMaterialUserCode::NoConsent);
    let elsewhere: RoomUri = "mimi://a.example/r/x".parse().unwrap();
    b.store.give_consent(&requester, &bobs_client.user(), Some(&elsewhere), 1).await.unwrap();
    assert_eq!(material(&ask(&bobs_client.user()).await).0, KeyMaterialUserCode::NoConsentForThisRoom);
    b.store.give_consent(&requester, &bobs_client.user(), None, 1).await.unwrap();
    let given = material(&ask(&bobs_client.user()).await);
    assert_eq!(given, (KeyMaterialUserCode::Success, vec![Some(offered[0].clone())]));
}

#[tokio::test]
async fn consent_is_given_for_a_room_by_its_owner_and_taken_back() {
    let [a, b] = houses(["a.example", B]).await;
    let (bob, eve) = (b.browser(2, "bob").await, b.browser(3, "eve").await);
    let (client, _) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let requester: UserUri = "mimi://a.example/u/alice".parse().unwrap();
    let room: RoomUri = "mimi://a.example/r/x".parse().unwrap();
    let entry = |operation, room: Option<&RoomUri>| ConsentEntry {
        operation,
        requester: requester.clone().into(),
        target: client.user(),
        room: room.cloned(),
        key_packages: Vec::new(),
        extensions: Dictionary::new(),
    };
    let say = async |browser: &Browser, entry: ConsentEntry| {
        b.post_as(&browser.session, http::UPDATE_CONSENT, entry.encode().unwrap()).await.status
    };
    let consent = async || b.store.consent(&requester, &client.user(), Some(&room)).await.unwrap();
    assert_eq!(say(&eve, entry(ConsentOperation::Grant, Some(&room))).await, StatusCode::FORBIDDEN);
    assert_eq!(say(&bob, entry(ConsentOperation::Grant, None)).await, StatusCode::BAD_REQUEST, "a pseudonym");
    assert_eq!(say(&bob, entry(ConsentOperation::Request, Some(&room))).await, StatusCode::BAD_REQUEST);
    assert_eq!(consent().await, Consent::None);
    assert_eq!(say(&bob, entry(ConsentOperation::Grant, Some(&room))).await, StatusCode::CREATED);
    assert_eq!(consent().await, Consent::Given);
    let letters = b.store.due_letters(u64::MAX, 10).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.peer.as_str()).collect::<Vec<_>>(), ["a.example"]);
    let heard = a.post_from(B, "updateConsent", requester.as_str(), letters[0].body.to_vec()).await;
    assert_eq!(heard.status, StatusCode::CREATED);
    assert_eq!(say(&bob, entry(ConsentOperation::Revoke, Some(&room))).await, StatusCode::CREATED);
    assert_eq!(consent().await, Consent::None);
    assert_eq!(b.store.due_letters(u64::MAX, 10).await.unwrap().len(), 1, "nobody hears of that");
}

#[tokio::test]
async fn only_the_hub_or_the_requesters_provider_asks_and_only_with_proof() {
    let [a, b] = houses(["a.example", B]).await;
    let (alice, bob) = (a.browser(1, "alice").await, b.browser(2, "bob").await);
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::KeyPackage).await;
    let (bobs_client, bobs) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let (requester, target) = (alices_client.user(), bobs_client.user());
    offer(&b, &bob, &bobs_client, &packages(&b, &bobs, &KpUsage::ConnectionOnly, &[1])).await;
    let hub: RoomUri = "mimi://c.example/r/x".parse().unwrap();
    let direct = request(1, &requester, &alices, &target, None);
    let by_hub = request(1, &requester, &alices, &target, Some(&hub));
    let post = async |peer: &str, body: &[u8]| {
        let reply = b.post_from(peer, "keyMaterial", target.as_str(), body.to_vec()).await;
        (reply.status, reply.reason().map(str::to_owned))
    };
    let refused = |word: &str| (StatusCode::FORBIDDEN, Some(word.to_owned()));
    assert_eq!(post("c.example", &direct).await, refused("not-yours"));
    assert_eq!(post("a.example", &by_hub).await, refused("not-yours"), "past the hub");
    let mut forged = direct.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(post("a.example", &forged).await, refused("bad-signature"));
    let posing = request(1, &"mimi://a.example/u/eve".parse().unwrap(), &alices, &target, None);
    assert_eq!(post("a.example", &posing).await, refused("bad-credential"));
    let other = b.post_from("a.example", "keyMaterial", "mimi://b.example/u/x", direct.clone()).await;
    assert_eq!((other.status, other.reason()), (StatusCode::BAD_REQUEST, Some("malformed")));
    let nonsense = b.post_from("a.example", "keyMaterial", target.as_str(), vec![1]).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    let elsewhere = a.post_from("x.example", "keyMaterial", target.as_str(), by_hub.clone()).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "this one is not on the way");

    // Nothing of this took the package; the hub itself gets it.
    let served = b.post_from("c.example", "keyMaterial", target.as_str(), by_hub).await;
    assert_eq!(material(&served).0, KeyMaterialUserCode::Success);
}

#[tokio::test]
async fn nobody_is_asked_for_without_end() {
    let [a, b] = houses(["a.example", B]).await;
    let alice = a.browser(1, "alice").await;
    let (alices_client, alices) = identity(&a, "a.example", &alice, 1, &Audience::KeyPackage).await;
    let (unknown, _) = issue_request_at(&B.parse().unwrap(), 8);
    let body = request(1, &alices_client.user(), &alices, &unknown.user(), None);
    let mut seen = Vec::new();
    for _ in 0..25 {
        seen.push(b.post_from("a.example", "keyMaterial", unknown.user().as_str(), body.clone()).await.status);
    }
    assert_eq!(seen[..20], [StatusCode::OK; 20]);
    assert_eq!(seen[20..], [StatusCode::TOO_MANY_REQUESTS; 5]);
}

#[tokio::test]
async fn a_package_that_cannot_be_given_out_is_not_taken() {
    let [b] = houses([B]).await;
    let (bob, eve) = (b.browser(2, "bob").await, b.browser(3, "eve").await);
    let (client, identity) = identity(&b, B, &bob, 7, &Audience::KeyPackage).await;
    let good = packages(&b, &identity, &KpUsage::ConnectionOnly, &[1]).remove(0);
    let room: RoomUri = "mimi://b.example/r/x".parse().unwrap();
    let bound = packages(&b, &identity, &KpUsage::RoomBound(room), &[2]).remove(0);
    for (browser, list, word) in [
        (&bob, vec![good.clone(), bound], "package-is-bound"),
        (&bob, vec![b"x".to_vec()], "invalid-package"),
        (&eve, vec![good.clone()], "not-yours"),
    ] {
        let reply = offer(&b, browser, &client, &list).await;
        assert_eq!((reply.status, reply.reason()), (StatusCode::FORBIDDEN, Some(word)));
    }
    assert_eq!(left(&offer(&b, &bob, &client, &[]).await), (0, 0));
    let reply = b.post_as(&bob.session, http::KEY_PACKAGES, vec![1]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(left(&offer(&b, &bob, &client, &[good]).await), (0, 1));
}
