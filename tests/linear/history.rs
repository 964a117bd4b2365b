//! The operations of a race and their outcomes in order, and whether they are linearizable.

use std::fmt;
use std::sync::{Mutex, MutexGuard};

use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

use crate::register::{Operation, Outcome, Register};
use crate::search::{TimedOperation, has_order};

/// A history that is being recorded.
///
/// An invocation is recorded before anything is sent, a return after everything was read. So operations that overlap in
/// the record may not have overlapped, but operations that follow each other in the record did.
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

    pub(crate) fn return_from(&self, thread: usize, outcome: Outcome) {
        self.moments().push((thread, Moment::Returned(outcome)));
    }

    /// Returns whether the outcomes are possible if the threads had taken turns.
    ///
    /// Each operation takes effect at one moment between its invocation and its return; one that never returned takes
    /// effect at one moment or never.
    pub(crate) fn is_linearizable(&self, begin: Register) -> bool {
        has_order(&self.operations(), begin)
    }

    /// Asks the tester of `stateright` the same question.
    ///
    /// It takes very long for a history of more than ten operations that is not linearizable.
    pub(crate) fn is_linearizable_by_stateright(&self, begin: Register) -> bool {
        let mut tester = LinearizabilityTester::new(begin);
        for (thread, moment) in self.moments().iter().cloned() {
            let recorded = match moment {
                Moment::Invoked(operation) => tester.on_invoke(thread, operation),
                Moment::Returned(outcome) => tester.on_return(thread, outcome),
            };
            recorded.expect("a thread has one operation at a time");
        }
        tester.is_consistent()
    }

    /// Returns the operations of each thread, in its order.
    fn operations(&self) -> Vec<Vec<TimedOperation>> {
        let mut threads: Vec<Vec<TimedOperation>> = Vec::new();
        for (at, (thread, moment)) in self.moments().iter().cloned().enumerate() {
            if threads.len() <= thread {
                threads.resize_with(thread + 1, Vec::new);
            }
            match moment {
                Moment::Invoked(operation) => {
                    threads[thread].push(TimedOperation { operation, invoked: at, returned: None });
                }
                Moment::Returned(outcome) => {
                    let last = threads[thread].last_mut().expect("an operation is invoked before it returns");
                    last.returned = Some((at, outcome));
                }
            }
        }
        threads
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
        self.0.lock().expect("no thread panics while it records a moment")
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

/// How many operations a history has, by their outcome.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) operations: usize,
    /// Operations that began during another one.
    pub(crate) overlapping: usize,
    pub(crate) reads: usize,
    /// Conditional reads whose outcome was 'not modified'.
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
        write!(f, "{operations} operations, {overlapping} begun during another: ")?;
        write!(
            f,
            "{reads} reads, {revalidations} times unchanged, {writes} writes, {refusals} refusals, {unanswered} never answered"
        )
    }
}
