//! Rows as earlier versions wrote them. They lie in people's browsers and have to be read for good, a row a line; what is
//! here stays. Of version 1: `rows.hex` was made from [`written`] before `doorstep-rows` (general CBOR, lists of bytes as lists
//! of integers), `byte_strings.hex` with it, `version_1.hex` from [`more`] by the last program that wrote that version. Of
//! version 2: `version_2.hex` from all there is here, and `connections.hex`, with what came with connections.

use doorstep_mls::Journal;
use doorstep_page_api::view::{
    Answer, Change, Claims, Delivery, DiscloseTo, Disclosed, DisclosedTo, Happening, Preset, Problem, RequestState,
    RoomDraft, RoomEnd, Visibility,
};
use doorstep_wire::ext::door::{DisclosurePolicy, Pseudonyms};
use doorstep_wire::{ClientUri, GroupUri, Refusal, RoomUri, UserUri};
use serde_bytes::ByteBuf;

use super::*;

mod connections;

/// Version 1 of [`written`].
const ROWS: [&str; 2] = [include_str!("frozen/rows.hex"), include_str!("frozen/byte_strings.hex")];
/// Version 1 of [`more`].
const MORE: &str = include_str!("frozen/version_1.hex");
/// Version 2 of [`everything`].
const VERSION_2: &str = include_str!("frozen/version_2.hex");

fn room() -> RoomUri {
    "mimi://hub.example/r/clubhouse".parse().unwrap()
}

fn group() -> GroupUri {
    "mimi://hub.example/g/5f0c8a3e-0000-4000-8000-000000000001".parse().unwrap()
}

fn user() -> UserUri {
    "mimi://hub.example/u/bob".parse().unwrap()
}

fn client() -> ClientUri {
    "mimi://hub.example/d/bob/5f0c8a3e-0000-4000-8000-000000000002".parse().unwrap()
}

fn bytes(length: usize) -> ByteBuf {
    ByteBuf::from((0..length).map(|byte| byte as u8).collect::<Vec<_>>())
}

fn problem() -> Problem {
    Problem { code: Refusal::KnockRoomFull, detail: "ähem".to_owned() }
}

fn people(journal: &Journal) {
    let profile = Profile {
        client_id: [200; 16],
        key: [7; 32],
        registered: true,
        handle: Some("bob".to_owned()),
        display_name: None,
        sign_up: Some(PendingSignUp { command: "c".to_owned(), handle: "bob".to_owned(), display_name: None }),
        token: Some(Token { secret: [255; 32], expires: 1_900_000_000_000 }),
        cursor: u64::MAX,
    };
    PROFILE.put(journal, PROFILE_KEY, &profile);
    let identity = IdentityRecord {
        user: user(),
        client: client(),
        pseudonym: false,
        seed: [1; 32],
        token: Some(bytes(300)),
        made: 24,
        used: Use::Room(room()),
        refused: None,
        disclosures: None,
        expires: 0,
        renewed: 0,
    };
    IDENTITIES.put(journal, "1", &identity);
    let other =
        IdentityRecord { token: None, used: Use::Pool, refused: Some(Refusal::from_word("no")), ..identity.clone() };
    IDENTITIES.put(journal, "2", &other);
    IDENTITIES.put(journal, "3", &IdentityRecord { used: Use::Outcome, token: Some(bytes(0)), ..identity });
    KNOCK_KEYS.put(journal, "00", &KnockKey { room: room(), secret: [9; 32] });
    ISSUER_KEYS.put(journal, "hub.example", &bytes(40));
    HUB_KEYS.put(journal, "hub.example", &bytes(256));
}

