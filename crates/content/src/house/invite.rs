//! What a join link carries: the room, the secret that lets in, and what to check the room against.

use core::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::RoomUri;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{HouseError, KIND_KEY, VERSION, VERSION_KEY, check_chars, expect_number};

/// Kind of an invite that is handed on in a room.
pub(super) const INVITE_KIND: u64 = 6;
/// Field of that message in which the invite stands.
const INVITE: i64 = 30;

/// Characters of a hint.
const MAX_HINT_CHARS: usize = 100;
/// Bytes of an invite: nothing in it is long.
const MAX_INVITE: usize = 1024;

const ROOM: i64 = 1;
const LINK_ID: i64 = 2;
const CODE_SEED: i64 = 3;
const EXPIRES: i64 = 4;
const MULTIUSER: i64 = 5;
const INVITER: i64 = 6;
const HUB: i64 = 7;
const HINT: i64 = 8;

/// The secret of a join link. Whoever has it can come in.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CodeSeed(pub [u8; 32]);

impl fmt::Debug for CodeSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeSeed(..)")
    }
}

/// An invite.
///
/// ```text
/// {0: 1, 1: room, 2: link id, 3: code seed, ? 4: expires, ? 5: multiuser, ? 6: inviter, 7: hub, ? 8: hint}
/// ```
/// Exactly these fields: a link is typed, printed and scanned, and what is not understood is not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The room.
    pub room: RoomUri,
    /// Names the `JoinLinkEntry` in the room's component 0x002A.
    pub link_id: [u8; 16],
    /// What the code's key is made of (`doorstep_wire::ext::join_code`).
    pub code_seed: CodeSeed,
    /// Seconds since the UNIX epoch. The room's own word counts.
    pub expires: Option<u64>,
    /// False: the link can be used once. The room's own word counts.
    pub multiuser: Option<bool>,
    /// SHA-256 of the inviter's leaf key.
    pub inviter: Option<[u8; 32]>,
    /// SHA-256 of the signature key of the room's first external sender.
    pub hub: [u8; 32],
    /// What the link calls itself.
    pub hint: Option<String>,
}

/// Why a text is no invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// Not base64url of an invite: broken, cut off, or something else.
    #[error("the invite is damaged: {0}")]
    Damaged(HouseError),
    /// Of a version that this software does not know.
    #[error("the invite is of a newer version")]
    TooNew,
}

