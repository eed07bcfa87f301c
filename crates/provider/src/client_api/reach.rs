//! The KeyPackages with which one is added (docs/PROTOCOL.md).

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{KeyPackages, KeyPackagesLeft};
use doorstep_hub::key_material::{OfferRefused, floor, judge_offer};
use doorstep_hub::store::{PackagesLeft, Pool, Store};
use doorstep_wire::{Refusal, UnixMillis};
use tls_codec::Deserialize as _;

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{Octets, Session};

/// KeyPackages in one request.
const MOST_AT_ONCE: usize = 64;
/// KeyPackages that one address has in one pool.
const MOST: u64 = 100;

/// `POST /client/v1/keyPackages`. All of them are taken, or none.
pub(super) async fn offer<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let KeyPackages { client: address, packages } =
        KeyPackages::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("KeyPackages"))?;
    if packages.len() > MOST_AT_ONCE {
        return Err(ApiError::Malformed("KeyPackages"));
    }
    if app.store.leaf_key(client.id, &address).await?.is_none() {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    let now = UnixMillis(app.now());
    let mut offers = Vec::with_capacity(packages.len());
    for package in packages {
        let offer = judge_offer(package.into(), &address, &*app.peer_keys.issuers(), now);
        offers.push(offer.map_err(refused)?);
    }
    let PackagesLeft { any, connection_only } = app.store.packages_left(&address, floor(now)).await?;
    for (pool, left) in [(Pool::Any, any), (Pool::ConnectionOnly, connection_only)] {
        let more = offers.iter().filter(|offer| offer.pool == pool).count();
        if more > 0 && left.saturating_add(more as u64) > MOST {
            return Err(ApiError::Conflict(Refusal::TooManyPackages));
        }
    }
    if !offers.is_empty() && !app.store.offer_packages(client.id, &address, &offers).await? {
        return Err(ApiError::Conflict(Refusal::ReferenceTaken));
    }
    let PackagesLeft { any, connection_only } = app.store.packages_left(&address, floor(now)).await?;
    let number = |left| u32::try_from(left).unwrap_or(u32::MAX);
    answers::tls(&KeyPackagesLeft { any: number(any), connection_only: number(connection_only) })
}

fn refused(why: OfferRefused) -> ApiError {
    ApiError::Forbidden(match why {
        OfferRefused::Invalid => Refusal::InvalidPackage,
        OfferRefused::NotYours => Refusal::NotYours,
        OfferRefused::Usage => Refusal::PackageIsBound,
        OfferRefused::LastResort => Refusal::NoLastResort,
        OfferRefused::EndsSoon => Refusal::PackageEndsSoon,
    })
}
