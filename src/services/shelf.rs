//! What a page keeps in localStorage, where a write is done when the call returns: the sign that an engine has something
//! to do in this browser, commands that nobody has answered yet, and drafts. Each piece goes as soon as it is not needed.
//! Through web-sys itself: gloo-storage panics where a browser is set to keep nothing, and then nothing at all would work.

use doorstep_page_api::packet;
use doorstep_page_api::view::{Command, Envelope};
use web_sys::Storage;

const ACTIVE: &str = "doorstep.active";
const BACK: &str = "doorstep.back";
const COMMAND: &str = "doorstep.command.";
const DRAFT: &str = "doorstep.draft.";
const HOME: &str = "doorstep.home";
const SPOKEN: &str = "doorstep.spoken.";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// There is, or was, an engine in this browser.
pub(crate) fn is_active() -> bool {
    storage().and_then(|storage| storage.get_item(ACTIVE).ok().flatten()).is_some()
}

/// From now on there is an engine in this browser.
pub(crate) fn set_active() {
    if let Some(storage) = storage() {
        let _ = storage.set_item(ACTIVE, "1");
    }
}

/// Keeps a command until it is answered; false for those that are not worth keeping, such as following a room.
pub(crate) fn keep_command(envelope: &Envelope) -> bool {
    let passing = matches!(envelope.command, Command::Hello { .. } | Command::MarkRead { .. } | Command::Retry);
    if passing || envelope.command.is_secret() {
        return false;
    }
    if let Some(storage) = storage() {
        let _ = storage.set_item(&[COMMAND, &envelope.id].concat(), &packet::to_text(&packet::pack(envelope)));
    }
    true
}

/// A command was answered.
pub(crate) fn drop_command(id: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&[COMMAND, id].concat());
    }
}

/// Commands of this or a former page that were not answered.
pub(crate) fn commands() -> Vec<Envelope> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
    let keys: Vec<String> = keys.filter(|key| key.starts_with(COMMAND)).collect();
    keys.iter().filter_map(|key| read_command(&storage, key)).collect()
}

fn read_command(storage: &Storage, key: &str) -> Option<Envelope> {
    let text = storage.get_item(key).ok()??;
    let envelope = packet::from_text(&text).and_then(|bytes| packet::unpack(&bytes));
    if envelope.is_none() {
        // Written by another version: nobody will ever be able to read it.
        let _ = storage.remove_item(key);
    }
    envelope
}

/// The provider where the person said to be at home; empty: they never said.
pub(crate) fn home() -> String {
    storage().and_then(|storage| storage.get_item(HOME).ok().flatten()).unwrap_or_default()
}

/// Who has to make an account first comes back to this address (path and fragment); empty: to none.
pub(crate) fn set_way_back(address: &str) {
    if let Some(storage) = storage() {
        let _ = if address.is_empty() { storage.remove_item(BACK) } else { storage.set_item(BACK, address) };
    }
}

/// Where somebody was who had to make an account first.
pub(crate) fn way_back() -> Option<String> {
    storage()?.get_item(BACK).ok().flatten()
}

/// The person is at home at this provider.
pub(crate) fn set_home(provider: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(HOME, provider);
    }
}

/// Something was said in a room: the person knows by which name.
pub(crate) fn set_spoken(room: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&[SPOKEN, room].concat(), "1");
    }
}

/// Something was said in a room from this browser.
pub(crate) fn spoken(room: &str) -> bool {
    storage().and_then(|storage| storage.get_item(&[SPOKEN, room].concat()).ok().flatten()).is_some()
}

/// Keeps what is being written; an empty text drops it.
pub(crate) fn keep_draft(key: &str, text: &str) {
    let Some(storage) = storage() else { return };
    let key = [DRAFT, key].concat();
    let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) };
}

/// What was being written.
pub(crate) fn draft(key: &str) -> Option<String> {
    storage()?.get_item(&[DRAFT, key].concat()).ok().flatten()
}
