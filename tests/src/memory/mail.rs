//! Mailboxes, who follows which room, and letters to other providers.

use std::collections::BTreeMap;
use std::sync::Arc;

use doorstep_hub::store::{
    Backlog, ClientId, ConsentKind, ConsentQuota, ConsentSaid, DUE_TO_ONE_PEER, Following, GAPS_OF_A_ROOM, Gap, Letter,
    Mail, MailItem, Mailboxes, Outbox, Recipients, StoreError, Wake,
};
use doorstep_wire::{ClientUri, ProviderDomain, RoomUri};

use super::{Content, Item, Lane, Lost, MemoryStore, State, Written};

impl State {
    /// Puts mail into mailboxes and lanes, in order. Returns the mailboxes it reached.
    pub(super) fn deliver(&mut self, mail: &[Mail], at: u64) -> Vec<Wake> {
        let mut reached = BTreeMap::new();
        for mail in mail {
            let content = Content { kind: mail.kind, room: mail.room.clone(), at, bytes: mail.body.clone() };
            let content = Arc::new(content);
            if let Recipients::Peer { peer, clients } = &mail.to {
                self.last_letter += 1;
                let letter = Written { id: self.last_letter, clients: clients.clone(), content };
                self.lanes.entry((peer.clone(), mail.room.clone())).or_default().letters.push_back(letter);
                continue;
            }
            for address in self.recipients(mail, at) {
                self.last_seq += 1;
                let client = self.addresses[address].client;
                self.mail.insert(self.last_seq, Item { client, address, content: content.clone() });
                reached.insert(client, self.last_seq);
            }
        }
        reached.into_iter().map(|(at, seq)| Wake { client: self.clients[at].0.id, seq }).collect()
    }

    /// Addresses that a mail reaches, each once.
    fn recipients(&self, mail: &Mail, now: u64) -> Vec<usize> {
        let followers = self.followers.get(&mail.room);
        let all: Vec<usize> = match &mail.to {
            Recipients::Clients(clients) => clients.iter().filter_map(|uri| self.address(uri)).collect(),
            Recipients::Packages(references) => self.owners(references, now),
            Recipients::User(user) => {
                (0..self.addresses.len()).filter(|at| self.addresses[*at].user == *user).collect()
            }
            Recipients::Followers(None) => followers.into_iter().flatten().copied().collect(),
            Recipients::Followers(Some(among)) => {
                let among = among.iter().filter_map(|uri| self.address(uri));
                among.filter(|at| followers.is_some_and(|all| all.contains(at))).collect()
            }
            Recipients::Peer { .. } => Vec::new(),
        };
        let mut once = Vec::with_capacity(all.len());
        for address in all {
            if !once.contains(&address) {
                once.push(address);
            }
        }
        once
    }

    fn owners(&self, references: &[Vec<u8>], now: u64) -> Vec<usize> {
        let known = references.iter().filter_map(|reference| self.packages.get(reference));
        known.filter(|(_, not_after)| not_after.saturating_mul(1000) > now).map(|(at, _)| *at).collect()
    }

    /// Takes a letter out, if it is there: to whom it went.
    fn remove(&mut self, id: u64) -> Option<(ProviderDomain, Arc<Content>)> {
        let holds = |lane: &Lane| lane.letters.iter().position(|letter| letter.id == id);
        let (key, place) = self.lanes.iter().find_map(|(key, lane)| Some((key.clone(), holds(lane)?)))?;
        let lane = self.lanes.get_mut(&key)?;
        let letter = lane.letters.remove(place)?;
        if place == 0 {
            (lane.due, lane.tries) = (0, 0);
        }
        if lane.letters.is_empty() {
            self.lanes.remove(&key);
        }
        Some((key.0, letter.content))
    }

    /// Gives up letters from before a time: how many.
    pub(super) fn give_up_before(&mut self, keep_from: u64) -> u64 {
        let old = |letter: &&Written| letter.content.at < keep_from;
        let old: Vec<u64> =
            self.lanes.values().flat_map(|lane| lane.letters.iter().filter(old)).map(|letter| letter.id).collect();
        for id in &old {
            self.lose(*id);
        }
        old.len() as u64
    }

