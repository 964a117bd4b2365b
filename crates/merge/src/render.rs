//! Writes a merge as one text, with conflicts between markers, as `git merge-file` prints it.
//!
//! ```text
//! <<<<<<< mine
//! Bake for 50 minutes.
//! ||||||| base
//! Bake for an hour.
//! =======
//! Bake for 70 minutes.
//! >>>>>>> theirs
//! ```
//!
//! The text is for files, for git and for readers. Nothing here parses it: a program that decides has the regions.
//!
//! If a text has a line that looks like a marker, git's output is ambiguous. Here the markers are then longer than any
//! such run, so the longest runs are always the markers. Every marker starts a line and has the line ending of the
//! text.

use crate::engine::Merge;
use crate::refine::{ConflictPiece, RenderPart};
use crate::region::Side;
use crate::style::Style;
use crate::writer::TextWriter;
use std::ops::Range;
use std::time::Instant;

/// The length of markers, unless the texts contain lines that look like one.
const DEFAULT_MARKER_SIZE: usize = 7;

/// The text that is written instead of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fallback {
    /// Both sides, between markers.
    #[default]
    Markers,
    /// Mine.
    Mine,
    /// Theirs.
    Theirs,
    /// The lines of both, mine first.
    Union,
}

/// The options for writing a merge as a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendering<'a> {
    /// How conflicts look.
    pub style: Style,
    /// The text that is written instead of a conflict.
    pub fallback: Fallback,
    /// The labels after the markers of mine, base and theirs.
    ///
    /// `None` leaves the marker bare; an empty label adds a blank after it, as in git.
    pub labels: [Option<&'a [u8]>; 3],
    /// The length of markers. `None` means seven characters, or more if the texts contain such runs.
    pub marker_size: Option<usize>,
    /// The deadline for shortening conflicts; later conflicts are written whole.
    pub deadline: Option<Instant>,
}

/// A merge, written as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: Vec<u8>,
    /// The number of conflicts between markers; 0 if the fallback replaced all of them.
    pub conflicts: usize,
}

impl Merge {
    /// Writes the merge as a text.
    ///
    /// # Examples
    ///
    /// ```
    /// use merge::{Merge, Rendering};
    ///
    /// let merge = Merge::new(b"old\n", b"mine\n", b"theirs\n", None);
    /// let labels = [Some(&b"mine"[..]), None, Some(b"theirs")];
    /// let rendered = merge.render(&Rendering { labels, ..Rendering::default() });
    /// assert_eq!(rendered.text, b"<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\n");
    /// assert_eq!(rendered.conflicts, 1);
    /// ```
    #[must_use]
    pub fn render(&self, rendering: &Rendering) -> Rendered {
        let size = rendering.marker_size.unwrap_or_else(|| self.marker_size());
        let mut renderer = Renderer {
            merge: self,
            rendering,
            size,
            out: TextWriter::new(self.merged_format(), self.is_uniform()),
            fenced: false,
            conflicts: 0,
        };
        for part in self.parts(rendering.style, rendering.deadline) {
            renderer.part(part);
        }
        let text = if renderer.fenced { renderer.out.into_text_with_final_newline() } else { renderer.out.into_text() };
        Rendered { text, conflicts: renderer.conflicts }
    }

    /// Returns the marker length: one more than the longest run that looks like a marker, if there is one.
    fn marker_size(&self) -> usize {
        let longest = [Side::Base, Side::Mine, Side::Theirs].into_iter().filter_map(|side| {
            let conflicts = self.conflicts().next().is_some();
            conflicts.then(|| longest_marker_run(self.text(side).slice(0..self.text(side).len())))
        });
        longest
            .max()
            .filter(|longest| *longest >= DEFAULT_MARKER_SIZE)
            .map_or(DEFAULT_MARKER_SIZE, |longest| longest + 1)
    }
}

/// Returns the length of the longest run at the start of a line that looks like a marker.
///
/// Such a run consists of one of the four marker characters, whatever follows. Runs shorter than
/// [`DEFAULT_MARKER_SIZE`] may be missed: a run of that length covers a byte at every multiple of the size, so only
/// those bytes are examined.
fn longest_marker_run(bytes: &[u8]) -> usize {
    let (mut longest, mut at) = (0, DEFAULT_MARKER_SIZE - 1);
    while let Some(sign) = bytes.get(at) {
        if !b"<|=>".contains(sign) {
            at += DEFAULT_MARKER_SIZE;
            continue;
        }
        let before = bytes[..at].iter().rev().take_while(|byte| *byte == sign).count();
        let from_here = bytes[at..].iter().take_while(|byte| *byte == sign).count();
        let start = at - before;
        if start == 0 || bytes[start - 1] == b'\n' {
            longest = longest.max(before + from_here);
        }
        // The next run begins at the end of this one, or later.
        at += from_here + DEFAULT_MARKER_SIZE - 1;
    }
    longest
}

/// A merge that is being written.
struct Renderer<'m> {
    merge: &'m Merge,
    rendering: &'m Rendering<'m>,
    size: usize,
    out: TextWriter,
    /// Whether the last line is a marker.
    fenced: bool,
    conflicts: usize,
}

impl Renderer<'_> {
    fn part(&mut self, part: RenderPart) {
        match (part, self.rendering.fallback) {
            (RenderPart::Common(piece), _) | (RenderPart::Open(piece, _), Fallback::Mine) => {
                self.lines(Side::Mine, piece.mine);
            }
            (RenderPart::Taken(side, range), _) => self.lines(side, range),
            (RenderPart::Open(piece, _), Fallback::Theirs) => self.lines(Side::Theirs, piece.theirs),
            (RenderPart::Open(piece, _), Fallback::Union) => {
                self.lines(Side::Mine, piece.mine);
                self.lines(Side::Theirs, piece.theirs);
            }
            (RenderPart::Open(piece, base), Fallback::Markers) => self.conflict(piece, base),
        }
    }

    fn conflict(&mut self, piece: ConflictPiece, of_base: Range<usize>) {
        let [mine, base, theirs] = self.rendering.labels;
        self.conflicts += 1;
        self.marker(b'<', mine);
        self.lines(Side::Mine, piece.mine);
        if self.rendering.style != Style::Merge {
            self.marker(b'|', base);
            self.lines(Side::Base, of_base);
        }
        self.marker(b'=', None);
        self.lines(Side::Theirs, piece.theirs);
        self.marker(b'>', theirs);
        self.fenced = true;
    }

    fn marker(&mut self, sign: u8, label: Option<&[u8]>) {
        let mut marker = vec![sign; self.size];
        if let Some(label) = label {
            marker.push(b' ');
            marker.extend_from_slice(label);
        }
        self.out.write_content(&marker);
    }

    fn lines(&mut self, side: Side, range: Range<usize>) {
        if !range.is_empty() {
            self.fenced = false;
            self.out.copy(self.merge.text(side), range, self.merge.format(side).ending);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_that_looks_like_a_marker_is_found_at_any_line() {
        for before in 0..20 {
            for length in DEFAULT_MARKER_SIZE..20 {
                let run = "=".repeat(length);
                let above = "x".repeat(before);
                assert_eq!(longest_marker_run(format!("{above}\n{run}\n=======\n").as_bytes()), length);
                assert_eq!(
                    longest_marker_run(format!("{above}\n<{run}>\n{run}").as_bytes()),
                    length,
                    "right behind others"
                );
                assert_eq!(
                    longest_marker_run(format!("{above}\n {run}\n").as_bytes()),
                    0,
                    "not at the start of a line"
                );
            }
        }
    }
}