fn joining(journal: &Journal) {
    let draft = RoomDraft {
        name: "Clubhouse".to_owned(),
        description: String::new(),
        slug: Some("clubhouse".to_owned()),
        preset: Preset::AskToJoin,
        visibility: Visibility::Unlisted,
        noindex: true,
        guests: false,
        pseudonyms: Pseudonyms::Required,
        as_account: false,
        disclosure: DisclosurePolicy::Optional,
    };
    let making = MakingRecord {
        draft,
        room: room(),
        knock_room: Some(room()),
        client: client(),
        knock_client: None,
        state: MakingState::Posting { request: bytes(30) },
        made_for: MadeFor::Page,
    };
    MAKINGS.put(journal, "1", &making);
    MAKINGS.put(journal, "2", &MakingRecord { state: MakingState::Gathering, ..making });
    let join = JoinRecord {
        room: room(),
        client: client(),
        purpose: Purpose::Stay { command: "1".to_owned() },
        lost: 3,
        state: JoinState::Asking { secret: [3; 32], credential: bytes(20), request: bytes(700) },
        link: None,
    };
    JOINS.put(journal, "1", &join);
    let knock = Purpose::Knock { knock: "k".to_owned() };
    let state = JoinState::Committing { group: group(), request: bytes(5), then: None };
    JOINS.put(journal, "2", &JoinRecord { purpose: knock, state, ..join.clone() });
    JOINS.put(journal, "3", &JoinRecord { state: JoinState::Gathering, ..join });
}

fn rooms(journal: &Journal) {
    let intents = [
        Intent::Say { message: [4; 32], framed: bytes(100) },
        Intent::Knock { knock: "k".to_owned() },
        Intent::Settle,
        Intent::Accept { request: "00".to_owned() },
        Intent::KeepOut { request: "01".to_owned() },
        Intent::Remove { user: user(), ban: true, command: None },
        Intent::Leave { command: None },
        Intent::Refresh,
    ];
    let queue = (0..).zip(intents).map(|(number, intent)| Queued { number, intent, tries: 1 }).collect();
    let mut entered = RoomRecord::entered(room(), group(), client(), "Clubhouse".to_owned(), 1_800_000_000_000);
    entered.heard = 0;
    let full = RoomRecord {
        // Its row names both a room whose knocks are read and a knock: the knock counts.
        kind: RoomKind::KnockRoom(KnockRole::Knocker { knock: "k".to_owned() }),
        life: Life::Ended(RoomEnd::Broken),
        unread: 70_000,
        last: Some((user(), "hello".to_owned())),
        queue,
        busy: Some(Busy::Commit { number: Some(2), hash: [5; 32], request: bytes(50) }),
        rejecting: Some(bytes(33)),
        next: 9,
        messages: 300,
        ..entered.clone()
    };
    ROOMS.put(journal, "1", &entered);
    let message = Busy::Message { number: 1, request: bytes(1), leave: None };
    ROOMS.put(journal, "2", &RoomRecord { busy: Some(message), ..entered.clone() });
    ROOMS.put(journal, "3", &RoomRecord { busy: Some(Busy::Leaving { number: 1, request: bytes(1) }), ..entered });
    ROOMS.put(journal, "4", &full);
    FUTURE.put(journal, "1", &bytes(1000));
    let rows = vec![(bytes(40), Some(bytes(300))), (bytes(10), None)];
    UNDOS.put(journal, "1", &Undo { commit: [6; 32], at: 5, by: user(), rows });
    COMMANDS.put(journal, "1", &1_800_000_000_000);
}

fn chat(journal: &Journal) {
    let said = StoredMessage {
        id: Some([0; 32]),
        from: user(),
        at: 1_800_000_000_000,
        body: Body::Text("hello\n".to_owned()),
        delivery: Delivery::Failed(problem()),
        in_reply_to: Some([254; 32]),
        edited: true,
        reactions: vec![("👍".to_owned(), user(), [8; 32])],
        changes: Vec::new(),
        refused: None,
    };
    MESSAGES.put(journal, "1", &said);
    let happened = Body::Happened(Happening::Added("mimi://hub.example/u/cathy".to_owned()));
    MESSAGES.put(journal, "2", &StoredMessage { id: None, body: happened, reactions: vec![], ..said.clone() });
    let created = Body::Happened(Happening::Created);
    MESSAGES.put(journal, "3", &StoredMessage { body: created, delivery: Delivery::Sent, ..said.clone() });
    let deleted = StoredMessage { body: Body::Deleted, delivery: Delivery::Pending, ..said.clone() };
    MESSAGES.put(journal, "4", &deleted);
    MESSAGES.put(journal, "5", &StoredMessage { body: Body::Unknown("x/y".to_owned()), ..said });
    MESSAGE_IDS.put(journal, "1", &message_key(&room(), 7));
}

