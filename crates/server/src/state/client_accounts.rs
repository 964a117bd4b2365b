//! The accounts of all clients, and which clients have one.
//!
//! A participant has one account, whatever addresses it uses, so that people who share an address do not share a
//! budget. A client that has not joined has one for its name at its address, and counts to that of its address, too.
//!
//! Not counted are: an admin, who may have to act when all others cannot, and may let a swarm write; and, on a server
//! without tokens, clients on this machine that have not joined: the stage, lessons, benchmarks and the user's own
//! experiments. Nor is a request that is refused for its token: it does nothing, and guesses have
//! [budgets of their own](super::token_guesses).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::Author;
use tokio::time::Instant;

use super::gate::Gate;
use super::participants::ClientIdentity;
use super::token_guesses::network_of;
use crate::budget::client_account::{AccountLimits, ClientAccount, ClientShares, RequestAccounts};
use crate::budget::memory_pool::MemoryPool;
use crate::lock::lock;
use crate::options::ServerOptions;

/// The most accounts.
///
/// When there are more, unused ones are dropped; if none is, a new client has only the account of its address.
const MAX_ACCOUNTS: usize = 10_000;

/// The shortest time between two searches for unused accounts, since a search looks at all of them.
const SEARCH_INTERVAL: Duration = Duration::from_secs(1);

/// The accounts of all clients.
pub(crate) struct ClientAccounts {
    state: Mutex<AccountTable>,
    of_client: Arc<AccountLimits>,
    of_network: Arc<AccountLimits>,
    has_tokens: bool,
    sending: MemoryPool,
    receiving: MemoryPool,
    gate: Gate,
}

#[derive(Default)]
struct AccountTable {
    accounts: HashMap<AccountKey, Arc<ClientAccount>>,
    /// When unused accounts were last searched for.
    searched: Option<Instant>,
}

/// The holder of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum AccountKey {
    Participant(Author),
    Name(Author, IpAddr),
    Network(IpAddr),
}

impl ClientAccounts {
    pub(crate) fn new(options: &ServerOptions, sending: MemoryPool, receiving: MemoryPool, gate: Gate) -> Self {
        let epoch = Instant::now();
        Self {
            state: Mutex::default(),
            of_client: Arc::new(AccountLimits::of_client(&options.budgets, epoch)),
            of_network: Arc::new(AccountLimits::of_network(&options.budgets, epoch)),
            has_tokens: options.tokens.is_some(),
            sending,
            receiving,
            gate,
        }
    }

    /// Returns the shares of a new client or connection, which are empty.
    pub(crate) fn shares(&self) -> ClientShares {
        ClientShares { sending: self.sending.share(), receiving: self.receiving.share(), held: self.gate.share() }
    }

    /// Returns the accounts to which a client's requests count; `None` if they are not counted.
    pub(crate) fn of(&self, client: &ClientIdentity, now: Instant) -> Option<RequestAccounts> {
        if client.admin {
            return None;
        }
        if client.joined {
            let own = self.account(AccountKey::Participant(client.name.clone()), now);
            // Without room for an account of its own, a participant counts like one who has not joined.
            return match (own, client.address) {
                (Some(own), _) => Some(RequestAccounts::new(own, None)),
                (None, Some(address)) => Some(RequestAccounts::new(self.network_account(address), None)),
                (None, None) => None,
            };
        }
        let address = client.address.filter(|address| self.has_tokens || !address.is_loopback())?;
        let network = self.network_account(address);
        match self.account(AccountKey::Name(client.name.clone(), network_of(address)), now) {
            Some(own) => Some(RequestAccounts::new(own, Some(network))),
            None => Some(RequestAccounts::new(network, None)),
        }
    }

    /// Returns the account of a client, or `None` if there are too many.
    fn account(&self, key: AccountKey, now: Instant) -> Option<Arc<ClientAccount>> {
        let mut table = lock(&self.state);
        if let Some(known) = table.accounts.get(&key) {
            return Some(Arc::clone(known));
        }
        if !table.has_room(now) {
            return None;
        }
        let new = Arc::new(ClientAccount::new(&self.of_client, self.shares()));
        table.accounts.insert(key, Arc::clone(&new));
        Some(new)
    }

    /// Returns the account of an address, or of the network to which it belongs.
    ///
    /// There is always room for it: an address costs an attacker more than a name.
    fn network_account(&self, address: IpAddr) -> Arc<ClientAccount> {
        let mut table = lock(&self.state);
        let key = AccountKey::Network(network_of(address));
        let account = table.accounts.entry(key);
        Arc::clone(account.or_insert_with(|| Arc::new(ClientAccount::new(&self.of_network, self.shares()))))
    }
}

