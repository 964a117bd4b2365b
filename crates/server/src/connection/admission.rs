//! The register of open connections, and the choice of one to close for a new one.
//!
//! The server never closes a connection that has sent a valid token, unless its client has many of them: beyond
//! `client-connections`, a connection counts as one without a token. Of those without, each address may have only so
//! many, and the oldest idle one is closed: first one of the same address, then one of any address. A whole room may
//! share one address, so a connection stops counting for its address as soon as it sends a valid token. Then it belongs
//! to the participant whose token it was. If it was the code of a room, it belongs to all clients in the network (an
//! IPv4 address, or a /64 of IPv6) that have the code. An admin's connections are not counted.
//!
//! On a server with tokens, a connection without one cannot do much, so even a busy one is closed if none is idle. If
//! all connections have sent a token, a few more are accepted, whose first request must be an admin's. On a server
//! without tokens, all connections are equal: a busy one is never closed, and a new one is refused.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use contract::Author;
use tokio::sync::Notify;

use super::activity::ConnectionActivity;
use crate::budget::client_account::NETWORK_FACTOR;
use crate::budget::{self, Uses};
use crate::lock::lock;
use crate::options::ServerOptions;

/// All open connections. Clones are the same register.
#[derive(Clone)]
pub(crate) struct AdmissionRegister(Arc<RegisterInner>);

struct RegisterInner {
    limits: AdmissionLimits,
    uses: Uses,
    state: Mutex<RegisterState>,
}

struct AdmissionLimits {
    all: usize,
    of_address: usize,
    /// How many connections a participant may have that are never closed.
    of_client: usize,
    /// How many more connections admins may have.
    admins: usize,
    has_tokens: bool,
}

#[derive(Default)]
struct RegisterState {
    /// How many connections have been accepted; also the number of the last one.
    accepted: u64,
    /// How many connections are open.
    open: usize,
    /// The connections without a valid token, by number, so oldest first.
    strangers: BTreeMap<u64, UnauthenticatedConnection>,
    /// How many of the strangers each address has.
    addresses: HashMap<IpAddr, usize>,
    /// The connections that belong to a client, by number.
    owned: HashMap<u64, ConnectionOwner>,
    /// How many connections each client has.
    owners: HashMap<ConnectionOwner, usize>,
}

/// The client to which a connection with a valid token belongs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ConnectionOwner {
    /// A leader, whose connections are not counted.
    Admin,
    Participant(Author),
    /// The clients in a network that have the code of the room, and have not joined.
    Network(IpAddr),
}

struct UnauthenticatedConnection {
    address: IpAddr,
    activity: ConnectionActivity,
    leave: Arc<Notify>,
}

/// An open connection in the register. Dropping this removes it.
pub(crate) struct ConnectionSlot {
    place: ConnectionTrust,
    leave: Arc<Notify>,
}

/// The standing of a connection in the register, for its requests. Clones share it.
#[derive(Clone)]
pub(crate) struct ConnectionTrust(Arc<NumberedSlot>);

struct NumberedSlot {
    register: AdmissionRegister,
    number: u64,
    standing: AtomicU8,
}

/// The connection has one of the places for admins, and has not sent an admin token yet.
const STATE_RESERVED: u8 = 0;
/// The connection has not sent a valid token.
const STATE_STRANGER: u8 = 1;
/// The connection has sent a valid token, and is no longer among the strangers.
const STATE_KNOWN: u8 = 2;
/// The connection has sent a valid token, but stays among the strangers: its client has too many.
const STATE_EXCESS: u8 = 3;

impl AdmissionRegister {
    pub(crate) fn new(options: &ServerOptions, uses: &Uses) -> Self {
        let limits = AdmissionLimits {
            all: options.budgets.size(&budget::CONNECTIONS),
            of_address: options.budgets.size(&budget::ADDRESS_CONNECTIONS),
            of_client: options.budgets.size(&budget::CLIENT_CONNECTIONS),
            admins: options.budgets.size(&budget::ADMIN_CONNECTIONS),
            has_tokens: options.tokens.is_some(),
        };
        Self(Arc::new(RegisterInner { limits, uses: uses.clone(), state: Mutex::default() }))
    }