    fn lose(&mut self, id: u64) {
        let Some((peer, letter)) = self.remove(id) else { return };
        *self.lost.entry(peer.clone()).or_default() += 1;
        match self.open_gap(&peer, &letter.room) {
            Some(Lost { gap, .. }) => gap.until = gap.until.max(Some(letter.at)),
            None => {
                let gap = Gap { peer, since: letter.at, until: Some(letter.at) };
                self.gaps.push(Lost { room: letter.room.clone(), gap, is_open: true });
            }
        }
        let of_room = |lost: &Lost| lost.room == letter.room;
        if self.gaps.iter().filter(|lost| of_room(lost)).count() > GAPS_OF_A_ROOM
            && let Some(oldest) = self.gaps.iter().position(of_room)
        {
            self.gaps.remove(oldest);
        }
    }

    fn open_gap(&mut self, peer: &ProviderDomain, room: &RoomUri) -> Option<&mut Lost> {
        self.gaps.iter_mut().find(|lost| lost.is_open && lost.gap.peer == *peer && lost.room == *room)
    }
}

impl Mailboxes for MemoryStore {
    async fn mailbox(
        &self,
        client: ClientId,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<MailItem>, StoreError> {
        let state = self.lock();
        let Some(client) = state.place(client) else { return Ok(Vec::new()) };
        let mut before = 0;
        let theirs = state.mail.range(after.saturating_add(1)..).filter(|(_, item)| item.client == client).take(limit);
        let page = theirs.take_while(|(_, item)| {
            let fits = before < bytes;
            before += item.content.bytes.len();
            fits
        });
        let item = |(seq, item): (&u64, &Item)| MailItem {
            seq: *seq,
            kind: item.content.kind,
            room: item.content.room.clone(),
            to: state.addresses[item.address].uri.clone(),
            body: item.content.bytes.to_vec(),
        };
        Ok(page.map(item).collect())
    }

    async fn newest(&self, client: ClientId) -> Result<u64, StoreError> {
        let state = self.lock();
        let Some(client) = state.place(client) else { return Ok(0) };
        Ok(state.mail.iter().rev().find(|(_, item)| item.client == client).map_or(0, |(seq, _)| *seq))
    }

    async fn acknowledge(&self, client: ClientId, upto: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(client) = state.place(client) {
            state.mail.retain(|seq, item| item.client != client || *seq > upto);
        }
        Ok(())
    }

    async fn say_consent(
        &self,
        said: &ConsentSaid,
        quota: &ConsentQuota,
        mail: Option<&Mail>,
    ) -> Result<Vec<Wake>, StoreError> {
        let mut state = self.lock();
        let here = state.addresses.iter().any(|address| address.user == said.person);
        let key = (said.kind, said.scope);
        let (mut of_provider, mut of_user, mut standing) = (0, 0, 0);
        let same = state.consent_said.values();
        for (other, stands) in same.filter(|(other, _)| other.kind == said.kind && other.person == said.person) {
            let within = |window: u64| other.at > said.at.saturating_sub(window);
            of_provider += u32::from(other.by.host() == said.by.host() && within(ConsentQuota::DAY));
            of_user += u32::from(other.by == said.by && within(ConsentQuota::WEEK));
            standing += u32::from(*stands);
        }
        let stands = state.consent_said.get(&key).is_some_and(|(_, stands)| *stands);
        let spent = of_provider >= quota.provider_a_day || of_user >= quota.user_a_week || standing >= quota.waiting;
        if !here || stands || spent {
            return Ok(Vec::new());
        }
        state.consent_said.insert(key, (said.clone(), true));
        Ok(state.deliver(mail.map_or(&[], core::slice::from_ref), said.at))
    }

    async fn end_consent(
        &self,
        kind: ConsentKind,
        scope: [u8; 32],
        mail: Option<&Mail>,
        at: u64,
    ) -> Result<Vec<Wake>, StoreError> {
        let mut state = self.lock();
        match state.consent_said.get_mut(&(kind, scope)) {
            Some((_, stands)) if *stands => *stands = false,
            _ => return Ok(Vec::new()),
        }
        Ok(state.deliver(mail.map_or(&[], core::slice::from_ref), at))
    }
}

impl Following for MemoryStore {
    async fn follow(&self, room: &RoomUri, address: &ClientUri) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let Some(at) = state.address(address) else { return Ok(false) };
        state.followers.entry(room.clone()).or_default().insert(at);
        Ok(true)
    }

    async fn followers(&self, room: &RoomUri) -> Result<Vec<ClientUri>, StoreError> {
        let state = self.lock();
        let followers = state.followers.get(room).into_iter().flatten();
        let mut uris: Vec<_> = followers.map(|at| state.addresses[*at].uri.clone()).collect();
        uris.sort();
        Ok(uris)
    }

