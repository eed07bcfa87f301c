//! Room endpoints as strangers meet them. What members do is told by the stories in the `tests` package.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use doorstep_client_api::door::WayIn;
use doorstep_client_api::http::{self, CreateRooms, NewRoom, RoomsCreated};
use doorstep_credential::{Audience, KeySet, KeyUse, bind};
use doorstep_hub::store::Rooms as _;
use doorstep_mls::{Identity, Journal, Lifespan, Member, Mls, NewGroup, hpke_keypair};
use doorstep_policy::preset::{self, PresetInput};
use doorstep_wire::ext::knock::KnockSealingKey;
use doorstep_wire::group_info::{GroupInfoCode, GroupInfoRequest, GroupInfoRequestTbs, GroupInfoResponse};
use doorstep_wire::numbers::Protocol;
use doorstep_wire::room::Optionality;
use doorstep_wire::submit::SubmitMessageRequest;
use doorstep_wire::{
    Body as _, ClientUri, Credential, Dictionary, EndReason, GroupUri, RoomEnded, RoomUri, UnixMillis, UserUri,
    component::KNOCK_SEALING_KEY,
};
use tls_codec::{Serialize as _, VLByteVec};

use crate::harness::{Browser, House, Reply, domain, issue_request, leaf_key};

pub(crate) const LISTED: u8 = 0;
pub(crate) const PRIVATE: u8 = 2;

/// A house whose clock goes with the machine's: openmls looks at that one too.
pub(crate) async fn house() -> House {
    let house = House::new().await;
    set_clock(&house);
    house
}

/// Brings the clock to the machine's.
pub(crate) fn set_clock(house: &House) {
    house.clock.0.store(doorstep_testkit::now().0 - 60_000, Ordering::SeqCst);
}

fn room(slug: &str) -> RoomUri {
    RoomUri::new(&domain(), slug).unwrap()
}

/// Has pseudonym `p` vouched for, and binds it to a room.
async fn credential(house: &House, browser: &Browser, p: u8, room: &RoomUri) -> (ClientUri, Vec<u8>) {
    let (client, body) = issue_request(p);
    let token = house.post_as(&browser.session, http::ISSUE_PSEUDONYM, body).await.body;
    (client, bind(&token, &Audience::Room(room.clone()), [p; 16], &leaf_key(p)))
}

async fn new_room(
    house: &House,
    owner: &Browser,
    p: u8,
    uri: &RoomUri,
    dictionary: Dictionary,
    leaf: Dictionary,
    visibility: u8,
) -> NewRoom {
    let keys = KeySet::decode(&house.get(&http::path_with(http::HUB_KEYS, "a.example")).await.body).unwrap();
    let (_, credential) = credential(house, owner, p, uri).await;
    let journal = Journal::new();
    let mls = Mls::new(&journal, [p; 32]);
    let new = NewGroup {
        group_id: GroupUri::new(&domain(), doorstep_wire::uri::uuid_v4([p; 16])).as_bytes().to_vec(),
        dictionary,
        hub_domain: domain(),
        hub_key: *keys.of_use(KeyUse::ExternalSender).next().unwrap(),
        leaf_components: leaf,
        lifespan: Lifespan::starting(UnixMillis(house.clock.0.load(Ordering::SeqCst))),
    };
    let (_, published) = Member::create(&mls, &Identity::new([p ^ 0x80; 32], credential), new).unwrap();
    NewRoom {
        room_uri: uri.clone(),
        group_info: VLByteVec::new(published.group_info),
        ratchet_tree: VLByteVec::new(published.ratchet_tree),
        visibility,
        noindex: 1,
        guests: 1,
        silent_decline: 0,
    }
}