    /// Registers a new connection; returns `None` if there is no room.
    ///
    /// Another connection may be closed to make room.
    pub(crate) fn admit(&self, address: IpAddr, activity: &ConnectionActivity) -> Option<ConnectionSlot> {
        let limits = &self.0.limits;
        let mut state = self.lock();
        if state.addresses.get(&address).is_some_and(|count| *count >= limits.of_address) {
            self.0.uses.refused(&budget::ADDRESS_CONNECTIONS);
            state.evict_one(limits.has_tokens, |stranger| stranger.address == address)?;
        }
        let mut standing = STATE_STRANGER;
        if state.open >= limits.all {
            self.0.uses.refused(&budget::CONNECTIONS);
            state.evict_one(limits.has_tokens, |_| true);
            // If the closed connection had a place for admins, the new one gets no better place.
            if state.open >= limits.all {
                let has_room = limits.has_tokens && state.open < limits.all.saturating_add(limits.admins);
                standing = has_room.then_some(STATE_RESERVED)?;
            }
        }
        state.accepted += 1;
        let (number, leave) = (state.accepted, Arc::new(Notify::new()));
        state.open += 1;
        *state.addresses.entry(address).or_default() += 1;
        state.strangers.insert(
            number,
            UnauthenticatedConnection { address, activity: activity.clone(), leave: Arc::clone(&leave) },
        );
        self.0.uses.set(&budget::CONNECTIONS, state.open);
        let standing = AtomicU8::new(standing);
        Some(ConnectionSlot {
            place: ConnectionTrust(Arc::new(NumberedSlot { register: self.clone(), number, standing })),
            leave,
        })
    }

    /// Closes one connection, if any may be closed, because the system has no resources for more.
    pub(crate) fn evict_idle(&self) {
        self.0.uses.refused(&budget::CONNECTIONS);
        self.lock().evict_one(self.0.limits.has_tokens, |_| true);
    }

    fn lock(&self) -> MutexGuard<'_, RegisterState> {
        lock(&self.0.state)
    }
}

impl RegisterState {
    /// Closes the oldest of these strangers that is idle, or else the oldest of them if `even_busy`.
    fn evict_one(&mut self, even_busy: bool, among: impl Fn(&UnauthenticatedConnection) -> bool) -> Option<()> {
        let mut candidates = self.strangers.iter().filter(|(_, stranger)| among(stranger));
        let idle = candidates.find(|(_, stranger)| !stranger.activity.has_open_requests());
        let chosen = idle.or_else(|| self.strangers.iter().find(|(_, stranger)| even_busy && among(stranger)));
        let number = *chosen?.0;
        let stranger = self.forget(number)?;
        self.open -= 1;
        stranger.leave.notify_one();
        Some(())
    }

    /// Removes a connection from the strangers; returns `None` if it was not one.
    fn forget(&mut self, number: u64) -> Option<UnauthenticatedConnection> {
        let stranger = self.strangers.remove(&number)?;
        if let Some(count) = self.addresses.get_mut(&stranger.address) {
            *count -= 1;
            if *count == 0 {
                self.addresses.remove(&stranger.address);
            }
        }
        Some(stranger)
    }

    /// Returns whether one more connection may belong to a client.
    fn has_room_for(&self, owner: &ConnectionOwner, limits: &AdmissionLimits) -> bool {
        let limit = match owner {
            ConnectionOwner::Admin => return true,
            ConnectionOwner::Participant(_) => limits.of_client,
            ConnectionOwner::Network(_) => limits.of_client.saturating_mul(usize::from(NETWORK_FACTOR)),
        };
        self.owners.get(owner).is_none_or(|count| *count < limit)
    }

    /// Gives a connection to a client.
    fn own(&mut self, number: u64, owner: ConnectionOwner) {
        if owner != ConnectionOwner::Admin {
            *self.owners.entry(owner.clone()).or_default() += 1;
            self.owned.insert(number, owner);
        }
    }

    /// Takes a connection from its client, if it has one.
    fn disown(&mut self, number: u64) {
        let Some(owner) = self.owned.remove(&number) else { return };
        if let Some(count) = self.owners.get_mut(&owner) {
            *count -= 1;
            if *count == 0 {
                self.owners.remove(&owner);
            }
        }
    }
}

impl ConnectionSlot {
    /// Returns the standing of the connection, for its requests.
    pub(crate) fn place(&self) -> ConnectionTrust {
        self.place.clone()
    }

