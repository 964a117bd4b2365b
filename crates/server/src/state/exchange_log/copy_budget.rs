//! Copies of bodies that pass through the server, for the record.
//!
//! A forwarded body is never kept as a whole. Its first [`MAX_RECORDED_BODY`] bytes are copied while it passes, as long
//! as the copies of all exchanges under way stay within a budget. A body for which there is no room is recorded as far
//! as it was copied.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contract::exchange::MAX_RECORDED_BODY;

/// The budget of all copies. Clones share it.
#[derive(Clone)]
pub(crate) struct CopyBudget(Arc<BudgetState>);

struct BudgetState {
    used: AtomicUsize,
    limit: usize,
}

impl CopyBudget {
    /// Creates a budget of this many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(BudgetState { used: AtomicUsize::new(0), limit }))
    }

    /// Takes bytes out of the budget, and returns whether there were as many.
    fn take(&self, bytes: usize) -> bool {
        let used = self.0.used.fetch_add(bytes, Ordering::Relaxed);
        if used.saturating_add(bytes) <= self.0.limit {
            return true;
        }
        self.give_back(bytes);
        false
    }

    fn give_back(&self, bytes: usize) {
        self.0.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A copy of the beginning of a body.
///
/// The bytes are copied and not shared: a slice of ten bytes would keep a buffer of the connection alive.
pub(crate) struct BodyCopy {
    bytes: Vec<u8>,
    length: u64,
    /// Whether a part was left out, so that the later ones would not continue the copy.
    is_full: bool,
    budget: CopyBudget,
}

impl BodyCopy {
    /// Creates an empty copy.
    pub(crate) fn new(budget: &CopyBudget) -> Self {
        Self { bytes: Vec::new(), length: 0, is_full: false, budget: budget.clone() }
    }

    /// Copies a part of the body, as far as there is room.
    pub(crate) fn push(&mut self, part: &[u8]) {
        self.length += part.len() as u64;
        if self.is_full {
            return;
        }
        let kept = &part[..part.len().min(MAX_RECORDED_BODY - self.bytes.len())];
        let has_room = self.budget.take(kept.len());
        self.is_full = !has_room || kept.len() < part.len();
        if has_room {
            self.bytes.extend_from_slice(kept);
        }
    }

    /// Returns the copied bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns how many bytes the body has had so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Returns whether the body has had more bytes than were copied.
    pub(crate) fn is_cut(&self) -> bool {
        self.length > self.bytes.len() as u64
    }
}

impl Drop for BodyCopy {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginning_of_a_long_body_is_copied() {
        let mut copy = BodyCopy::new(&CopyBudget::new(usize::MAX));
        copy.push(b"ab");
        assert_eq!((copy.bytes(), copy.length(), copy.is_cut()), (&b"ab"[..], 2, false));
        copy.push(&vec![b'x'; MAX_RECORDED_BODY]);
        copy.push(b"y");
        assert_eq!((copy.bytes().len(), copy.length()), (MAX_RECORDED_BODY, 3 + MAX_RECORDED_BODY as u64));
        assert!(copy.is_cut() && copy.bytes().ends_with(b"x"));
    }

    #[test]
    fn copies_stay_within_the_budget_and_return_it() {
        let budget = CopyBudget::new(5);
        let (mut one, mut two) = (BodyCopy::new(&budget), BodyCopy::new(&budget));
        one.push(b"abc");
        two.push(b"defg");
        two.push(b"h");
        assert_eq!((two.bytes(), two.length(), two.is_cut()), (&b""[..], 5, true), "a copy has no gap");
        drop(one);
        let mut three = BodyCopy::new(&budget);
        three.push(b"abcde");
        assert_eq!((three.bytes(), three.is_cut()), (&b"abcde"[..], false));
        drop((two, three));
        assert_eq!(budget.0.used.load(Ordering::Relaxed), 0);
    }
}