fn knocks(journal: &Journal) {
    let knock = KnockRecord {
        target: room(),
        target_name: "Clubhouse".to_owned(),
        knock_room: room(),
        note: "may I?".to_owned(),
        at: 5,
        visitor: client(),
        client: client(),
        request_id: [30; 16],
        answer_secret: [31; 32],
        answer_key: [32; 32],
        again: Vec::new(),
        disclose: None,
        link: None,
        state: KnockState::Gathering,
    };
    let reason = || "so".to_owned();
    let package = Package { bytes: bytes(400), reference: [33; 32], not_after: 1_800_000_000 };
    let pack = Pack { packages: vec![package], expires: 0 };
    let states = [
        KnockState::Gathering,
        KnockState::Waiting { pack: pack.clone(), sent: 6 },
        KnockState::Over { end: KnockEnd::Declined { reason: reason() }, pack: Some(pack.clone()) },
        KnockState::Over { end: KnockEnd::Banned { reason: reason() }, pack: Some(pack.clone()) },
        KnockState::Over { end: KnockEnd::Withdrawn, pack: None },
        KnockState::Over { end: KnockEnd::Refused(problem()), pack: Some(pack) },
    ];
    for (number, state) in states.into_iter().enumerate() {
        KNOCKS.put(journal, &number.to_string(), &KnockRecord { state, ..knock.clone() });
    }
    let request = RequestRecord {
        request_id: [30; 16],
        target: room(),
        user: user(),
        note: "may I?".to_owned(),
        at: 5,
        expires: 6,
        packages: vec![bytes(400), bytes(2)],
        answer_key: [32; 32],
        state: RequestState::Open,
        disclosed: None,
        link: None,
        warning: None,
    };
    let states = [
        RequestState::Open,
        RequestState::Answering(Answer::Ban { reason: "so".to_owned() }),
        RequestState::Answered { by: "mimi://hub.example/u/alice".to_owned(), accepted: true },
        RequestState::Failed(problem()),
    ];
    for (number, state) in states.into_iter().enumerate() {
        REQUESTS.put(journal, &number.to_string(), &RequestRecord { state, ..request.clone() });
    }
    let entries = vec![bytes(3), bytes(24)];
    let outcome = OutcomeRecord { sender: client(), entries, sent: 1, banned: true, reason: reason() };
    OUTCOMES.put(journal, "1", &outcome);
}

/// What the frozen rows hold.
fn written() -> Journal {
    let journal = Journal::new();
    people(&journal);
    joining(&journal);
    rooms(&journal);
    chat(&journal);
    knocks(&journal);
    journal
}

/// What the frozen rows of version 1 hold that were made last.
fn more() -> Journal {
    let journal = Journal::new();
    more_rooms(&journal);
    more_knocks(&journal);
    let link = LinkRecord {
        room: room(),
        link_id: [7; 16],
        role: 2,
        not_after: 1_800_000_000,
        max_uses: 3,
        note: "for the club".to_owned(),
        state: LinkState::Making { seed: [8; 32], command: "c".to_owned() },
        said_in: None,
    };
    LINKS.put(&journal, "0", &link);
    LINKS.put(&journal, "1", &LinkRecord { state: LinkState::Standing { seed: [8; 32] }, ..link.clone() });
    LINKS.put(&journal, "2", &LinkRecord { state: LinkState::Gone, ..link });
    journal
}

