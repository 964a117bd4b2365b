//! The account of one client: how much of each budget per client it has used.
//!
//! A *client* is a participant, whatever addresses it uses; or a name at an address, for those who have not joined. All
//! clients at an address that have not joined share one more account, which is [`NETWORK_FACTOR`] times as large: names
//! cost nothing, so without it each new name would come with new budgets.
//!
//! The rates are [token buckets](super::token_bucket). A request is refused if a bucket is empty when it arrives. The
//! bytes of bodies and of new versions are charged when they are known, so a bucket may be overdrawn by the requests
//! that are under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::memory_pool::PoolShare;
use super::token_bucket::{BucketRate, TokenBucket};
use super::{
    Budget, Budgets, CLIENT_BYTES, CLIENT_CONCURRENCY, CLIENT_DOCUMENTS, CLIENT_REQUESTS, CLIENT_STORED_BYTES,
};

/// How many times as much all clients at an address that have not joined may use together.
pub(crate) const NETWORK_FACTOR: u8 = 10;

/// The period of the budgets of requests and bytes.
const SHORT_PERIOD: Duration = Duration::from_secs(10);

/// The period of the budgets of what stays in the store.
const LONG_PERIOD: Duration = Duration::from_secs(60 * 60);

/// The bytes that a version counts in addition to its title and content.
const VERSION_OVERHEAD_BYTES: u64 = 512;

/// The limits of an account.
#[derive(Debug)]
pub(crate) struct AccountLimits {
    concurrency: u64,
    requests: BucketRate,
    bytes: BucketRate,
    documents: BucketRate,
    stored_bytes: BucketRate,
    /// The instant from which the buckets measure time.
    epoch: Instant,
}

/// One client's shares of the budgets that all clients share.
#[derive(Debug)]
pub(crate) struct ClientShares {
    /// The share of the responses that wait to be sent.
    pub(crate) sending: PoolShare,
    /// The share of the received requests.
    pub(crate) receiving: PoolShare,
    /// The share of the requests held at the gate.
    pub(crate) held: PoolShare,
}

/// How much a client has used.
#[derive(Debug)]
pub(crate) struct ClientAccount {
    limits: Arc<AccountLimits>,
    under_way: AtomicU64,
    requests: TokenBucket,
    bytes: TokenBucket,
    documents: TokenBucket,
    stored_bytes: TokenBucket,
    shares: ClientShares,
}

/// The accounts to which a request counts.
///
/// They are that of its client and, if the client has not joined, that of its address.
#[derive(Debug, Clone)]
pub(crate) struct RequestAccounts {
    own: Arc<ClientAccount>,
    network: Option<Arc<ClientAccount>>,
}

/// A request that is under way. Dropping this ends it.
#[derive(Debug)]
pub(crate) struct RequestSlot(RequestAccounts);

/// A budget that a client has used up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overload {
    pub(crate) budget: &'static Budget,
    /// The time after which the client may send the request again.
    ///
    /// `None` if that depends on its other requests.
    pub(crate) wait: Option<Duration>,
}

impl Overload {
    /// Returns the wait in seconds, for `Retry-After`.
    pub(crate) fn seconds(&self) -> u32 {
        let wait = self.wait.unwrap_or_default();
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
    }
}

impl AccountLimits {
    /// Returns the limits of one client.
    pub(crate) fn of_client(budgets: &Budgets, epoch: Instant) -> Self {
        Self::times(1, budgets, epoch)
    }

    /// Returns the limits of all clients at one address that have not joined.
    pub(crate) fn of_network(budgets: &Budgets, epoch: Instant) -> Self {
        Self::times(NETWORK_FACTOR.into(), budgets, epoch)
    }

    fn times(factor: u64, budgets: &Budgets, epoch: Instant) -> Self {
        let amount = |budget| budgets.of(budget).saturating_mul(factor);
        Self {
            concurrency: amount(&CLIENT_CONCURRENCY),
            requests: BucketRate::new(amount(&CLIENT_REQUESTS), SHORT_PERIOD),
            bytes: BucketRate::new(amount(&CLIENT_BYTES), SHORT_PERIOD),
            documents: BucketRate::new(amount(&CLIENT_DOCUMENTS), LONG_PERIOD),
            stored_bytes: BucketRate::new(amount(&CLIENT_STORED_BYTES), LONG_PERIOD),
            epoch,
        }
    }
}