impl Invite {
    /// The map.
    ///
    /// # Errors
    /// [`HouseError::TooLong`]: the hint.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        let Self { room, link_id, code_seed, expires, multiuser, inviter, hub, hint } = self;
        check_chars(hint.as_deref().unwrap_or_default(), MAX_HINT_CHARS)?;
        let optional = [expires.is_some(), multiuser.is_some(), inviter.is_some(), hint.is_some()];
        let mut writer = Writer::new();
        writer.map(5 + optional.into_iter().filter(|there| *there).count());
        writer.int(VERSION_KEY).uint(VERSION).int(ROOM).text(room.as_str());
        writer.int(LINK_ID).bytes(link_id).int(CODE_SEED).bytes(&code_seed.0);
        if let Some(expires) = expires {
            writer.int(EXPIRES).uint(*expires);
        }
        if let Some(multiuser) = multiuser {
            writer.int(MULTIUSER).bool(*multiuser);
        }
        if let Some(inviter) = inviter {
            writer.int(INVITER).bytes(inviter);
        }
        writer.int(HUB).bytes(hub);
        if let Some(hint) = hint {
            writer.int(HINT).text(hint);
        }
        Ok(writer.finish())
    }

    /// The content of a message that hands the invite on in a room (kind 6).
    ///
    /// ```text
    /// {0: 1, 1: 6, 30: invite}
    /// ```
    ///
    /// # Errors
    /// As [`Invite::encode`].
    pub fn encode_in_room(&self) -> Result<Vec<u8>, HouseError> {
        let mut writer = Writer::new();
        writer.map(3).int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(INVITE_KIND);
        writer.int(INVITE).raw(&self.encode()?);
        Ok(writer.finish())
    }

    /// Reads such a message; `None` for one that hands on an invite of a newer version. Other fields of the message
    /// that this software does not know are passed over, those of the invite are not.
    ///
    /// # Errors
    /// Anything but exactly one well-formed message of this kind with a well-formed invite in it.
    pub fn decode_in_room(bytes: &[u8]) -> Result<Option<Self>, HouseError> {
        match Self::decode(decode(bytes, read_in_room)?) {
            Ok(invite) => Ok(Some(invite)),
            Err(InviteError::Damaged(error)) => Err(error),
            Err(InviteError::TooNew) => Ok(None),
        }
    }

    /// Reads an invite.
    ///
    /// # Errors
    /// Anything but exactly one well-formed invite.
    pub fn decode(bytes: &[u8]) -> Result<Self, InviteError> {
        if bytes.len() > MAX_INVITE {
            return Err(InviteError::Damaged(HouseError::TooLong));
        }
        // The version decides what else may stand there.
        match doorstep_cbor::decode_prefix(bytes, read_version) {
            Ok((VERSION, _)) => decode(bytes, Fields::read).and_then(Fields::into_invite).map_err(InviteError::Damaged),
            Ok(_) => Err(InviteError::TooNew),
            Err(error) => Err(InviteError::Damaged(error)),
        }
    }

    /// What stands behind `#` in a link: base64url without padding.
    ///
    /// # Errors
    /// As [`Invite::encode`].
    pub fn to_text(&self) -> Result<String, HouseError> {
        Ok(URL_SAFE_NO_PAD.encode(self.encode()?))
    }

    /// Reads what stands behind `#` in a link.
    ///
    /// # Errors
    /// [`InviteError`]
    pub fn from_text(text: &str) -> Result<Self, InviteError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InviteError::Damaged(HouseError::Value))?;
        Self::decode(&bytes)
    }
}