    /// Waits until the connection has to be closed for another one.
    pub(crate) async fn until_evicted(&self) {
        self.leave.notified().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let NumberedSlot { register, number, standing } = &*self.place.0;
        let mut state = register.lock();
        // A connection that was closed for another one is in neither list, and was uncounted then.
        if state.forget(*number).is_some() || standing.load(Ordering::Relaxed) == STATE_KNOWN {
            state.open -= 1;
        }
        state.disown(*number);
        register.0.uses.set(&budget::CONNECTIONS, state.open);
    }
}

impl ConnectionTrust {
    /// Notes that the connection has sent a valid token, and returns whether it is served.
    ///
    /// A connection with a place for admins is served only if the token is an admin's. `owner` is called only for the
    /// first token of a connection. A connection between a proxy and the server may carry requests of several clients:
    /// it belongs to the first.
    pub(crate) fn mark_token_holder(&self, admin: bool, owner: impl FnOnce() -> ConnectionOwner) -> bool {
        let NumberedSlot { register, number, standing } = &*self.0;
        match standing.load(Ordering::Relaxed) {
            STATE_KNOWN | STATE_EXCESS => true,
            STATE_RESERVED if !admin => false,
            _ => {
                let (owner, mut state) = (owner(), register.lock());
                // Otherwise it was closed for another one, or another of its requests came first: its standing stays.
                if state.strangers.contains_key(number) {
                    if state.has_room_for(&owner, &register.0.limits) {
                        state.forget(*number);
                        standing.store(STATE_KNOWN, Ordering::Relaxed);
                        state.own(*number, owner);
                    } else {
                        register.0.uses.refused(&budget::CLIENT_CONNECTIONS);
                        standing.store(STATE_EXCESS, Ordering::Relaxed);
                    }
                }
                true
            }
        }
    }

