//! Many people at one document, and nobody can tell that they did not take turns.
//!
//! That is what a conditional write promises, and it is more than "one of fifty wins": no read is older than a write
//! that was answered before it, no refusal names a version that was not current, and whatever never was answered was
//! done once or not at all. `LINEAR_ROUNDS` says how many histories are recorded, `LINEAR_SEED` how the dice fall.

mod history;
mod race;
mod register;

use tests::policy::switch;
use tests::rng::{Dice, number, seed};
use tests::serve::Server;

use crate::history::{Counts, History};
use crate::race::Race;
use crate::register::{Operation, Outcome, Register};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");

#[test]
fn every_history_could_have_happened_in_turns() {
    let (rounds, seed) = (number("LINEAR_ROUNDS", 40), seed("LINEAR_SEED"));
    println!("LINEAR_SEED={seed} LINEAR_ROUNDS={rounds}");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("documents.db").display().to_string();
    let server = Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file]);
    let mut counts = Counts::default();
    for round in 0..rounds {
        let race = Race { threads: 5, operations: 8 };
        let (begin, history) = race.run(&server, &format!("round-{round}"), &mut dice);
        assert!(history.is_linearizable(begin), "round {round}, LINEAR_SEED={seed}, in no order:\n{history}");
        counts.add(history.counts());
    }
    println!("{rounds} histories, all linearizable; {counts}");
    assert!(counts.overlapping > counts.operations / 2, "they raced: {counts}");
    assert!(counts.writes > 0 && counts.refusals > 0, "some won and some lost: {counts}");
}

/// The same race on a server that judges and writes as two steps: the test sees what it is there to see.
#[test]
fn a_server_that_judges_and_writes_apart_is_found_out() {
    const ROUNDS: u64 = 100;
    let seed = seed("LINEAR_SEED");
    let mut dice = Dice::new(seed);
    let server = Server::start(PROGRAM);
    switch(&server, "judging", "apart");
    for round in 1..=ROUNDS {
        let (begin, history) = Race { threads: 3, operations: 4 }.run(&server, &format!("round-{round}"), &mut dice);
        if !history.is_linearizable(begin) {
            println!("LINEAR_SEED={seed}: found out in round {round}:\n{history}");
            return;
        }
    }
    panic!("LINEAR_SEED={seed}: {ROUNDS} histories of a server that loses updates were linearizable");
}

/// A history by hand: each line an operation, and what came of it, from the beginning to the end of others.
struct Hand(History);

impl Hand {
    fn new() -> Self {
        Self(History::default())
    }

    fn begins(self, thread: usize, operation: Operation) -> Self {
        self.0.invoke(thread, operation);
        self
    }

    fn ends(self, thread: usize, outcome: Outcome) -> Self {
        self.0.give_back(thread, outcome);
        self
    }

    fn is_linearizable(&self) -> bool {
        self.0.is_linearizable(register(1, "a"))
    }
}

fn register(version: u64, text: &str) -> Register {
    Register { version, text: text.to_owned() }
}

fn holds(version: u64, text: &str) -> Outcome {
    Outcome::Holds(register(version, text))
}

fn write(onto: u64, text: &str) -> Operation {
    Operation::Write { onto, text: text.to_owned() }
}

#[test]
fn a_lost_update_is_no_history_of_turns() {
    let both_begin = || Hand::new().begins(0, write(1, "b")).begins(1, write(1, "c"));
    let both_told_yes = both_begin().ends(0, Outcome::Wrote(2)).ends(1, Outcome::Wrote(3));
    assert!(!both_told_yes.is_linearizable());
    let both_told_the_same = both_begin().ends(0, Outcome::Wrote(2)).ends(1, Outcome::Wrote(2));
    assert!(!both_told_the_same.is_linearizable());
    let one_told_no = both_begin().ends(0, Outcome::Refused(2)).ends(1, Outcome::Wrote(2));
    assert!(one_told_no.is_linearizable());
}

#[test]
fn what_was_answered_is_seen_by_whoever_asks_later() {
    let written = || Hand::new().begins(0, write(1, "b")).ends(0, Outcome::Wrote(2)).begins(1, Operation::Read);
    assert!(written().ends(1, holds(2, "b")).is_linearizable());
    assert!(!written().ends(1, holds(1, "a")).is_linearizable(), "an old version");
    assert!(!written().ends(1, holds(2, "a")).is_linearizable(), "an old text under a new version");
    let revalidated = Hand::new().begins(0, write(1, "b")).ends(0, Outcome::Wrote(2));
    let revalidated = revalidated.begins(1, Operation::Revalidate(1)).ends(1, Outcome::Unchanged(1));
    assert!(!revalidated.is_linearizable(), "unchanged, and it was changed");
    let at_the_same_time =
        || Hand::new().begins(1, Operation::Read).begins(0, write(1, "b")).ends(0, Outcome::Wrote(2));
    assert!(at_the_same_time().ends(1, holds(1, "a")).is_linearizable());
    assert!(at_the_same_time().ends(1, holds(2, "b")).is_linearizable());
}

#[test]
fn what_was_never_answered_was_done_or_was_not() {
    let hung_up = || Hand::new().begins(0, write(1, "b")).begins(1, Operation::Read);
    assert!(hung_up().ends(1, holds(1, "a")).is_linearizable());
    assert!(hung_up().ends(1, holds(2, "b")).is_linearizable());
    assert!(!hung_up().ends(1, holds(3, "b")).is_linearizable(), "twice");
    let undone = hung_up().ends(1, holds(2, "b")).begins(1, Operation::Read).ends(1, holds(1, "a"));
    assert!(!undone.is_linearizable(), "first done, then not");
}
