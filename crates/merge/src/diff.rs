//! Where two texts differ: lines become numbers, and two rows of numbers become a list of hunks.
//!
//! This is the only file that knows `similar`. It asks it for Myers' diff under a deadline and for nothing else: what a
//! conflict is, is not for a diff to say.

use crate::slide::settle;
use crate::text::{Ending, Line, Text};
use similar::algorithms::{Capture, diff_slices_deadline};
use similar::{Algorithm, DiffOp};
use std::collections::HashMap;
use std::ops::Range;
use std::time::Instant;

/// A stretch of the base that one side replaced: by deletion, by insertion, or both. Ranges count lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) base: Range<usize>,
    pub(crate) side: Range<usize>,
}

/// The lines of the three texts as numbers: equal numbers, equal lines.
pub(crate) struct Numbers {
    pub(crate) base: Vec<u32>,
    pub(crate) mine: Vec<u32>,
    pub(crate) theirs: Vec<u32>,
}

/// Gives equal lines equal numbers, across all texts that it reads. Each line is hashed once here, and compared as a
/// number ever after.
pub(crate) struct Interner<'a> {
    numbers: HashMap<(&'a [u8], Option<Ending>), u32>,
    /// Whether a line is its content alone.
    uniform: bool,
}

impl<'a> Interner<'a> {
    pub(crate) fn new(uniform: bool) -> Self {
        Self { numbers: HashMap::new(), uniform }
    }

    /// The numbers of a text's lines. A line without an ending counts as if it had the one given.
    pub(crate) fn read(&mut self, text: &'a Text, ending: Ending) -> Vec<u32> {
        text.all().map(|line| self.number(line, ending)).collect()
    }

    fn number(&mut self, line: Line<'a>, ending: Ending) -> u32 {
        let ending = (!self.uniform).then(|| line.ending.unwrap_or(ending));
        let next = u32::try_from(self.numbers.len()).expect("lines of texts in memory fit in 32 bits");
        *self.numbers.entry((line.content, ending)).or_insert(next)
    }
}

/// The hunks that turn the base into the side, in order, with at least one kept line between any two.
///
/// When the deadline passes, the hunks are still true, only coarser.
pub(crate) fn hunks(base: &[u32], side: &[u32], deadline: Option<Instant>) -> Vec<Hunk> {
    let mut script = Capture::new();
    let Ok(()) = diff_slices_deadline(Algorithm::Myers, &mut script, base, side, deadline);
    // Only what the diff keeps is read: a hunk is what lies between.
    let mut hunks = Vec::new();
    let (mut base_at, mut side_at) = (0, 0);
    let mut cut = |base_next: usize, side_next: usize, kept: usize| {
        if base_at < base_next || side_at < side_next {
            hunks.push(Hunk { base: base_at..base_next, side: side_at..side_next });
        }
        (base_at, side_at) = (base_next + kept, side_next + kept);
    };
    for op in script.into_ops() {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            cut(old_index, new_index, len);
        }
    }
    cut(base.len(), side.len(), 0);
    settle(&hunks, base, side)
}
