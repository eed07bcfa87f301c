//! What is packed of each type. A field or a case that is not listed does not compile.

use super::packed::{Packed, Reader};
use crate::door::{DisclosurePolicy, Pseudonyms};
use crate::view::{
    Abilities, Answer, ChatBody, ChatMessage, Claims, Command, DeadLink, Delivery, DiscloseTo, Disclosed, DisclosedTo,
    Envelope, Event, Happening, HomeView, KnockDraft, KnockLink, KnockRequest, Link, LinkJoin, LinkOffer, LinkPerson,
    LinkPreview, LinkRules, LinkText, LinkUses, LinkView, Me, MyDisclosure, MyKnock, MyKnockState, Notice, Outcome,
    PeerNote, PeerTrouble, Person, Preset, Problem, PseudonymUse, RequestState, RoomDisclosure, RoomDraft, RoomEnd,
    RoomSummary, RoomView, Visibility,
};

/// The fields of a struct, in the order in which they are packed.
macro_rules! record {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl Packed for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.put(out);)*
            }

            #[inline(never)]
            fn take(from: &mut Reader<'_>) -> Self {
                Self { $($field: Packed::take(from)),* }
            }
        }
    )*};
}

/// The cases of an enum by number. There is a case 0.
macro_rules! choice {
    ($($name:ident { $($number:literal $case:ident $({ $($field:ident),* })? $(($value:ident))?,)* })*) => {$(
        impl Packed for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$case $({ $($field),* })? $(($value))? => {
                        out.push($number);
                        $($($field.put(out);)*)?
                        $($value.put(out);)?
                    })*
                }
            }

            #[inline(never)]
            fn take(from: &mut Reader<'_>) -> Self {
                match from.byte() {
                    $($number => Self::$case
                        $({ $($field: Packed::take(from)),* })?
                        $(({ let $value = Packed::take(from); $value }))?,)*
                    _ => {
                        // Reads as case 0 from here on.
                        from.fail();
                        Self::take(from)
                    }
                }
            }
        }
    )*};
}

impl Packed for LinkText {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self(String::take(from))
    }
}

record! {
    Envelope { id, command }
    Claims { handle, display_name }
    RoomDraft {
        name, description, slug, preset, visibility, noindex, guests, pseudonyms, as_account, disclosure
    }
    KnockDraft { id, room, room_name, knock_room, note, pseudonym, link, disclose }
    Problem { code, detail }
    HomeView { link, me, rooms, knocks, requests, ready_pseudonyms, pseudonyms, disclosures }
    MyDisclosure {
        id, room, room_name, hub, pseudonym, user, to, claims, readers, in_knock, at, delivery
    }
    Me { handle, display_name, provider }
    PseudonymUse { user, room_name, room, since }
    RoomSummary { room, name, unread, last, at, requests, ended }
    MyKnock { id, room, room_name, note, pseudonym, at, state }
    KnockRequest {
        id, room, room_name, pseudonym, note, at, expires, provider, link, disclosed, warning, state
    }
    RoomView {
        room, name, description, hub, me, people, messages, can, ended, epoch, links, link_rules, disclosure, peers
    }
    PeerNote { provider, since, until, what }
    RoomDisclosure { policy, due, possible, mine }
    Person { user, role, pseudonym, provider, fingerprint, admin, disclosed, overdue }
    Disclosed { user, handle, display_name, issuer, at, to, proven }
    Abilities {
        send, reply, react, answer_knocks, remove, ban, leave, set_roles, make_links, revoke_links, pause_links
    }
    ChatMessage { id, from, at, body, delivery, reply_to, edited, reactions, reportable }
    LinkView { id, role, until, max_uses, uses, note, code }
    LinkUses { used, claimed, joined }
    LinkJoin { user, at }
    LinkRules { paused, roles, max_seconds, many_uses }
    LinkPreview { command, room, link, hint, result }
    LinkOffer {
        name, description, hub, role, pseudonyms, people, max_uses, uses_left, until, inviter_gone, already_in, pseudonym
    }
    LinkPerson { user, role, pseudonym, provider }
    DeadLink { problem }
    KnockLink { id, note }
}

choice! {
    Command {
        0 Hello { room },
        1 SignUp { handle, display_name },
        2 CreateRoom(draft),
        3 Knock(draft),
        4 Withdraw { knock },
        5 DismissKnock { knock },
        6 Answer { request, answer },
        7 JoinOpen { room, pseudonym, as_account },
        8 Send { room, text, reply_to },
        9 React { room, message, reaction },
        10 Edit { room, message, text },
        11 MarkRead { room },
        12 Leave { room },
        13 Remove { room, user, ban },
        14 SetRole { room, user, role },
        15 LookAtLink { invite, as_account },
        16 JoinByLink { invite, as_account, pseudonym, inviter_gone },
        17 MakeLink { room, role, seconds, max_uses, note },
        18 RevokeLink { room, link },
        19 PauseLinks { room, paused },
        20 Disclose { room, to, claims },
        21 Retry,
        22 Report { room, message, note },
        23 KeysRead { provider },
        24 Prepare { room, pseudonym },
    }
    Event {
        0 Ready,
        1 Home(view),
        2 Room(view),
        3 Link(preview),
        4 Done { id, result },
        5 Notice(notice),
        6 Trouble(problem),
    }
    DiscloseTo { 0 Room, 1 Admins, 2 Member(user), }
    Preset { 0 AskToJoin, 1 Open, }
    Visibility { 0 Listed, 1 Unlisted, 2 Private, }
    Pseudonyms { 0 Optional, 1 Required, 2 Forbidden, }
    DisclosurePolicy { 0 Optional, 1 Required { grace }, 2 Forbidden, }
    Answer { 0 Accept, 1 Decline { reason }, 2 Ban { reason }, }
    Outcome { 0 Ok, 1 Room { room }, 2 Link { link }, }
    Notice {
        0 Knock { room_name },
        1 Accepted { room, room_name },
        2 Declined { room_name },
        3 Message { room, room_name },
    }
    Link { 0 Starting, 1 Online, 2 Offline, }
    RoomEnd { 0 Left, 1 Removed, 2 Banned, 3 Broken, }
    MyKnockState {
        0 RoomClosed,
        1 Sending { step, steps, waiting_for_network },
        2 Waiting { since, expires },
        3 Accepted,
        4 Declined { reason },
        5 Banned { reason },
        6 Expired,
        7 Withdrawn,
        8 Refused(problem),
    }
    RequestState {
        0 Open,
        1 Answering(answer),
        2 Answered { by, accepted },
        3 Withdrawn,
        4 Expired,
        5 Failed(problem),
    }
    DisclosedTo { 0 Room, 1 Admins, 2 Me, }
    ChatBody { 0 Deleted, 1 Text(text), 2 Unknown(kind), 3 Happened(what), }
    Happening {
        0 Created,
        1 Joined(user),
        2 Added(user),
        3 Left(user),
        4 Removed(user),
        5 Banned(user),
        6 Returned(user),
        7 Refused(rule),
        8 Disclosed(user),
        9 Unvouched,
    }
    PeerTrouble { 0 Missed, 1 Waiting, 2 HubAway, 3 NewKeys, }
    Delivery { 0 Pending, 1 Sent, 2 Failed(problem), }
}