fn read_in_room<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], HouseError> {
    let mut entries = reader.map()?;
    let (mut version, mut kind, mut invite) = (None, None, None);
    while let Some(key) = entries.next(reader)? {
        match key {
            Key::Int(VERSION_KEY) => version = Some(expect_number(reader, VERSION)?),
            Key::Int(KIND_KEY) => kind = Some(expect_number(reader, INVITE_KIND)?),
            Key::Int(INVITE) => invite = Some(reader.raw()?),
            Key::Int(_) => drop(reader.raw()?),
            _ => return Err(HouseError::Value),
        }
    }
    match (version, kind, invite) {
        (Some(()), Some(()), Some(invite)) => Ok(invite),
        _ => Err(HouseError::Missing),
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<u64, HouseError> {
    match reader.map()?.next(reader)? {
        Some(Key::Int(VERSION_KEY)) => Ok(reader.uint()?),
        _ => Err(HouseError::Missing),
    }
}

#[derive(Default)]
struct Fields {
    version: bool,
    room: Option<RoomUri>,
    link_id: Option<[u8; 16]>,
    code_seed: Option<CodeSeed>,
    expires: Option<u64>,
    multiuser: Option<bool>,
    inviter: Option<[u8; 32]>,
    hub: Option<[u8; 32]>,
    hint: Option<String>,
}

impl Fields {
    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = Self::default();
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            match key {
                VERSION_KEY => fields.version = reader.uint()? == VERSION,
                ROOM => fields.room = Some(RoomUri::from_canonical(reader.text()?).map_err(|_| HouseError::Value)?),
                LINK_ID => fields.link_id = Some(reader.byte_array()?),
                CODE_SEED => fields.code_seed = Some(CodeSeed(reader.byte_array()?)),
                EXPIRES => fields.expires = Some(reader.uint()?),
                MULTIUSER => fields.multiuser = Some(reader.bool()?),
                INVITER => fields.inviter = Some(reader.byte_array()?),
                HUB => fields.hub = Some(reader.byte_array()?),
                HINT => fields.hint = Some(reader.text()?.to_owned()),
                _ => return Err(HouseError::Value),
            }
        }
        Ok(fields)
    }

    fn into_invite(self) -> Result<Invite, HouseError> {
        let missing = HouseError::Missing;
        if !self.version {
            return Err(missing);
        }
        check_chars(self.hint.as_deref().unwrap_or_default(), MAX_HINT_CHARS)?;
        Ok(Invite {
            room: self.room.ok_or(missing)?,
            link_id: self.link_id.ok_or(missing)?,
            code_seed: self.code_seed.ok_or(missing)?,
            expires: self.expires,
            multiuser: self.multiuser,
            inviter: self.inviter,
            hub: self.hub.ok_or(missing)?,
            hint: self.hint,
        })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Worked out with other software than this: room, seed 32 × 44, link id 16 × 66, the hub's key as in the other
    /// vectors.
    fn vector() -> (Invite, Vec<u8>) {
        let room = "mimi://a.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11";
        let hub_key = hex::decode("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c").unwrap();
        let hub: [u8; 32] = Sha256::digest(&hub_key).into();
        let bytes = hex::decode(
            format!(
                "a6 00 01 01 78 37 {} 02 50 {} 03 58 20 {} 04 1a 6ab13b80 07 58 20 {}",
                hex::encode(room),
                "66".repeat(16),
                "44".repeat(32),
                hex::encode(hub)
            )
            .replace(' ', ""),
        );
        let invite = Invite {
            room: room.parse().unwrap(),
            link_id: [0x66; 16],
            code_seed: CodeSeed([0x44; 32]),
            expires: Some(1_790_000_000),
            multiuser: None,
            inviter: None,
            hub,
            hint: None,
        };
        (invite, bytes.unwrap())
    }

    #[test]
    fn an_invite_is_155_bytes_and_207_characters() {
        let (invite, bytes) = vector();
        assert_eq!(invite.encode().unwrap(), bytes);
        assert_eq!((bytes.len(), invite.to_text().unwrap().len()), (155, 207));
        assert_eq!(Invite::from_text(&invite.to_text().unwrap()), Ok(invite));
    }

    #[test]
    fn an_invite_with_every_field_reads_back() {
        let invite =
            Invite { multiuser: Some(false), inviter: Some([1; 32]), hint: Some("Club".to_owned()), ..vector().0 };
        assert_eq!(Invite::decode(&invite.encode().unwrap()), Ok(invite));
    }

    #[test]
    fn what_is_not_exactly_an_invite_is_damaged_or_too_new() {
        let (invite, bytes) = vector();
        for end in 0..bytes.len() {
            assert!(matches!(Invite::decode(&bytes[..end]), Err(InviteError::Damaged(_))), "cut off at {end}");
        }
        assert!(matches!(Invite::decode(&[&bytes[..], &[0]].concat()), Err(InviteError::Damaged(_))));
        let mut newer = bytes.clone();
        newer[2] = 2;
        assert_eq!(Invite::decode(&newer), Err(InviteError::TooNew));
        // A tenth field that nobody knows.
        let mut more = bytes.clone();
        more[0] = 0xa7;
        more.extend([0x09, 0x01]);
        assert!(matches!(Invite::decode(&more), Err(InviteError::Damaged(_))));
        // Another scheme than a room's, and base64 of the other alphabet.
        let room = bytes.iter().position(|byte| *byte == b'm').unwrap();
        let mut wrong = bytes.clone();
        wrong[room] = b'n';
        assert!(matches!(Invite::decode(&wrong), Err(InviteError::Damaged(_))));
        assert!(matches!(Invite::from_text("pgAB/+=="), Err(InviteError::Damaged(_))));
        let long = Invite { hint: Some("x".repeat(101)), ..invite };
        assert_eq!(long.encode(), Err(HouseError::TooLong));
    }

    #[test]
    fn the_secret_does_not_print() {
        let printed = format!("{:?}", vector().0);
        assert!(printed.contains("CodeSeed(..)") && !printed.contains("68, 68"), "{printed}");
    }
}
