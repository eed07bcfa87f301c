//! Rows that came with connections, and the rows of before that can say more since.

use doorstep_page_api::view::{AnswerPause, AskedBy, FoundBy};

use super::*;

/// As they were first written.
const ROWS: &str = include_str!("connections.hex");

fn pack() -> Pack {
    Pack { packages: vec![Package { bytes: bytes(5), reference: [6; 32], not_after: 7 }], expires: 8 }
}

fn ask(state: AskState) -> AskRecord {
    AskRecord {
        user: user(),
        greeting: "gr\u{fc}ezi".to_owned(),
        claims: Claims { handle: true, display_name: false },
        at: 1,
        room: room(),
        first: client(),
        second: client(),
        request_id: [2; 16],
        state,
    }
}

fn written() -> Journal {
    let journal = Journal::new();
    let states = [
        AskState::Looking,
        AskState::Making,
        AskState::Fetching { exhausted: 2 },
        AskState::Adding { packages: vec![bytes(3)] },
        AskState::Announcing { pack: pack() },
        AskState::Saying { pack: pack(), hash: Some([4; 32]) },
        AskState::Waiting { pack: pack(), hash: [4; 32], sent: 5 },
        AskState::LetIn { room: room(), hash: [4; 32], sent: 5, since: 6 },
        AskState::Connected { room: room() },
        AskState::Over(AskEnd::NotReached),
        AskState::Over(AskEnd::Withdrawn),
        AskState::Over(AskEnd::Refused(problem())),
    ];
    for (number, state) in states.into_iter().enumerate() {
        ASKS.put(&journal, &format!("{number:02}"), &ask(state));
    }
    let who = Disclosed {
        user: user().to_string(),
        handle: Some("bob".to_owned()),
        display_name: None,
        issuer: "hub.example".to_owned(),
        at: 3,
        to: DisclosedTo::Me,
        proven: vec!["account".to_owned()],
    };
    let states = [
        ContactState::Open,
        ContactState::NotNow,
        ContactState::Blocked,
        ContactState::Pausing { until: 9 },
        ContactState::Answering { room: room(), client: client() },
        ContactState::Connected { room: room() },
        ContactState::Failed(problem()),
    ];
    for (number, state) in states.into_iter().enumerate() {
        let request = ContactRequestRecord {
            request_id: [3; 16],
            room: room(),
            who: who.clone(),
            greeting: "hi".to_owned(),
            at: 4,
            reply_to: user(),
            packages: vec![bytes(6)],
            expires: 7,
            ticket: (number == 0).then_some([8; 32]),
            hash: [9; 32],
            state,
        };
        CONTACT_REQUESTS.put(&journal, &format!("{number:02}"), &request);
    }
    PAIRS.put(&journal, "1", &PairRecord { with: user(), proven: true });
    TURNED_AWAY.put(&journal, "1", &10);
    let offered =
        |last_resort, bytes| OfferedPackage { reference: [5; 32], not_after: 6, last_resort, given: true, bytes };
    let contact = ContactRecord {
        found_by: FoundBy::HandleOrName,
        asked_by: AskedBy::PeopleIKnow,
        pause: AnswerPause::ThreeDays,
        told: true,
        blocked: vec![user()],
        packages: vec![offered(true, None), offered(false, Some(bytes(4)))],
        counted: 11,
    };
    CONTACT.put(&journal, "", &contact);
    more_can_be_said(&journal);
    journal
}

fn more_can_be_said(journal: &Journal) {
    let entered = || RoomRecord::entered(room(), group(), client(), String::new(), 9);
    let intents = [
        Intent::End { command: None },
        Intent::AddAsked { ask: "1".to_owned() },
        Intent::SayAsk { ask: "1".to_owned() },
        Intent::AddPair { request: "2".to_owned() },
        Intent::SayYes { request: "2".to_owned() },
    ];
    let queue = (0..).zip(intents).map(|(number, intent)| Queued { number, intent, tries: 0 }).collect();
    let kind = RoomKind::Connection(ConnectionRole::Asking("1".to_owned()));
    let busy = Some(Busy::Ending { number: 0, request: bytes(2) });
    ROOMS.put(journal, "asking", &RoomRecord { kind, queue, busy, ..entered() });
    let (kind, life) = (RoomKind::Connection(ConnectionRole::Asked), Life::Ended(RoomEnd::Closed));
    ROOMS.put(journal, "asked", &RoomRecord { kind, life, ..entered() });
    let body = Body::Invite { invite: bytes(7), name: "Club".to_owned(), room: room() };
    MESSAGES.put(journal, "1", &StoredMessage::new(Some([1; 32]), user(), 2, body, Delivery::Sent));
    let draft = RoomDraft {
        name: String::new(),
        description: String::new(),
        slug: None,
        preset: Preset::Open,
        visibility: Visibility::Private,
        noindex: true,
        guests: true,
        pseudonyms: Pseudonyms::Required,
        as_account: false,
        disclosure: DisclosurePolicy::Optional,
    };
    for (key, made_for) in [("ask", MadeFor::Ask("1".to_owned())), ("pair", MadeFor::Pair("2".to_owned()))] {
        let (draft, state) = (draft.clone(), MakingState::Gathering);
        let making = MakingRecord {
            draft,
            room: room(),
            knock_room: None,
            client: client(),
            knock_client: None,
            state,
            made_for,
        };
        MAKINGS.put(journal, key, &making);
    }
    let link = LinkRecord {
        room: room(),
        link_id: [1; 16],
        role: 2,
        not_after: 3,
        max_uses: 1,
        note: String::new(),
        state: LinkState::Standing { seed: [4; 32] },
        said_in: Some(room()),
    };
    LINKS.put(journal, "said", &link);
    for (key, used) in [("contact", Use::Contact), ("ask", Use::Ask("1".to_owned()))] {
        let identity = IdentityRecord {
            user: user(),
            client: client(),
            pseudonym: false,
            seed: [1; 32],
            token: None,
            expires: 0,
            made: 2,
            renewed: 0,
            used,
            refused: None,
            disclosures: None,
        };
        IDENTITIES.put(journal, key, &identity);
    }
}

#[test]
fn rows_of_connections_are_read() {
    let (old, new) = (Journal::load(frozen(ROWS)), written());
    assert_same(&old, &new);
    macro_rules! same {
        ($($table:ident)*) => {$( assert_eq!($table.all(&old), $table.all(&new)); )*};
    }
    same! { ASKS CONTACT_REQUESTS PAIRS TURNED_AWAY CONTACT }
}
