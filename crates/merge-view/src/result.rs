//! Draws the pane with the result: the text that will be saved, and the resolution of each change.

use std::ops::Range;

use editor::ChangeId;
use merge::Side;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use terminal::sanitize::clip::LineClip;
use terminal::theme::Role;

use crate::action::MergeAction;
use crate::line_rows::{draw_part, rows_of};
use crate::messages::{self, SideNames};
use crate::panes::MergePane;
use crate::resolution::{Resolution, SettledAs};
use crate::rows::{MergeRow, RowBlock};
use crate::scene::{MergeScene, label, person, row_of};
use crate::text;
use crate::view::MergeView;

/// The smallest width of the pane at which the gutter has words.
const LABEL_COLUMNS: u16 = 60;

/// The columns of the longest word for a resolution, and a blank.
const SHORT_LABEL_COLUMNS: u16 = 12;

/// The pane, with values that all its rows share.
pub(crate) struct ResultPane<'a> {
    view: &'a MergeView,
    scene: &'a MergeScene<'a>,
    /// The columns of the largest conflict number.
    digits: u16,
    /// Whether the gutter has words.
    words: bool,
}

impl<'a> ResultPane<'a> {
    pub(crate) fn new(view: &'a MergeView, scene: &'a MergeScene<'a>, width: u16) -> Self {
        Self { view, scene, digits: digits(view.rows.conflicts()), words: width >= LABEL_COLUMNS }
    }

    /// Draws the rows that correspond to the visible rows of the sides.
    pub(crate) fn draw(&self, buffer: &mut Buffer, area: Rect) {
        if self.scene.mask.hides_result() {
            let rows = self.view.rows.result_rows().min(area.height.into());
            (0..rows).for_each(|row| self.draw_words(&self.scene.theme.mask(), Role::Text, row_of(area, row), buffer));
            return;
        }
        if let Some(whole) = self.scene.conflict.full_override() {
            return self.draw_whole(whole, buffer, area);
        }
        let top = self.view.top_of(MergePane::Result);
        let window = top..top + usize::from(area.height);
        for block in self.view.rows.result_in(window.clone()) {
            let outcome = self.view.proposals.outcome(self.scene.conflict, block.place);
            let seen = block.result.start.max(window.start)..block.result.end.min(window.end);
            for row in seen.clone() {
                let place = row_of(area, row - window.start);
                if row == seen.start {
                    self.draw_gutter(block, outcome, place, buffer);
                } else if block.is_change() {
                    self.draw_bar(outcome, place, buffer);
                }
                let beside = self.beside_gutter(place);
                match block.result_row(row - block.result.start) {
                    MergeRow::Line(number, part) => self.draw_line(block, outcome, (number, part), beside, buffer),
                    MergeRow::Folded(hidden) => {
                        self.draw_words(&messages::folded(hidden, self.scene.theme), Role::Dim, beside, buffer);
                    }
                    MergeRow::Heading => {}
                }
            }
        }
    }

    /// Draws a whole text written by hand.
    ///
    /// It has no regions, so it is scrolled by the same fraction of its height as the sides.
    fn draw_whole(&self, whole: &str, buffer: &mut Buffer, area: Rect) {
        let lines: Vec<&str> = whole.lines().collect();
        let rows = self.view.rows.side_rows().max(1);
        let first = (self.view.top * lines.len() / rows).min(self.last_first(&lines, area));
        let parts = lines.iter().enumerate().skip(first).flat_map(|(number, line)| {
            let parts = self.parts(line, self.beside_gutter(area).width.into()).len();
            (0..parts).map(move |part| (number, part))
        });
        for (place, (number, part)) in parts.take(area.height.into()).enumerate() {
            let row = row_of(area, place);
            if place == 0 {
                let word = if self.words {
                    messages::resolution_word(Resolution::Edited, SideNames(self.scene.sides))
                } else {
                    String::new()
                };
                let (sign, role) = sign(self.scene, Resolution::Edited);
                let beside = Rect { x: row.x.saturating_add(self.digits + 2), ..row }.intersection(row);
                self.draw_words(
                    &format!("{sign} {word}"),
                    role,
                    Rect { width: beside.width.min(SHORT_LABEL_COLUMNS), ..beside },
                    buffer,
                );
            } else {
                self.draw_bar(Resolution::Edited, row, buffer);
            }
            self.draw_text(lines[number], part, Role::Text, self.beside_gutter(row), buffer);
        }
    }

    /// Returns the first line from which the rest of a whole text fits into an area.
    fn last_first(&self, lines: &[&str], area: Rect) -> usize {
        let columns = self.beside_gutter(area).width.into();
        let mut left = usize::from(area.height);
        let fits = |line: &&&str| {
            let rows = self.parts(line, columns).len();
            let fits = rows <= left;
            left = left.saturating_sub(rows);
            fits
        };
        let count = lines.iter().rev().take_while(fits).count();
        (lines.len() - count).min(lines.len().saturating_sub(1))
    }

    /// Draws the pointer, the number of the conflict, a glyph, and a word if there is room.
    fn draw_gutter(&self, block: &RowBlock, outcome: Resolution, row: Rect, buffer: &mut Buffer) {
        if !block.is_change() {
            return;
        }
        let theme = self.scene.theme;
        let row = Rect { width: self.gutter().min(row.width), ..row };
        let here = self.view.place == Some(block.place);
        let pointer = if here { theme.glyphs.focus } else { " " };
        let number = block.number().map(|number| number.to_string()).unwrap_or_default();
        let numbered = format!("{pointer}{number:>width$} ", width = self.digits.into());
        let used = label(buffer, row, &numbered, theme.style(if here { Role::Focus } else { Role::Dim }));
        let (sign, role) = sign(self.scene, outcome);
        let word =
            if self.words { messages::resolution_word(outcome, SideNames(self.scene.sides)) } else { String::new() };
        let rest = Rect { x: row.x + used, width: row.width - used, ..row };
        self.draw_words(&format!("{sign} {word}"), role, rest, buffer);
    }

