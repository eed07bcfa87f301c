//! What has to be true at the end of every story.

use std::collections::BTreeMap;

use crate::World;
use doorstep_client_api::http::MailboxItem;
use doorstep_engine::Input;

impl World {
    /// The end of a story: no room has split, and nothing that was handed out once does anything when it is handed out
    /// again.
    pub fn check(mut self) {
        self.tamper = None;
        self.tamper_request = None;
        self.faults = crate::Faults::default();
        // What ends by time alone ends now.
        for browser in self.browsers.iter_mut().filter(|browser| browser.is_open()) {
            browser.inbox.push_back(Input::Tick);
        }
        self.settle();
        self.agree();
        self.hear_again();
        self.agree();
    }

    /// All open browsers that are in a room hold it to be the same: epoch, key schedule, tree, settings and people.
    pub fn agree(&self) {
        let mut rooms = BTreeMap::new();
        for browser in &self.browsers {
            for (room, epoch) in browser.engine.iter().flat_map(doorstep_engine::Engine::epochs) {
                let (first, known) = rooms.entry(room.clone()).or_insert_with(|| (&browser.name, epoch.clone()));
                let numbers = (epoch.number, known.number);
                assert!(epoch == *known, "{room} split between {first} and {}: {numbers:?}", browser.name);
            }
        }
    }

    /// Every browser gets all that its mailbox ever held once more, first backwards, then in order, as if it were new.
    fn hear_again(&mut self) {
        for at in 0..self.browsers.len() {
            if !self.browsers[at].is_open() || self.browsers[at].heard.is_empty() {
                continue;
            }
            let heard = core::mem::take(&mut self.browsers[at].heard);
            let (before, notices) = (self.kept(at), self.browsers[at].notices.len());
            let again: Vec<MailboxItem> = heard.iter().rev().chain(&heard).cloned().collect();
            self.browsers[at].slipped = again;
            self.browsers[at].inbox.push_back(Input::Wake);
            self.settle();
            let after = self.kept(at);
            let changed: Vec<_> = before
                .keys()
                .chain(after.keys())
                .filter(|key| before.get(*key) != after.get(*key))
                .map(|key| String::from_utf8_lossy(key).into_owned())
                .collect();
            assert!(changed.is_empty(), "{} took something twice: {changed:?}", self.browsers[at].name);
            let told = &self.browsers[at].notices[notices..];
            assert!(told.is_empty(), "{} was told of something twice: {told:?}", self.browsers[at].name);
        }
    }

    /// What is on the disk, but for the place in the mailbox and the session.
    fn kept(&self, at: usize) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let browser = &self.browsers[at];
        let profile = |key: &[u8]| key.starts_with(b"e/profile/");
        let rows = browser.disk.iter().filter(|(key, _)| !profile(key));
        let mut rows: BTreeMap<_, _> = rows.map(|(key, value)| (key.clone(), value.clone())).collect();
        rows.extend(browser.engine.iter().map(|engine| (b"e/profile/".to_vec(), engine.profile_row())));
        rows
    }
}
