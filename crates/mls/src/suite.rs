//! Of which suite something is, read from its front without believing the rest: what is of another than ours is refused for
//! that reason, and not for whatever does not fit after it.

use doorstep_wire::numbers::CIPHER_SUITE;

use crate::raw::{self, RawSender, Reader};

/// The version of MLS that every structure of ours begins with (RFC 9420 §6).
const MLS10: u16 = 1;

/// Whether a KeyPackage or a GroupInfo is of another version or suite. Both begin with `ProtocolVersion version;
/// CipherSuite cipher_suite;` (RFC 9420 §8.1, §10). What is too short to say is not.
pub(crate) fn is_other(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    matches!((reader.u16(), reader.u16()), (Ok(version), Ok(suite)) if (version, suite) != (MLS10, CIPHER_SUITE))
}

/// Whether a bare Welcome is of another suite; it begins with `CipherSuite cipher_suite;` (RFC 9420 §12.4.3.1).
pub(crate) fn is_other_welcome(bytes: &[u8]) -> bool {
    Reader::new(bytes).u16().is_ok_and(|suite| suite != CIPHER_SUITE)
}

/// Whether a commit is that of somebody who comes in with a leaf that does not know our suite: it was made for a group of
/// another one.
pub(crate) fn is_other_newcomer(message: &[u8]) -> bool {
    raw::commit(message).is_ok_and(|commit| {
        commit.sender == RawSender::NewMemberCommit
            && commit.path_leaf.is_some_and(|leaf| !leaf.suites.contains(&CIPHER_SUITE))
    })
}
