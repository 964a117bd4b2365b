//! The places of my text in which it, or a newer version of another user, differs from the base.
//!
//! This is what a merge will be about, before anyone saves: as in [`merge`], changes of the two sides belong together
//! unless at least one unchanged line of the base lies between them, and together they will be a conflict, unless both
//! sides changed the lines in the same way. It is computed from hunks that are there already, and only for the lines
//! that are asked for. If several lines are equal, a merge can take another one of them for the added one, so this is a
//! prediction; the merge decides.

use std::ops::Range;

use merge::Hunk;
use text::Text;

use crate::changed_lines::{ChangedLines, byte_range, line_count};

/// The side that changed a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangedBy {
    /// Only the user.
    Mine,
    /// Only the author of the newer version.
    Theirs,
    /// Both, in the same way.
    Both,
    /// Both, in different ways: a merge will have a conflict here.
    Conflict,
}

/// A place at which my text or the newer version differs from the base. Ranges count lines, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    /// The side that changed it.
    pub by: ChangedBy,
    /// Its lines in the base.
    pub base: Range<usize>,
    /// Its lines in my text. Empty if they were deleted, or if only the newer version has lines here.
    pub mine: Range<usize>,
    /// Its lines in the newer version; empty if that is not known.
    pub theirs: Range<usize>,
}

impl TextChange {
    /// Returns the lines of my text in the place; if it has none, the line above it, or else the first.
    #[must_use]
    pub fn lines(&self) -> Range<usize> {
        if self.mine.is_empty() {
            let above = self.mine.start.saturating_sub(1);
            above..above + 1
        } else {
            self.mine.clone()
        }
    }
}

/// A mark beside a line of my text. If there are several, the greatest is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineMark {
    /// I added the line.
    Added,
    /// I changed the line.
    Changed,
    /// I deleted lines below this one.
    DeletedBelow,
    /// I deleted lines above this one, which is the first.
    DeletedAbove,
    /// Another user changed the line, or added lines below it.
    Theirs,
    /// Another user made the same change.
    Both,
    /// Another user changed the lines that I changed: a conflict is coming.
    Conflict,
}

/// The changes of my text and, if it is known, of a newer version.
#[derive(Debug, Clone, Copy)]
pub struct TextChanges<'t> {
    mine: &'t ChangedLines,
    theirs: Option<&'t ChangedLines>,
}

impl<'t> TextChanges<'t> {
    /// Returns the changes. Both sides are compared with the same base.
    pub(crate) const fn new(mine: &'t ChangedLines, theirs: Option<&'t ChangedLines>) -> Self {
        Self { mine, theirs }
    }

