//! The columns and the number of glyphs of a long line, without measuring the line at each key.
//!
//! The line is divided into segments between glyphs. The width of a segment does not depend on where it begins, except
//! for its first tab: up to there a segment has one width, and from there on it begins at a tab stop. So an edit changes
//! the segments around it only, and a column is found by adding up the segments before it.

use text::TextSlice;

use super::glyphs::GlyphWalk;
use crate::sanitize::clip::TAB_WIDTH;

/// About how many bytes a segment has.
const SEGMENT_BYTES: usize = 1024;

/// A position of a line, its column if the line is not wrapped, and the number of glyphs before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ColumnAnchor {
    pub(super) at: usize,
    pub(super) column: usize,
    pub(super) glyphs: usize,
}

/// Some glyphs of a line.
#[derive(Debug, Clone, Copy)]
struct LineSegment {
    bytes: usize,
    glyphs: usize,
    /// The width up to the first tab.
    lead: usize,
    /// The width after the first tab, or `None` if there is no tab.
    rest: Option<usize>,
}

impl LineSegment {
    /// Returns the column after the segment, if it begins in a column.
    fn end_column(self, column: usize) -> usize {
        let lead = column + self.lead;
        self.rest.map_or(lead, |rest| lead - lead % TAB_WIDTH + TAB_WIDTH + rest)
    }
}

/// The segments of the first part of a line, as far as it has been measured.
#[derive(Debug, Clone, Default)]
pub(super) struct LineSegments {
    segments: Vec<LineSegment>,
}

impl LineSegments {
    /// Returns the last known position up to this one.
    pub(super) fn anchor_at(&mut self, line: TextSlice<'_>, at: usize) -> ColumnAnchor {
        self.last_anchor(line, |anchor| anchor.at <= at)
    }

    /// Returns the last known position up to this column.
    pub(super) fn anchor_at_column(&mut self, line: TextSlice<'_>, column: usize) -> ColumnAnchor {
        self.last_anchor(line, |anchor| anchor.column <= column)
    }

    fn last_anchor(&mut self, line: TextSlice<'_>, is_before: impl Fn(ColumnAnchor) -> bool) -> ColumnAnchor {
        let mut anchor = ColumnAnchor::default();
        for index in 0.. {
            if index == self.segments.len() {
                match measure(line, anchor.at) {
                    Some(segment) => self.segments.push(segment),
                    None => break,
                }
            }
            let segment = self.segments[index];
            let next = ColumnAnchor {
                at: anchor.at + segment.bytes,
                column: segment.end_column(anchor.column),
                glyphs: anchor.glyphs + segment.glyphs,
            };
            if !is_before(next) {
                break;
            }
            anchor = next;
        }
        anchor
    }

    /// Follows an edit within the line: `removed` bytes at a position became `inserted` bytes. `line` has the edit.
    pub(super) fn on_edit(&mut self, line: TextSlice<'_>, at: usize, removed: usize, inserted: usize) {
        let (first, start) = self.index_before(at);
        let mut rest = self.segments.split_off(first).into_iter();
        // The end, in the edited line, of the old segments that are measured again.
        let mut old_end = start + rest.next().map_or(0, |segment| segment.bytes);
        while old_end <= at + removed {
            let Some(segment) = rest.next() else { return };
            old_end += segment.bytes;
        }
        let mut old_end = old_end - removed + inserted;
        let mut end = start;
        loop {
            // A glyph at the end of a segment can have grown beyond it.
            while old_end < end {
                let Some(segment) = rest.next() else { return };
                old_end += segment.bytes;
            }
            if end == old_end {
                break;
            }
            let Some(segment) = measure_up_to(line, end, old_end) else { return };
            end += segment.bytes;
            self.segments.push(segment);
        }
        self.segments.extend(rest);
    }

    /// Forgets the segments from a position on, since the line goes on differently.
    pub(super) fn forget_from(&mut self, at: usize) {
        let (first, _) = self.index_before(at);
        self.segments.truncate(first);
    }

    /// Returns the segment before the one with a position, and where it begins.
    ///
    /// What is put at the beginning of a segment can become a part of the glyph before it.
    fn index_before(&self, at: usize) -> (usize, usize) {
        let (mut before, mut start) = (0, 0);
        for (index, segment) in self.segments.iter().enumerate() {
            if start + segment.bytes > at {
                return if index == 0 { (0, 0) } else { (index - 1, before) };
            }
            before = start;
            start += segment.bytes;
        }
        if self.segments.is_empty() { (0, 0) } else { (self.segments.len() - 1, before) }
    }
}

/// Measures the segment that begins at a position, or returns `None` at the end of the line.
fn measure(line: TextSlice<'_>, start: usize) -> Option<LineSegment> {
    measure_up_to(line, start, line.len())
}

/// Like [`measure`]; the segment ends at `end` if it comes there.
fn measure_up_to(line: TextSlice<'_>, start: usize, end: usize) -> Option<LineSegment> {
    let mut segment = LineSegment { bytes: 0, glyphs: 0, lead: 0, rest: None };
    for glyph in GlyphWalk::new(line, start, 0) {
        match &mut segment.rest {
            // Within a walk that begins in column 0, a tab's width is not the final one.
            None if glyph.is_tab => segment.rest = Some(0),
            None => segment.lead += glyph.width,
            Some(_) => {}
        }
        segment.bytes = glyph.end - start;
        segment.glyphs += 1;
        if segment.rest.is_some() {
            return Some(finish_after_tab(line, start, end, segment));
        }
        if segment.bytes >= SEGMENT_BYTES || glyph.end >= end {
            break;
        }
    }
    (segment.bytes > 0).then_some(segment)
}

/// Measures what follows the first tab of a segment: it begins at a tab stop.
fn finish_after_tab(line: TextSlice<'_>, start: usize, end: usize, mut segment: LineSegment) -> LineSegment {
    if segment.bytes >= SEGMENT_BYTES || start + segment.bytes >= end {
        return segment;
    }
    for glyph in GlyphWalk::new(line, start + segment.bytes, 0) {
        segment.rest = Some(glyph.column + glyph.width);
        segment.bytes = glyph.end - start;
        segment.glyphs += 1;
        if segment.bytes >= SEGMENT_BYTES || glyph.end >= end {
            break;
        }
    }
    segment
}
