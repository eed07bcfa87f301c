//! The key binding token: what a client shows, and the content of its MLS credential.

use doorstep_cbor::{Key, Reader, Writer, decode};

use crate::cose_sign1::{self, ALG_ED25519, Sign1, header};
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
    let mut protected = Writer::new();
    protected.map(3).int(header::ALG).int(ALG_ED25519).int(header::KCWT).raw(token).int(header::TYP).uint(TYP);
    let mut payload = Writer::new();
    payload.map(2).int(AUD).text(audience.as_str()).int(CTI).bytes(&cti);
    cose_sign1::write(&protected.finish(), &payload.finish(), |bytes| leaf_key.sign(bytes))
}

/// A key binding token as received.
#[derive(Clone, Debug)]
pub(crate) struct BindingIn<'a> {
    pub(crate) envelope: Sign1<'a>,
    pub(crate) token: Sign1<'a>,
    pub(crate) audience: Audience,
}

impl<'a> BindingIn<'a> {
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, CredentialError> {
        let envelope = decode(bytes, Sign1::read)?;
        let token = decode(envelope.protected, read_headers)?;
        let audience = decode(envelope.payload, read_claims)?;
        Ok(Self { envelope, token, audience })
    }
}

fn read_headers<'a>(reader: &mut Reader<'a>) -> Result<Sign1<'a>, CredentialError> {
    let mut entries = reader.map()?;
    let (mut alg, mut typ, mut token) = (None, None, None);
    while let Some(key) = entries.next(reader)? {
        match key {
            Key::Int(header::ALG) => alg = Some(reader.int()?),
            Key::Int(header::KCWT) => token = Some(Sign1::read(reader)?),
            Key::Int(header::TYP) => typ = Some(reader.uint()?),
            _ => return Err(CredentialError::Header),
        }
    }
    match (alg, typ, token) {
        (Some(ALG_ED25519), Some(TYP), Some(token)) => Ok(token),
        _ => Err(CredentialError::Header),
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
