//! A join link in the hands of whoever uses it: the text, the proof that they have its secret, and what it pins.

use doorstep_content::{CodeSeed, Invite, InviteError};
use doorstep_credential::LeafKey;
use doorstep_mls::GroupView;
use doorstep_page_api::{
    link_text::link_code,
    view::{LinkText, Problem},
};
use doorstep_policy::RoomState;
use doorstep_wire::{
    Body, Refusal, RoomUri,
    ext::join_code::{JoiningCode, code_key_info, proof_message},
};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Reads what a person pasted, scanned or opened.
///
/// # Errors
/// `link-empty`, `link-foreign`, `link-damaged`, `link-too-new`.
pub(crate) fn read_invite(text: &LinkText) -> Result<Invite, Problem> {
    let code = link_code(&text.0).map_err(|not| Problem::new(not.refusal()))?;
    Invite::from_text(code).map_err(|error| {
        let word = match error {
            InviteError::Damaged(_) => Refusal::LinkDamaged,
            InviteError::TooNew => Refusal::LinkTooNew,
        };
        Problem::new(word)
    })
}

/// The key that a link's secret makes for its room.
pub(crate) fn code_key(seed: &CodeSeed, room: &RoomUri) -> Option<LeafKey> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, &seed.0).expand(&code_key_info(room), &mut *key).ok()?;
    Some(LeafKey::from_seed(&key))
}

/// What goes into a request for the GroupInfo with these keys: nobody else can use it.
pub(crate) fn joining_code(invite: &Invite, cipher_suite: u16, leaf_key: &[u8], answer_key: &[u8]) -> Option<Vec<u8>> {
    let key = code_key(&invite.code_seed, &invite.room)?;
    let proof = key.sign(&proof_message(&invite.room, cipher_suite, leaf_key, answer_key));
    JoiningCode { link_id: invite.link_id, proof }.encode().ok()
}

/// Compares a verified group with what the invite says of it. True: whoever made the link is not there any more, or has
/// another key, or a leaf that anybody could have planted.
///
/// # Errors
/// `wrong-room`, `link-wrong-hub`: somebody shows another group than the one that was meant.
pub(crate) fn check_pins(invite: &Invite, view: &GroupView, state: &RoomState) -> Result<bool, Problem> {
    if *state.room_uri() != invite.room {
        return Err(Problem::new(Refusal::WrongRoom));
    }
    let is = |key: &[u8], pin: &[u8; 32]| <[u8; 32]>::from(Sha256::digest(key)) == *pin;
    let hub = view.external_senders.first();
    if !hub.is_some_and(|hub| is(hub.signature_key.as_slice(), &invite.hub)) {
        return Err(Problem::new(Refusal::LinkWrongHub));
    }
    let there = invite.inviter.is_some_and(|pin| {
        // A leaf from a KeyPackage is signed for no group: its owner may never have been here.
        view.leaves.iter().any(|leaf| !leaf.from_key_package && is(&leaf.signature_key, &pin))
    });
    Ok(!there)
}

#[cfg(test)]
mod tests {
    use doorstep_mls::LeafView;
    use doorstep_policy::preset::{PresetInput, open};
    use doorstep_wire::{Credential, Dictionary, Epoch, ExternalSender, LeafIndex, UserUri, room::Optionality};

    use super::*;

    fn room() -> RoomUri {
        "mimi://a.example/r/club".parse().unwrap()
    }

    fn state() -> RoomState {
        let input = PresetInput {
            room: room(),
            creator: UserUri::pseudonym(&room().host(), doorstep_wire::uri::uuid_v4([1; 16])),
            name: "Club".to_owned(),
            description: String::new(),
            pseudonyms: Optionality::Optional,
            disclosure: Optionality::Optional,
            disclosure_grace: 0,
            listed: true,
            franking_key: [9; 32],
        };
        RoomState::from_dictionary(&open(&input).unwrap()).unwrap()
    }