/// A room that is knocked at, and its knock room, as pseudonyms 1 and 2 of the owner ask for them.
pub(crate) async fn ask_to_join(house: &House, owner: &Browser, slug: &str, visibility: u8) -> Vec<u8> {
    let keys = KeySet::decode(&house.get(&http::path_with(http::HUB_KEYS, "a.example")).await.body).unwrap();
    let (target, knock) = (room(slug), room("behind-the-door"));
    let input = PresetInput {
        room: target.clone(),
        creator: issue_request(1).0.user(),
        name: "Clubhouse".to_owned(),
        description: "For those who like clubs.".to_owned(),
        pseudonyms: Optionality::Required,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: visibility == LISTED,
        franking_key: *keys.of_use(KeyUse::Franking).next().unwrap(),
    };
    let (state, knock_state) = preset::ask_to_join(&input, &knock, &issue_request(2).0.user()).unwrap();
    let key = KnockSealingKey { knock_key: hpke_keypair(&[9; 32]).unwrap().public.as_slice().into() };
    let leaf = Dictionary::from([(KNOCK_SEALING_KEY, key.encode().unwrap())]);
    let rooms = vec![
        new_room(house, owner, 1, &target, state, Dictionary::new(), visibility).await,
        new_room(house, owner, 2, &knock, knock_state, leaf, visibility).await,
    ];
    CreateRooms { rooms }.tls_serialize_detached().unwrap()
}

/// A room in which pseudonym 1 of the owner asks somebody.
pub(crate) async fn connection_room(house: &House, owner: &Browser, slug: &str) -> Vec<u8> {
    let keys = KeySet::decode(&house.get(&http::path_with(http::HUB_KEYS, "a.example")).await.body).unwrap();
    let input = PresetInput {
        room: room(slug),
        creator: issue_request(1).0.user(),
        name: String::new(),
        description: String::new(),
        pseudonyms: Optionality::Optional,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: false,
        franking_key: *keys.of_use(KeyUse::Franking).next().unwrap(),
    };
    let end = house.clock.0.load(Ordering::SeqCst) / 1_000 + 86_400;
    let state = preset::connection(&input, end).unwrap();
    let rooms = vec![new_room(house, owner, 1, &input.room, state, Dictionary::new(), 2).await];
    CreateRooms { rooms }.tls_serialize_detached().unwrap()
}

/// What a stranger would send to get in.
async fn group_info_request(house: &House, browser: &Browser, p: u8, room: &RoomUri) -> Vec<u8> {
    let (_, credential) = credential(house, browser, p, room).await;
    let tbs = GroupInfoRequestTbs {
        protocol: Protocol::Mls10,
        cipher_suite: 1,
        requesting_signature_key: leaf_key(p).public().as_slice().into(),
        requesting_credential: Credential::sd_cwt(credential),
        group_info_public_key: hpke_keypair(&[p; 32]).unwrap().public.as_slice().into(),
        joining_code: None,
    };
    let signature = leaf_key(p).sign(&tbs.to_be_signed().unwrap());
    GroupInfoRequest { tbs, signature: signature.as_slice().into() }.encode().unwrap()
}

/// A message with nothing in it: `PrivateMessage` of group `a`, epoch 0, application.
fn said_by(sender: &UserUri) -> Vec<u8> {
    let message = hex::decode("0001000201610000000000000000010001000100").unwrap();
    SubmitMessageRequest::new(&message, sender).unwrap().encode().unwrap()
}

fn same(one: &Reply, other: &Reply) {
    assert_eq!((one.status, &one.headers), (other.status, &other.headers));
    assert_eq!(one.body.len(), other.body.len());
}