fn more_rooms(journal: &Journal) {
    let entered = RoomRecord::entered(room(), group(), client(), "Clubhouse".to_owned(), 1_800_000_000_000);
    let knocker = RoomRecord {
        kind: RoomKind::KnockRoom(KnockRole::Knocker { knock: "k".to_owned() }),
        queue: vec![Queued { number: 0, intent: Intent::Leave { command: None }, tries: 0 }],
        busy: Some(Busy::Message { number: 0, request: bytes(9), leave: Some(bytes(8)) }),
        next: 1,
        ..entered.clone()
    };
    let keepers = vec![(user(), client().user())];
    let kind = RoomKind::KnockRoom(KnockRole::Moderator { target: room(), keepers });
    let moderator = RoomRecord { kind, ..entered.clone() };
    let repair = Some(Repair { tries: 2, at: 7, stage: RepairStage::Lost });
    let behind = RoomRecord { behind: Some(9), repair, taken_back: vec![[3; 32]], ..entered.clone() };
    let left = RoomRecord { life: Life::Leaving { epoch: 4, at: 5, settled: Some(6) }, ..entered.clone() };
    let unwatched = RoomRecord { life: Life::Ended(RoomEnd::Left), ..entered.clone() };
    let removed = RoomRecord { life: Life::Ended(RoomEnd::Removed), ..moderator.clone() };
    let asked = Intent::Remove { user: user(), ban: true, command: Some("c".to_owned()) };
    let wants = [asked, Intent::MakeLink { link: "07".to_owned() }, Intent::Leave { command: Some("d".to_owned()) }];
    let queue = (0..).zip(wants).map(|(number, intent)| Queued { number, intent, tries: 0 }).collect();
    let wanting = RoomRecord { queue, next: 3, ..entered.clone() };
    let rooms = [entered, knocker, moderator, behind, left, unwatched, removed, wanting];
    for (number, record) in rooms.into_iter().enumerate() {
        ROOMS.put(journal, &number.to_string(), &record);
    }
}

fn more_knocks(journal: &Journal) {
    let package = Package { bytes: bytes(40), reference: [33; 32], not_after: 1_800_000_000 };
    let packages = || vec![package.clone()];
    let pack = || Pack { packages: packages(), expires: 1_800_000_009_000 };
    let over = |end| KnockState::Over { end, pack: None };
    let awaited = |end| KnockState::Over { end, pack: Some(pack()) };
    let no = || KnockEnd::Declined { reason: "so".to_owned() };
    let states = [
        KnockState::Gathering,
        // It was one of versions before.
        KnockState::Joining { pack: pack(), sent: None },
        KnockState::Joining { pack: pack(), sent: None },
        KnockState::Joining { pack: pack(), sent: Some(6) },
        KnockState::Delivering { pack: pack(), sent: Some(6) },
        KnockState::Waiting { pack: pack(), sent: 6 },
        KnockState::Withdrawing { packages: packages() },
        over(KnockEnd::Accepted),
        awaited(no()),
        over(no()),
        // It was taken back before.
        over(no()),
        awaited(KnockEnd::Banned { reason: "so".to_owned() }),
        over(KnockEnd::RoomClosed),
        over(KnockEnd::Expired),
        over(KnockEnd::Withdrawn),
        over(KnockEnd::Refused(problem())),
        awaited(KnockEnd::Refused(problem())),
    ];
    for (number, state) in states.into_iter().enumerate() {
        let again =
            matches!(state, KnockState::Joining { sent: Some(_), .. } | KnockState::Delivering { sent: Some(_), .. });
        let knock = KnockRecord {
            target: room(),
            target_name: "Clubhouse".to_owned(),
            knock_room: room(),
            note: "may I?".to_owned(),
            link: Some([5; 16]),
            at: 5,
            visitor: client(),
            client: client(),
            request_id: [30; 16],
            answer_secret: [31; 32],
            answer_key: [32; 32],
            disclose: Some(Claims { handle: true, display_name: false }),
            again: if again { vec![[1; 32]] } else { Vec::new() },
            state,
        };
        KNOCKS.put(journal, &format!("{number:02}"), &knock);
    }
}

/// What the frozen rows of version 2 hold: [`written`], [`more`] with other keys, and what was not frozen before.
fn everything() -> Journal {
    let journal = written();
    for (key, row) in more().scan_prefix(b"") {
        journal.put(&[key.as_slice(), b"+"].concat(), &row);
    }
    changed(&journal);
    newer(&journal);
    migration::mark(&journal);
    journal
}

