//! A second gate, behind the judgement: writes that were judged wait here before they are written.
//!
//! A server that judges and writes as two steps loses updates in the moment between the two. Nobody sees a moment; so
//! in a lesson it lasts until the leader says so. The gate of the server cannot do this, since it stands before the
//! judgement. Whoever wires the server of a lesson has its store wait here between the two steps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::Author;
use tokio::sync::{oneshot, watch};

/// The write gate of a lesson's server; clones share it.
#[derive(Debug, Clone, Default)]
pub struct WriteGate {
    state: Arc<Mutex<WaitingWriters>>,
    /// Goes up whenever somebody comes to wait.
    arrivals: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct WaitingWriters {
    on: bool,
    waiting: BTreeMap<Author, oneshot::Sender<()>>,
}

impl WriteGate {
    /// Puts it on, or takes it off. Who waits already goes on waiting.
    pub fn set(&self, on: bool) {
        self.lock().on = on;
    }

    /// Waits here with a write of that author, if the write gate is on.
    pub async fn pass(&self, who: &Author) {
        let (go, going) = oneshot::channel();
        {
            let mut state = self.lock();
            if !state.on {
                return;
            }
            // Somebody who waits already has one write here and sends another: the earlier one goes on.
            state.waiting.insert(who.clone(), go);
        }
        self.arrivals.send_modify(|count| *count += 1);
        // An error means that the sender was dropped, which lets go as well.
        let _ = going.await;
    }

    /// Lets a write of that author go on; false where none waits.
    #[must_use]
    pub fn release(&self, who: &Author) -> bool {
        let going = self.lock().waiting.remove(who);
        going.is_some_and(|go| go.send(()).is_ok())
    }

    /// Waits until a write of that author waits here.
    pub async fn holds(&self, who: &Author) {
        let mut arrivals = self.arrivals.subscribe();
        // This write gate holds a sender, so the wait cannot end for want of one.
        let _ = arrivals.wait_for(|_| self.lock().waiting.contains_key(who)).await;
    }

    /// Lets everybody go on, and stops nobody any more.
    pub fn open(&self) {
        let mut state = self.lock();
        state.on = false;
        state.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, WaitingWriters> {
        // Nothing in here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_while_it_is_on_waits_until_released() {
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
