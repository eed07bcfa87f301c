//! KeyPackages that are given out, consent, and who is found.

use doorstep_hub::identifier_query::name_key;
use doorstep_hub::store::{
    Claim, ClientId, Consent, Contact, Offer, Packages, PackagesLeft, Pool, Reach, Reception, StoreError,
};
use doorstep_wire::key_material::MAX_CLIENTS;
use doorstep_wire::{ClientUri, RoomUri, UserUri};

use super::{MemoryStore, Offered};

impl Packages for MemoryStore {
    async fn offer_packages(
        &self,
        client: ClientId,
        address: &ClientUri,
        offers: &[Offer],
    ) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let Some(address) = state.own_address(client, address) else { return Ok(false) };
        let known = |reference: &[u8]| state.offers.iter().find(|offered| offered.reference == reference);
        let usable = |offer: &Offer| match known(&offer.reference) {
            Some(known) => known.address == address,
            None => !state.packages.contains_key(&offer.reference),
        };
        if !offers.iter().all(usable) {
            return Ok(false);
        }
        for offer in offers {
            if state.offers.iter().any(|known| known.reference == offer.reference) {
                continue;
            }
            state.packages.insert(offer.reference.clone(), (address, offer.not_after));
            state.offers.push(Offered {
                reference: offer.reference.clone(),
                address,
                pool: offer.pool,
                last_resort: offer.last_resort,
                not_after: offer.not_after,
                bytes: Some(offer.package.clone()),
            });
        }
        Ok(true)
    }

    async fn claim_packages(&self, user: &UserUri, pool: Pool, floor: u64) -> Result<Vec<Claim>, StoreError> {
        let mut state = self.lock();
        let offers = |at: &usize| state.offers.iter().any(|offered| offered.address == *at && offered.pool == pool);
        let mut clients: Vec<usize> =
            (0..state.addresses.len()).filter(|at| state.addresses[*at].user == *user && offers(at)).collect();
        clients.sort_by_key(|at| state.addresses[*at].uri.clone());
        clients.truncate(MAX_CLIENTS);
        let mut claims = Vec::with_capacity(clients.len());
        for at in clients {
            let mine = state.offers.iter_mut().filter(|offered| offered.address == at && offered.pool == pool);
            let usable = mine.filter(|offered| offered.bytes.is_some() && offered.not_after >= floor);
            let next = usable.min_by_key(|offered| (offered.last_resort, offered.not_after));
            let package = next.and_then(|next| if next.last_resort { next.bytes.clone() } else { next.bytes.take() });
            claims.push(Claim { client: state.addresses[at].uri.clone(), package });
        }
        Ok(claims)
    }

    async fn packages_left(&self, address: &ClientUri, floor: u64) -> Result<PackagesLeft, StoreError> {
        let state = self.lock();
        let Some(at) = state.address(address) else { return Ok(PackagesLeft::default()) };
        let left = state.offers.iter().filter(|offered| {
            offered.address == at && offered.bytes.is_some() && !offered.last_resort && offered.not_after >= floor
        });
        let of = |pool| left.clone().filter(|offered| offered.pool == pool).count() as u64;
        Ok(PackagesLeft { any: of(Pool::Any), connection_only: of(Pool::ConnectionOnly) })
    }
}

impl Reach for MemoryStore {
    async fn give_consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
        _at: u64,
    ) -> Result<(), StoreError> {
        self.lock().consents.insert((target.clone(), requester.clone(), room.cloned()));
        Ok(())
    }

    async fn take_consent_back(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> Result<(), StoreError> {
        self.lock()
            .consents
            .retain(|(by, of, given)| by != target || of != requester || (room.is_some() && given.as_ref() != room));
        Ok(())
    }

    async fn consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> Result<Consent, StoreError> {
        let state = self.lock();
        let mut given = state.consents.iter().filter(|(by, of, _)| by == target && of == requester).peekable();
        if given.peek().is_none() {
            return Ok(Consent::None);
        }
        let holds = given.any(|(_, _, given)| given.is_none() || given.as_ref() == room);
        Ok(if holds { Consent::Given } else { Consent::OtherRoom })
    }

    async fn set_contact(&self, client: ClientId, contact: &Contact) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(at) = state.place(client).filter(|at| state.clients[*at].0.handle.is_some()) {
            state.clients[at].1 = contact.clone();
            state.clients[at].1.blocked.sort();
            state.clients[at].1.blocked.dedup();
        }
        Ok(())
    }

    async fn contact(&self, client: ClientId) -> Result<Contact, StoreError> {
        let state = self.lock();
        Ok(state.place(client).map(|at| state.clients[at].1.clone()).unwrap_or_default())
    }

    async fn reception(&self, handle: &str, by: &UserUri) -> Result<Reception, StoreError> {
        let state = self.lock();
        let account = state.clients.iter().find(|(client, _)| client.handle.as_deref() == Some(handle));
        let Contact { ask, blocked, .. } = account.map(|(_, contact)| contact.clone()).unwrap_or_default();
        let them = [by.clone().into(), by.host().uri()];
        Ok(Reception { ask, blocked: blocked.iter().any(|uri| them.contains(uri)) })
    }

    async fn is_found(&self, handle: &str) -> Result<bool, StoreError> {
        let state = self.lock();
        Ok(state.clients.iter().any(|(client, contact)| contact.find > 0 && client.handle.as_deref() == Some(handle)))
    }

    async fn named(&self, key: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let state = self.lock();
        let named = state.clients.iter().filter(|(client, contact)| {
            let name = client.display_name.as_deref().unwrap_or_default();
            contact.find == 2 && !key.is_empty() && name_key(name) == key
        });
        let mut handles: Vec<_> = named.filter_map(|(client, _)| client.handle.clone()).collect();
        handles.sort();
        handles.truncate(limit);
        Ok(handles)
    }
}