    async fn receive(&self, digest: [u8; 32], mail: &[Mail], now: u64) -> Result<Option<Vec<Wake>>, StoreError> {
        let mut state = self.lock();
        if state.received.contains_key(&digest) {
            return Ok(None);
        }
        state.received.insert(digest, now);
        for mail in mail {
            if let Recipients::Packages(references) = &mail.to {
                let owners = state.owners(references, now);
                state.followers.entry(mail.room.clone()).or_default().extend(owners);
            }
        }
        Ok(Some(state.deliver(mail, now)))
    }

    async fn receive_last(&self, digest: [u8; 32], mail: &Mail, now: u64) -> Result<Option<Vec<Wake>>, StoreError> {
        let wakes = self.receive(digest, core::slice::from_ref(mail), now).await?;
        if wakes.is_some() {
            self.lock().followers.remove(&mail.room);
        }
        Ok(wakes)
    }
}

impl Outbox for MemoryStore {
    async fn due_letters(&self, now: u64, limit: usize) -> Result<Vec<Letter>, StoreError> {
        let state = self.lock();
        let mut by_peer = BTreeMap::<&ProviderDomain, Vec<_>>::new();
        for ((peer, room), lane) in state.lanes.iter().filter(|(_, lane)| lane.due <= now) {
            let Some(first) = lane.letters.front() else { continue };
            by_peer.entry(peer).or_default().push((lane.due, first.id, peer, room, lane, first));
        }
        let mut due = Vec::new();
        for mut lanes in by_peer.into_values() {
            lanes.sort_by_key(|(due, id, ..)| (*due, *id));
            due.extend(lanes.into_iter().take(DUE_TO_ONE_PEER));
        }
        due.sort_by_key(|(_, id, ..)| *id);
        let letters = due.into_iter().take(limit).map(|(_, id, peer, room, lane, first)| Letter {
            id,
            peer: peer.clone(),
            kind: first.content.kind,
            room: room.clone(),
            clients: first.clients.clone(),
            body: first.content.bytes.clone(),
            written_at: first.content.at,
            tries: lane.tries,
        });
        Ok(letters.collect())
    }

    async fn next_letter(&self) -> Result<Option<u64>, StoreError> {
        Ok(self.lock().lanes.values().map(|lane| lane.due).min())
    }

    async fn delivered(&self, id: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some((peer, letter)) = state.remove(id)
            && let Some(lost) = state.open_gap(&peer, &letter.room)
        {
            lost.is_open = false;
        }
        Ok(())
    }

    async fn postpone(&self, id: u64, until: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        let first = |lane: &&mut Lane| lane.letters.front().is_some_and(|first| first.id == id);
        if let Some(lane) = state.lanes.values_mut().find(first) {
            lane.due = until;
            lane.tries += 1;
        }
        Ok(())
    }

    async fn give_up(&self, id: u64) -> Result<(), StoreError> {
        self.lock().lose(id);
        Ok(())
    }

    async fn hurry(&self, peer: &ProviderDomain) -> Result<(), StoreError> {
        let mut state = self.lock();
        for (_, lane) in state.lanes.iter_mut().filter(|((to, _), _)| to == peer) {
            lane.due = 0;
        }
        Ok(())
    }

    async fn gaps(&self, room: &RoomUri) -> Result<Vec<Gap>, StoreError> {
        let state = self.lock();
        let lost = state.gaps.iter().filter(|lost| lost.room == *room).map(|lost| lost.gap.clone());
        let waiting = state.lanes.iter().filter(|((_, of), _)| of == room).filter_map(|((peer, _), lane)| {
            let first = lane.letters.front()?;
            Some(Gap { peer: peer.clone(), since: first.content.at, until: None })
        });
        Ok(lost.chain(waiting).collect())
    }

    async fn backlog(&self) -> Result<Vec<Backlog>, StoreError> {
        let state = self.lock();
        let none = |peer: &ProviderDomain| Backlog { peer: peer.clone(), letters: 0, oldest: 0, tries: 0, lost: 0 };
        let mut all = BTreeMap::<&ProviderDomain, Backlog>::new();
        for ((peer, _), lane) in &state.lanes {
            let backlog = all.entry(peer).or_insert_with(|| none(peer));
            let oldest = lane.letters.front().map_or(0, |first| first.content.at);
            backlog.oldest = if backlog.letters == 0 { oldest } else { backlog.oldest.min(oldest) };
            backlog.letters += lane.letters.len() as u64;
            backlog.tries = backlog.tries.max(lane.tries);
        }
        for (peer, lost) in &state.lost {
            all.entry(peer).or_insert_with(|| none(peer)).lost = *lost;
        }
        Ok(all.into_values().collect())
    }
}
