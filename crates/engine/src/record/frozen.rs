//! Rows as earlier versions wrote them. They lie in people's browsers and have to be read for good. `rows.hex` was made once
//! from [`written`] before `doorstep-rows` (general CBOR, lists of bytes as lists of integers), `byte_strings.hex` once with
//! it, a row a line; both stay.

use doorstep_mls::Journal;
use doorstep_page_api::view::{
    Answer, Delivery, Happening, Preset, Problem, RequestState, RoomDraft, RoomEnd, Visibility,
};
use doorstep_wire::ext::door::{DisclosurePolicy, Pseudonyms};
use doorstep_wire::{ClientUri, GroupUri, Refusal, RoomUri, UserUri};
use serde_bytes::ByteBuf;

use super::*;

const ROWS: [&str; 2] = [include_str!("frozen/rows.hex"), include_str!("frozen/byte_strings.hex")];

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
        target: Some(room()),
        knock: Some("k".to_owned()),
        unread: 70_000,
        last: Some((user(), "hello".to_owned())),
        ended: Some(RoomEnd::Broken),
        queue,
        busy: Some(Busy::Commit { number: Some(2), hash: [5; 32], request: bytes(50) }),
        behind: Some(5),
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
        packages: vec![Package { bytes: bytes(400), reference: [33; 32], not_after: 1_800_000_000 }],
        expires: 0,
        sent: None,
        withdrawing: false,
        state: KnockState::Gathering,
        again: Vec::new(),
        disclose: None,
        link: None,
    };
    let reason = || "so".to_owned();
    let states = [
        KnockState::Gathering,
        KnockState::Waiting,
        KnockState::Declined { reason: reason() },
        KnockState::Banned { reason: reason() },
        KnockState::Withdrawn,
        KnockState::Refused(problem()),
    ];
    for (number, state) in states.into_iter().enumerate() {
        KNOCKS.put(journal, &number.to_string(), &KnockRecord { state, sent: Some(6), ..knock.clone() });
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

fn frozen(rows: &str) -> Journal {
    let unhex = |hex: &str| hex::decode(hex).unwrap();
    Journal::load(rows.lines().map(|line| {
        let (key, value) = line.split_once(' ').unwrap();
        (unhex(key), unhex(value))
    }))
}

#[test]
fn rows_of_older_versions_are_read() {
    for rows in ROWS {
        let (old, new) = (frozen(rows), written());
        assert_eq!(old.len(), new.len());
        macro_rules! same {
            ($($table:ident)*) => {$(
                assert_eq!($table.all(&old), $table.all(&new));
                assert!(!$table.all(&old).is_empty());
            )*};
        }
        same! {
            PROFILE IDENTITIES KNOCK_KEYS ISSUER_KEYS HUB_KEYS MAKINGS JOINS ROOMS MESSAGES MESSAGE_IDS KNOCKS REQUESTS
            OUTCOMES FUTURE UNDOS COMMANDS
        }
        assert_eq!(set_aside_unreadable(&old), 0);
    }
}
