//! The lines in which a text differs from its base.
//!
//! They are kept up to date at a cost per key that does not grow with the text.
//!
//! A key changes one place. [`Text::change_since`] finds it without reading what both texts share; the lines there, and
//! the hunks that they touch, are compared anew, and all other hunks stay. So the hunks show *where* the user typed: a
//! comparison of the whole texts would describe the same change, but of several equal lines it may call another one
//! added. The hunks are correct at all times: outside of them, the lines of both texts are equal, one by one.
//!
//! A line is compared without its line feed, as in a merge: whether the last line has one is a property of the whole
//! text. A carriage return before it is a part of the line.
//!
//! A place with more than [`MAX_LINES`] lines or [`MAX_BYTES`] bytes is not compared between two keys. It is one hunk
//! until [`LineComparison`] was carried out elsewhere: see [`Accuracy`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::mem;
use std::ops::Range;
use std::time::Instant;

use merge::{Hunk, compare_lines};
use text::Text;

/// The most lines, of both texts together, that are compared between two keys: less than a millisecond.
const MAX_LINES: usize = 1_000;

/// The most bytes, of both texts together, that are compared between two keys.
const MAX_BYTES: usize = 64 << 10;

/// How well the hunks tell changed lines from equal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Accuracy {
    /// All lines were compared.
    Exact,
    /// Some hunk has grown line by line beyond what is compared at once. Equal lines may be in it.
    Coarse,
    /// Some hunk covers many lines of which not one was compared. The hunks are not worth showing.
    Unknown,
}

/// Two texts whose lines are to be compared, away from the thread that handles keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineComparison {
    base: Text,
    side: Text,
}

impl LineComparison {
    /// Returns the hunks; after the deadline, in coarser ones.
    #[must_use]
    pub fn hunks(&self, deadline: Option<Instant>) -> Vec<Hunk> {
        let Some(change) = self.side.change_since(&self.base) else { return Vec::new() };
        let (base, side) = (touched(&self.base, &change.before), touched(&self.side, &change.after));
        let place = Place { base, side }.trimmed(&self.base, &self.side);
        place.compare(&self.base, &self.side, deadline)
    }
}

/// A text, its base, and the hunks that turn the base into the text.
#[derive(Debug, Clone)]
pub(crate) struct ChangedLines {
    base: Text,
    side: Text,
    hunks: Vec<Hunk>,
    accuracy: Accuracy,
}

impl ChangedLines {
    /// Compares two texts, unless they differ in too many lines: see [`ChangedLines::due`].
    pub(crate) fn new(base: &Text, side: &Text) -> Self {
        let mut lines = Self { base: base.clone(), side: base.clone(), hunks: Vec::new(), accuracy: Accuracy::Exact };
        lines.follow(side);
        lines
    }

    /// Takes the result of a comparison that was carried out elsewhere, unless the base is another one now.
    pub(crate) fn accept(&mut self, LineComparison { base, side }: LineComparison, hunks: Vec<Hunk>) {
        if base == self.base {
            let now = mem::replace(&mut self.side, side);
            (self.hunks, self.accuracy) = (hunks, Accuracy::Exact);
            self.follow(&now);
        }
    }

    /// Returns the base.
    pub(crate) const fn base(&self) -> &Text {
        &self.base
    }

    /// Returns the text.
    pub(crate) const fn side(&self) -> &Text {
        &self.side
    }

    /// Returns the hunks in order, with equal lines between them; none while they are not known.
    pub(crate) fn hunks(&self) -> &[Hunk] {
        if self.accuracy == Accuracy::Unknown { &[] } else { &self.hunks }
    }

