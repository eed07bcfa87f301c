//! `keyMaterial`: KeyPackages of somebody who is to be added (mimi-protocol-06 §5.2). The request goes from the provider of
//! whoever asks to the hub of the room, and from there to the provider of the target; each of them may be the same.
//!
//! The target's provider gives each KeyPackage out once, to those who may have it: a package that is good for a first
//! connection and nothing else to whoever may ask its owner for one; any other with the owner's consent. Whom there is no
//! consent of, who does not want to be asked, who blocks the requester and who is nobody are told the same, in the same time.

mod offer;
mod way;

pub use offer::{OfferRefused, floor, judge_offer};
pub use way::{Step, way};

use doorstep_credential::{Audience, CREDENTIAL_TYPE, CredentialIn, IssuerKeys};
use doorstep_mls::KeyPackageView;
use doorstep_wire::{
    Body, Refusal, UnixMillis,
    ext::{kp_usage::KpUsage, policy::RoomPurpose},
    key_material::{
        ClientKeyMaterial, KeyMaterial, KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse,
        KeyMaterialUserCode, RequiredCapabilities,
    },
    mls_message::BareKeyPackage,
    numbers::CIPHER_SUITE,
};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{
    HubError,
    store::{Claim, Consent, Pool},
};

/// Suites that sign with Ed25519 (RFC 9420 §17.1), which is how a request is signed here.
const ED25519_SUITES: [u16; 2] = [CIPHER_SUITE, 0x0003];
/// Last of the extensions that RFC 9420 makes everybody know, and of the proposals.
const DEFAULT_EXTENSIONS: u16 = 5;
const DEFAULT_PROPOSALS: u16 = 7;
/// What every KeyPackage that is offered here knows beyond that: see [`judge_offer`].
const EXTENSIONS: [u16; 1] = [6];
const PROPOSALS: [u16; 2] = [8, 10];
const CREDENTIALS: [u16; 2] = [1, CREDENTIAL_TYPE];

/// Is the request made by the one it names? Its signature is by the key, and the key that of a credential of the
/// requester, made for this room or for a KeyPackage. The first suite says how the signature is made (docs/PROTOCOL.md).
///
/// # Errors
/// [`HubError::Unproven`] with the word for what does not hold.
pub fn verify(request: &KeyMaterialRequest, keys: &dyn IssuerKeys, now: UnixMillis) -> Result<(), HubError> {
    let KeyMaterialRequest { tbs, signature } = request;
    let suite = tbs.cipher_suites.first();
    if !suite.is_some_and(|suite| ED25519_SUITES.contains(suite)) {
        return Err(HubError::Unproven(Refusal::CipherSuite));
    }
    let signed = tbs.to_be_signed().map_err(HubError::internal)?;
    let key = VerifyingKey::try_from(tbs.signature_key.as_slice());
    let holds = match (key, Signature::from_slice(signature.as_slice())) {
        (Ok(key), Ok(signature)) => key.verify_strict(&signed, &signature).is_ok(),
        _ => false,
    };
    if !holds {
        return Err(HubError::Unproven(Refusal::BadSignature));
    }
    if is_the_requester(tbs, keys, now) { Ok(()) } else { Err(HubError::Unproven(Refusal::BadCredential)) }
}

fn is_the_requester(tbs: &KeyMaterialRequestTbs, keys: &dyn IssuerKeys, now: UnixMillis) -> bool {
    let verified = || {
        let credential = CredentialIn::decode(tbs.credential.content.as_slice()).ok()?;
        let set = keys.key_set(credential.issuer())?;
        credential.verify(set, tbs.signature_key.as_slice(), now).ok()
    };
    tbs.credential.credential_type == CREDENTIAL_TYPE
        && verified().is_some_and(|who| {
            let made_for_it = match &who.audience {
                Audience::KeyPackage => true,
                Audience::Room(room) => tbs.room.as_ref() == Some(room),
            };
            who.user == tbs.requester && made_for_it
        })
}

