//! Who waits for mail at the moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use doorstep_hub::store::{ClientId, Wake};
use tokio::sync::watch;

/// Open event streams, by mailbox.
#[derive(Default)]
pub(crate) struct Wakes {
    streams: Mutex<HashMap<ClientId, watch::Sender<u64>>>,
}

impl Wakes {
    /// Hears of every new seq from now on. None: this client has `limit` streams open already.
    pub(crate) fn subscribe(&self, client: ClientId, limit: usize) -> Option<watch::Receiver<u64>> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = streams.entry(client).or_insert_with(|| watch::Sender::new(0));
        (sender.receiver_count() < limit).then(|| sender.subscribe())
    }

    /// Tells those who wait.
    pub(crate) fn tell(&self, wakes: &[Wake]) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for wake in wakes {
            if let Some(sender) = streams.get(&wake.client)
                && sender.send(wake.seq).is_err()
            {
                streams.remove(&wake.client);
            }
        }
    }

    /// Forgets streams that have ended; returns how many are open.
    pub(crate) fn sweep(&self) -> usize {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.retain(|_, sender| sender.receiver_count() > 0);
        streams.values().map(watch::Sender::receiver_count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_hears_of_its_own_mail_only() {
        let wakes = Wakes::default();
        let (one, two) = (ClientId([1; 16]), ClientId([2; 16]));
        let mut stream = wakes.subscribe(one, 1).unwrap();
        wakes.tell(&[Wake { client: two, seq: 9 }, Wake { client: one, seq: 5 }]);
        stream.changed().await.unwrap();
        assert_eq!(*stream.borrow(), 5);
        assert!(wakes.subscribe(one, 1).is_none());
        drop(stream);
        assert!(wakes.subscribe(one, 1).is_some());
        assert_eq!(wakes.sweep(), 0);
    }
}
