//! The merge itself: three texts in, regions out.
//!
//! Two diffs, from the base to each side, and one walk along the base that gathers what cannot be told apart. The walk
//! decides what is a conflict, and no more: nothing is settled here that a person should look at.

use crate::agreement::joined;
use crate::cluster::tile;
use crate::diff::diff;
use crate::format::{Format, Formats};
use crate::kind::Judge;
use crate::numbers::{Interner, Numbers};
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
    numbers: Numbers,
    regions: Vec<Region>,
    changes: Vec<usize>,
}

impl Merge {
    /// Merges three texts.
    ///
    /// Any bytes will do. When the deadline passes, the comparison stops where it is: the regions are then coarser, but
    /// as true as ever. Mine is compared with the base first, so that theirs is what time may be too short for. Without
    /// a deadline the comparison takes the time it needs.
    #[must_use]
    pub fn new(base: &[u8], mine: &[u8], theirs: &[u8], deadline: Option<Instant>) -> Self {
        Self::of(Text::new(base), Text::new(mine), Text::new(theirs), deadline)
    }

    /// The same base and mine against a newer version of theirs.
    pub(crate) fn renewed(&self, theirs: &[u8], deadline: Option<Instant>) -> Self {
        Self::of(self.base.clone(), self.mine.clone(), Text::new(theirs), deadline)
    }

    /// Merges three texts that are cut already. See [`Merge::new`].
    #[must_use]
    pub fn of(base: Text, mine: Text, theirs: Text, deadline: Option<Instant>) -> Self {
        let formats = Formats::new(&base, &mine, &theirs);
        let mut numbers = numbers(&base, &mine, &theirs, &formats);
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
    pub(crate) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// Whether a line is its content alone, because no text mixes endings.
    pub(crate) fn is_uniform(&self) -> bool {
        self.formats.uniform
    }
}

fn numbers(base: &Text, mine: &Text, theirs: &Text, formats: &Formats) -> Numbers {
    let mut interner = Interner::new(formats.uniform);
    let expected = interner.read_base(base, formats.base.ending);
    let mine = interner.read_side(mine, formats.mine.ending, &expected);
    let theirs = interner.read_side(theirs, formats.theirs.ending, &expected);
    Numbers { base: expected.numbers, mine, theirs }
}

fn regions(mine: &Text, theirs: &Text, numbers: &Numbers, deadline: Option<Instant>) -> Vec<Region> {
    let to_mine = diff(&numbers.base, &numbers.mine, deadline);
    let to_theirs = diff(&numbers.base, &numbers.theirs, deadline);
    let judge = Judge { numbers, mine, theirs, complete: to_mine.complete && to_theirs.complete };
    joined(tile(&to_mine.hunks, &to_theirs.hunks, numbers, |cluster| judge.kind(cluster)), numbers)
}
