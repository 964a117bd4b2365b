//! The write gate: a second gate, at which evaluated writes wait before they are written.
//!
//! A server that evaluates and writes in two steps loses updates in the moment between the two. A moment cannot be
//! seen, so in a lesson it lasts until the leader releases the write. The server's own gate is before the evaluation.
//! The store of a lesson's server waits at the write gate between the two steps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::Author;
use tokio::sync::{oneshot, watch};

/// The write gate of a lesson's server; clones share it.
#[derive(Debug, Clone, Default)]
pub struct WriteGate {
    state: Arc<Mutex<WaitingWriters>>,
    /// The number of writes that have arrived.
    arrivals: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct WaitingWriters {
    on: bool,
    waiting: BTreeMap<Author, oneshot::Sender<()>>,
}

impl WriteGate {
    /// Turns the write gate on or off. Writes that already wait continue to wait.
    pub fn set(&self, on: bool) {
        self.lock().on = on;
    }

    /// Waits with a write of this author, if the write gate is on.
    pub async fn pass(&self, who: &Author) {
        let (go, going) = oneshot::channel();
        {
            let mut state = self.lock();
            if !state.on {
                return;
            }
            // If another write of this author waits, replacing its sender releases it.
            state.waiting.insert(who.clone(), go);
        }
        self.arrivals.send_modify(|count| *count += 1);
        // An error means that the sender was dropped, which also releases the write.
        let _ = going.await;
    }

    /// Releases a write of this author; returns whether one waited.
    #[must_use]
    pub fn release(&self, who: &Author) -> bool {
        let going = self.lock().waiting.remove(who);
        going.is_some_and(|go| go.send(()).is_ok())
    }

    /// Waits until a write of this author waits at the write gate.
    pub async fn holds(&self, who: &Author) {
        let mut arrivals = self.arrivals.subscribe();
        // `self` has a sender, so the channel cannot close during the wait.
        let _ = arrivals.wait_for(|_| self.lock().waiting.contains_key(who)).await;
    }

    /// Releases all writes and turns the write gate off.
    pub fn open(&self) {
        let mut state = self.lock();
        state.on = false;
        state.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, WaitingWriters> {
        // No code panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn write_waits_while_the_gate_is_on_until_released() {
        let (write_gate, alice): (WriteGate, Author) = (WriteGate::default(), "Alice".parse().unwrap());
        write_gate.pass(&alice).await;
        write_gate.set(true);
        let (stopped, who) = (write_gate.clone(), alice.clone());
        let passing = tokio::spawn(async move { stopped.pass(&who).await });
        write_gate.holds(&alice).await;
        assert!(!passing.is_finished());
        assert!(write_gate.release(&alice) && !write_gate.release(&alice));
        passing.await.unwrap();
    }
}