    /// Returns whether this text has the same lines as a later one in the place of lines of their base.
    ///
    /// Not if this text has the base's lines there, or if a hunk of it reaches beyond them.
    pub(crate) fn has_change_of(&self, later: &Self, base: &Range<usize>, side: &Range<usize>) -> bool {
        let hunks = self.hunks();
        let first = hunks.partition_point(|hunk| hunk.base.end < base.start);
        let end = hunks.partition_point(|hunk| hunk.base.start <= base.end);
        let (Some(head), Some(last)) = (hunks[first..end].first(), hunks[first..end].last()) else { return false };
        if head.base.start < base.start || last.base.end > base.end {
            return false;
        }
        let start = head.side.start - (head.base.start - base.start);
        let here = start..last.side.end + (base.end - last.base.end);
        let mut pairs = here.clone().zip(side.clone());
        here.len() == side.len() && pairs.all(|(one, other)| self.side.line(one) == later.side.line(other))
    }

    /// Returns the comparison to carry out elsewhere, or `None` if all lines were compared.
    pub(crate) fn due(&self) -> Option<LineComparison> {
        let comparison = || LineComparison { base: self.base.clone(), side: self.side.clone() };
        (self.accuracy != Accuracy::Exact).then(comparison)
    }

    /// Follows an edit of the text.
    pub(crate) fn follow(&mut self, side: &Text) {
        let Some(change) = side.change_since(&self.side) else {
            // Equal texts may be stored in different pieces: those of the new one are shared with its other owners.
            self.side = side.clone();
            return;
        };
        let (before, after) = (touched(&self.side, &change.before), touched(side, &change.after));
        let first = self.hunks.partition_point(|hunk| hunk.side.end < before.start);
        let end = self.hunks.partition_point(|hunk| hunk.side.start <= before.end);
        let place = self.place_of(first..end, &before, &after).trimmed(&self.base, side);
        let hunks = if place.is_small(&self.base, side) {
            place.compare(&self.base, side, None)
        } else {
            let typed = Place { base: before.clone(), side: after.clone() };
            let accuracy = if typed.is_small(&self.side, side) { Accuracy::Coarse } else { Accuracy::Unknown };
            self.accuracy = self.accuracy.max(accuracy);
            vec![Hunk { base: place.base, side: place.side }]
        };
        let after_last = first + hunks.len();
        self.hunks.splice(first..end, hunks);
        for hunk in &mut self.hunks[after_last..] {
            hunk.side = hunk.side.start - before.len() + after.len()..hunk.side.end - before.len() + after.len();
        }
        self.side = side.clone();
        self.join_above(first);
        if self.side == self.base {
            self.hunks.clear();
        }
        if self.hunks.is_empty() {
            self.accuracy = Accuracy::Exact;
        }
    }

    /// Joins a hunk with the one above it, if it can slide up to it.
    ///
    /// Among equal lines, an edit is found at the last place that it can have been made at. To take a deleted line back
    /// would otherwise be an added line further below.
    fn join_above(&mut self, at: usize) {
        let (Some(above), Some(hunk)) = (at.checked_sub(1).map(|above| &self.hunks[above]), self.hunks.get(at)) else {
            return;
        };
        let gap = hunk.side.start - above.side.end;
        let (text, lines) = match (hunk.base.is_empty(), hunk.side.is_empty()) {
            (true, _) => (&self.side, &hunk.side),
            (_, true) => (&self.base, &hunk.base),
            (false, false) => return,
        };
        // Each line that it passes is equal to the last line of the hunk at that place.
        let is_passed = |by: usize| text.line(lines.start - by) == text.line(lines.end - by);
        if gap > MAX_LINES || !(1..=gap).all(is_passed) {
            return;
        }
        let all = Place { base: above.base.start..hunk.base.end, side: above.side.start..hunk.side.end };
        let place = all.trimmed(&self.base, &self.side);
        if place.is_small(&self.base, &self.side) {
            let joined = place.compare(&self.base, &self.side, None);
            self.hunks.splice(at - 1..=at, joined);
        }
    }

    /// Returns the lines of an edit and of the hunks that it touches, in the base and in the edited text.
    fn place_of(&self, hunks: Range<usize>, before: &Range<usize>, after: &Range<usize>) -> Place {
        let (mut start, mut end) = (before.start, before.end);
        let above = hunks.start.checked_sub(1).map(|last| &self.hunks[last]);
        let mut base_start = to_base_after(above, start);
        if let Some(first) = self.hunks[hunks.clone()].first().filter(|first| first.side.start < start) {
            (start, base_start) = (first.side.start, first.base.start);
        }
        let last = self.hunks[hunks].last();
        end = last.map_or(end, |last| end.max(last.side.end));
        let base_end = to_base_after(last.or(above), end);
        // A hunk that begins below the edit's first line begins below equal lines.
        debug_assert!(base_start <= base_end);
        Place { base: base_start..base_end, side: start..end - before.len() + after.len() }
    }
}

