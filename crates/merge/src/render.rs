//! A merge as one text, with what is open between markers: what `git merge-file` prints.
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
//! It is for files, for git and for eyes. Nothing here reads it back: whoever wants to decide has the regions.
//!
//! Where a text has a line of its own that reads like a marker, git's output can be taken apart in two ways. Here the
//! markers are longer than any such run then, so it is always the longest that are meant. Every marker starts a line,
//! and ends as the lines of the text do.

use crate::engine::Merge;
use crate::refine::{ConflictPiece, RenderPart};
use crate::region::Side;
use crate::style::Style;
use crate::writer::TextWriter;
use std::ops::Range;
use std::time::Instant;

/// How long markers are where no text holds anything that looks like one.
const DEFAULT_MARKER_SIZE: usize = 7;

/// What takes the place of a conflict in a text.
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

/// How a merge is written as a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendering<'a> {
    /// How conflicts look.
    pub style: Style,
    /// What takes their place.
    pub fallback: Fallback,
    /// The labels behind the markers of mine, base and theirs. `None` leaves the marker bare; an empty label leaves a
    /// blank behind it, as git does.
    pub labels: [Option<&'a [u8]>; 3],
    /// How long markers are. None: seven characters, or more where the texts hold such runs.
    pub marker_size: Option<usize>,
    /// Until when conflicts are shortened; what is left then stands there whole.
    pub deadline: Option<Instant>,
}

/// A merge as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: Vec<u8>,
    /// How many conflicts it has, as they are counted between markers. None where all was replaced by something else.
    pub conflicts: usize,
}

impl Merge {
    /// Writes the merge as a text.
    #[must_use]
    pub fn render(&self, rendering: &Rendering) -> Rendered {
        let size = rendering.marker_size.unwrap_or_else(|| self.marker_size());
        let mut page = Renderer {
            merge: self,
            rendering,
            size,
            out: TextWriter::new(self.merged_format(), self.is_uniform()),
            fenced: false,
            conflicts: 0,
        };
        for part in self.parts(rendering.style, rendering.deadline) {
            page.part(part);
        }
        let text = if page.fenced { page.out.into_text_with_final_newline() } else { page.out.into_text() };
        Rendered { text, conflicts: page.conflicts }
    }

    /// One more than the longest run that could be taken for a marker, where there is one.
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

/// How long the longest run at the start of a line is that could be a marker's: of one of the four characters, whatever
/// follows. Shorter ones than [`DEFAULT_MARKER_SIZE`] may be passed over: of a run as long as that, one byte stands in
/// every so manieth place, and nobody has to look at the others.
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
        // The next run begins where this one ends, or later.
        at += from_here + DEFAULT_MARKER_SIZE - 1;
    }
    longest
}

/// A text that is being written.
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
    fn a_run_that_could_be_a_marker_is_seen_wherever_it_stands() {
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