#[tokio::test]
async fn a_room_is_made_once_with_its_page() {
    let house = house().await;
    let owner = house.browser(1, "alice").await;
    let request = ask_to_join(&house, &owner, "clubhouse", LISTED).await;
    let create = async |browser: &Browser, body: &[u8]| {
        let reply = house.post_as(&browser.session, http::CREATE_ROOMS, body.to_vec()).await;
        (reply.decode::<RoomsCreated>(), reply.reason().map(str::to_owned))
    };
    assert_eq!(create(&owner, &request).await, (RoomsCreated::Ok, None));
    assert_eq!(create(&owner, &request).await, (RoomsCreated::Ok, None), "a repeated request");
    let page = house.get("/r/clubhouse").await;
    assert!(page.text().contains("For those who like clubs."));
    let door = house.get(&http::path_with(http::DOOR, "mimi://a.example/r/clubhouse")).await;
    let door: doorstep_client_api::door::Door = serde_json::from_slice(&door.body).unwrap();
    assert_eq!((door.way_in, door.people, door.moderators.len(), door.noindex), (WayIn::Knock, 1, 1, true));
    assert_eq!(house.get("/r/behind-the-door").await.status, StatusCode::NOT_FOUND, "a knock room has no page");
    let other = house.browser(2, "bob").await;
    let mut changed = request.clone();
    *changed.last_mut().unwrap() = 1;
    assert_eq!(create(&other, &changed).await.0, RoomsCreated::Taken);
}

