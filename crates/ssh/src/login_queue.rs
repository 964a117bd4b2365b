//! Connections that are not logged in yet: there are never more than a fixed number.
//!
//! One more connection closes the oldest one of the address that has the most. So an attacker who opens connections
//! closes their own, and a room behind one address can log in while an attacker at another address tries to prevent it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The connections that are not logged in.
#[derive(Debug, Clone)]
pub(crate) struct LoginQueue {
    waiting: Arc<Mutex<Waiting>>,
    max: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The connections, oldest first.
    connections: Vec<WaitingConnection>,
    next_id: u64,
}

#[derive(Debug)]
struct WaitingConnection {
    id: u64,
    network: IpAddr,
    /// Dropping it closes the connection.
    _evict: oneshot::Sender<()>,
}

/// The place of a connection in the queue, which becomes free when this value is dropped.
#[derive(Debug)]
pub(crate) struct LoginTicket {
    queue: LoginQueue,
    id: u64,
    evicted: oneshot::Receiver<()>,
}

impl LoginQueue {
    /// Creates a queue with this many places.
    pub(crate) fn new(max: usize) -> Self {
        Self { waiting: Arc::default(), max }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // No code that holds the lock panics.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a place for a connection from this network.
    pub(crate) fn enter(&self, network: IpAddr) -> LoginTicket {
        let mut waiting = self.waiting();
        if waiting.connections.len() >= self.max {
            waiting.evict_one();
        }
        let id = waiting.next_id;
        waiting.next_id += 1;
        let (evict, evicted) = oneshot::channel();
        waiting.connections.push(WaitingConnection { id, network, _evict: evict });
        LoginTicket { queue: self.clone(), id, evicted }
    }
}

impl Waiting {
    /// Closes the oldest connection of the network that has the most.
    fn evict_one(&mut self) {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for connection in &self.connections {
            *counts.entry(connection.network).or_default() += 1;
        }
        let most = counts.values().copied().max().unwrap_or_default();
        if let Some(oldest) = self.connections.iter().position(|connection| counts[&connection.network] == most) {
            self.connections.remove(oldest);
        }
    }
}

impl LoginTicket {
    /// Waits until the place is given to another connection.
    pub(crate) async fn evicted(&mut self) {
        // The sender never sends; an error means that it was dropped.
        let _ = (&mut self.evicted).await;
    }
}

impl Drop for LoginTicket {
    fn drop(&mut self) {
        self.queue.waiting().connections.retain(|connection| connection.id != self.id);
    }
}

/// Returns the network of a client, whose addresses it may all use: in IPv6, a /64.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_evicted(ticket: &mut LoginTicket) -> bool {
        ticket.evicted.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn attacker_evicts_own_oldest_connection() {
        let queue = LoginQueue::new(3);
        let (room, attacker) = ("192.0.2.1".parse().unwrap(), "192.0.2.66".parse().unwrap());
        let mut person = queue.enter(room);
        let mut first = queue.enter(attacker);
        let mut second = queue.enter(attacker);
        let mut third = queue.enter(attacker);
        let evicted = [&mut person, &mut first, &mut second, &mut third].map(is_evicted);
        assert_eq!(evicted, [false, true, false, false]);
        drop(second);
        let mut fourth = queue.enter(attacker);
        assert!(!is_evicted(&mut person) && !is_evicted(&mut third) && !is_evicted(&mut fourth));
    }

    #[test]
    fn networks_are_grouped() {
        let network = |address: &str| network_of(address.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    proptest! {
        #[test]
        fn queue_is_bounded_and_single_connections_stay(networks in prop::collection::vec(0_u32..6, 1..40)) {
            let queue = LoginQueue::new(8);
            let mut quiet = queue.enter(IpAddr::V4(99.into()));
            let mut tickets = Vec::new();
            for network in networks {
                tickets.push(queue.enter(IpAddr::V4(network.into())));
                prop_assert!(queue.waiting().connections.len() <= 8);
            }
            prop_assert!(!is_evicted(&mut quiet), "7 others of 6 networks: one of them always has more");
            drop(tickets);
            prop_assert_eq!(queue.waiting().connections.len(), 1);
        }
    }
}
