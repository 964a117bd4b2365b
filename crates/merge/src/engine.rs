//! The merge itself: three texts in, regions out.
//!
//! It makes two diffs, from the base to each side, and one walk along the base that groups edits that cannot be
//! separated. The walk decides what is a conflict. It settles nothing that a user should look at.

use crate::classify::Classifier;
use crate::cluster::cover_with_regions;
use crate::common_changes::join_common_changes;
use crate::diff::diff;
use crate::format::{Format, Formats};
use crate::line_interner::{Interner, LineIds};
use crate::region::{Region, RegionKind, Side};
use crate::text::LineText;
use std::time::Instant;

/// Three texts and the regions between them. It is immutable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    base: LineText,
    mine: LineText,
    theirs: LineText,
    formats: Formats,
    /// The lines of mine and theirs as numbers; those of the base are dropped after the comparison.
    numbers: LineIds,
    regions: Vec<Region>,
    changes: Vec<usize>,
}

impl Merge {
    /// Merges three texts. Any bytes are valid.
    ///
    /// When the deadline passes, the comparison stops: the regions are then coarser, but still correct. Mine is
    /// compared with the base first, so if time is short, theirs is compared less precisely. Without a deadline, the
    /// comparison takes the time it needs.
    ///
    /// Before lines are compared, each gets a number. That takes time in proportion to the size of the texts, whatever
    /// they contain, and cannot stop half way: the deadline is extended by that time.
    ///
    /// # Examples
    ///
    /// ```
    /// use merge::Merge;
    ///
    /// let merge = Merge::new(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n", None);
    /// assert_eq!(merge.conflicts().count(), 0);
    /// assert_eq!(merge.render(&merge::Rendering::default()).text, b"A\nb\nC\n");
    /// ```
    #[must_use]
    pub fn new(base: &[u8], mine: &[u8], theirs: &[u8], deadline: Option<Instant>) -> Self {
        Self::of(LineText::new(base), LineText::new(mine), LineText::new(theirs), deadline)
    }

    /// Repeats the merge with another text on one side.
    pub(crate) fn renewed(&self, side: Side, text: LineText, deadline: Option<Instant>) -> Self {
        let (mut mine, mut theirs) = (self.mine.clone(), self.theirs.clone());
        *(if side == Side::Mine { &mut mine } else { &mut theirs }) = text;
        Self::of(self.base.clone(), mine, theirs, deadline)
    }

    /// Merges three texts that are already divided into lines. See [`Merge::new`].
    #[must_use]
    pub fn of(base: LineText, mine: LineText, theirs: LineText, deadline: Option<Instant>) -> Self {
        Self::timed([base, mine, theirs], deadline, Instant::now)
    }

    /// Merges with a given clock, which is read before and after the lines are numbered.
    fn timed(
        [base, mine, theirs]: [LineText; 3],
        deadline: Option<Instant>,
        mut clock: impl FnMut() -> Instant,
    ) -> Self {
        let began = clock();
        let formats = Formats::new(&base, &mine, &theirs);
        let mut numbers = numbers(&base, &mine, &theirs, &formats);
        let deadline = deadline.map(|deadline| deadline + clock().duration_since(began));
        let regions = regions(&mine, &theirs, &numbers, deadline);
        // From here on, only mine and theirs are compared with each other.
        numbers.base = Vec::new();
        let changes = (0..regions.len()).filter(|&number| regions[number].kind != RegionKind::Stable).collect();
        Self { base, mine, theirs, formats, numbers, regions, changes }
    }

    /// Returns the regions, in order. Together they cover each of the three texts.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// Returns the indices of the regions that are not stable, in order.
    #[must_use]
    pub fn changes(&self) -> &[usize] {
        &self.changes
    }

    /// Returns the indices of the conflicts, in order.
    pub fn conflicts(&self) -> impl Iterator<Item = usize> {
        self.changes.iter().copied().filter(|&number| self.regions[number].kind.is_conflict())
    }

    /// Returns one of the three texts.
    #[must_use]
    pub fn text(&self, side: Side) -> &LineText {
        match side {
            Side::Base => &self.base,
            Side::Mine => &self.mine,
            Side::Theirs => &self.theirs,
        }
    }

    /// Returns the format of one of the three texts.
    ///
    /// A property that a text does not show, such as the line ending of a text without lines, is that of the base.
    #[must_use]
    pub fn format(&self, side: Side) -> Format {
        match side {
            Side::Base => self.formats.base,
            Side::Mine => self.formats.mine,
            Side::Theirs => self.formats.theirs,
        }
    }

    /// Returns the merged format: each property has the value of the side that changed it.
    #[must_use]
    pub fn merged_format(&self) -> Format {
        self.formats.merged
    }

    /// Returns the lines of mine and theirs as numbers.
    pub(crate) fn numbers(&self) -> &LineIds {
        &self.numbers
    }

    /// Returns whether a line is its content alone, because no text mixes line endings.
    pub(crate) fn is_uniform(&self) -> bool {
        self.formats.uniform
    }
}

fn numbers(base: &LineText, mine: &LineText, theirs: &LineText, formats: &Formats) -> LineIds {
    let mut interner = Interner::new(formats.uniform);
    let expected = interner.read_base(base, formats.base.ending);
    let mine = interner.read_side(mine, formats.mine.ending, &expected);
    let theirs = interner.read_side(theirs, formats.theirs.ending, &expected);
    LineIds { base: expected.numbers, mine, theirs }
}

fn regions(mine: &LineText, theirs: &LineText, numbers: &LineIds, deadline: Option<Instant>) -> Vec<Region> {
    let to_mine = diff(&numbers.base, &numbers.mine, deadline);
    let to_theirs = diff(&numbers.base, &numbers.theirs, deadline);
    let classifier = Classifier { numbers, mine, theirs, complete: to_mine.complete && to_theirs.complete };
    join_common_changes(
        cover_with_regions(&to_mine.hunks, &to_theirs.hunks, numbers, |cluster| classifier.region_kind(cluster)),
        numbers,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn line_interning_does_not_use_up_the_deadline() {
        // The lines change places: if one text lacked a line, there would be nothing to search for.
        let (base, mine, theirs) =
            (b"1\n2\n3\n4\n5\n6\n7\n8\n", b"2\n1\n3\n4\n5\n6\n8\n7\n", b"1\n2\n3\n5\n4\n6\n7\n8\n");
        let texts = || [base, mine, theirs].map(|text| LineText::new(text));
        let hour = Duration::from_secs(3600);
        let start = Instant::now();
        let conflicts = |numbered: Instant| {
            let mut times = [start, numbered].into_iter();
            let clock = || times.next().expect("the clock is read twice");
            Merge::timed(texts(), Some(start), clock).conflicts().count()
        };
        assert_eq!(conflicts(start), 1, "the deadline has passed when the comparison begins");
        assert_eq!(conflicts(start + hour), 0, "the numbering took an hour, and the comparison no time");
    }
}