    fn view(from_key_package: bool) -> GroupView {
        let leaf = LeafView {
            index: LeafIndex(0),
            credential_type: 5,
            credential: Vec::new(),
            signature_key: vec![7; 32],
            components: Dictionary::new(),
            from_key_package,
        };
        let hub =
            ExternalSender { signature_key: [8; 32].as_slice().into(), credential: Credential::of_hub(&room().host()) };
        GroupView {
            group_id: Vec::new(),
            epoch: Epoch(1),
            own_leaf: None,
            dictionary: Dictionary::new(),
            leaves: vec![leaf],
            external_senders: vec![hub],
        }
    }

    fn invite() -> Invite {
        Invite {
            room: room(),
            link_id: [1; 16],
            code_seed: CodeSeed([2; 32]),
            expires: None,
            multiuser: None,
            inviter: Some(Sha256::digest([7; 32]).into()),
            hub: Sha256::digest([8; 32]).into(),
            hint: None,
        }
    }

    #[test]
    fn pins_that_hold() {
        assert_eq!(check_pins(&invite(), &view(false), &state()), Ok(false));
    }

    #[test]
    fn a_group_of_another_hub_or_room_is_refused() {
        let hub = Invite { hub: [0; 32], ..invite() };
        assert_eq!(check_pins(&hub, &view(false), &state()), Err(Problem::new(Refusal::LinkWrongHub)));
        let nobody = GroupView { external_senders: Vec::new(), ..view(false) };
        assert_eq!(check_pins(&invite(), &nobody, &state()), Err(Problem::new(Refusal::LinkWrongHub)));
        let elsewhere = Invite { room: "mimi://a.example/r/other".parse().unwrap(), ..invite() };
        assert_eq!(check_pins(&elsewhere, &view(false), &state()), Err(Problem::new(Refusal::WrongRoom)));
    }

    #[test]
    fn an_inviter_that_is_not_there_or_could_be_planted_is_gone() {
        assert_eq!(check_pins(&Invite { inviter: Some([0; 32]), ..invite() }, &view(false), &state()), Ok(true));
        assert_eq!(check_pins(&Invite { inviter: None, ..invite() }, &view(false), &state()), Ok(true));
        assert_eq!(check_pins(&invite(), &view(true), &state()), Ok(true));
    }

    /// The worked example of `doorstep_wire::ext::join_code`, which was not computed with this code.
    #[test]
    fn the_code_key_and_its_proof_are_the_worked_example() {
        let room: RoomUri = "mimi://a.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap();
        let invite = Invite { room, link_id: [0x66; 16], code_seed: CodeSeed([0x44; 32]), ..invite() };
        let key = code_key(&invite.code_seed, &invite.room).unwrap();
        assert_eq!(hex::encode(key.public()), "dc253a2a6183e985ceefe633b868d359ec259f48043c060cad72509d61c87d2b");
        let requester = hex::decode("8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394").unwrap();
        let code = joining_code(&invite, 1, &requester, &[0x55; 32]).unwrap();
        let expected = concat!(
            "66666666666666666666666666666666",
            "e1483cad6b1996147384ebd998d64f46a24038f7ce7e758437443177e03e703a",
            "7b9c922910ca43a75abfca52436d8f7711c2595499c0cde167115641eb51eb0f"
        );
        assert_eq!(hex::encode(code), expected);
    }

    #[test]
    fn what_is_no_link_is_named() {
        let read = |text: &str| read_invite(&LinkText(text.to_owned())).map_err(|problem| problem.code);
        assert_eq!(read("  "), Err(Refusal::LinkEmpty));
        assert_eq!(read("https://evil.example/"), Err(Refusal::LinkForeign));
        assert_eq!(read("#pgAB"), Err(Refusal::LinkDamaged));
        assert_eq!(read("#oQAC"), Err(Refusal::LinkTooNew), "{{0: 2}}");
        assert_eq!(read(&format!("https://a.example/j#{}", invite().to_text().unwrap())), Ok(invite()));
    }
}
