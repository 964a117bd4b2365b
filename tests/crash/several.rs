//! Several servers on one PostgreSQL under load, while servers are killed and PostgreSQL crashes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use test_postgres::PostgresCluster;
use tests::PATIENCE;
use tests::events::Events;
use tests::rng::{Rng, number, seed};
use tests::serve::Server;

use crate::PROGRAM;
use crate::audit::Audit;
use crate::follower::{Follower, PATH};
use crate::load::{Attempt, LoadTarget, writers};

const SERVERS: usize = 3;

/// The accidents in one round: each kills a server, or restarts PostgreSQL without a shutdown.
const ACCIDENTS: u64 = 4;

/// The moments between two accidents. Each request has two.
const MOMENTS_BETWEEN: u64 = 150;

/// The running servers, as writers see them.
///
/// A server that is started again has another address.
pub(crate) struct ServersUnderLoad {
    addresses: Mutex<Vec<SocketAddr>>,
    moments: Mutex<u64>,
    passed: Condvar,
    has_ended: AtomicBool,
    /// Whether followers are to end as well.
    is_over: AtomicBool,
}

impl LoadTarget for ServersUnderLoad {
    const DATABASE_MAY_BE_AWAY: bool = true;

    fn address(&self, rng: &mut Rng) -> SocketAddr {
        let addresses = lock(&self.addresses);
        addresses[usize::try_from(rng.below(addresses.len() as u64)).expect("an index is below a length")]
    }

    fn pass(&self) {
        *lock(&self.moments) += 1;
        self.passed.notify_all();
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }
}

impl ServersUnderLoad {
    fn new(servers: &[Server]) -> Self {
        Self {
            addresses: Mutex::new(servers.iter().map(Server::address).collect()),
            moments: Mutex::default(),
            passed: Condvar::new(),
            has_ended: AtomicBool::default(),
            is_over: AtomicBool::default(),
        }
    }

    /// Waits until so many further moments have passed.
    pub(crate) fn wait_for(&self, moments: u64) {
        let now = lock(&self.moments);
        let end = *now + moments;
        let waited = self.passed.wait_timeout_while(now, PATIENCE, |now| *now < end);
        let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "the writers go on: {} of {moments} moments", moments - (end - *now));
    }

    /// Notes that a server was started again.
    pub(crate) fn replace(&self, index: usize, server: &Server) {
        lock(&self.addresses)[index] = server.address();
    }

    /// Opens a stream at any server, or returns `None` if the followers are to end.
    fn reopen(&self, after: Option<&str>) -> Option<Events> {
        loop {
            for address in lock(&self.addresses).clone() {
                if self.is_over.load(Ordering::SeqCst) {
                    return None;
                }
                if let Ok(events) = Events::try_open(address, PATH, after) {
                    return Some(events);
                }
            }
            thread::yield_now();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts servers on the database with this URL.
pub(crate) fn start_servers(url: &str) -> Vec<Server> {
    (0..SERVERS).map(|_| start_server(url)).collect()
}

fn start_server(url: &str) -> Server {
    Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", url])
}

/// Lets writers work on all servers, and followers follow, while `accidents` happen. Ends all servers.
///
/// Returns the attempts of the writers.
pub(crate) fn under_load(
    mut servers: Vec<Server>,
    followers: Vec<(&mut Follower, Events)>,
    round: u64,
    rng: &mut Rng,
    accidents: impl FnOnce(&ServersUnderLoad, &mut Vec<Server>),
) -> Vec<Attempt> {
    let load = &ServersUnderLoad::new(&servers);
    let writers = writers(load, round, rng);
    thread::scope(|scope| {
        for (follower, events) in followers {
            scope.spawn(move || follower.follow(events, |after| load.reopen(after)));
        }
        let writing: Vec<_> = writers.into_iter().map(|writer| scope.spawn(|| writer.work())).collect();
        // Also if an accident panics, all threads must end.
        let end = EndOfLoad(load);
        accidents(load, &mut servers);
        drop(end);
        let attempts = writing.into_iter().flat_map(|writer| writer.join().expect("a writer ends without a panic"));
        let attempts = attempts.collect();
        load.is_over.store(true, Ordering::SeqCst);
        servers.into_iter().for_each(Server::kill);
        attempts
    })
}

/// Ends the writers when it is dropped, and the followers too if there was a panic.
struct EndOfLoad<'a>(&'a ServersUnderLoad);

impl Drop for EndOfLoad<'_> {
    fn drop(&mut self) {
        self.0.has_ended.store(true, Ordering::SeqCst);
        self.0.is_over.fetch_or(thread::panicking(), Ordering::SeqCst);
    }
}

#[test]
#[ignore = "starts PostgreSQL, which has to be installed"]
fn several_servers_and_postgresql_crash_under_load() {
    let (rounds, seed) = (number("CRASH_ROUNDS", 2), seed("CRASH_SEED"));
    println!("CRASH_SEED={seed} CRASH_ROUNDS={rounds}, {SERVERS} servers on PostgreSQL");
    let mut rng = Rng::new(seed);
    let mut postgres = PostgresCluster::start("-c listen_addresses=", |_| ());
    let url = format!("postgres://tester@/postgres?host={}", postgres.socket_folder().display());
    let mut audit = Audit::default();
    let mut followers: [Follower; SERVERS] = Default::default();
    let (mut killed, mut crashed, mut attempts) = (0, 0, Vec::new());
    for round in 0..=rounds {
        let servers = start_servers(&url);
        let mut streams: Vec<Events> = followers.iter().zip(&servers).map(|(f, server)| f.resume(server)).collect();
        audit.follow_up(&servers[0], &attempts);
        for ((follower, events), server) in followers.iter_mut().zip(&mut streams).zip(&servers) {
            follower.check_against(events, &audit.histories);
            follower.read_again(server, &mut rng);
        }
        if round == rounds {
            break;
        }
        let accidents = (0..ACCIDENTS).map(|_| (50 + rng.below(MOMENTS_BETWEEN), rng.once_in(2), rng.below(3)));
        let accidents: Vec<_> = accidents.collect();
        attempts =
            under_load(servers, followers.iter_mut().zip(streams).collect(), round, &mut rng, |load, servers| {
                for (moments, is_crash, index) in accidents {
                    load.wait_for(moments);
                    if is_crash {
                        postgres.crash();
                        crashed += 1;
                    } else {
                        let index = usize::try_from(index).expect("there are few servers");
                        servers.remove(index).kill();
                        servers.insert(index, start_server(&url));
                        load.replace(index, &servers[index]);
                        killed += 1;
                    }
                }
                load.wait_for(MOMENTS_BETWEEN);
            });
        end_sessions(&postgres);
    }
    println!("{rounds} rounds, {killed} servers killed, PostgreSQL crashed {crashed} times: {}", audit.counts);
    println!("{} events at each of {SERVERS} followers, none missing or repeated", followers[0].received());
    assert!(audit.counts.acknowledged > 0, "some writes were acknowledged: {}", audit.counts);
}

/// Waits until no transaction of a killed server can commit any more.
fn end_sessions(postgres: &PostgresCluster) {
    let sql = "DO $$ BEGIN
                   WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'ifmatch') LOOP
                       PERFORM pg_stat_clear_snapshot();
                   END LOOP;
               END $$";
    postgres.run_sql(sql);
}