    /// Returns the changes from a line of my text on, in order; one that begins above the line comes first.
    pub fn from_line(self, line: usize) -> impl Iterator<Item = TextChange> + use<'t> {
        let mut walk = ChangeWalk::starting_at(self, line);
        std::iter::from_fn(move || walk.next_change()).skip_while(move |change| change.lines().end <= line)
    }

    /// Returns the change that a line of my text is in, or `None` if there is none.
    #[must_use]
    pub fn at(self, line: usize) -> Option<TextChange> {
        self.from_line(line).next().filter(|change| change.lines().start <= line)
    }

    /// Returns the first change that begins below a line, or `None` if there is none.
    #[must_use]
    pub fn below(self, line: usize) -> Option<TextChange> {
        self.from_line(line).find(|change| change.lines().start > line)
    }

    /// Returns whether there is no change, as far as is known.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.hunks().iter().all(|hunks| hunks.is_empty())
    }

    /// Returns the first change, or `None` if there is none.
    #[must_use]
    pub fn at_top(self) -> Option<TextChange> {
        self.from_line(0).next()
    }

    /// Returns the last change, or `None` if there is none.
    #[must_use]
    pub fn at_bottom(self) -> Option<TextChange> {
        self.from_line(0).last()
    }

    /// Returns the last change that begins above a line, or `None` if there is none.
    #[must_use]
    pub fn above(self, line: usize) -> Option<TextChange> {
        let all = self.from_line(0).take_while(|change| change.lines().start < line);
        all.last()
    }

    /// Returns the marks beside some lines of my text, with the number of each line, in order.
    #[must_use]
    pub fn marks(self, lines: Range<usize>) -> Vec<(usize, LineMark)> {
        let changes = self.from_line(lines.start).take_while(|change| change.lines().start < lines.end);
        let mut marks: Vec<_> =
            changes.flat_map(|change| marks_of(&change)).filter(|(line, _)| lines.contains(line)).collect();
        // The first line can have a deletion above it, and another change below it.
        marks.dedup_by(|next, mark| {
            let is_same = next.0 == mark.0;
            mark.1 = if is_same { mark.1.max(next.1) } else { mark.1 };
            is_same
        });
        marks
    }

    /// Returns how many places will be a conflict, counting no further than `most`.
    #[must_use]
    pub fn conflicts(self, most: usize) -> usize {
        if self.theirs.is_none_or(|theirs| theirs.hunks().is_empty()) || self.mine.hunks().is_empty() {
            return 0;
        }
        self.from_line(0).filter(|change| change.by == ChangedBy::Conflict).take(most).count()
    }

    /// Returns lines of the base.
    #[must_use]
    pub fn base_text(self, lines: &Range<usize>) -> Vec<String> {
        text_of(self.mine.base(), lines)
    }

    /// Returns lines of my text.
    #[must_use]
    pub fn my_text(self, lines: &Range<usize>) -> Vec<String> {
        text_of(self.mine.side(), lines)
    }

    /// Returns lines of the newer version; none if it is not known.
    #[must_use]
    pub fn their_text(self, lines: &Range<usize>) -> Vec<String> {
        self.theirs.map_or_else(Vec::new, |theirs| text_of(theirs.side(), lines))
    }

    /// Returns what takes a change of mine back: bytes of my text, and the text of the base to put there.
    ///
    /// `None` if I have not changed the place.
    #[must_use]
    pub fn reversal(self, change: &TextChange) -> Option<(Range<usize>, String)> {
        if change.by == ChangedBy::Theirs {
            return None;
        }
        let (base, mine) = (self.mine.base(), self.mine.side());
        let mut bytes = byte_range(mine, &change.mine);
        let mut old = String::from(base.slice(byte_range(base, &change.base)));
        let is_last = change.mine.end == line_count(mine);
        if is_last && change.base.end == line_count(base) {
            // Also the final line feed, or that there is none, is that of the base again.
            if change.base.is_empty() && !base.is_empty() && !base.ends_with_line_feed() && bytes.start > 0 {
                bytes.start -= 1;
            }
            if bytes.is_empty() && !mine.is_empty() && !mine.ends_with_line_feed() && !old.is_empty() {
                old.insert(0, '\n');
            }
        }
        Some((bytes, old))
    }

    fn hunks(self) -> [&'t [Hunk]; 2] {
        [self.mine.hunks(), self.theirs.map_or(&[], ChangedLines::hunks)]
    }

    /// Returns whether both sides have the same lines in a place.
    fn are_same(self, mine: &Range<usize>, theirs: &Range<usize>) -> bool {
        let Some(their_lines) = self.theirs.map(ChangedLines::side) else { return false };
        let my_lines = self.mine.side();
        let mut pairs = mine.clone().zip(theirs.clone());
        let length = |text: &Text, lines: &Range<usize>| byte_range(text, lines).len();
        // A final line feed may be missing. Most places that differ have different lengths.
        mine.len() == theirs.len()
            && length(my_lines, mine).abs_diff(length(their_lines, theirs)) <= 1
            && pairs.all(|(mine, theirs)| my_lines.line(mine) == their_lines.line(theirs))
    }
}

/// Returns the marks of one change, with their lines.
fn marks_of(change: &TextChange) -> impl Iterator<Item = (usize, LineMark)> + use<> {
    let (by, old) = (change.by, change.base.len());
    let (start, is_deletion) = (change.mine.start, change.mine.is_empty());
    change.lines().map(move |line| {
        let mark = match by {
            ChangedBy::Theirs => LineMark::Theirs,
            ChangedBy::Both => LineMark::Both,
            ChangedBy::Conflict => LineMark::Conflict,
            ChangedBy::Mine if is_deletion && start == 0 => LineMark::DeletedAbove,
            ChangedBy::Mine if is_deletion => LineMark::DeletedBelow,
            ChangedBy::Mine if line - start < old => LineMark::Changed,
            ChangedBy::Mine => LineMark::Added,
        };
        (line, mark)
    })
}

