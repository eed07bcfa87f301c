//! The HTTP API between a browser's engine and its own provider: `doorstep_client_api::http`, endpoint by endpoint.

pub(crate) mod consent;
mod doors;
mod events;
mod in_order;
mod issue;
mod keys;
mod mailbox;
mod packages;
mod reach;
mod register;
mod reports;
pub(crate) mod rooms;
mod session;
mod unreached;

use axum::Router;
use axum::routing::{get, post};
use doorstep_client_api::http;
use doorstep_hub::store::Store;

use crate::app::Shared;

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
        .route(http::CREATE_ROOMS, post(rooms::create::<S>))
        .route(http::GROUP_INFO, post(rooms::group_info::<S>))
        .route(http::UPDATE, post(rooms::update::<S>))
        .route(http::SUBMIT_MESSAGE, post(rooms::submit_message::<S>))
        .route(http::IN_ORDER, post(in_order::in_order::<S>))
        .route(http::REJECT_COMMIT, post(rooms::reject_commit::<S>))
        .route(http::LINK_USES, get(rooms::link_uses::<S>))
        .route(http::UNREACHED, get(unreached::unreached::<S>))
        .route(http::DOOR, get(doors::door::<S>))
        .route(http::HOUSE, get(doors::house::<S>))
        .route(http::KEY_PACKAGE_REFS, post(packages::register::<S>))
        .route(http::KEY_PACKAGES, post(reach::offer::<S>))
        .route(http::KEY_MATERIAL, post(reach::key_material::<S>))
        .route(http::IDENTIFIER_QUERY, post(reach::identifier_query::<S>))
        .route(http::FINDABLE, post(reach::findable::<S>))
        .route(http::REPORT_ABUSE, post(reports::report_abuse::<S>))
        .route(http::REQUEST_CONSENT, post(consent::request::<S>))
        .route(http::UPDATE_CONSENT, post(consent::update::<S>))
        .route(http::MAILBOX, get(mailbox::page::<S>))
        .route(http::MAILBOX_ACK, post(mailbox::acknowledge::<S>))
        .route(http::EVENTS, get(events::stream::<S>))
}