impl AccountTable {
    /// Makes room for one more account; returns whether there is any.
    fn has_room(&mut self, now: Instant) -> bool {
        if self.accounts.len() < MAX_ACCOUNTS {
            return true;
        }
        let is_due = self.searched.is_none_or(|last| now.saturating_duration_since(last) >= SEARCH_INTERVAL);
        if is_due {
            self.searched = Some(now);
            // An account that a request still has must not be dropped: a second one would begin with nothing used.
            self.accounts.retain(|_, account| Arc::strong_count(account) > 1 || !account.is_unused(now));
        }
        self.accounts.len() < MAX_ACCOUNTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tokens;
    use crate::budget::{CLIENT_REQUESTS, RECEIVE_BYTES, SEND_BYTES, Uses};

    fn accounts(tokens: bool) -> ClientAccounts {
        let options = ServerOptions { tokens: tokens.then(Tokens::default), ..ServerOptions::default() };
        let (budgets, uses) = (options.budgets.clone().with(&CLIENT_REQUESTS, 2), Uses::default());
        let pool = |budget| MemoryPool::new(budget, &budgets, &uses);
        let options = ServerOptions { budgets: budgets.clone(), ..options };
        ClientAccounts::new(&options, pool(&SEND_BYTES), pool(&RECEIVE_BYTES), Gate::new(&budgets, &uses))
    }

    fn client(name: &str, joined: bool, address: &str) -> ClientIdentity {
        ClientIdentity { name: name.parse().unwrap(), joined, admin: false, address: address.parse().ok() }
    }

    /// Returns how many of so many requests a client may send at once; all, if it is not counted.
    fn allowed(accounts: &ClientAccounts, client: &ClientIdentity, count: usize, now: Instant) -> usize {
        let may = || accounts.of(client, now).is_none_or(|accounts| accounts.check_rates(now).is_ok());
        (0..count).filter(|_| may()).count()
    }

    #[test]
    fn participants_at_one_address_have_a_budget_each() {
        let (accounts, now) = (accounts(true), Instant::now());
        for number in 0..50 {
            let name = format!("attendee {number}");
            assert_eq!(allowed(&accounts, &client(&name, true, "192.0.2.1"), 3, now), 2, "{name}");
        }
        let elsewhere = client("attendee 1", true, "192.0.2.99");
        assert_eq!(allowed(&accounts, &elsewhere, 3, now), 0, "another address is no way to a second budget");
        let namesake = client("attendee 1", false, "192.0.2.1");
        assert_eq!(allowed(&accounts, &namesake, 3, now), 2, "the name alone uses up no participant's budget");
    }

    #[test]
    fn names_that_cost_nothing_share_the_budget_of_their_address() {
        let (accounts, now) = (accounts(true), Instant::now());
        let names = |network: &str| -> usize {
            let names = (0..50).map(|number| client(&format!("name {number}"), false, network));
            names.map(|client| allowed(&accounts, &client, 3, now)).sum()
        };
        assert_eq!(names("192.0.2.1"), 20);
        assert_eq!((names("2001:db8::1"), names("2001:db8::2")), (20, 0), "an IPv6 network counts as one address");
    }

    #[test]
    fn leaders_and_this_machine_are_not_counted() {
        let now = Instant::now();
        let leader = ClientIdentity { admin: true, ..client("leader", false, "192.0.2.1") };
        assert_eq!(allowed(&accounts(true), &leader, 100, now), 100);
        for (has_tokens, address, joined, is_counted) in [
            (false, "127.0.0.1", false, false),
            (false, "::1", false, false),
            (false, "127.0.0.1", true, true),
            (false, "192.0.2.1", false, true),
            (true, "127.0.0.1", false, true),
        ] {
            let accounts = accounts(has_tokens);
            assert_eq!(accounts.of(&client("sam", joined, address), now).is_some(), is_counted, "{address} {joined}");
        }
    }

    #[test]
    fn many_names_need_bounded_memory_and_unused_ones_make_room() {
        let (accounts, now) = (accounts(true), Instant::now());
        for number in 0..MAX_ACCOUNTS + 100 {
            allowed(&accounts, &client(&format!("name {number}"), false, "192.0.2.1"), 1, now);
        }
        assert_eq!(lock(&accounts.state).accounts.len(), MAX_ACCOUNTS);
        let late = client("late", true, "192.0.2.2");
        assert_eq!(allowed(&accounts, &late, 3, now + SEARCH_INTERVAL / 2), 3, "only its address is counted");
        assert_eq!(allowed(&accounts, &late, 3, now + Duration::from_secs(3600)), 2);
        assert!(lock(&accounts.state).accounts.len() < 10);
    }
}