#[tokio::test]
async fn a_room_is_not_made_by_a_guest_nor_in_somebody_elses_name() {
    let house = house().await;
    let (owner, thief) = (house.browser(1, "alice").await, house.browser(2, "bob").await);
    let guest = house.browser(3, "").await;
    let request = ask_to_join(&house, &owner, "clubhouse", LISTED).await;
    let stolen = house.post_as(&thief.session, http::CREATE_ROOMS, request.clone()).await;
    assert_eq!((stolen.status, stolen.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
    let refused = house.post_as(&guest.session, http::CREATE_ROOMS, request.clone()).await;
    assert_eq!(refused.decode::<RoomsCreated>(), RoomsCreated::NotAllowed);
    for end in (0..request.len()).step_by(97) {
        let cut = house.post_as(&owner.session, http::CREATE_ROOMS, request[..end].to_vec()).await;
        assert_eq!(cut.status, StatusCode::BAD_REQUEST, "{end}");
        house.pass(1_000);
    }
    assert_eq!(house.get("/r/clubhouse").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn to_a_stranger_a_private_room_is_an_unknown_one() {
    let house = house().await;
    let (owner, guest) = (house.browser(1, "alice").await, house.browser(2, "").await);
    let request = ask_to_join(&house, &owner, "secretive", PRIVATE).await;
    let made = house.post_as(&owner.session, http::CREATE_ROOMS, request).await;
    assert_eq!(made.decode::<RoomsCreated>(), RoomsCreated::Ok);
    // Of the same length, so that answers which repeat the address can be compared.
    let rooms = [room("secretive"), room("imaginary")];
    assert_eq!(house.get("/r/secretive").await.text(), house.get("/r/imaginary").await.text());

    let mut replies = Vec::new();
    for (p, room) in [4, 5].into_iter().zip(&rooms) {
        let body = group_info_request(&house, &guest, p, room).await;
        replies.push(house.post_as(&guest.session, &http::path_with(http::GROUP_INFO, room.as_str()), body).await);
        assert_eq!(replies.last().unwrap().status, StatusCode::OK);
        let answer = GroupInfoResponse::decode(&replies.last().unwrap().body).unwrap();
        assert_eq!(answer, GroupInfoResponse::NotAuthorized { room: room.clone() });
    }
    same(&replies[0], &replies[1]);

    let sender = issue_request(4).0.user();
    let said = said_by(&sender);
    let bodies = [vec![], vec![0; 3], vec![0xff; 200], said];
    for template in [http::GROUP_INFO, http::UPDATE, http::SUBMIT_MESSAGE, http::REJECT_COMMIT, http::END_ROOM] {
        for body in bodies.iter().cloned().chain([vec![0; 108], vec![0; 76]]) {
            let mut replies = Vec::new();
            for room in &rooms {
                let path = http::path_with(template, room.as_str());
                replies.push(house.post_as(&guest.session, &path, body.clone()).await);
            }
            same(&replies[0], &replies[1]);
            assert_eq!(replies[0].reason().filter(|reason| *reason != "malformed"), None, "{template}");
        }
    }
}

#[tokio::test]
async fn a_room_whose_time_is_over_ends_by_itself_and_its_address_stays_taken() {
    let house = house().await;
    let owner = house.browser(1, "alice").await;
    let made = house.post_as(&owner.session, http::CREATE_ROOMS, connection_room(&house, &owner, "first").await).await;
    assert_eq!(made.decode::<RoomsCreated>(), RoomsCreated::Ok);
    house.provider.tick().await.unwrap();
    assert!(house.store.load_room(&room("first")).await.unwrap().is_some());
    house.pass(86_400_000);
    house.provider.tick().await.unwrap();
    assert_eq!(house.store.load_room(&room("first")).await.unwrap(), None);
    house.provider.tick().await.unwrap();
    let owner = house.sign_in(owner).await;
    let page: http::MailboxPage = house.get_as(&owner.session, &format!("{}?after=0", http::MAILBOX)).await.decode();
    let [item] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((item.kind, &item.room), (http::MailboxKind::Ended, &room("first")));
    let said = RoomEnded::decode(item.body.as_slice()).unwrap();
    assert_eq!((said.room, said.reason), (room("first"), EndReason::Expired));
    let again = house.post_as(&owner.session, http::CREATE_ROOMS, ask_to_join(&house, &owner, "first", LISTED).await);
    assert_eq!(again.await.decode::<RoomsCreated>(), RoomsCreated::Taken);
}

#[tokio::test]
async fn nobody_speaks_for_somebody_else() {
    let house = house().await;
    let (owner, guest) = (house.browser(1, "alice").await, house.browser(2, "").await);
    let request = ask_to_join(&house, &owner, "clubhouse", LISTED).await;
    house.post_as(&owner.session, http::CREATE_ROOMS, request).await;
    let said = said_by(&issue_request(1).0.user());
    let path = http::path_with(http::SUBMIT_MESSAGE, "mimi://a.example/r/clubhouse");
    let reply = house.post_as(&guest.session, &path, said).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
}

#[tokio::test]
async fn an_unknown_room_gives_nothing_away() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    let room = "mimi://a.example/r/nothing";
    let update = house.post_as(&guest.session, &http::path_with(http::UPDATE, room), vec![0; 108]).await;
    assert_eq!((update.status, update.reason()), (StatusCode::NOT_FOUND, None));
    let reply = house.post_as(&guest.session, &http::path_with(http::GROUP_INFO, room), vec![1]).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::OK, None));
    assert_eq!(GroupInfoResponse::decode(&reply.body).unwrap().status(), GroupInfoCode::NotAuthorized);
}

#[tokio::test]
async fn no_room_is_not_found() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    for template in
        [http::UPDATE, http::REJECT_COMMIT, http::END_ROOM, http::GROUP_INFO, http::SUBMIT_MESSAGE, http::IN_ORDER]
    {
        for room in ["mimi://a.example/u/alice", "x", "mimi://a.example/r/x?y", "\u{0}"] {
            let reply = house.post_as(&guest.session, &http::path_with(template, room), vec![1]).await;
            assert_eq!((reply.status, reply.reason()), (StatusCode::NOT_FOUND, None), "{template} {room}");
        }
    }
}

/// This provider speaks with nobody, and says so where the request could otherwise have gone on its way.
#[tokio::test]
async fn a_room_of_another_hub_is_out_of_reach() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    for template in [http::UPDATE, http::REJECT_COMMIT] {
        let path = http::path_with(template, "mimi://b.example/r/x");
        let reply = house.post_as(&guest.session, &path, vec![1]).await;
        assert_eq!((reply.status, reply.reason()), (StatusCode::FORBIDDEN, Some("provider-not-allowed")), "{template}");
    }
    for template in [http::GROUP_INFO, http::SUBMIT_MESSAGE] {
        let path = http::path_with(template, "mimi://b.example/r/x");
        let reply = house.post_as(&guest.session, &path, vec![1]).await;
        assert_eq!((reply.status, reply.reason()), (StatusCode::BAD_REQUEST, Some("malformed")), "{template}");
    }
}
