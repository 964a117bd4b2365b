//! A server under load that is killed and restarted again and again, with every write accounted for.
//!
//! In each round several writers work until the server is killed at a random moment. It restarts on the same file, and
//! then the test looks for every write of the round: acknowledged, refused or unanswered. `CRASH_ROUNDS` sets the
//! number of rounds, `CRASH_SEED` the random numbers.
//!
//! With the feature `postgres`, the same is done to several servers on one PostgreSQL, which crashes too (`several`),
//! and to a primary with a replica (`failover`). These tests start PostgreSQL, so they run only with `--ignored`.
//!
//! The kernel keeps what a killed process has written. So this test is about the order of acknowledging and committing,
//! and about the file's content at any moment, not about a power failure.

mod audit;
#[cfg(feature = "postgres")]
mod failover;
mod follower;
mod load;
#[cfg(feature = "postgres")]
mod several;

use tests::rng::{Rng, number, seed};
use tests::serve::Server;

use crate::audit::Audit;
use crate::follower::Follower;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");

#[test]
fn every_write_is_accounted_for_after_kills() {
    let (rounds, seed) = (number("CRASH_ROUNDS", 3), seed("CRASH_SEED"));
    println!("CRASH_SEED={seed} CRASH_ROUNDS={rounds}");
    let mut rng = Rng::new(seed);
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("documents.db").display().to_string();
    let start = || Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file]);

    let mut audit = Audit::default();
    let mut follower = Follower::default();
    let mut attempts = Vec::new();
    for round in 0..=rounds {
        let server = start();
        let mut events = follower.resume(&server);
        audit.follow_up(&server, &attempts);
        follower.check_against(&mut events, &audit.histories);
        follower.read_again(&server, &mut rng);
        if round < rounds {
            attempts = load::until_killed(server, round, &mut rng, || follower.listen(&mut events));
        }
    }
    println!("{rounds} rounds: {}; {} events, none missing or repeated", audit.counts, follower.received());
    assert!(audit.counts.acknowledged > 0, "some writes were acknowledged: {}", audit.counts);
}