impl ClientAccount {
    /// Returns an account of which nothing is used.
    pub(crate) fn new(limits: &Arc<AccountLimits>, shares: ClientShares) -> Self {
        Self {
            limits: Arc::clone(limits),
            under_way: AtomicU64::default(),
            requests: TokenBucket::default(),
            bytes: TokenBucket::default(),
            documents: TokenBucket::default(),
            stored_bytes: TokenBucket::default(),
            shares,
        }
    }

    /// Returns whether the account is as a new one, so that it need not be kept.
    pub(crate) fn is_unused(&self, now: Instant) -> bool {
        let now = self.time(now);
        let buckets = [&self.requests, &self.bytes, &self.documents, &self.stored_bytes];
        self.under_way.load(Ordering::Relaxed) == 0 && buckets.into_iter().all(|bucket| bucket.is_full(now))
    }

    fn time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.limits.epoch)
    }

    fn begin(&self) -> bool {
        let more = |count: u64| (count < self.limits.concurrency).then_some(count + 1);
        self.under_way.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }

    fn check_rates(&self, now: Instant) -> Result<(), Overload> {
        let (now, limits) = (self.time(now), &self.limits);
        self.bytes.check(limits.bytes, now).map_err(overload(&CLIENT_BYTES))?;
        self.requests.take_one(limits.requests, now).map_err(overload(&CLIENT_REQUESTS))
    }

    fn check_write(&self, may_create: bool, now: Instant) -> Result<(), Overload> {
        let (now, limits) = (self.time(now), &self.limits);
        self.stored_bytes.check(limits.stored_bytes, now).map_err(overload(&CLIENT_STORED_BYTES))?;
        if may_create {
            self.documents.check(limits.documents, now).map_err(overload(&CLIENT_DOCUMENTS))?;
        }
        Ok(())
    }
}

/// Returns the overload of a budget, for a wait.
fn overload(budget: &'static Budget) -> impl Fn(Duration) -> Overload {
    move |wait| Overload { budget, wait: Some(wait) }
}

impl RequestAccounts {
    /// Returns the accounts of a request.
    pub(crate) fn new(own: Arc<ClientAccount>, network: Option<Arc<ClientAccount>>) -> Self {
        Self { own, network }
    }

    fn all(&self) -> impl Iterator<Item = &ClientAccount> {
        [Some(&self.own), self.network.as_ref()].into_iter().flatten().map(AsRef::as_ref)
    }

    /// Returns the client's shares of the budgets that all clients share.
    pub(crate) fn shares(&self) -> &ClientShares {
        &self.own.shares
    }

    /// Begins a request, which is under way until the returned slot is dropped.
    ///
    /// # Errors
    ///
    /// Too many requests of the client are under way.
    pub(crate) fn begin(&self) -> Result<RequestSlot, Overload> {
        let refused = Overload { budget: &CLIENT_CONCURRENCY, wait: None };
        if !self.own.begin() {
            return Err(refused);
        }
        if let Some(network) = self.network.as_ref().filter(|network| !network.begin()) {
            debug_assert!(!Arc::ptr_eq(network, &self.own));
            self.own.end();
            return Err(refused);
        }
        Ok(RequestSlot(self.clone()))
    }

    /// Checks the rates of requests and bytes, and counts one request.
    ///
    /// # Errors
    ///
    /// The client has used one of them up.
    pub(crate) fn check_rates(&self, now: Instant) -> Result<(), Overload> {
        self.all().try_for_each(|account| account.check_rates(now))
    }

    /// Checks that the client may store something and, if `may_create`, create a document.
    ///
    /// # Errors
    ///
    /// The client has used the budget up.
    pub(crate) fn check_write(&self, may_create: bool, now: Instant) -> Result<(), Overload> {
        self.all().try_for_each(|account| account.check_write(may_create, now))
    }

    /// Charges bytes of a body.
    pub(crate) fn charge_bytes(&self, bytes: usize, now: Instant) {
        for account in self.all() {
            account.bytes.charge(account.limits.bytes, bytes as u64, account.time(now));
        }
    }

