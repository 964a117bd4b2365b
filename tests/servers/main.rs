//! Two servers on one PostgreSQL share the policy, the gate's setting, the room and its settings.
//!
//! The servers are processes, and the tests send requests to one and look at the other.

mod copies;
mod gates;
#[cfg(unix)]
mod observing;
mod opening_for_all;
mod policies;
mod rooms;

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use test_postgres::TemporaryDatabase;
use tests::PATIENCE;
use tests::http::Request;
use tests::serve::Server;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");

/// Two servers on one database.
struct ServerPair {
    first: Server,
    second: Server,
    database: TemporaryDatabase,
}

impl ServerPair {
    fn start() -> Self {
        let database = TemporaryDatabase::create();
        let [first, second] = [(), ()].map(|()| start_on(&database, &[]));
        Self { first, second, database }
    }

    /// Returns the servers in both orders, for a rule that holds whichever one is asked.
    fn both_ways(&self) -> [(&Server, &Server); 2] {
        [(&self.first, &self.second), (&self.second, &self.first)]
    }
}

/// Sends a request to each server at the same time, and returns the statuses.
fn race(pair: &ServerPair, requests: &[Request; 2]) -> [u16; 2] {
    let barrier = Barrier::new(2);
    let [first, second] = requests;
    thread::scope(|scope| {
        let leaders = [(&pair.first, first), (&pair.second, second)].map(|(server, request)| {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                server.answer(request).status
            })
        });
        leaders.map(|leader| leader.join().expect("the server answers"))
    })
}

/// Starts one more server on a database.
fn start_on(database: &TemporaryDatabase, arguments: &[&str]) -> Server {
    let url = database.url();
    Server::start_with(PROGRAM, &[&["--listen", "127.0.0.1:0", "--store", &url], arguments].concat())
}

/// Asks again until the value is there, for what servers tell each other without a request.
fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "in vain: {what}");
        thread::yield_now();
    }
}
