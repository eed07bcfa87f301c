//! Browser profiles, their sessions, and the identities that were issued to them.

use doorstep_hub::store::{
    Client, ClientId, Clients, Contact, Issuance, NewClient, NewIdentity, PackageRef, Pseudonyms, Registration,
    StoreError,
};
use doorstep_wire::{ClientUri, UserUri};

use super::{Address, MemoryStore, State};

impl Clients for MemoryStore {
    async fn register(&self, new: &NewClient) -> Result<Registration, StoreError> {
        let mut state = self.lock();
        let place = state.place(new.client.id);
        if let Some((known, _)) = place.map(|at| &state.clients[at]) {
            let other_handle =
                new.client.handle.is_some() && known.handle.is_some() && known.handle != new.client.handle;
            if known.key != new.client.key || other_handle {
                return Ok(Registration::ClientTaken);
            }
            if new.client.handle.is_none() || known.handle.is_some() {
                return Ok(Registration::Known);
            }
        }
        if new.client.handle.is_some() && state.clients.iter().any(|(known, _)| known.handle == new.client.handle) {
            return Ok(Registration::HandleTaken);
        }
        match place {
            Some(at) => state.clients[at].0 = new.client.clone(),
            None => state.clients.push((new.client.clone(), Contact::default())),
        }
        Ok(Registration::Made)
    }

    async fn client(&self, id: ClientId) -> Result<Option<Client>, StoreError> {
        let state = self.lock();
        Ok(state.place(id).map(|at| state.clients[at].0.clone()))
    }

    async fn open_session(&self, token_hash: [u8; 32], client: ClientId, expires: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(at) = state.place(client) {
            state.sessions.insert(token_hash, (at, expires));
        }
        Ok(())
    }

    async fn session(&self, token_hash: [u8; 32], now: u64) -> Result<Option<Client>, StoreError> {
        let state = self.lock();
        let session = state.sessions.get(&token_hash).filter(|(_, expires)| *expires > now);
        Ok(session.map(|(at, _)| state.clients[*at].0.clone()))
    }
}

impl Pseudonyms for MemoryStore {
    async fn issue(&self, new: &NewIdentity) -> Result<Issuance, StoreError> {
        let mut state = self.lock();
        let client = state.sure_place(new.client)?;
        if let Some(known) = state.address(&new.address).map(|at| &state.addresses[at]) {
            let repeated = known.client == client && known.request == new.request;
            return Ok(if repeated { Issuance::Repeated(known.token.clone()) } else { Issuance::Taken });
        }
        if state.addresses.iter().any(|address| address.user == new.user && address.client != client) {
            return Ok(Issuance::Taken);
        }
        if !state.count(client, new.day, new.daily_limit) {
            return Ok(Issuance::TooMany);
        }
        state.addresses.push(Address {
            uri: new.address.clone(),
            user: new.user.clone(),
            client,
            key: new.key,
            request: new.request,
            token: new.token.clone(),
        });
        Ok(Issuance::Issued)
    }

    async fn leaf_key(&self, client: ClientId, address: &ClientUri) -> Result<Option<[u8; 32]>, StoreError> {
        let state = self.lock();
        Ok(state.own_address(client, address).map(|at| state.addresses[at].key))
    }

    async fn count_issue(&self, client: ClientId, day: u32, daily_limit: u32) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let client = state.sure_place(client)?;
        Ok(state.count(client, day, daily_limit))
    }

    async fn owner(&self, user: &UserUri) -> Result<Option<ClientId>, StoreError> {
        let state = self.lock();
        let address = state.addresses.iter().find(|address| address.user == *user);
        Ok(address.map(|address| state.clients[address.client].0.id))
    }

    async fn users_of(&self, client: ClientId) -> Result<Vec<UserUri>, StoreError> {
        let state = self.lock();
        let Some(client) = state.place(client) else { return Ok(Vec::new()) };
        let theirs = state.addresses.iter().filter(|address| address.client == client);
        let mut users: Vec<_> = theirs.map(|address| address.user.clone()).collect();
        users.sort();
        users.dedup();
        Ok(users)
    }

    async fn address_of(&self, client: ClientId, user: &UserUri) -> Result<Option<ClientUri>, StoreError> {
        let state = self.lock();
        let Some(client) = state.place(client) else { return Ok(None) };
        let theirs = state.addresses.iter().find(|address| address.client == client && address.user == *user);
        Ok(theirs.map(|address| address.uri.clone()))
    }

    async fn register_packages(&self, client: ClientId, packages: &[PackageRef]) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let mut registered = Vec::with_capacity(packages.len());
        for package in packages {
            let Some(address) = state.own_address(client, &package.address) else { return Ok(false) };
            if state.packages.get(&package.reference).is_some_and(|(owner, _)| *owner != address) {
                return Ok(false);
            }
            registered.push((package.reference.clone(), (address, package.not_after)));
        }
        state.packages.extend(registered);
        Ok(true)
    }
}

impl State {
    fn count(&mut self, client: usize, day: u32, daily_limit: u32) -> bool {
        let issued = self.issued.entry((client, day)).or_default();
        let counted = *issued < daily_limit;
        *issued += u32::from(counted);
        counted
    }
}
