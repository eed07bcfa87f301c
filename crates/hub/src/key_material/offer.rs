//! A KeyPackage that a client offers to be given out by its provider.

use doorstep_credential::{Audience, CREDENTIAL_TYPE, CredentialIn, IssuerKeys};
use doorstep_mls::KeyPackageView;
use doorstep_policy::KEY_PACKAGE_MARGIN;
use doorstep_wire::{ClientUri, UnixMillis, ext::kp_usage::KpUsage};

use crate::store::{Offer, Pool};

/// Why a KeyPackage is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferRefused {
    /// It is none, is of another suite, or is not valid.
    #[error("not a valid KeyPackage")]
    Invalid,
    /// Its credential is not that of the client, or not for a KeyPackage.
    #[error("not a KeyPackage of this client")]
    NotYours,
    /// It is for one room or one person: such a one is handed out by its owner alone.
    #[error("not for everybody who may have it")]
    Usage,
    /// It may be used again and again, which is for an account's first connections only (docs/PROTOCOL.md).
    #[error("a last resort where there may be none")]
    LastResort,
    /// Nobody would take it any more.
    #[error("ends soon")]
    EndsSoon,
}

/// Looks at a KeyPackage of `client`. What has less than 28 days left is not taken, for no hub takes it either.
///
/// # Errors
/// [`OfferRefused`]: the first thing that is wrong with it.
pub fn judge_offer(
    package: Vec<u8>,
    client: &ClientUri,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Offer, OfferRefused> {
    let view = KeyPackageView::decode(&package).map_err(|_| OfferRefused::Invalid)?;
    let who = || {
        let credential = CredentialIn::decode(&view.credential).ok()?;
        let set = keys.key_set(credential.issuer())?;
        credential.verify(set, &view.signature_key, now).ok()
    };
    let theirs = who().is_some_and(|who| who.client == *client && who.audience == Audience::KeyPackage);
    if view.credential_type != CREDENTIAL_TYPE || !theirs {
        return Err(OfferRefused::NotYours);
    }
    let pool = match view.usage {
        KpUsage::Any => Pool::Any,
        KpUsage::ConnectionOnly => Pool::ConnectionOnly,
        KpUsage::RoomBound(_) | KpUsage::RequesterBound(_) => return Err(OfferRefused::Usage),
    };
    let may_last = pool == Pool::ConnectionOnly && !client.user().is_pseudonym_path();
    if view.last_resort && !may_last {
        return Err(OfferRefused::LastResort);
    }
    if view.not_after < floor(now) {
        return Err(OfferRefused::EndsSoon);
    }
    Ok(Offer {
        reference: view.reference.to_vec(),
        package,
        not_after: view.not_after,
        pool,
        last_resort: view.last_resort,
    })
}

/// What ends before this, in seconds since the UNIX epoch, is not given out.
pub fn floor(now: UnixMillis) -> u64 {
    now.seconds().saturating_add(KEY_PACKAGE_MARGIN)
}
