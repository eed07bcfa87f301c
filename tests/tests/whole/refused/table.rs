//! Every command, and the story in which what it asks is refused. In `abroad` the hub is another provider's; what a hub
//! says in the draft's own codes is in `codes`, `malice` (a commit changed on its way, a private room) and `links`.

use doorstep_page_api::view::{Answer, Command, Outcome};
use doorstep_tests::scene::{ROOM, say};

use crate::connection::refusals as connection;

use super::{codes, entering, knocking, linking, refuse, room, telling, two};

/// Who can refuse a command.
enum Place {
    /// The hub or the own provider, which are asked: these stories tell it.
    Asks(&'static [fn()]),
    /// Nobody is asked for it: the browser does it by itself, with or without a network.
    AsksNobody,
}

/// A new command does not compile until it has its place.
fn place(command: &Command) -> Place {
    match command {
        // Answered at once, with what is here.
        Command::Hello { .. } => Place::Asks(&[linking::a_room_is_shown_without_what_its_hub_does_not_tell]),
        Command::SignUp { .. } => Place::Asks(&[
            entering::whoever_gets_no_account_is_told_and_can_have_another,
            entering::whoever_finds_the_house_closed_is_told,
            entering::an_account_that_the_provider_refuses_by_its_status_is_answered,
        ]),
        Command::CreateRoom(_) => {
            Place::Asks(&[entering::a_room_that_is_not_made_is_nowhere_and_can_be_made_after_all])
        }
        Command::Prepare { .. } => {
            Place::Asks(&[entering::a_name_that_is_not_vouched_for_is_not_ready_and_is_asked_for_seldom])
        }
        Command::Knock(_) => Place::Asks(&[
            knocking::a_knock_that_is_refused_is_told_as_that_and_another_is_heard,
            knocking::a_knock_that_cannot_show_who_knocks_is_refused_and_another_is_heard,
        ]),
        Command::Withdraw { .. } => Place::Asks(&[knocking::a_withdrawal_that_is_refused_is_brought_until_it_is_taken]),
        Command::Answer { answer, .. } => match answer {
            Answer::Accept => Place::Asks(&[
                knocking::a_yes_that_is_refused_is_told_and_can_be_said_again,
                codes::an_answer_that_is_refused_in_a_body_is_told_and_can_be_given_again,
            ]),
            Answer::Decline { .. } => Place::Asks(&[
                knocking::a_no_that_is_refused_for_a_while_arrives,
                knocking::a_no_that_is_refused_is_told_and_can_be_said_again,
            ]),
            Answer::Ban { .. } => Place::Asks(&[
                knocking::a_ban_that_is_refused_is_told_and_can_be_said_again,
                codes::an_answer_that_is_refused_in_a_body_is_told_and_can_be_given_again,
            ]),
        },
        Command::JoinOpen { .. } => {
            Place::Asks(&[entering::whoever_is_not_let_into_an_open_room_is_told_and_is_let_in_after_all])
        }
        Command::Send { .. } | Command::SendAgain { .. } => {
            Place::Asks(&[super::a_message_that_was_refused_is_sent_again_as_one])
        }
        Command::React { .. } => Place::Asks(&[super::a_change_that_is_refused_goes_back_and_can_be_made_again]),
        Command::Edit { .. } => Place::Asks(&[
            super::a_change_that_is_refused_goes_back_and_can_be_made_again,
            super::of_two_changes_the_one_that_is_taken_stands,
        ]),
        Command::Report { .. } => {
            Place::Asks(&[telling::a_report_that_is_refused_is_told_as_that_and_can_be_made_again])
        }
        Command::Leave { .. } => Place::Asks(&[
            super::whoever_is_not_let_go_is_told_and_stays,
            knocking::a_moderator_who_is_not_let_go_goes_on_to_read_knocks,
            codes::what_is_refused_in_a_body_is_told_and_can_be_done_after_all,
        ]),
        Command::Remove { .. } => Place::Asks(&[
            super::a_command_about_people_is_answered_by_what_the_hub_did,
            codes::who_is_put_out_stays_while_that_is_refused_in_a_body,
        ]),
        Command::SetRole { .. } => Place::Asks(&[
            super::a_role_that_is_not_given_stays_as_it_was,
            codes::what_is_refused_in_a_body_is_told_and_can_be_done_after_all,
            codes::whoever_is_always_too_late_is_told,
        ]),
        Command::EndRoom { .. } => Place::Asks(&[super::a_room_that_is_not_ended_goes_on_and_can_be_ended_after_all]),
        Command::LookAtLink { .. } => {
            Place::Asks(&[linking::whoever_is_shown_nothing_behind_a_link_is_told_why_and_can_look_again])
        }
        Command::JoinByLink { .. } => {
            Place::Asks(&[linking::whoever_is_not_let_in_by_a_link_is_told_why_and_spends_nothing])
        }
        Command::MakeLink { .. } => Place::Asks(&[
            linking::a_link_that_is_not_made_is_nowhere_and_can_be_made_after_all,
            codes::what_is_refused_in_a_body_is_told_and_can_be_done_after_all,
        ]),
        Command::RevokeLink { .. } => Place::Asks(&[
            linking::a_link_that_is_not_taken_away_leads_in_until_it_is,
            codes::what_is_refused_in_a_body_is_told_and_can_be_done_after_all,
        ]),
        Command::PauseLinks { .. } => Place::Asks(&[
            linking::links_that_are_not_paused_lead_in_until_they_are,
            codes::what_is_refused_in_a_body_is_told_and_can_be_done_after_all,
        ]),
        Command::Disclose { .. } => {
            Place::Asks(&[telling::a_disclosure_that_is_refused_is_told_as_that_and_can_be_made_again])
        }
        // What waits is only asked for sooner, and answers for itself.
        Command::Retry => Place::AsksNobody,
        Command::DismissKnock { .. }
        | Command::DropRefused { .. }
        | Command::MarkRead { .. }
        | Command::ShowOlder { .. }
        | Command::ForgetRoom { .. }
        | Command::KeysRead { .. }
        // How it goes on is told by its state, and of the end of a room nobody waits to hear.
        | Command::DropAsk { .. }
        | Command::SetContact { .. }
        | Command::Block { .. } => Place::AsksNobody,
        Command::Ask(_) => Place::Asks(&[connection::an_ask_that_is_refused_is_told_as_that_and_another_is_heard]),
        Command::AnswerContact { .. } => {
            Place::Asks(&[connection::a_yes_that_is_refused_is_told_as_that_and_can_be_said_again])
        }
        Command::InviteInto { .. } => {
            Place::Asks(&[connection::an_invite_whose_link_is_not_made_is_not_said_and_can_be_after_all])
        }
    }
}

#[test]
fn what_asks_nobody_is_answered_without_a_request() {
    let (mut world, alice, bob) = two(70);
    say(&mut world, alice, "Hello.");
    world.wait(60_000);
    refuse(&mut world, bob, doorstep_client_api::http::SUBMIT_MESSAGE);
    say(&mut world, bob, "Nobody hears this.");
    world.refuse = None;
    let failed = world.browsers[bob].rooms[ROOM].messages.last().expect("said").id.clone();
    world.wait(600_000);
    let knock = world.browsers[bob].knock().id.clone();
    let leave = Command::Leave { room: room() };
    assert!(matches!(place(&leave), Place::Asks([_, ..])));
    for command in [
        Command::MarkRead { room: room() },
        Command::ShowOlder { room: room(), from: None },
        Command::DropRefused { room: room(), message: failed },
        Command::KeysRead { provider: "a.example".to_owned() },
        Command::DismissKnock { knock },
        Command::Retry,
        leave,
        Command::ForgetRoom { room: room() },
    ] {
        let asked = world.requests;
        assert_eq!(world.ask(bob, command.clone()), Ok(Outcome::Ok), "{command:?}");
        match place(&command) {
            Place::AsksNobody => assert_eq!(world.requests, asked, "{command:?}"),
            Place::Asks(stories) => assert!(!stories.is_empty() && world.requests > asked, "{command:?}"),
        }
        // Whatever the others do about it is done.
        world.wait(600_000);
    }
    assert!(world.browsers[bob].home.rooms.is_empty());
}
