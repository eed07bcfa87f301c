//! Rooms of a hub, their logs, and reports about them.

use doorstep_hub::store::{LogLine, Mail, Report, Reports, RoomChange, Rooms, RowPair, StoreError, Wake};
use doorstep_wire::RoomUri;

use super::{MemoryStore, Room};

impl Rooms for MemoryStore {
    async fn commit(&self, changes: &[RoomChange], mail: &[Mail], now: u64) -> Result<Vec<Wake>, StoreError> {
        let mut state = self.lock();
        let mut made = Vec::new();
        for change in changes {
            let is_there = state.rooms.contains_key(&change.room) || made.contains(&&change.room);
            match (is_there, change.create) {
                (_, true) if state.ended_rooms.contains_key(&change.room) => return Err(StoreError::RoomTaken),
                (true, true) => return Err(StoreError::RoomTaken),
                (false, false) => return Err(StoreError::NoSuchRoom),
                (false, true) => made.push(&change.room),
                (true, false) => {}
            }
        }
        for change in changes {
            if let Some(request) = change.ended {
                state.rooms.remove(&change.room);
                state.ended_rooms.insert(change.room.clone(), request);
                continue;
            }
            let number = state.rooms_made;
            state.rooms_made += usize::from(change.create);
            let room = state.rooms.entry(change.room.clone()).or_insert_with(|| Room { number, ..Room::default() });
            for row in &change.rows {
                match &row.value {
                    Some(value) => room.rows.insert(row.key.clone(), value.clone()),
                    None => room.rows.remove(&row.key),
                };
            }
            room.log.extend(change.log.iter().cloned());
            if change.page.is_some() {
                room.page.clone_from(&change.page);
            }
            room.look_again = if room.end_asked { Some(0) } else { change.look_again };
        }
        Ok(state.deliver(mail, now))
    }

    async fn load_room(&self, room: &RoomUri) -> Result<Option<Vec<RowPair>>, StoreError> {
        let state = self.lock();
        let rows = |room: &Room| room.rows.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(state.rooms.get(room).map(rows))
    }

    async fn door(&self, room: &RoomUri) -> Result<Option<Vec<u8>>, StoreError> {
        let state = self.lock();
        Ok(state.rooms.get(room).and_then(|room| room.page.as_ref()?.door.clone()))
    }

    async fn ended_by(&self, room: &RoomUri) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(self.lock().ended_rooms.get(room).copied())
    }

    async fn ask_to_end(&self, room: &RoomUri) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let Some(room) = state.rooms.get_mut(room) else { return Ok(false) };
        (room.end_asked, room.look_again) = (true, Some(0));
        Ok(true)
    }

    async fn is_asked_to_end(&self, room: &RoomUri) -> Result<bool, StoreError> {
        Ok(self.lock().rooms.get(room).is_some_and(|room| room.end_asked))
    }

    async fn listed(&self, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let state = self.lock();
        let pages = state.rooms.values().filter_map(|room| Some((room.page.as_ref()?, room.number)));
        let listed = pages.filter(|(page, _)| page.listed);
        let mut listed: Vec<_> =
            listed.filter_map(|(page, number)| Some((&page.name, number, page.door.as_ref()?))).collect();
        listed.sort();
        Ok(listed.into_iter().take(limit).map(|(_, _, door)| door.clone()).collect())
    }

    async fn due(&self, now: u64, limit: usize) -> Result<Vec<RoomUri>, StoreError> {
        let state = self.lock();
        let times = state.rooms.iter().filter_map(|(uri, room)| Some((room.look_again?, uri)));
        let mut due: Vec<_> = times.filter(|(at, _)| *at <= now).collect();
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, uri)| uri.clone()).collect())
    }

    async fn log(&self, room: &RoomUri) -> Result<Vec<LogLine>, StoreError> {
        let state = self.lock();
        Ok(state.rooms.get(room).map(|room| room.log.clone()).unwrap_or_default())
    }
}

impl Reports for MemoryStore {
    async fn keep_report(&self, report: &Report) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let same =
            |known: &Report| known.room == report.room && known.from == report.from && known.digest == report.digest;
        if state.reports.iter().any(same) {
            return Ok(false);
        }
        state.reports.push(report.clone());
        Ok(true)
    }

    async fn reports(&self, limit: usize) -> Result<Vec<Report>, StoreError> {
        let state = self.lock();
        let mut reports: Vec<_> = state.reports.iter().rev().collect();
        reports.sort_by_key(|report| !report.at);
        Ok(reports.into_iter().take(limit).cloned().collect())
    }
}
