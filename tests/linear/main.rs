//! Several clients work on one document, and the outcomes look as if they had taken turns.
//!
//! A conditional write promises more than "one of fifty wins". No read is older than a write that was answered before
//! it, no refusal names a version that was not current, and an unanswered write was applied once or not at all.
//! `LINEAR_ROUNDS` sets how many histories are recorded, `LINEAR_SEED` the random numbers. With
//! `IFMATCH_TEST_STORE=postgres`, three servers share a database, and each operation goes to any of them.

mod history;
mod race;
mod register;
mod search;
mod stale_cache;

use stateright::semantics::SequentialSpec;
use tests::documents::expect;
use tests::http::Request;
use tests::policy::put_policy;
use tests::rng::{Rng, number, seed};
use tests::serve::Server;
use tests::test_store::{TestStore, is_postgres};

use crate::history::{Counts, History};
use crate::race::{NamedTag, Race, Racer, create};
use crate::register::{Operation, Outcome, Register};
use crate::stale_cache::StaleCache;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_ifmatch-under-test");

/// Starts one server, or three servers on one database.
fn start(store: &TestStore) -> Server {
    Server::start_several(PROGRAM, store, &[], if is_postgres() { 3 } else { 1 })
}

#[test]
fn every_history_is_linearizable() {
    let (rounds, seed) = (number("LINEAR_ROUNDS", 40), seed("LINEAR_SEED"));
    println!("LINEAR_SEED={seed} LINEAR_ROUNDS={rounds}");
    let mut rng = Rng::new(seed);
    let store = TestStore::lasting();
    let server = start(&store);
    let mut counts = Counts::default();
    for round in 0..rounds {
        let names = if round % 2 == 0 { NamedTag::Last } else { NamedTag::Older };
        let race = Race { threads: 5, operations: 8, names };
        let (begin, history) = race.run(&server.addresses(), &format!("round-{round}"), &mut rng);
        let what = format!("round {round}, LINEAR_SEED={seed}, is not linearizable:\n{history}");
        assert!(history.is_linearizable(begin.clone()), "{what}");
        assert!(history.is_linearizable_by_stateright(begin), "by stateright, {what}");
        counts.add(history.counts());
    }
    println!("{rounds} histories of {} servers, all linearizable; {counts}", server.addresses().len());
    assert!(counts.overlapping > counts.operations / 2, "the operations overlapped: {counts}");
    assert!(counts.writes > 0 && counts.refusals > 0, "some won and some lost: {counts}");
}

/// Evaluating and writing in two steps loses updates, which shows that the test above works.
///
/// There are 10 ms between the steps, so that two of three threads need not be lucky to meet there.
#[test]
fn evaluating_and_writing_in_two_steps_is_detected() {
    const ROUNDS: u64 = 100;
    let store = TestStore::lasting();
    let server = start(&store);
    for address in server.addresses() {
        let read = expect(200, Request::new("GET", "/control/policy").send(address));
        let mut policy = read.json();
        policy["judging"] = "apart".into();
        expect(200, put_policy(&policy).with("If-Match", read.etag()).send(address));
    }
    let seed = seed("LINEAR_SEED");
    let mut rng = Rng::new(seed);
    let race = Race { threads: 3, operations: 4, names: NamedTag::Last };
    for round in 1..=ROUNDS {
        let (begin, history) = race.run(&server.addresses(), &format!("round-{round}"), &mut rng);
        if !history.is_linearizable(begin) {
            println!("LINEAR_SEED={seed}: detected in round {round}:\n{history}");
            return;
        }
    }
    panic!("LINEAR_SEED={seed}: {ROUNDS} histories of a server that loses updates were linearizable");
}

/// A 304 from a cache that never asks the server is stale, which shows that reads are tested as well.
#[test]
fn unchecked_304_of_a_cache_is_detected() {
    let store = TestStore::lasting();
    let server = start(&store);
    let cache = StaleCache::start(server.address());
    for (way, is_linearizable) in [(server.address(), true), (cache.address(), false)] {
        let document = format!("by-{}", way.port());
        let (begin, tag) = create(&document, server.address());
        let history = History::default();
        let racer = |thread, way| Racer::new(way, &document, &tag, (&history, thread), Rng::new(0));
        let (to_server, to_way) = ([server.address()], [way]);
        let (mut writer, mut reader) = (racer(0, &to_server[..]), racer(1, &to_way[..]));
        reader.read();
        writer.write(1);
        reader.revalidate();
        assert_eq!(history.is_linearizable(begin), is_linearizable, "{history}");
    }
}

