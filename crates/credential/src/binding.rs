//! The key binding token: what a client shows, and the content of its MLS credential.

use coset::cbor::Value;
use coset::iana::{Algorithm, EnumI64};
use coset::{Header, HeaderBuilder, Label};
use doorstep_cbor::{Key, Reader, Writer, decode};

use crate::cose_sign1::{self, Sign1, header};
use crate::{Audience, CredentialError, LeafKey};

/// `application/kb+cwt` (draft-ietf-spice-sd-cwt-08).
pub(crate) const TYP: u64 = 294;
pub(crate) const AUD: i64 = 3;
pub(crate) const CTI: i64 = 7;

/// Wraps an issued token for an audience: the `sd_kbt` of an MLS credential of type 5.
///
/// ```text
/// 18([<<{1: -19, 13: token, 16: 294}>>, {}, <<{3: aud, 7: cti}>>, signature by the leaf key])
/// ```
/// `cti` takes the place of a time of issue: random, it says nothing about the client's clock.
pub fn bind(token: &[u8], audience: &Audience, cti: [u8; 16], leaf_key: &LeafKey) -> Vec<u8> {
    let mut payload = Writer::new();
    payload.map(2).int(AUD).text(audience.as_str()).int(CTI).bytes(&cti);
    cose_sign1::write(&headers_with(token), &payload.finish(), |bytes| leaf_key.sign(bytes))
}

/// The protected headers. The token goes in as the bytes that its issuer signed, and not through a reader.
pub(crate) fn headers_with(token: &[u8]) -> Vec<u8> {
    let mut headers = Writer::new();
    headers.map(3).int(header::ALG).int(Algorithm::Ed25519.to_i64());
    headers.int(header::KCWT).raw(token).int(header::TYP).uint(TYP);
    headers.finish()
}

/// The token in protected headers that are those of a key binding token.
pub(crate) fn token_in(mut headers: Header) -> Result<Value, CredentialError> {
    let at = headers.rest.iter().position(|(label, _)| *label == Label::Int(header::KCWT));
    let (_, token) = headers.rest.remove(at.ok_or(CredentialError::Header)?);
    let others = HeaderBuilder::new().algorithm(Algorithm::Ed25519).value(header::TYP, Value::from(TYP)).build();
    if headers == others { Ok(token) } else { Err(CredentialError::Header) }
}

/// A key binding token as received.
#[derive(Clone, Debug)]
pub(crate) struct BindingIn {
    pub(crate) envelope: Sign1,
    pub(crate) audience: Audience,
}

impl BindingIn {
    /// The token in it comes beside it, unread.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Self, Sign1), CredentialError> {
        let mut envelope = Sign1::decode(bytes)?;
        let token = Sign1::from_value(token_in(envelope.take_headers())?)?;
        let audience = decode(envelope.payload(), read_claims)?;
        Ok((Self { envelope, audience }, token))
    }
}

fn read_claims(reader: &mut Reader<'_>) -> Result<Audience, CredentialError> {
    let mut entries = reader.map()?;
    let (mut audience, mut cti) = (None, None::<[u8; 16]>);
    while let Some(key) = entries.next(reader)? {
        match key {
            Key::Int(AUD) => audience = Some(Audience::parse(reader.text()?)?),
            Key::Int(CTI) => cti = Some(reader.byte_array()?),
            _ => return Err(CredentialError::Claim),
        }
    }
    match (audience, cti) {
        (Some(audience), Some(_)) => Ok(audience),
        _ => Err(CredentialError::Claim),
    }
}