/// Messages with changes that are shown before the hub has taken them, and with one that it refused.
fn changed(journal: &Journal) {
    let mut changed = StoredMessage::new(Some([1; 32]), user(), 9, Body::Text("a".to_owned()), Delivery::Sent);
    changed.change_content([2; 32], Body::Text("b".to_owned()));
    changed.change_content([3; 32], Body::Deleted);
    changed.changes.push(PendingChange { id: [4; 32], undo: Undone::Reacted });
    let undo = Undone::TookBack { reaction: "👍".to_owned(), user: user(), id: [5; 32] };
    changed.changes.push(PendingChange { id: [6; 32], undo });
    changed.refused = Some((Change::Text("c".to_owned()), problem()));
    MESSAGES.put(journal, "changed", &changed);
    for (key, change) in [("reacted", Change::React("👍".to_owned())), ("deleted", Change::Delete)] {
        MESSAGES.put(journal, key, &StoredMessage { refused: Some((change, problem())), ..changed.clone() });
    }
}

/// What there was not when version 1 was frozen.
fn newer(journal: &Journal) {
    let to = |to: DiscloseTo, state| MyDisclosureRecord {
        room: room(),
        room_name: "Clubhouse".to_owned(),
        client: client(),
        user: user(),
        to,
        claims: Claims { handle: true, display_name: true },
        readers: 3,
        in_knock: false,
        at: 4,
        last: 5,
        again: Some(6),
        over: false,
        state,
    };
    DISCLOSURES.put(journal, "1", &to(DiscloseTo::Room, DisclosureState::Sent));
    DISCLOSURES.put(journal, "2", &to(DiscloseTo::Member(user().to_string()), DisclosureState::Failed(problem())));
    let shown = Disclosed {
        user: user().to_string(),
        handle: Some("bob".to_owned()),
        display_name: None,
        issuer: "hub.example".to_owned(),
        at: 7,
        to: DisclosedTo::Admins,
        proven: vec!["account".to_owned()],
    };
    DISCLOSED.put(journal, "1", &DisclosedRecord { by: user(), leaf_key: [1; 32], shown });
    EPOCHS.put(journal, "1", &EpochRecord { base: [2; 32], leaf_secret: [3; 32] });
    let issuer = "other.example".parse().unwrap();
    PARKED.put(journal, "1", &ParkedRecord { issuer, since: 8, item: bytes(30) });
    for table in [KEYS_CHANGED, WITHDRAWN, ARRIVALS] {
        table.put(journal, "1", &1_800_000_000_000);
    }
    for table in [PROOFS, REPORTS] {
        table.put(journal, "1", &bytes(300));
    }
    let join = |purpose| JoinRecord {
        room: room(),
        client: client(),
        purpose,
        link: None,
        lost: 1,
        state: JoinState::Gathering,
    };
    let leave = Some(bytes(4));
    let then = Some(Busy::Message { number: 0, request: bytes(3), leave });
    let state = JoinState::Committing { group: group(), request: bytes(5), then };
    JOINS.put(journal, "knock", &JoinRecord { state, ..join(Purpose::Knock { knock: "k".to_owned() }) });
    JOINS.put(journal, "keep", &join(Purpose::Keep { target: room() }));
    JOINS.put(journal, "in", &join(Purpose::LetIn { knock: "k".to_owned(), named: true }));
    JOINS.put(journal, "return", &join(Purpose::Return));
    let command = || "c".to_owned();
    let intents = [
        Intent::SetRole { user: user(), role: 2, command: Some(command()) },
        Intent::RevokeLink { command: command(), link: "07".to_owned() },
        Intent::PauseLinks { command: command(), paused: true },
        Intent::Disclose { disclosure: "1".to_owned() },
    ];
    let queue = (0..).zip(intents).map(|(number, intent)| Queued { number, intent, tries: 0 }).collect();
    let entered = RoomRecord::entered(room(), group(), client(), "Clubhouse".to_owned(), 9);
    ROOMS.put(journal, "newer", &RoomRecord { queue, next: 4, ..entered });
}

fn frozen(rows: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let unhex = |hex: &str| hex::decode(hex).unwrap();
    let row = |line: &str| {
        let (key, value) = line.split_once(' ').unwrap();
        (unhex(key), unhex(value))
    };
    rows.lines().map(row).collect()
}