    /// Returns whether the connection is served without a token.
    pub(crate) fn is_open_to_strangers(&self) -> bool {
        self.0.standing.load(Ordering::Relaxed) != STATE_RESERVED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tokens;
    use crate::budget::Budgets;

    fn register(all: u64, of_address: u64, has_tokens: bool) -> AdmissionRegister {
        let budgets = Budgets::default()
            .with(&budget::CONNECTIONS, all)
            .with(&budget::ADDRESS_CONNECTIONS, of_address)
            .with(&budget::ADMIN_CONNECTIONS, 1);
        let tokens = has_tokens.then(Tokens::default);
        AdmissionRegister::new(&ServerOptions { budgets, tokens, ..ServerOptions::default() }, &Uses::default())
    }

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    /// Registers connections of one address; each has an activity for its requests.
    fn connect(register: &AdmissionRegister, from: u8, count: usize) -> Vec<(ConnectionSlot, ConnectionActivity)> {
        let one = || {
            let activity = ConnectionActivity::default();
            register.admit(address(from), &activity).map(|member| (member, activity))
        };
        (0..count).map_while(|_| one()).collect()
    }

    /// Returns an owner that has no other connection in these tests.
    fn owner() -> ConnectionOwner {
        ConnectionOwner::Network(address(200))
    }

    fn numbers(register: &AdmissionRegister) -> Vec<u64> {
        register.lock().strangers.keys().copied().collect()
    }

    #[test]
    fn oldest_idle_connection_without_token_gives_way() {
        let register = register(4, 10, true);
        let connections = connect(&register, 1, 4);
        assert!(connections[0].0.place().mark_token_holder(false, owner));
        let busy = connections[1].1.begin_request();
        let new = connect(&register, 2, 1);
        assert_eq!(numbers(&register), [2, 4, 5], "the first has shown a token, and the second is busy");
        drop(connections);
        assert_eq!((numbers(&register), register.lock().open), (vec![5], 1));
        drop((busy, new));
        let state = register.lock();
        assert_eq!((state.open, state.addresses.len()), (0, 0));
    }

    #[test]
    fn place_of_an_admin_stays_one_when_it_changes_hands() {
        let register = register(2, 10, true);
        let room = connect(&register, 1, 2);
        assert!(room.iter().all(|(member, _)| member.place().mark_token_holder(false, owner)));
        let refused = connect(&register, 2, 1);
        assert!(!refused[0].0.place().mark_token_holder(false, owner), "the last place is for an admin");
        // The first connection has not ended yet.
        let next = connect(&register, 2, 1);
        assert!(!next[0].0.place().mark_token_holder(false, owner), "so it is for the next one");
        assert!(next[0].0.place().mark_token_holder(true, || ConnectionOwner::Admin));
    }

    #[test]
    fn address_uses_up_only_its_own_share() {
        let register = register(100, 2, true);
        let others = connect(&register, 1, 2);
        let greedy = connect(&register, 2, 5);
        assert_eq!(greedy.len(), 5, "each is accepted, and an older one gives way");
        assert_eq!(numbers(&register), [1, 2, 6, 7]);
        for (member, _) in &greedy[3..] {
            member.place().mark_token_holder(false, owner);
        }
        let more = connect(&register, 2, 2);
        assert_eq!(register.lock().open, 6, "connections with a token are not counted");
        drop((others, greedy, more));
    }

    #[test]
    fn last_places_are_for_admins() {
        let register = register(2, 10, true);
        let known = connect(&register, 1, 2);
        for (member, _) in &known {
            member.place().mark_token_holder(false, owner);
        }
        let last = connect(&register, 1, 1);
        let place = last[0].0.place();
        assert!(!place.is_open_to_strangers() && !place.mark_token_holder(false, owner));
        let second = connect(&register, 1, 1);
        assert_eq!(second.len(), 1, "the one before gives way, as it has shown nothing");
        let place = second[0].0.place();
        assert!(
            place.mark_token_holder(true, || ConnectionOwner::Admin)
                && place.mark_token_holder(false, owner)
                && place.is_open_to_strangers()
        );
        assert_eq!(connect(&register, 1, 1).len(), 0, "all have shown a token");
    }

    #[test]
    fn busy_connection_stays_if_there_are_no_tokens() {
        let register = register(2, 10, false);
        let busy = connect(&register, 1, 2);
        let activity: Vec<_> = busy.iter().map(|(_, activity)| activity.begin_request()).collect();
        assert_eq!(connect(&register, 1, 1).len(), 0);
        register.evict_idle();
        assert_eq!(register.lock().open, 2);
        drop(activity);
        let new = connect(&register, 1, 1);
        assert_eq!(new.len(), 1);
        register.evict_idle();
        assert_eq!(numbers(&register), [3], "the oldest idle one gives way when the system runs out");
    }

    #[test]
    fn connections_beyond_those_of_one_client_can_give_way() {
        let budgets = Budgets::default().with(&budget::CLIENT_CONNECTIONS, 2).with(&budget::CONNECTIONS, 5);
        let options = ServerOptions { budgets, tokens: Some(Tokens::default()), ..ServerOptions::default() };
        let register = AdmissionRegister::new(&options, &Uses::default());
        let holder = |name: &str| {
            let owner = ConnectionOwner::Participant(name.parse().unwrap());
            move || owner.clone()
        };
        let greedy = connect(&register, 1, 4);
        for (member, _) in &greedy {
            assert!(member.place().mark_token_holder(false, holder("mallory")), "all of them are served");
        }
        assert_eq!(numbers(&register), [3, 4], "two are safe");
        let modest = connect(&register, 1, 1);
        assert!(modest[0].0.place().mark_token_holder(false, holder("sam")));
        let new = connect(&register, 1, 2);
        assert_eq!((numbers(&register), new.len()), (vec![6, 7], 2), "both others have given way");
        drop(greedy);
        assert_eq!(register.lock().owners.len(), 1);
        drop((modest, new));
        let state = register.lock();
        assert_eq!((state.open, state.owners.len(), state.owned.len()), (0, 0, 0));
    }

    #[test]
    fn first_of_two_requests_at_the_same_time_decides() {
        let budgets = Budgets::default().with(&budget::CLIENT_CONNECTIONS, 1);
        let options = ServerOptions { budgets, tokens: Some(Tokens::default()), ..ServerOptions::default() };
        let register = AdmissionRegister::new(&options, &Uses::default());
        let mallory = || ConnectionOwner::Participant("mallory".parse().unwrap());
        let one = connect(&register, 1, 1);
        let place = one[0].0.place();
        let is_served = place.mark_token_holder(false, || {
            assert!(place.mark_token_holder(false, mallory), "the other request is faster");
            mallory()
        });
        assert!(is_served);
        assert_eq!(register.lock().owners.get(&mallory()), Some(&1));
        drop(one);
        let state = register.lock();
        assert_eq!((state.open, state.owners.len(), state.owned.len()), (0, 0, 0));
    }
}
