//! Walking through the structures of RFC 9420, field by field in the order of the RFC, to find where they end.

use std::io::Read;

use tls_codec::{Deserialize, Error, VLByteVec};

use crate::codec::invalid;

/// `opaque data<V>` or any other vector.
pub(super) fn vector<R: Read>(r: &mut R) -> Result<(), Error> {
    VLByteVec::tls_deserialize(r).map(drop)
}

fn vectors<R: Read>(r: &mut R, count: usize) -> Result<(), Error> {
    (0..count).try_for_each(|_| vector(r))
}

fn number<T: Deserialize, R: Read>(r: &mut R) -> Result<T, Error> {
    T::tls_deserialize(r)
}

/// RFC 9420 §12.4.3.1: cipher_suite, secrets, encrypted_group_info.
pub(super) fn welcome<R: Read>(r: &mut R) -> Result<(), Error> {
    number::<u16, R>(r)?;
    vectors(r, 2)
}

/// RFC 9420 §12.4.3: group_context, extensions, confirmation_tag, signer, signature.
pub(super) fn group_info<R: Read>(r: &mut R) -> Result<(), Error> {
    group_context(r)?;
    vectors(r, 2)?;
    number::<u32, R>(r)?;
    vector(r)
}

/// RFC 9420 §8.1: version, cipher_suite, group_id, epoch, tree_hash, confirmed_transcript_hash, extensions.
fn group_context<R: Read>(r: &mut R) -> Result<(), Error> {
    number::<u16, R>(r)?;
    number::<u16, R>(r)?;
    vector(r)?;
    number::<u64, R>(r)?;
    vectors(r, 3)
}

/// RFC 9420 §10: version, cipher_suite, init_key, leaf_node, extensions, signature.
pub(super) fn key_package<R: Read>(r: &mut R) -> Result<(), Error> {
    number::<u16, R>(r)?;
    number::<u16, R>(r)?;
    vector(r)?;
    leaf_node(r)?;
    vectors(r, 2)
}

/// RFC 9420 §7.2: encryption_key, signature_key, credential, capabilities, source, extensions, signature.
fn leaf_node<R: Read>(r: &mut R) -> Result<(), Error> {
    vectors(r, 2)?;
    number::<u16, R>(r)?; // credential type, its content is one vector
    vector(r)?;
    vectors(r, 5)?; // capabilities
    match number::<u8, R>(r)? {
        1 => {
            number::<u64, R>(r)?;
            number::<u64, R>(r)?;
        }
        2 => {}
        3 => vector(r)?,
        _ => return Err(invalid("unknown source of a leaf")),
    }
    vectors(r, 2)
}

/// RFC 9420 §12.4: proposals, optional path of leaf_node and nodes.
pub(super) fn commit<R: Read>(r: &mut R) -> Result<(), Error> {
    vector(r)?;
    match number::<u8, R>(r)? {
        0 => Ok(()),
        1 => {
            leaf_node(r)?;
            vector(r)
        }
        _ => Err(invalid("neither a path nor none")),
    }
}

/// RFC 9420 §12.1 and mls-extensions (8, 9, 10): returns its type.
pub(super) fn proposal<R: Read>(r: &mut R) -> Result<u16, Error> {
    let proposal_type = number::<u16, R>(r)?;
    match proposal_type {
        1 => key_package(r)?,
        2 => leaf_node(r)?,
        3 => number::<u32, R>(r).map(drop)?,
        4 => pre_shared_key_id(r)?,
        5 => {
            vector(r)?;
            number::<u16, R>(r)?;
            number::<u16, R>(r)?;
            vector(r)?;
        }
        6 | 7 => vector(r)?,
        8 => {
            number::<u16, R>(r)?;
            match number::<u8, R>(r)? {
                1 => vector(r)?,
                2 => {}
                _ => return Err(invalid("unknown operation on a component")),
            }
        }
        9 => {
            number::<u16, R>(r)?;
            vector(r)?;
        }
        10 => {}
        _ => return Err(invalid("unknown proposal type")),
    }
    Ok(proposal_type)
}

/// RFC 9420 §8.4
fn pre_shared_key_id<R: Read>(r: &mut R) -> Result<(), Error> {
    match number::<u8, R>(r)? {
        1 => vector(r)?,
        2 => {
            number::<u8, R>(r)?;
            vector(r)?;
            number::<u64, R>(r)?;
        }
        _ => return Err(invalid("unknown type of pre-shared key")),
    }
    vector(r) // nonce
}
