//! Whether somebody can be asked for a connection: component 0x8D45 of `id_request_extensions` and of
//! `id_response_extensions`.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{codec::Body, component::CONTACT_HINTS, dictionary::Dictionary};

/// Which KeyPackages the provider of somebody hands to those to whom that person has not given consent.
///
/// ```text
/// enum { untold(0), connection_only(1), any(2), (255) } ContactPool;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum ContactPool {
    /// None, or the provider does not say. The two are one, so that nobody learns who shut their door.
    Untold = 0,
    /// Those for a first connection: the person can be sent a connection request.
    ConnectionOnly = 1,
    /// Those for any room: the person can be added without a word, and so be sent a request.
    Any = 2,
}

/// How somebody who was found can be reached.
///
/// ```text
/// struct {} ContactHintsRequest;                   in a query: hints are wanted
/// struct { ContactPool pool; } ContactHints;       in an answer to it, if exactly one person was found
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ContactHints {
    /// From where `keyMaterial` would be answered.
    pub pool: ContactPool,
}

impl Body for ContactHints {}

impl ContactHints {
    /// Asks for hints in the extensions of a query.
    pub fn ask(extensions: &mut Dictionary) {
        extensions.insert(CONTACT_HINTS, Vec::new());
    }

    /// Whether a query with these extensions asks for hints. Anything but no data is not known and asks for nothing.
    pub fn asked_in(extensions: &Dictionary) -> bool {
        extensions.get(&CONTACT_HINTS).is_some_and(Vec::is_empty)
    }

    /// Puts the hints into the extensions of an answer.
    pub fn tell(self, extensions: &mut Dictionary) {
        extensions.insert(CONTACT_HINTS, vec![self.pool as u8]);
    }

    /// The hints in the extensions of an answer. None and malformed ones are [`ContactPool::Untold`]: a peer need not
    /// know any of this.
    pub fn told_in(extensions: &Dictionary) -> Self {
        let told = extensions.get(&CONTACT_HINTS).and_then(|data| Self::decode(data).ok());
        told.unwrap_or(Self { pool: ContactPool::Untold })
    }

    /// Whether a connection request can be sent: the provider says so.
    pub fn accepts(self) -> bool {
        match self.pool {
            ContactPool::Untold => false,
            ContactPool::ConnectionOnly | ContactPool::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dictionary, identifier::IdentifierResponse, strictness::strictly_hex};

    #[test]
    fn a_pool_is_one_byte() {
        for (bytes, pool, accepts) in [
            ("00", ContactPool::Untold, false),
            ("01", ContactPool::ConnectionOnly, true),
            ("02", ContactPool::Any, true),
        ] {
            let hints: ContactHints = strictly_hex(bytes);
            assert_eq!((hints.pool, hints.accepts()), (pool, accepts));
        }
        assert!(ContactHints::decode(&[3]).is_err());
    }

    #[test]
    fn a_query_asks_and_an_answer_tells() {
        let mut query = Dictionary::new();
        assert!(!ContactHints::asked_in(&query));
        ContactHints::ask(&mut query);
        assert!(ContactHints::asked_in(&query));
        assert_eq!(hex::encode(dictionary::encode(&query)), "038d4500");
        assert!(!ContactHints::asked_in(&Dictionary::from([(CONTACT_HINTS, vec![1])])));

        let mut answer = IdentifierResponse::found("mimi://b.example/u/bob".parse().unwrap());
        ContactHints { pool: ContactPool::ConnectionOnly }.tell(&mut answer.extensions);
        assert_eq!(hex::encode(dictionary::encode(&answer.extensions)), "048d450101");
        let read = IdentifierResponse::decode(&answer.encode().unwrap()).unwrap();
        assert!(ContactHints::told_in(&read.extensions).accepts());
    }

    #[test]
    fn what_a_peer_does_not_say_is_untold() {
        for data in [vec![], vec![3], vec![1, 0]] {
            assert!(!ContactHints::told_in(&Dictionary::from([(CONTACT_HINTS, data)])).accepts());
        }
        assert_eq!(ContactHints::told_in(&Dictionary::new()).pool, ContactPool::Untold);
    }
}
