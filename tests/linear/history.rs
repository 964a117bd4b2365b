//! Who asked for what and was told what, in the order in which it happened, and the judgement on it.

use std::fmt;
use std::sync::{Mutex, MutexGuard};

use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

use crate::register::{Operation, Outcome, Register};

/// A history in the making.
///
/// An invocation is written down before anything is sent, and a return after everything was read. So what stands here
/// as overlapping may not have overlapped, but what stands here one after the other was one after the other.
#[derive(Debug, Default)]
pub(crate) struct History(Mutex<Vec<(usize, Moment)>>);

#[derive(Debug, Clone)]
enum Moment {
    Invoked(Operation),
    Returned(Outcome),
}

impl History {
    pub(crate) fn invoke(&self, thread: usize, operation: Operation) {
        self.moments().push((thread, Moment::Invoked(operation)));
    }

    pub(crate) fn give_back(&self, thread: usize, outcome: Outcome) {
        self.moments().push((thread, Moment::Returned(outcome)));
    }

    /// Whether everybody could have been told what they were told if they had taken turns: each operation at one
    /// moment between its invocation and its return. One that never returned may have had its moment or not.
    pub(crate) fn is_linearizable(&self, begin: Register) -> bool {
        let mut tester = LinearizabilityTester::new(begin);
        for (thread, moment) in self.moments().iter().cloned() {
            let recorded = match moment {
                Moment::Invoked(operation) => tester.on_invoke(thread, operation),
                Moment::Returned(outcome) => tester.on_return(thread, outcome),
            };
            recorded.expect("a thread asks for one thing at a time");
        }
        tester.is_consistent()
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let mut in_flight = 0;
        for (_, moment) in self.moments().iter() {
            match moment {
                Moment::Invoked(_) => {
                    counts.operations += 1;
                    counts.overlapping += usize::from(in_flight > 0);
                    in_flight += 1;
                }
                Moment::Returned(outcome) => {
                    in_flight -= 1;
                    match outcome {
                        Outcome::Holds(_) => counts.reads += 1,
                        Outcome::Unchanged(_) => counts.revalidations += 1,
                        Outcome::Wrote(_) => counts.writes += 1,
                        Outcome::Refused(_) => counts.refusals += 1,
                    }
                }
            }
        }
        counts
    }

    fn moments(&self) -> MutexGuard<'_, Vec<(usize, Moment)>> {
        self.0.lock().expect("nobody panics while they write a moment down")
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (thread, moment) in self.moments().iter() {
            writeln!(f, "{:indent$}{thread} {moment:?}", "", indent = 4 * thread)?;
        }
        Ok(())
    }
}

/// What a history, or several, are made of.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) operations: usize,
    /// Those that began while another one was under way.
    pub(crate) overlapping: usize,
    pub(crate) reads: usize,
    /// Those that were told to go on with what they have.
    pub(crate) revalidations: usize,
    pub(crate) writes: usize,
    pub(crate) refusals: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.operations += other.operations;
        self.overlapping += other.overlapping;
        self.reads += other.reads;
        self.revalidations += other.revalidations;
        self.writes += other.writes;
        self.refusals += other.refusals;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operations, overlapping, reads, revalidations, writes, refusals } = self;
        let unanswered = operations - reads - revalidations - writes - refusals;
        write!(f, "{operations} operations, {overlapping} begun while another was under way: ")?;
        write!(
            f,
            "{reads} reads, {revalidations} times unchanged, {writes} writes, {refusals} refusals, {unanswered} never answered"
        )
    }
}