    /// Draws the bar beside the further lines of a change, or a question mark if they are only suggested.
    fn draw_bar(&self, outcome: Resolution, row: Rect, buffer: &mut Buffer) {
        let sign = if outcome == Resolution::Open { "?" } else { self.scene.theme.glyphs.bar };
        let bar = Rect { x: row.x.saturating_add(self.digits + 2), ..row }.intersection(row);
        label(buffer, bar, sign, self.scene.theme.style(Role::Dim));
    }

    /// Draws a part of a line, both by their numbers; a line that is not wrapped has one part.
    fn draw_line(
        &self,
        block: &RowBlock,
        outcome: Resolution,
        (number, part): (usize, usize),
        row: Rect,
        buffer: &mut Buffer,
    ) {
        match text::chosen(self.scene.conflict, block.place, outcome, number) {
            Some(line) if line.is_empty() && block.place == ChangeId::Title => {
                self.draw_words(messages::NO_TEXT, Role::Dim, row, buffer);
            }
            Some(line) => self.draw_text(&line, part, Role::Text, row, buffer),
            None if outcome == Resolution::Open => self.draw_open(block, (number, part), row, buffer),
            None if matches!(block.place, ChangeId::Region(_)) => {
                self.draw_words("(no lines here)", Role::Dim, row, buffer);
            }
            None => self.draw_words(messages::NO_TEXT, Role::Dim, row, buffer),
        }
    }

    /// Draws an open conflict: a row that says so, and below it the lines of the suggestion.
    fn draw_open(&self, block: &RowBlock, (number, part): (usize, usize), row: Rect, buffer: &mut Buffer) {
        let names = SideNames(self.scene.sides);
        let proposal = self.view.proposals.at(self.scene.conflict, block.place);
        let s = self.scene.keys.of(MergeAction::TakeSuggestion);
        match (number.checked_sub(1), proposal) {
            (None, _) if !self.scene.is_focused() => self.draw_words("open", Role::Warning, row, buffer),
            (None, None) => {
                let [full, short] =
                    messages::open_choices(block.place, names, &|action| self.scene.keys.of(action).to_owned());
                let fits = full.as_str().cell_width() <= row.width;
                self.draw_words(if fits { &full } else { &short }, Role::Warning, row, buffer);
            }
            (None, Some(proposal)) => {
                let said = format!("open: {s} takes this, {}:", messages::describe_suggestion(proposal.why, names));
                self.draw_words(&said, Role::Warning, row, buffer);
            }
            (Some(line), proposal) => {
                let Some(line) = proposal.and_then(|proposal| proposal.lines.get(line)) else { return };
                self.draw_text(line, part, Role::Dim, row, buffer);
            }
        }
    }

    /// Draws a part of a line of text.
    fn draw_text(&self, line: &str, part: usize, role: Role, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        let clip = LineClip::plain(line, theme.as_written(theme.style(role)));
        let parts = self.parts(line, row.width.into());
        draw_part(&clip, &parts, part, self.view.left, theme.glyphs.more, row, buffer);
    }

    /// Returns the parts of a line; it has one if lines are not wrapped.
    fn parts(&self, line: &str, columns: usize) -> Vec<Range<usize>> {
        if self.view.is_wrapped { rows_of(line, columns) } else { vec![Range { start: 0, end: line.len() }] }
    }

    fn draw_words(&self, words: &str, role: Role, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        LineClip::plain(words, theme.style(role)).put(buffer, row, 0, theme.glyphs.more);
    }

    fn gutter(&self) -> u16 {
        gutter_columns(self.digits, self.words)
    }

    fn beside_gutter(&self, row: Rect) -> Rect {
        let width = self.gutter().min(row.width);
        Rect { x: row.x + width, width: row.width - width, ..row }
    }
}

/// Returns the columns that a pane of this width has for its text, if there are this many conflicts.
pub(crate) fn text_columns(width: u16, conflicts: usize) -> usize {
    width.saturating_sub(gutter_columns(digits(conflicts), width >= LABEL_COLUMNS)).into()
}

/// Returns the columns of the largest conflict number.
fn digits(conflicts: usize) -> u16 {
    u16::try_from(conflicts.checked_ilog10().unwrap_or(0) + 1).unwrap_or(u16::MAX)
}

const fn gutter_columns(digits: u16, words: bool) -> u16 {
    // Pointer, number, blank, glyph, blank.
    digits + 4 + if words { SHORT_LABEL_COLUMNS } else { 0 }
}

/// Returns the glyph and the role of a resolution.
pub(crate) fn sign(scene: &MergeScene<'_>, outcome: Resolution) -> (&'static str, Role) {
    let theme = scene.theme;
    match outcome {
        Resolution::Open => (theme.sign(Role::Warning), Role::Warning),
        Resolution::MineTheirs | Resolution::TheirsMine | Resolution::Settled(SettledAs::Both) => {
            (theme.glyphs.both, Role::Both)
        }
        Resolution::Settled(SettledAs::Mine | SettledAs::Theirs | SettledAs::Unchanged) => {
            (theme.glyphs.good, Role::Good)
        }
        Resolution::Mine => person(scene, Side::Mine),
        Resolution::Theirs => person(scene, Side::Theirs),
        Resolution::Base => person(scene, Side::Base),
        Resolution::Suggested | Resolution::Edited => (theme.glyphs.edited, Role::Info),
    }
}