/// The search and the tester of `stateright` agree on short histories, right and wrong ones.
#[test]
fn search_agrees_with_stateright() {
    const HISTORIES: usize = 2_000;
    let seed = seed("LINEAR_SEED");
    println!("LINEAR_SEED={seed}");
    let mut rng = Rng::new(seed);
    let mut linearizable = 0;
    for _ in 0..HISTORIES {
        let history = short_history(&mut rng);
        let by_search = history.is_linearizable(register(1, "a"));
        let by_stateright = history.is_linearizable_by_stateright(register(1, "a"));
        assert_eq!(by_search, by_stateright, "LINEAR_SEED={seed}, by the search and by stateright:\n{history}");
        linearizable += usize::from(by_search);
    }
    let tenth = HISTORIES / 10;
    assert!((tenth..=HISTORIES - tenth).contains(&linearizable), "{linearizable} of {HISTORIES} are linearizable");
}

/// Returns a short history of three threads, some of whose outcomes come from an old state.
fn short_history(rng: &mut Rng) -> History {
    let history = History::default();
    let mut states = vec![register(1, "a")];
    let mut in_flight: [Option<Operation>; 3] = [None, None, None];
    for turn in 0..12 {
        let thread = usize::try_from(rng.below(3)).expect("it is below 3");
        let Some(operation) = in_flight[thread].take() else {
            let version = 1 + rng.below(states.len() as u64);
            let operation = match rng.below(4) {
                0 => Operation::Read,
                1 => Operation::Revalidate(version),
                _ => write(version, &format!("turn {turn}")),
            };
            history.invoke(thread, operation.clone());
            in_flight[thread] = Some(operation);
            continue;
        };
        let age = if rng.once_in(4) { rng.below(states.len() as u64) } else { 0 };
        let mut state = states[states.len() - 1 - usize::try_from(age).expect("there are few states")].clone();
        let outcome = state.invoke(&operation);
        if matches!(outcome, Outcome::Wrote(_)) {
            states.push(state);
        }
        history.return_from(thread, outcome);
    }
    history
}

/// A history written by hand: the beginning and end of each operation, and its outcome.
struct HandWritten(History);

impl HandWritten {
    fn new() -> Self {
        Self(History::default())
    }

    fn begins(self, thread: usize, operation: Operation) -> Self {
        self.0.invoke(thread, operation);
        self
    }

    fn ends(self, thread: usize, outcome: Outcome) -> Self {
        self.0.return_from(thread, outcome);
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
fn lost_update_is_not_linearizable() {
    let both_begin = || HandWritten::new().begins(0, write(1, "b")).begins(1, write(1, "c"));
    let both_told_yes = both_begin().ends(0, Outcome::Wrote(2)).ends(1, Outcome::Wrote(3));
    assert!(!both_told_yes.is_linearizable());
    let both_told_the_same = both_begin().ends(0, Outcome::Wrote(2)).ends(1, Outcome::Wrote(2));
    assert!(!both_told_the_same.is_linearizable());
    let one_told_no = both_begin().ends(0, Outcome::Refused(2)).ends(1, Outcome::Wrote(2));
    assert!(one_told_no.is_linearizable());
}

#[test]
fn read_after_an_answered_write_sees_it() {
    let written = || HandWritten::new().begins(0, write(1, "b")).ends(0, Outcome::Wrote(2)).begins(1, Operation::Read);
    assert!(written().ends(1, holds(2, "b")).is_linearizable());
    assert!(!written().ends(1, holds(1, "a")).is_linearizable(), "an old version");
    assert!(!written().ends(1, holds(2, "a")).is_linearizable(), "an old text under a new version");
    let revalidated = HandWritten::new().begins(0, write(1, "b")).ends(0, Outcome::Wrote(2));
    let revalidated = revalidated.begins(1, Operation::Revalidate(1)).ends(1, Outcome::Unchanged(1));
    assert!(!revalidated.is_linearizable(), "told 'unchanged' after a change");
    let at_the_same_time =
        || HandWritten::new().begins(1, Operation::Read).begins(0, write(1, "b")).ends(0, Outcome::Wrote(2));
    assert!(at_the_same_time().ends(1, holds(1, "a")).is_linearizable());
    assert!(at_the_same_time().ends(1, holds(2, "b")).is_linearizable());
}

#[test]
fn unanswered_write_was_applied_or_not() {
    let hung_up = || HandWritten::new().begins(0, write(1, "b")).begins(1, Operation::Read);
    assert!(hung_up().ends(1, holds(1, "a")).is_linearizable());
    assert!(hung_up().ends(1, holds(2, "b")).is_linearizable());
    assert!(!hung_up().ends(1, holds(3, "b")).is_linearizable(), "applied twice");
    let undone = hung_up().ends(1, holds(2, "b")).begins(1, Operation::Read).ends(1, holds(1, "a"));
    assert!(!undone.is_linearizable(), "first applied, then not");
}