/// Returns the line of the base for a line of the text that is equal to it, after the hunk above.
fn to_base_after(above: Option<&Hunk>, line: usize) -> usize {
    above.map_or(line, |above| above.base.end + (line - above.side.end))
}

/// Lines of the base, and the lines of the text in their place.
struct Place {
    base: Range<usize>,
    side: Range<usize>,
}

impl Place {
    /// Returns the place without the equal lines at its beginning and its end.
    fn trimmed(mut self, base: &Text, side: &Text) -> Self {
        let both = |place: &Self| !place.base.is_empty() && !place.side.is_empty();
        while both(&self) && base.line(self.base.start) == side.line(self.side.start) {
            (self.base.start, self.side.start) = (self.base.start + 1, self.side.start + 1);
        }
        while both(&self) && base.line(self.base.end - 1) == side.line(self.side.end - 1) {
            (self.base.end, self.side.end) = (self.base.end - 1, self.side.end - 1);
        }
        self
    }

    /// Returns whether the place has lines on one side only, or few enough to be compared between two keys.
    fn is_small(&self, base: &Text, side: &Text) -> bool {
        let bytes = || byte_range(base, &self.base).len() + byte_range(side, &self.side).len();
        self.is_simple() || (self.base.len() + self.side.len() <= MAX_LINES && bytes() <= MAX_BYTES)
    }

    /// Returns whether the place is one hunk, whatever its lines are: they were trimmed.
    fn is_simple(&self) -> bool {
        self.base.is_empty() || self.side.is_empty() || (self.base.len() == 1 && self.side.len() == 1)
    }

    /// Compares the lines of the place, which is trimmed.
    fn compare(self, base: &Text, side: &Text, deadline: Option<Instant>) -> Vec<Hunk> {
        if self.base.is_empty() && self.side.is_empty() {
            return Vec::new();
        }
        if self.is_simple() {
            return vec![Hunk { base: self.base, side: self.side }];
        }
        let mut known: HashMap<Cow<'_, str>, u32> = HashMap::new();
        let old = numbers(base, &self.base, &mut known);
        let new = numbers(side, &self.side, &mut known);
        let hunks = compare_lines(&old, &new, deadline).into_iter();
        let moved = |lines: &Range<usize>, by: usize| lines.start + by..lines.end + by;
        hunks
            .map(|Hunk { base, side }| Hunk {
                base: moved(&base, self.base.start),
                side: moved(&side, self.side.start),
            })
            .collect()
    }
}

/// Returns lines as numbers: equal lines have equal ones.
fn numbers<'t>(text: &'t Text, lines: &Range<usize>, known: &mut HashMap<Cow<'t, str>, u32>) -> Vec<u32> {
    let number = |line: usize| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(text.line(line).to_cow()).or_insert(next)
    };
    lines.clone().map(number).collect()
}

/// Returns the number of lines. Unlike in an editor, nothing follows a final line feed.
pub(crate) fn line_count(text: &Text) -> usize {
    text.line_count() - usize::from(text.is_empty() || text.ends_with_line_feed())
}

/// Returns the positions of lines, with their line feeds.
pub(crate) fn byte_range(text: &Text, lines: &Range<usize>) -> Range<usize> {
    let start = |line: usize| if line < text.line_count() { text.line_start(line) } else { text.len() };
    start(lines.start)..start(lines.end)
}

/// Returns the lines that a range of bytes touches.
fn touched(text: &Text, bytes: &Range<usize>) -> Range<usize> {
    let count = line_count(text);
    text.line_at(bytes.start).min(count)..(text.line_at(bytes.end) + 1).min(count)
}

#[cfg(test)]
mod tests;