/// Returns lines without their line feeds.
fn text_of(text: &Text, lines: &Range<usize>) -> Vec<String> {
    lines.clone().map(|line| text.line(line).into()).collect()
}

/// Walks over the hunks of both sides, and joins those that belong together.
struct ChangeWalk<'t> {
    changes: TextChanges<'t>,
    hunks: [&'t [Hunk]; 2],
    /// The next hunk of mine and of theirs.
    next: [usize; 2],
}

impl<'t> ChangeWalk<'t> {
    /// Starts at or before the first change that a line of my text may belong to.
    fn starting_at(changes: TextChanges<'t>, line: usize) -> Self {
        let hunks @ [mine, theirs] = changes.hunks();
        // A deletion is marked at the line above it.
        let my_next = mine.partition_point(|hunk| hunk.side.end < line);
        let above = my_next.checked_sub(1).map(|last| &mine[last]);
        let base_line = above.map_or(line, |above| above.base.end + (line - above.side.end));
        let base_line = mine.get(my_next).map_or(base_line, |hunk| base_line.min(hunk.base.start));
        let their_next = theirs.partition_point(|hunk| hunk.base.end < base_line);
        let mut next = [my_next, their_next];
        // Hunks above may belong to the same change.
        loop {
            let starts = [mine.get(next[0]), theirs.get(next[1])];
            let Some(start) = starts.into_iter().flatten().map(|hunk| hunk.base.start).min() else { break };
            let touches =
                |side: usize| next[side].checked_sub(1).is_some_and(|last: usize| hunks[side][last].base.end >= start);
            match [touches(0), touches(1)] {
                [true, _] => next[0] -= 1,
                [false, true] => next[1] -= 1,
                [false, false] => break,
            }
        }
        Self { changes, hunks, next }
    }

    fn next_change(&mut self) -> Option<TextChange> {
        let first = self.next;
        let heads = [0, 1].map(|side| self.hunks[side].get(self.next[side]));
        let mut base = heads.into_iter().flatten().min_by_key(|hunk| hunk.base.start)?.base.clone();
        while let Some(side) = [0, 1].into_iter().find(|&side| self.head_touches(side, &base)) {
            let hunk = &self.hunks[side][self.next[side]];
            base = base.start.min(hunk.base.start)..base.end.max(hunk.base.end);
            self.next[side] += 1;
        }
        let [mine, theirs] = [0, 1].map(|side| self.lines(side, first[side], &base));
        let by = match [0, 1].map(|side| self.next[side] > first[side]) {
            [true, false] => ChangedBy::Mine,
            [true, true] if self.changes.are_same(&mine, &theirs) => ChangedBy::Both,
            [true, true] => ChangedBy::Conflict,
            [false, _] => ChangedBy::Theirs,
        };
        let theirs = if self.changes.theirs.is_some() { theirs } else { 0..0 };
        Some(TextChange { by, base, mine, theirs })
    }

    /// Returns whether the next hunk of a side belongs to a change: no line of the base is between them.
    fn head_touches(&self, side: usize, base: &Range<usize>) -> bool {
        self.hunks[side].get(self.next[side]).is_some_and(|hunk| hunk.base.start <= base.end)
    }

    /// Returns the lines of a side in the place of lines of the base.
    ///
    /// `first` is the first hunk within them.
    fn lines(&self, side: usize, first: usize, base: &Range<usize>) -> Range<usize> {
        let hunks = self.hunks[side];
        let after = |last: Option<usize>, line: usize| {
            last.map(|last| &hunks[last]).map_or(line, |above| above.side.end + (line - above.base.end))
        };
        let start = after(first.checked_sub(1), base.start);
        start..after(self.next[side].checked_sub(1), base.end)
    }
}

#[cfg(test)]
mod tests;
