//! The HTTP API between a browser's engine and its own provider: `doorstep_client_api::http`, endpoint by endpoint.

mod contact;
mod create_rooms;
mod events;
mod house;
mod in_order;
mod issue;
mod keys;
mod mailbox;
mod packages;
mod reach;
mod register;
mod session;
mod unreached;

use axum::Router;
use axum::routing::{get, post};
use doorstep_client_api::http;
use doorstep_hub::store::Store;

use crate::app::Shared;
use crate::rooms;

/// All of it.
pub(crate) fn router<S: Store>() -> Router<Shared<S>> {
    Router::new()
        .route(http::CHALLENGE, get(session::challenge::<S>))
        .route(http::REGISTER, post(register::register::<S>))
        .route(http::SESSION, post(session::open::<S>))
        .route(http::ISSUE_PSEUDONYM, post(issue::pseudonym::<S>))
        .route(http::RENEW_PSEUDONYM, post(issue::renew::<S>))
        .route(http::ISSUE_ACCOUNT, post(issue::account::<S>))
        .route(http::RENEW_ACCOUNT, post(issue::renew_account::<S>))
        .route(http::ISSUER_KEYS, get(keys::issuer::<S>))
        .route(http::HUB_KEYS, get(keys::hub::<S>))
        .route(http::CREATE_ROOMS, post(create_rooms::create_rooms::<S>))
        .route(http::GROUP_INFO, post(rooms::group_info::by_client::<S>))
        .route(http::UPDATE, post(rooms::update::by_client::<S>))
        .route(http::SUBMIT_MESSAGE, post(rooms::submit_message::by_client::<S>))
        .route(http::IN_ORDER, post(in_order::in_order::<S>))
        .route(http::REJECT_COMMIT, post(rooms::reject_commit::by_client::<S>))
        .route(http::END_ROOM, post(rooms::end_room::by_client::<S>))
        .route(http::LINK_USES, get(rooms::link_uses::by_client::<S>))
        .route(http::UNREACHED, get(unreached::unreached::<S>))
        .route(http::DOOR, get(rooms::door::by_client::<S>))
        .route(http::HOUSE, get(house::house::<S>))
        .route(http::KEY_PACKAGE_REFS, post(packages::register::<S>))
        .route(http::KEY_PACKAGES, post(reach::offer::<S>))
        .route(http::KEY_MATERIAL, post(rooms::key_material::by_client::<S>))
        .route(http::IDENTIFIER_QUERY, post(rooms::identifier_query::by_client::<S>))
        .route(http::CONTACT_SETTINGS, get(contact::settings::<S>).post(contact::set::<S>))
        .route(http::REPORT_ABUSE, post(rooms::report_abuse::by_client::<S>))
        .route(http::REQUEST_CONSENT, post(rooms::request_consent::by_client::<S>))
        .route(http::UPDATE_CONSENT, post(rooms::update_consent::by_client::<S>))
        .route(http::MAILBOX, get(mailbox::page::<S>))
        .route(http::MAILBOX_ACK, post(mailbox::acknowledge::<S>))
        .route(http::EVENTS, get(events::stream::<S>))
}
