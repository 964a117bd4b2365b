//! Reads in the background that follow each other, as one line of a view.
//!
//! The user asked for none of these reads, and many of them say no more than the last one. A run of them is shown as
//! its last one, unless a read of the run is the one that the user looks at.

use std::collections::BTreeMap;

use crate::traffic::Traffic;

/// The reads that a view folds.
#[derive(Debug, Clone, Default)]
pub struct FoldedReads {
    /// For each folded read, the last one of its run.
    shown_as: BTreeMap<u64, u64>,
}

impl FoldedReads {
    /// Returns the folds of the exchanges that the filter shows. The run of `open` is not folded.
    #[must_use]
    pub fn of(traffic: &Traffic, open: Option<u64>) -> Self {
        let mut folds = Self::default();
        let mut run = Vec::new();
        for entry in traffic.visible_entries() {
            if entry.exchange.is_prefetch() {
                run.push(entry.exchange.number);
            } else {
                folds.fold(&run, open);
                run.clear();
            }
        }
        folds.fold(&run, open);
        folds
    }

    fn fold(&mut self, run: &[u64], open: Option<u64>) {
        if let Some((last, others)) = run.split_last()
            && !open.is_some_and(|open| run.contains(&open))
        {
            self.shown_as.extend(others.iter().map(|number| (*number, *last)));
        }
    }

    /// Returns whether an exchange is not shown, since a later one represents it.
    #[must_use]
    pub fn hides(&self, number: u64) -> bool {
        self.shown_as.contains_key(&number)
    }

    /// Returns how many exchanges one represents, itself included.
    #[must_use]
    pub fn count(&self, number: u64) -> usize {
        1 + self.shown_as.values().filter(|last| **last == number).count()
    }
}

#[cfg(test)]
mod tests {
    use contract::{Exchange, Message, fields};

    use super::*;
    use crate::fixture::exchange;
    use crate::limits::TrafficLimits;

    /// Records exchanges: `b` is a read in the background, everything else is another request.
    fn traffic(kinds: &str) -> Traffic {
        let mut traffic = Traffic::new(TrafficLimits::SESSION);
        for (number, kind) in (1..).zip(kinds.chars()) {
            let purpose = (fields::SEC_PURPOSE.to_owned(), fields::PREFETCH.to_owned());
            let fields = if kind == 'b' { vec![purpose] } else { Vec::new() };
            let request = Message { fields, ..Message::default() };
            traffic.record(Exchange { request, ..exchange(number, Some(200)) }, None);
        }
        traffic
    }

    #[test]
    fn run_of_background_reads_is_shown_as_its_last() {
        let traffic = traffic("abbbab");
        let folds = FoldedReads::of(&traffic, None);
        let shown: Vec<u64> = (1..=6).filter(|number| !folds.hides(*number)).collect();
        assert_eq!(shown, [1, 4, 5, 6]);
        assert_eq!(shown.iter().map(|number| folds.count(*number)).collect::<Vec<_>>(), [1, 3, 1, 1]);
    }

    #[test]
    fn run_of_the_selected_read_is_not_folded() {
        let traffic = traffic("bbabb");
        let folds = FoldedReads::of(&traffic, Some(1));
        assert_eq!((1..=5).filter(|number| folds.hides(*number)).collect::<Vec<_>>(), [4]);
        assert_eq!(folds.count(2), 1);
    }
}