/// Can any KeyPackage that is offered here be what is asked for? Says nothing about anybody.
pub fn is_compatible(tbs: &KeyMaterialRequestTbs) -> bool {
    let RequiredCapabilities { extensions, proposals, credentials } = &tbs.required;
    tbs.cipher_suites.contains(&CIPHER_SUITE)
        && extensions.iter().all(|kind| *kind <= DEFAULT_EXTENSIONS || EXTENSIONS.contains(kind))
        && proposals.iter().all(|kind| *kind <= DEFAULT_PROPOSALS || PROPOSALS.contains(kind))
        && credentials.iter().all(|kind| CREDENTIALS.contains(kind))
}

/// From which pools somebody may be served, the first one that there is; never from two at once. `first_contact`: it may be
/// for a first contact, as far as can be seen here, and the target takes such.
pub fn pools(consent: Consent, first_contact: bool) -> &'static [Pool] {
    match (consent, first_contact) {
        (Consent::Given, true) => &[Pool::Any, Pool::ConnectionOnly],
        (Consent::Given, false) => &[Pool::Any],
        (Consent::OtherRoom | Consent::None, true) => &[Pool::ConnectionOnly],
        (Consent::OtherRoom | Consent::None, false) => &[],
    }
}

/// What the hub of a room brings back into it: a package that is for a first contact and nothing else into no room but one
/// that is made for that (0x8D41). The provider of the target does not know what the room is for; the hub does.
///
/// # Errors
/// [`Refusal::WrongPurpose`], or [`Refusal::InvalidPackage`] for one that is none.
pub fn fits(response: &KeyMaterialResponse, purpose: &RoomPurpose) -> Result<(), Refusal> {
    let is_connection = matches!(purpose, RoomPurpose::Connection { .. });
    for client in &response.clients {
        let KeyMaterial::Success(package) = &client.material else { continue };
        let view = KeyPackageView::decode(package.as_bytes()).map_err(|_| Refusal::InvalidPackage)?;
        if view.usage == KpUsage::ConnectionOnly && !is_connection {
            return Err(Refusal::WrongPurpose);
        }
    }
    Ok(())
}

/// Nothing that is offered here suits the request.
pub fn incompatible(tbs: &KeyMaterialRequestTbs) -> KeyMaterialResponse {
    KeyMaterialResponse::refused(KeyMaterialUserCode::NoCompatibleMaterial, tbs.target.clone())
}

/// The answer, from what was taken out of the pool. No clients: nobody ever put anything there.
///
/// # Errors
/// [`HubError::Internal`] if a package that was offered cannot be read any more.
pub fn answer(
    tbs: &KeyMaterialRequestTbs,
    consent: Consent,
    claims: Vec<Claim>,
) -> Result<KeyMaterialResponse, HubError> {
    let mut clients = Vec::with_capacity(claims.len());
    for Claim { client, package } in claims {
        let material = match package {
            Some(bytes) => KeyMaterial::Success(BareKeyPackage::decode(&bytes).map_err(HubError::internal)?),
            None => KeyMaterial::Exhausted,
        };
        clients.push(ClientKeyMaterial { client, material });
    }
    let served = clients.iter().filter(|client| matches!(client.material, KeyMaterial::Success(_))).count();
    let status = match (served, consent) {
        (0, Consent::None) if clients.is_empty() => KeyMaterialUserCode::NoConsent,
        (0, Consent::OtherRoom) if clients.is_empty() => KeyMaterialUserCode::NoConsentForThisRoom,
        (0, _) => KeyMaterialUserCode::NoCompatibleMaterial,
        (served, _) if served == clients.len() => KeyMaterialUserCode::Success,
        _ => KeyMaterialUserCode::PartialSuccess,
    };
    Ok(KeyMaterialResponse { status, user: tbs.target.clone(), clients })
}

#[cfg(test)]
mod tests;