/// All tables that have a row in one of them have the same in both.
fn assert_same(old: &Journal, new: &Journal) {
    assert_eq!(old.len(), new.len());
    macro_rules! same {
        ($($table:ident)*) => {$( assert_eq!($table.all(old), $table.all(new)); )*};
    }
    same! {
        VERSION PROFILE IDENTITIES KNOCK_KEYS ISSUER_KEYS KEYS_CHANGED HUB_KEYS MAKINGS JOINS ROOMS MESSAGES MESSAGE_IDS
        PROOFS REPORTS KNOCKS REQUESTS WITHDRAWN LINKS OUTCOMES FUTURE PARKED UNDOS DISCLOSURES DISCLOSED ARRIVALS EPOCHS
        COMMANDS
    }
    let read = |journal: &Journal| set_aside_unreadable(journal);
    assert_eq!((read(old), read(new)), (0, 0));
}

#[test]
fn rows_of_version_1_are_brought_here() {
    for (rows, new) in ROWS.into_iter().map(|rows| (rows, written())).chain([(MORE, more())]) {
        let old = Journal::load(frozen(rows));
        migration::migrate(&old).unwrap();
        migration::mark(&new);
        assert_same(&old, &new);
        // All that was not as it had to be is written, and once.
        let written: Vec<_> = old.drain_writes().into_iter().map(|write| write.key).collect();
        for prefix in ["e/version/", "e/room/", "e/knock/"] {
            assert!(written.iter().any(|key| key.starts_with(prefix.as_bytes())), "{prefix}");
        }
        let again = Journal::load(old.scan_prefix(b"").into_iter().map(|(key, row)| (key, row.to_vec())));
        migration::migrate(&again).unwrap();
        assert!(again.drain_writes().is_empty());
        assert_same(&again, &new);
    }
}

#[test]
fn rows_of_version_2_are_read() {
    let old = Journal::load(frozen(VERSION_2));
    migration::migrate(&old).unwrap();
    assert_same(&old, &everything());
    assert!(old.drain_writes().is_empty());
}

#[test]
fn what_tests_take_for_version_1_is_that() {
    for rows in [ROWS[1], MORE] {
        let (now, before) = (Journal::load(frozen(rows)), Journal::load(frozen(rows)));
        migration::migrate(&now).unwrap();
        migration::back(&now);
        assert_eq!(now.len(), before.len());
        migration::migrate(&now).unwrap();
        migration::migrate(&before).unwrap();
        assert_same(&now, &before);
    }
}

#[test]
fn a_row_that_is_not_of_its_version_is_set_aside_and_the_others_are_brought_here() {
    let mut rows = frozen(MORE);
    let (key, whole) = rows.iter().find(|(key, _)| key == b"e/knock/05").unwrap().clone();
    rows.push((b"e/knock/torn".to_vec(), whole[..whole.len() - 1].to_vec()));
    rows.push((b"e/room/torn".to_vec(), b"\xa0".to_vec()));
    rows.push((b"e/join-link/other".to_vec(), whole));
    let journal = Journal::load(rows);
    migration::migrate(&journal).unwrap();
    assert_eq!(set_aside_unreadable(&journal), 3);
    assert_eq!(journal.scan_prefix(b"aside/").len(), 3);
    assert!(journal.get(&key).is_some());
    assert_eq!((KNOCKS.all(&journal).len(), ROOMS.all(&journal).len(), LINKS.all(&journal).len()), (17, 8, 3));
}

#[test]
fn rows_of_a_newer_version_are_left_alone() {
    for version in [b"\x03".as_slice(), b"\x18\xff", b"\x61x", b""] {
        let mut rows = frozen(MORE);
        rows.push((b"e/version/".to_vec(), version.to_vec()));
        let journal = Journal::load(rows.clone());
        assert!(migration::migrate(&journal).is_err());
        assert!(journal.drain_writes().is_empty());
        let config = crate::Config { domain: "hub.example".parse().unwrap() };
        assert!(matches!(crate::Engine::load(rows, config), Err(crate::LoadError::NewerVersion)));
    }
}