    /// Charges a new version, and a new document if `is_new`. `bytes` are those of title and content.
    pub(crate) fn charge_version(&self, bytes: usize, is_new: bool, now: Instant) {
        for account in self.all() {
            let (limits, time) = (&account.limits, account.time(now));
            account.stored_bytes.charge(limits.stored_bytes, bytes as u64 + VERSION_OVERHEAD_BYTES, time);
            if is_new {
                account.documents.charge(limits.documents, 1, time);
            }
        }
    }
}

impl Drop for RequestSlot {
    fn drop(&mut self) {
        self.0.all().for_each(ClientAccount::end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::memory_pool::MemoryPool;
    use crate::budget::{GATE_REQUESTS, RECEIVE_BYTES, SEND_BYTES, Uses};

    fn account(limits: AccountLimits) -> Arc<ClientAccount> {
        let share = |budget| MemoryPool::new(budget, &Budgets::default(), &Uses::default()).share();
        let shares =
            ClientShares { sending: share(&SEND_BYTES), receiving: share(&RECEIVE_BYTES), held: share(&GATE_REQUESTS) };
        Arc::new(ClientAccount::new(&Arc::new(limits), shares))
    }

    fn budgets() -> Budgets {
        Budgets::default()
            .with(&CLIENT_CONCURRENCY, 2)
            .with(&CLIENT_REQUESTS, 3)
            .with(&CLIENT_BYTES, 1000)
            .with(&CLIENT_DOCUMENTS, 2)
            .with(&CLIENT_STORED_BYTES, 2000)
    }

    fn joined(now: Instant) -> RequestAccounts {
        RequestAccounts::new(account(AccountLimits::of_client(&budgets(), now)), None)
    }

    #[test]
    fn requests_under_way_are_bounded_and_a_place_becomes_free() {
        let now = Instant::now();
        let client = joined(now);
        let slots = [client.begin().unwrap(), client.begin().unwrap()];
        let refused = client.begin().unwrap_err();
        assert_eq!((refused.budget.name, refused.wait), (CLIENT_CONCURRENCY.name, None));
        assert!(!client.own.is_unused(now));
        drop(slots);
        assert!(client.own.is_unused(now) && client.begin().is_ok());
    }

    #[test]
    fn names_at_one_address_have_ten_times_as_much_together() {
        let now = Instant::now();
        let network = account(AccountLimits::of_network(&budgets(), now));
        let name = || {
            let own = account(AccountLimits::of_client(&budgets(), now));
            RequestAccounts::new(own, Some(Arc::clone(&network)))
        };
        let mut slots = Vec::new();
        for _ in 0..10 {
            let client = name();
            slots.extend([client.begin().unwrap(), client.begin().unwrap()]);
            assert!(client.begin().is_err(), "each name has its own limit");
            assert!((0..3).all(|_| client.check_rates(now).is_ok()) && client.check_rates(now).is_err());
        }
        let another = name();
        assert!(another.begin().is_err() && another.check_rates(now).is_err(), "an eleventh name has nothing left");
        slots.pop();
        assert!(another.begin().is_ok(), "a refused request holds no place");
    }

    #[test]
    fn bodies_count_when_they_are_known() {
        let now = Instant::now();
        let client = joined(now);
        client.charge_bytes(1500, now);
        let refused = client.check_rates(now).unwrap_err();
        assert_eq!((refused.budget.name, refused.seconds()), (CLIENT_BYTES.name, 6), "500 bytes are paid off in 5 s");
        assert!(client.check_rates(now + refused.wait.unwrap()).is_ok());
    }

    #[test]
    fn stored_bytes_stop_all_writes_and_documents_only_creations() {
        let now = Instant::now();
        let client = joined(now);
        client.charge_version(1, true, now);
        client.charge_version(1, true, now);
        assert_eq!(client.check_write(true, now).unwrap_err().budget.name, CLIENT_DOCUMENTS.name);
        assert!(client.check_write(false, now).is_ok());
        client.charge_version(1000, false, now);
        assert_eq!(client.check_write(false, now).unwrap_err().budget.name, CLIENT_STORED_BYTES.name);
        assert!(client.check_rates(now).is_ok(), "the client can still read");
    }
}
