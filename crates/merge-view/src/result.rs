//! Draws the pane with the result: the text that will be saved, and the resolution of each change.

use std::ops::Range;

use editor::ChangeId;
use merge::Side;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use terminal::sanitize::clip::LineClip;
use terminal::theme::Role;

use crate::action::MergeAction;
use crate::messages::{self, SideNames};
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
        let digits = view.rows.conflicts().checked_ilog10().unwrap_or(0) + 1;
        // If both sides have the same glyph, only words distinguish them.
        let alike = person(scene, Side::Mine).0 == person(scene, Side::Theirs).0;
        Self { view, scene, digits: u16::try_from(digits).unwrap_or(u16::MAX), words: width >= LABEL_COLUMNS || alike }
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
        let window = self.window(area.height.into());
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
                    MergeRow::Line(number) => self.draw_line(block, outcome, number, beside, buffer),
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
        let (height, rows) = (usize::from(area.height), self.view.rows.side_rows().max(1));
        let lines = whole.lines().count();
        let first = (self.view.top * lines / rows).min(lines.saturating_sub(height));
        let theme = self.scene.theme;
        for (number, line) in whole.lines().enumerate().skip(first).take(height) {
            let row = row_of(area, number - first);
            if number == first {
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
            let clip = LineClip::plain(line, theme.as_written(theme.style(Role::Text)));
            clip.put(buffer, self.beside_gutter(row), self.view.left, theme.glyphs.more);
        }
    }

    /// Returns the visible rows, from the first visible row of the sides on.
    ///
    /// The selected change is among them.
    fn window(&self, height: usize) -> Range<usize> {
        let (rows, top) = (&self.view.rows, self.view.top);
        let beside = rows.sides_in(top..top + 1).first().map_or(0, |block| {
            let into = (top - block.sides.start) * block.result.len() / block.sides.len().max(1);
            block.result.start + into
        });
        let here = self.view.place.and_then(|place| rows.block(place)).filter(|block| block.sides.end > top);
        let first =
            here.map_or(beside, |block| beside.max(block.result.start.min(block.result.end.saturating_sub(height))));
        let first = first.min(rows.result_rows().saturating_sub(height));
        first..first + height
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

    fn draw_line(&self, block: &RowBlock, outcome: Resolution, number: usize, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        match text::chosen(self.scene.conflict, block.place, outcome, number) {
            Some(line) if line.is_empty() && block.place == ChangeId::Title => {
                self.draw_words(messages::NO_TEXT, Role::Dim, row, buffer);
            }
            Some(line) => {
                let clip = LineClip::plain(&line, theme.as_written(theme.style(Role::Text)));
                clip.put(buffer, row, self.view.left, theme.glyphs.more);
            }
            None if outcome == Resolution::Open => self.draw_open(block, number, row, buffer),
            None if matches!(block.place, ChangeId::Region(_)) => {
                self.draw_words("(no lines here)", Role::Dim, row, buffer);
            }
            None => self.draw_words(messages::NO_TEXT, Role::Dim, row, buffer),
        }
    }

    /// Draws an open conflict: a row that says so, and below it the lines of the suggestion.
    fn draw_open(&self, block: &RowBlock, number: usize, row: Rect, buffer: &mut Buffer) {
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
                let theme = self.scene.theme;
                LineClip::plain(line, theme.as_written(theme.style(Role::Dim))).put(
                    buffer,
                    row,
                    self.view.left,
                    theme.glyphs.more,
                );
            }
        }
    }

    fn draw_words(&self, words: &str, role: Role, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        LineClip::plain(words, theme.style(role)).put(buffer, row, 0, theme.glyphs.more);
    }

    fn gutter(&self) -> u16 {
        // Pointer, number, blank, glyph, blank.
        self.digits + 4 + if self.words { SHORT_LABEL_COLUMNS } else { 0 }
    }

    fn beside_gutter(&self, row: Rect) -> Rect {
        let width = self.gutter().min(row.width);
        Rect { x: row.x + width, width: row.width - width, ..row }
    }
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
