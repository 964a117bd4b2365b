//! The pane with the result: what will be saved, and who said so for each change.

use std::ops::Range;

use editor::ChangeId;
use merge::Side;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::draw::{Scene, label, person, row_of};
use super::outcome::Outcome;
use super::rows::{Block, Row};
use super::say::{self, Names};
use super::text;
use super::view::MergeView;
use crate::action::Action;
use crate::theme::Role;
use crate::visible::clip::Clip;

/// From this width on, the gutter has room for words.
const WORDS: u16 = 60;

/// How many cells the longest word of a decision takes, and a blank.
const WORD: u16 = 12;

/// The result, with what all its rows have in common.
pub(super) struct ResultPane<'a> {
    view: &'a MergeView,
    scene: &'a Scene<'a>,
    /// How many cells the numbers of the conflicts take.
    digits: u16,
    /// Whether the gutter has room for words.
    words: bool,
}

impl<'a> ResultPane<'a> {
    pub(super) fn new(view: &'a MergeView, scene: &'a Scene<'a>, width: u16) -> Self {
        let digits = view.rows.conflicts().checked_ilog10().unwrap_or(0) + 1;
        // Two people may have the same sign: then only words tell them apart.
        let alike = person(scene, Side::Mine).0 == person(scene, Side::Theirs).0;
        Self { view, scene, digits: u16::try_from(digits).unwrap_or(u16::MAX), words: width >= WORDS || alike }
    }

    /// Draws the rows that belong to what is in sight of the sides.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect) {
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
                    Row::Line(number) => self.draw_line(block, outcome, number, beside, buffer),
                    Row::Folded(hidden) => self.say(&say::folded(hidden, self.scene.theme), Role::Dim, beside, buffer),
                    Row::Heading => {}
                }
            }
        }
    }

    /// Draws a whole that was written by hand. It has no regions: it is shown as far down as the sides are.
    fn draw_whole(&self, whole: &str, buffer: &mut Buffer, area: Rect) {
        let (height, rows) = (usize::from(area.height), self.view.rows.side_rows().max(1));
        let lines = whole.lines().count();
        let first = (self.view.top * lines / rows).min(lines.saturating_sub(height));
        let theme = self.scene.theme;
        for (number, line) in whole.lines().enumerate().skip(first).take(height) {
            let row = row_of(area, number - first);
            if number == first {
                let word = if self.words { say::word(Outcome::Edited, Names(self.scene.sides)) } else { String::new() };
                let (sign, role) = sign(self.scene, Outcome::Edited);
                let beside = Rect { x: row.x.saturating_add(self.digits + 2), ..row }.intersection(row);
                self.say(&format!("{sign} {word}"), role, Rect { width: beside.width.min(WORD), ..beside }, buffer);
            } else {
                self.draw_bar(Outcome::Edited, row, buffer);
            }
            let clip = Clip::plain(line, theme.as_written(theme.style(Role::Text)));
            clip.put(buffer, self.beside_gutter(row), self.view.left, theme.glyphs.more);
        }
    }

    /// The rows in sight: those that belong to the first row of the sides, and the change of the keys among them.
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

    /// Pointer, number of the conflict, sign, and a word where there is room.
    fn draw_gutter(&self, block: &Block, outcome: Outcome, row: Rect, buffer: &mut Buffer) {
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
        let word = if self.words { say::word(outcome, Names(self.scene.sides)) } else { String::new() };
        let rest = Rect { x: row.x + used, width: row.width - used, ..row };
        self.say(&format!("{sign} {word}"), role, rest, buffer);
    }

    /// What holds the further lines of a change together; of what is only suggested, a question mark.
    fn draw_bar(&self, outcome: Outcome, row: Rect, buffer: &mut Buffer) {
        let sign = if outcome == Outcome::Open { "?" } else { self.scene.theme.glyphs.bar };
        let bar = Rect { x: row.x.saturating_add(self.digits + 2), ..row }.intersection(row);
        label(buffer, bar, sign, self.scene.theme.style(Role::Dim));
    }

    fn draw_line(&self, block: &Block, outcome: Outcome, number: usize, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        match text::chosen(self.scene.conflict, block.place, outcome, number) {
            Some(line) if line.is_empty() && block.place == ChangeId::Title => {
                self.say(say::NONE, Role::Dim, row, buffer)
            }
            Some(line) => {
                let clip = Clip::plain(&line, theme.as_written(theme.style(Role::Text)));
                clip.put(buffer, row, self.view.left, theme.glyphs.more);
            }
            None if outcome == Outcome::Open => self.draw_open(block, number, row, buffer),
            None if matches!(block.place, ChangeId::Region(_)) => {
                self.say("(no lines here)", Role::Dim, row, buffer);
            }
            None => self.say(say::NONE, Role::Dim, row, buffer),
        }
    }

    /// Says that nothing stands here yet, and below that, what would stand here should the suggestion be taken.
    fn draw_open(&self, block: &Block, number: usize, row: Rect, buffer: &mut Buffer) {
        let names = Names(self.scene.sides);
        let proposal = self.view.proposals.at(self.scene.conflict, block.place);
        let [m, t, s] = [Action::TakeMine, Action::TakeTheirs, Action::TakeSuggestion].map(say::key);
        match (number.checked_sub(1), proposal) {
            (None, _) if !self.scene.focused => self.say("open", Role::Warning, row, buffer),
            (None, None) => {
                self.say(&format!("open: {m} mine, {t} theirs ({})", names.theirs()), Role::Warning, row, buffer);
            }
            (None, Some(proposal)) => {
                let said = format!("open: {s} takes this, {}:", say::suggested(proposal.why, names));
                self.say(&said, Role::Warning, row, buffer);
            }
            (Some(line), proposal) => {
                let Some(line) = proposal.and_then(|proposal| proposal.lines.get(line)) else { return };
                let theme = self.scene.theme;
                Clip::plain(line, theme.as_written(theme.style(Role::Dim))).put(
                    buffer,
                    row,
                    self.view.left,
                    theme.glyphs.more,
                );
            }
        }
    }

    fn say(&self, words: &str, role: Role, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        Clip::plain(words, theme.style(role)).put(buffer, row, 0, theme.glyphs.more);
    }

    fn gutter(&self) -> u16 {
        // Pointer, number, blank, sign, blank.
        self.digits + 4 + if self.words { WORD } else { 0 }
    }

    fn beside_gutter(&self, row: Rect) -> Rect {
        let width = self.gutter().min(row.width);
        Rect { x: row.x + width, width: row.width - width, ..row }
    }
}

/// The sign and the role of an outcome.
pub(super) fn sign(scene: &Scene<'_>, outcome: Outcome) -> (&'static str, Role) {
    let theme = scene.theme;
    match outcome {
        Outcome::Open => (theme.sign(Role::Warning), Role::Warning),
        Outcome::Settled(_) => (theme.glyphs.good, Role::Good),
        Outcome::Mine | Outcome::MineTheirs => person(scene, Side::Mine),
        Outcome::Theirs | Outcome::TheirsMine => person(scene, Side::Theirs),
        Outcome::Base => person(scene, Side::Base),
        Outcome::Suggested | Outcome::Edited => (theme.glyphs.edited, Role::Info),
    }
}
