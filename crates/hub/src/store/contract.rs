//! What every store must do, as tests. A backend runs them all with
//!
//! ```text
//! doorstep_hub::store_contract!(async { MyStore::in_memory().await });
//! ```
//!
//! in a test module of its crate; the expression makes an empty store.

mod clients;
mod following;
mod gaps;
mod lanes;
mod mailboxes;
mod outbox;
mod packages;
mod peer_keys;
mod pseudonyms;
mod reach;
mod reports;
mod rooms;

pub use clients::*;
pub use following::*;
pub use gaps::*;
pub use lanes::*;
pub use mailboxes::*;
pub use outbox::*;
pub use packages::*;
pub use peer_keys::*;
pub use pseudonyms::*;
pub use reach::*;
pub use reports::*;
pub use rooms::*;

use super::{Client, ClientId, NewClient, NewIdentity, Store, StoreError};

/// What a rule returns: an error of the store fails it as an assertion does.
pub type Verdict = Result<(), StoreError>;

fn uri<T: core::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("URI of a test"))
}

fn guest(n: u8) -> NewClient {
    NewClient { client: Client { id: ClientId([n; 16]), key: [n; 32], handle: None, display_name: None }, at: 1 }
}

fn account(n: u8, handle: &str) -> NewClient {
    let mut new = guest(n);
    new.client.handle = Some(handle.to_owned());
    new
}

/// Pseudonym `p` of client `n`.
fn pseudonym(n: u8, p: u8) -> Result<NewIdentity, StoreError> {
    let pid = format!("1b4e28ba-2fa1-4d1e-883f-0000000000{p:02x}");
    Ok(NewIdentity {
        user: uri(&format!("mimi://a.example/p/{pid}"))?,
        address: uri(&format!("mimi://a.example/d/p/{pid}/00000000-0000-4000-8000-0000000000{n:02x}"))?,
        key: [p; 32],
        client: ClientId([n; 16]),
        request: [p; 32],
        token: vec![n, p],
        day: 20_000,
        daily_limit: 50,
    })
}

async fn with_pseudonym<S: Store>(store: &S, n: u8, p: u8) -> Result<NewIdentity, StoreError> {
    store.register(&guest(n)).await?;
    let new = pseudonym(n, p)?;
    store.issue(&new).await?;
    Ok(new)
}

/// Declares one `#[tokio::test]` per rule for the store the expression makes.
#[macro_export]
macro_rules! store_contract {
    ($make:expr) => {
        $crate::store_contract!(@rules $make;
            registration_is_idempotent_for_the_same_key
            a_client_id_belongs_to_the_first_key
            a_handle_belongs_to_the_first_client
            a_guest_becomes_an_account_once
            a_session_ends
            a_session_of_nobody_is_not_opened
            a_repeated_issue_gets_the_first_token
            a_pseudonym_belongs_to_the_client_it_was_issued_to
            the_daily_limit_counts_per_client_and_day
            a_leaf_key_is_shown_to_its_client_only
            a_package_reference_stays_where_it_was_registered
            a_commit_is_all_or_nothing
            rows_are_set_replaced_and_deleted
            a_room_is_made_once
            only_listed_rooms_are_listed
            rooms_are_due_in_order
            the_log_keeps_its_order
            a_room_that_ended_is_gone_and_its_address_taken
            an_operator_asks_a_room_to_end
            one_body_reaches_many_mailboxes
            unknown_recipients_are_passed_over
            mail_keeps_its_order_and_is_read_from_where_one_was
            acknowledged_mail_is_gone_and_its_seq_never_comes_back
            a_page_of_mail_is_bounded_but_never_empty
            a_welcome_follows_its_package
            consent_is_cancelled_only_after_it_was_asked
            what_is_said_of_consent_has_quotas
            a_package_is_given_out_once
            every_client_of_a_user_is_claimed_for
            a_last_resort_stays
            what_ends_too_soon_is_not_given_out
            a_package_is_offered_by_its_owner_alone
            a_welcome_follows_an_offer
            two_at_once_get_different_packages
            consent_has_a_scope
            an_account_is_found_as_it_wants
            an_account_says_who_may_ask
            a_secret_is_made_once
            the_broom_takes_only_what_is_over
            only_clients_of_this_provider_follow
            mail_of_a_followed_room_reaches_its_followers
            what_a_hub_repeats_is_delivered_once
            the_last_word_of_a_room_reaches_its_followers
            who_gets_a_welcome_follows_its_room
            the_broom_takes_old_digests
            a_letter_is_written_with_what_it_tells_of
            a_body_stays_as_long_as_somebody_waits_for_it
            the_backlog_tells_what_waits_and_what_was_lost
            the_broom_gives_up_old_letters
            letters_of_a_lane_wait_for_each_other
            the_oldest_letters_come_first
            no_peer_keeps_others_waiting
            a_postponed_lane_waits
            what_is_said_of_a_letter_that_is_gone_is_passed_over
            a_peer_that_is_heard_of_has_its_letters_at_once
            what_is_given_up_is_remembered_with_its_room
            gaps_are_bounded
            keys_that_stay_are_only_seen_again
            keys_that_change_leave_the_former
            sets_of_keys_are_kept_apart
            a_report_is_kept_once
            nobody_reports_in_the_place_of_others
            the_newest_reports_come_first
            the_broom_takes_old_reports
        );
    };
    (@rules $make:expr; $($rule:ident)*) => {
        $(
            #[tokio::test]
            async fn $rule() -> $crate::store::contract::Verdict {
                $crate::store::contract::$rule($make.await?).await
            }
        )*
    };
}
