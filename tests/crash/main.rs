//! Rounds of a server under load that is killed and comes back, with every single write followed up.
//!
//! In each round several people write, until the server is killed at a moment that nobody chose. It comes back on the
//! same file, and then everything is asked after that was sent to the one before: what was acknowledged, what was
//! refused, and what was never answered. `CRASH_ROUNDS` says how many rounds, `CRASH_SEED` how the dice fall.
//!
//! A process that is killed leaves what it gave the kernel. So this is about the order of acknowledging and committing,
//! and about what is on the file at any moment; whether the disk keeps it without power is another question.

mod audit;
mod follower;
mod load;

use tests::rng::{Dice, number, seed};
use tests::serve::Server;

use crate::audit::Audit;
use crate::follower::Follower;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");

#[test]
fn every_write_is_followed_up_through_kills() {
    let (rounds, seed) = (number("CRASH_ROUNDS", 3), seed("CRASH_SEED"));
    println!("CRASH_SEED={seed} CRASH_ROUNDS={rounds}");
    let mut dice = Dice::new(seed);
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
        follower.catch_up(&mut events, &audit.histories);
        follower.read_again(&server, &mut dice);
        if round < rounds {
            attempts = load::until_killed(server, round, &mut dice, || follower.listen(&mut events));
        }
    }
    println!("{rounds} rounds: {}; {} events, none missing or twice", audit.counts, follower.heard());
    assert!(audit.counts.acknowledged > 0, "somebody was acknowledged: {}", audit.counts);
}
