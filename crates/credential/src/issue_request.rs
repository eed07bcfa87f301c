//! What a client asks its provider for: a token for a key that it proves to have (docs/PROTOCOL.md, issue and renew).

use doorstep_cbor::{CborError, Key, Reader, Writer, decode};
use doorstep_wire::codec::put_vector;
use doorstep_wire::{ClientUri, UserUri};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{LeafKey, cose_key};

/// Token hash of a request that spends no Privacy Pass token.
pub const NO_TOKEN: [u8; 32] = [0; 32];

const PROOF_LABEL: &[u8] = b"mimi pseudonym pop v1";
const VOUCH_LABEL: &[u8] = b"mimi pseudonym vouch v1";

const USER: i64 = 1;
const CLIENT: i64 = 2;
const KEY: i64 = 3;
const PROOF: i64 = 4;
const VOUCH: i64 = 5;

/// Body of an issue or renew request, as sent and as received; nothing is verified.
///
/// ```text
/// {1: user URI, 2: client URI, 3: COSE_Key, 4: proof, ? 5: [key of another leaf of the user, its signature]}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRequest {
    user: UserUri,
    client: ClientUri,
    key: [u8; 32],
    proof: [u8; 64],
    vouch: Option<Vouch>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Vouch {
    key: [u8; 32],
    signature: [u8; 64],
}

/// A request whose sender holds the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedIssueRequest {
    /// For whom.
    pub user: UserUri,
    /// For which client.
    pub client: ClientUri,
    /// The key that the token will confirm.
    pub key: [u8; 32],
    /// A key that vouched for this one; that it belongs to the same user is for the provider to look up.
    pub vouched_by: Option<[u8; 32]>,
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueRequestError {
    /// Not the deterministic CBOR of a request.
    #[error("malformed: {0}")]
    Malformed(#[from] CborError),
    /// A URI is not canonical, or the client is not the user's.
    #[error("user and client do not belong together")]
    Names,
    /// The sender does not hold the key.
    #[error("the proof of possession is wrong")]
    Proof,
    /// The other leaf did not vouch.
    #[error("the other leaf's signature is wrong")]
    Vouch,
}

impl IssueRequest {
    /// Asks for a token for `client` and `key`. `token_hash` is the SHA-256 of the Privacy Pass token that is spent, or
    /// [`NO_TOKEN`]; `voucher` is the key of a leaf that the user has already, for a second client.
    pub fn new(client: ClientUri, key: &LeafKey, token_hash: &[u8; 32], voucher: Option<&LeafKey>) -> Self {
        let user = client.user();
        let public = key.public();
        let proof = key.sign(&to_be_signed(PROOF_LABEL, token_hash, &user, &client, &public));
        let vouch = voucher.map(|voucher| Vouch {
            key: voucher.public(),
            signature: voucher.sign(&to_be_signed(VOUCH_LABEL, token_hash, &user, &client, &public)),
        });
        Self { user, client, key: public, proof, vouch }
    }

    /// As sent.
    pub fn encode(&self) -> Vec<u8> {
        let Self { user, client, key, proof, vouch } = self;
        let mut writer = Writer::new();
        writer.map(4 + usize::from(vouch.is_some()));
        writer.int(USER).text(user.as_str()).int(CLIENT).text(client.as_str()).int(KEY);
        cose_key::write(&mut writer, key);
        writer.int(PROOF).bytes(proof);
        if let Some(Vouch { key, signature }) = vouch {
            writer.int(VOUCH).array(2).bytes(key).bytes(signature);
        }
        writer.finish()
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Anything but the layout above, and a client that is not the user's.
    pub fn decode(bytes: &[u8]) -> Result<Self, IssueRequestError> {
        let request = decode(bytes, Self::read)?;
        if request.client.user() == request.user { Ok(request) } else { Err(IssueRequestError::Names) }
    }

    /// Checks that the sender holds the key, and the voucher's word if there is one.
    ///
    /// # Errors
    /// A signature that is wrong.
    pub fn verify(self, token_hash: &[u8; 32]) -> Result<VerifiedIssueRequest, IssueRequestError> {
        let Self { user, client, key, proof, vouch } = self;
        let signed = |label| to_be_signed(label, token_hash, &user, &client, &key);
        if !is_signed(&key, &signed(PROOF_LABEL), &proof) {
            return Err(IssueRequestError::Proof);
        }
        if let Some(vouch) = &vouch
            && !is_signed(&vouch.key, &signed(VOUCH_LABEL), &vouch.signature)
        {
            return Err(IssueRequestError::Vouch);
        }
        Ok(VerifiedIssueRequest { user, client, key, vouched_by: vouch.map(|vouch| vouch.key) })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, IssueRequestError> {
        let mut entries = reader.map()?;
        let (mut user, mut client, mut key, mut proof, mut vouch) = (None, None, None, None, None);
        while let Some(label) = entries.next(reader)? {
            match label {
                Key::Int(USER) => {
                    user = Some(UserUri::from_canonical(reader.text()?).map_err(|_| IssueRequestError::Names)?);
                }
                Key::Int(CLIENT) => {
                    client = Some(ClientUri::from_canonical(reader.text()?).map_err(|_| IssueRequestError::Names)?);
                }
                Key::Int(KEY) => key = Some(cose_key::read(reader)?),
                Key::Int(PROOF) => proof = Some(reader.byte_array()?),
                Key::Int(VOUCH) => {
                    reader.array_of(2)?;
                    vouch = Some(Vouch { key: reader.byte_array()?, signature: reader.byte_array()? });
                }
                _ => return Err(CborError::Unexpected.into()),
            }
        }
        match (user, client, key, proof) {
            (Some(user), Some(client), Some(key), Some(proof)) => Ok(Self { user, client, key, proof, vouch }),
            _ => Err(CborError::Unexpected.into()),
        }
    }
}

/// `struct { opaque label<V>; opaque token_hash[32]; opaque user_uri<V>; opaque client_uri<V>; opaque key[32]; }`
fn to_be_signed(label: &[u8], token_hash: &[u8; 32], user: &UserUri, client: &ClientUri, key: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(320);
    put_vector(&mut bytes, label);
    bytes.extend_from_slice(token_hash);
    put_vector(&mut bytes, user.as_bytes());
    put_vector(&mut bytes, client.as_bytes());
    bytes.extend_from_slice(key);
    bytes
}

fn is_signed(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests;
