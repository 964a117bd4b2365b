//! A search for an order of operations, with a memory for dead ends (Wing and Gong 1993, Lowe 2017).
//!
//! The tester of `stateright` tries every order. For a history of forty operations that is *not* linearizable this
//! takes hours, so that a faulty server would look like a test that hangs. A dead end depends only on how far each
//! thread has come and on the document, so each is entered once.

use std::collections::HashSet;

use stateright::semantics::SequentialSpec;

use crate::register::{Operation, Outcome, Register};

/// An operation of a thread, with the positions of its invocation and its return in the history.
#[derive(Debug)]
pub(crate) struct TimedOperation {
    pub(crate) operation: Operation,
    pub(crate) invoked: usize,
    /// The position and the outcome, if the operation returned.
    pub(crate) returned: Option<(usize, Outcome)>,
}

impl TimedOperation {
    /// Returns the position of the return, which is the end of time for an operation that never returned.
    fn end(&self) -> usize {
        self.returned.as_ref().map_or(usize::MAX, |(at, _)| *at)
    }

    fn allows(&self, outcome: &Outcome) -> bool {
        self.returned.as_ref().is_none_or(|(_, returned)| returned == outcome)
    }
}

/// Returns whether the operations of all threads have an order that the register allows.
///
/// It keeps the order of each thread, and that of operations that did not overlap.
pub(crate) fn has_order(threads: &[Vec<TimedOperation>], begin: Register) -> bool {
    Search { threads, dead_ends: HashSet::new() }.continues(&vec![0; threads.len()], begin)
}

struct Search<'a> {
    threads: &'a [Vec<TimedOperation>],
    /// The numbers of operations that have taken effect, per thread, with the document then.
    dead_ends: HashSet<(Vec<usize>, Register)>,
}

impl Search<'_> {
    fn continues(&mut self, done: &[usize], document: Register) -> bool {
        let next = || self.threads.iter().zip(done).filter_map(|(operations, done)| operations.get(*done));
        // An operation that returned before another one was invoked also takes effect before it.
        let Some(first_end) = next().map(TimedOperation::end).min().filter(|end| *end != usize::MAX) else {
            return true;
        };
        if self.dead_ends.contains(&(done.to_vec(), document.clone())) {
            return false;
        }
        for (thread, operations) in self.threads.iter().enumerate() {
            let Some(next) = operations.get(done[thread]).filter(|next| next.invoked < first_end) else { continue };
            let mut after = document.clone();
            if next.allows(&after.invoke(&next.operation)) {
                let mut done = done.to_vec();
                done[thread] += 1;
                if self.continues(&done, after) {
                    return true;
                }
            }
        }
        self.dead_ends.insert((done.to_vec(), document));
        false
    }
}
