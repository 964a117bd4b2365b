//! The merge itself: three texts in, regions out.
//!
//! Two diffs, from the base to each side, and one walk along the base that gathers what cannot be told apart. The walk
//! decides what is a conflict, and no more: nothing is settled here that a person should look at.

use crate::classify::Classifier;
use crate::cluster::cover_with_regions;
use crate::common_changes::join_common_changes;
use crate::diff::diff;
use crate::format::{Format, Formats};
use crate::line_interner::{Interner, LineIds};
use crate::region::{Region, RegionKind, Side};
use crate::text::Text;
use std::time::Instant;

/// Three texts and the regions between them. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    base: Text,
    mine: Text,
    theirs: Text,
    formats: Formats,
    /// Of mine and theirs alone.
    numbers: LineIds,
    regions: Vec<Region>,
    changes: Vec<usize>,
}

impl Merge {
    /// Merges three texts.
    ///
    /// Any bytes will do. When the deadline passes, the comparison stops where it is: the regions are then coarser, but
    /// as true as ever. Mine is compared with the base first, so that theirs is what time may be too short for. Without
    /// a deadline the comparison takes the time it needs.
    ///
    /// Before lines are compared, each gets a number. That takes as long as the texts are large, whatever stands in
    /// them, and cannot be left half done: the deadline is put off by as much.
    #[must_use]
    pub fn new(base: &[u8], mine: &[u8], theirs: &[u8], deadline: Option<Instant>) -> Self {
        Self::of(Text::new(base), Text::new(mine), Text::new(theirs), deadline)
    }

    /// Merges again, with another text on one side.
    pub(crate) fn renewed(&self, side: Side, text: &[u8], deadline: Option<Instant>) -> Self {
        let (mut mine, mut theirs) = (self.mine.clone(), self.theirs.clone());
        *(if side == Side::Mine { &mut mine } else { &mut theirs }) = Text::new(text);
        Self::of(self.base.clone(), mine, theirs, deadline)
    }

    /// Merges three texts that are cut already. See [`Merge::new`].
    #[must_use]
    pub fn of(base: Text, mine: Text, theirs: Text, deadline: Option<Instant>) -> Self {
        Self::timed([base, mine, theirs], deadline, Instant::now)
    }

    /// The merge by a clock, which is asked before the lines are numbered and after.
    fn timed([base, mine, theirs]: [Text; 3], deadline: Option<Instant>, mut clock: impl FnMut() -> Instant) -> Self {
        let began = clock();
        let formats = Formats::new(&base, &mine, &theirs);
        let mut numbers = numbers(&base, &mine, &theirs, &formats);
        let deadline = deadline.map(|deadline| deadline + clock().duration_since(began));
        let regions = regions(&mine, &theirs, &numbers, deadline);
        // From here on mine and theirs are compared with each other alone.
        numbers.base = Vec::new();
        let changes = (0..regions.len()).filter(|&number| regions[number].kind != RegionKind::Stable).collect();
        Self { base, mine, theirs, formats, numbers, regions, changes }
    }

    /// The regions, in order. Together they cover each of the three texts.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The numbers of the regions that are not stable, in order.
    #[must_use]
    pub fn changes(&self) -> &[usize] {
        &self.changes
    }

    /// The numbers of the conflicts, in order.
    pub fn conflicts(&self) -> impl Iterator<Item = usize> {
        self.changes.iter().copied().filter(|&number| self.regions[number].kind.is_conflict())
    }

    /// One of the three texts.
    #[must_use]
    pub fn text(&self, side: Side) -> &Text {
        match side {
            Side::Base => &self.base,
            Side::Mine => &self.mine,
            Side::Theirs => &self.theirs,
        }
    }

    /// The format of one of the three texts. What a text is silent about, such as the endings of a text without a line,
    /// it has from the base.
    #[must_use]
    pub fn format(&self, side: Side) -> Format {
        match side {
            Side::Base => self.formats.base,
            Side::Mine => self.formats.mine,
            Side::Theirs => self.formats.theirs,
        }
    }

    /// The format that the three come to: of each property, the value of the side that changed it.
    #[must_use]
    pub fn merged_format(&self) -> Format {
        self.formats.merged
    }

    /// The lines of mine and theirs as numbers.
    pub(crate) fn numbers(&self) -> &LineIds {
        &self.numbers
    }

    /// Whether a line is its content alone, because no text mixes endings.
    pub(crate) fn is_uniform(&self) -> bool {
        self.formats.uniform
    }
}

fn numbers(base: &Text, mine: &Text, theirs: &Text, formats: &Formats) -> LineIds {
    let mut interner = Interner::new(formats.uniform);
    let expected = interner.read_base(base, formats.base.ending);
    let mine = interner.read_side(mine, formats.mine.ending, &expected);
    let theirs = interner.read_side(theirs, formats.theirs.ending, &expected);
    LineIds { base: expected.numbers, mine, theirs }
}

fn regions(mine: &Text, theirs: &Text, numbers: &LineIds, deadline: Option<Instant>) -> Vec<Region> {
    let to_mine = diff(&numbers.base, &numbers.mine, deadline);
    let to_theirs = diff(&numbers.base, &numbers.theirs, deadline);
    let judge = Classifier { numbers, mine, theirs, complete: to_mine.complete && to_theirs.complete };
    join_common_changes(
        cover_with_regions(&to_mine.hunks, &to_theirs.hunks, numbers, |cluster| judge.region_kind(cluster)),
        numbers,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn line_interning_does_not_use_up_the_deadline() {
        // Lines that change places: with a line that one text lacks there would be nothing to search for.
        let (base, mine, theirs) =
            (b"1\n2\n3\n4\n5\n6\n7\n8\n", b"2\n1\n3\n4\n5\n6\n8\n7\n", b"1\n2\n3\n5\n4\n6\n7\n8\n");
        let texts = || [base, mine, theirs].map(|text| Text::new(text));
        let hour = Duration::from_secs(3600);
        let start = Instant::now();
        let conflicts = |numbered: Instant| {
            let mut times = [start, numbered].into_iter();
            let clock = || times.next().expect("it is asked twice");
            Merge::timed(texts(), Some(start), clock).conflicts().count()
        };
        assert_eq!(conflicts(start), 1, "the deadline has passed when the comparison begins");
        assert_eq!(conflicts(start + hour), 0, "the numbering took an hour, and the comparison no time");
    }
}
