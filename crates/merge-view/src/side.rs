//! Draws the panes of the sides: base, mine and theirs, which scroll in step.

use std::ops::Range;

use editor::ChangeId;
use merge::{ConflictKind, Ending, RegionKind, Side};
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use terminal::sanitize::clip::LineClip;
use terminal::theme::Role;

use crate::line_rows::{draw_part, rows_of};
use crate::messages::{self, SideNames};
use crate::panes::{Arrangement, MergePane, MergeScreen};
use crate::resolution::{self, Resolution};
use crate::rows::{MergeRow, RowBlock};
use crate::scene::{MergeScene, label, person, row_of, rule};
use crate::view::MergeView;
use crate::{result, text};

/// The columns left of a line: a mark if it is in the result, a mark if it was changed, and a blank.
pub(crate) const GUTTER_COLUMNS: u16 = 3;

/// Draws the visible rows of one side.
///
/// If the sides are next to each other, [`draw_across`] draws the headings across all of them.
pub(crate) fn draw(
    view: &MergeView,
    scene: &MergeScene<'_>,
    arrangement: Arrangement,
    side: Side,
    area: Rect,
    buffer: &mut Buffer,
) {
    let has_own_headings = arrangement != Arrangement::Wide || !view.lockstep.is_in_place();
    for (block, rows) in in_sight(view, MergePane::of(side), area) {
        let mut lines = SideLines::new(view, scene, block, side);
        for (row, place) in rows {
            match row {
                MergeRow::Line(number, part) => lines.draw(number, part, place, buffer),
                row if has_own_headings => draw_between(view, scene, block, row, place, buffer),
                MergeRow::Heading | MergeRow::Folded(_) => {}
            }
        }
    }
}

/// Returns the columns that a pane of this width has for its text.
pub(crate) fn text_columns(width: u16) -> usize {
    width.saturating_sub(GUTTER_COLUMNS).into()
}

/// Draws the lines between the panes and, if these are in step, the headings and folds across them.
pub(crate) fn draw_across(view: &MergeView, scene: &MergeScene<'_>, screen: &MergeScreen, buffer: &mut Buffer) {
    let sides = screen.panes.iter().filter(|(pane, _)| *pane != MergePane::Result).map(|(_, area)| *area);
    let sides: Vec<Rect> = sides.collect();
    let Some(area) = sides.iter().copied().reduce(Rect::union).filter(|area| area.height > 1) else { return };
    for side in &sides[1..] {
        for row in side.rows().skip(1) {
            buffer.set_stringn(row.x - 1, row.y, scene.theme.glyphs.bar, 1, scene.theme.style(Role::Dim));
        }
    }
    if !view.lockstep.is_in_place() {
        return;
    }
    for (block, rows) in in_sight(view, MergePane::Base, Rect { y: area.y + 1, height: area.height - 1, ..area }) {
        for (row, place) in rows {
            draw_between(view, scene, block, row, place, buffer);
        }
    }
}

/// Returns the visible blocks, each with its visible rows and their areas.
fn in_sight(
    view: &MergeView,
    pane: MergePane,
    area: Rect,
) -> impl Iterator<Item = (&RowBlock, impl Iterator<Item = (MergeRow, Rect)>)> {
    let top = view.top_of(pane);
    let window = top..top + usize::from(area.height);
    view.rows.sides_in(window.clone()).iter().map(move |block| {
        let seen = block.sides.start.max(window.start)..block.sides.end.min(window.end);
        let top = window.start;
        (block, seen.map(move |row| (block.side_row(row - block.sides.start), row_of(area, row - top))))
    })
}

/// Draws a heading or a fold.
fn draw_between(
    view: &MergeView,
    scene: &MergeScene<'_>,
    block: &RowBlock,
    row: MergeRow,
    place: Rect,
    buffer: &mut Buffer,
) {
    match row {
        MergeRow::Heading => draw_heading(view, scene, block, place, buffer),
        MergeRow::Folded(hidden) => {
            for x in place.x..place.right() {
                buffer[(x, place.y)].reset();
            }
            let said = messages::folded(hidden, scene.theme);
            label(buffer, beside_gutter(place), &said, scene.theme.style(Role::Dim));
        }
        MergeRow::Line(..) => {}
    }
}

/// Draws the heading of a change: its number if it is a conflict, its description, and its resolution.
fn draw_heading(view: &MergeView, scene: &MergeScene<'_>, block: &RowBlock, row: Rect, buffer: &mut Buffer) {
    let (theme, names) = (scene.theme, SideNames(scene.sides));
    rule(buffer, row, theme);
    let here = view.place == Some(block.place);
    // Resets the dim style of the rule.
    let style = Style::reset().patch(theme.style(if here { Role::Focus } else { Role::Text }));
    if scene.mask.count {
        let said = format!("{} {} ", theme.glyphs.rule, theme.mask());
        LineClip::plain(&said, style).put(buffer, row, 0, theme.glyphs.more);
        return;
    }
    let outcome = view.proposals.outcome(scene.conflict, block.place);
    let (sign, role) = result::sign(scene, outcome);
    let look = if view.notices_at(block.place).next().is_some() { ", worth a look" } else { "" };
    let resolution =
        format!(" {sign} {}{look} ", messages::describe_resolution_at(scene.conflict, block.place, outcome, names));
    let wide = resolution.as_str().cell_width().min(row.width);
    label(buffer, Rect { x: row.right() - wide, width: wide, ..row }, &resolution, theme.style(role));
    let pointer = if here { theme.glyphs.focus } else { theme.glyphs.rule };
    let what = messages::describe_change(scene.conflict, block.place, names);
    let number = block.number().map(|number| format!("{number} ")).unwrap_or_default();
    let numbered = format!("{pointer} {number}{what} ");
    LineClip::plain(&numbered, style).put(buffer, Rect { width: row.width - wide, ..row }, 0, theme.glyphs.more);
}

fn beside_gutter(row: Rect) -> Rect {
    let gutter = GUTTER_COLUMNS.min(row.width);
    Rect { x: row.x + gutter, width: row.width - gutter, ..row }
}

/// The lines of a side in a block, with values that all of them share.
struct SideLines<'a> {
    view: &'a MergeView,
    scene: &'a MergeScene<'a>,
    block: &'a RowBlock,
    side: Side,
    outcome: Resolution,
    kind: RegionKind,
    /// The mark of lines that are in the result: a tick, or 1 or 2 if both sides are.
    taken: Option<String>,
    /// The line that was drawn last, and its parts.
    wrapped: Option<(usize, Vec<Range<usize>>)>,
}

impl<'a> SideLines<'a> {
    fn new(view: &'a MergeView, scene: &'a MergeScene<'a>, block: &'a RowBlock, side: Side) -> Self {
        // Ticks and dim lines tell which changes settled by themselves.
        let outcome = if scene.mask.count { Resolution::Open } else { Resolution::at(scene.conflict, block.place) };
        let order = outcome.sides().unwrap_or(&[]);
        let at = order.iter().position(|&taken| taken == side).filter(|_| block.is_change());
        let taken = at.map(|at| match order.len() {
            1 => scene.theme.glyphs.good.to_owned(),
            _ => (at + 1).to_string(),
        });
        Self {
            view,
            scene,
            block,
            side,
            outcome,
            kind: resolution::kind(scene.conflict, block.place),
            taken,
            wrapped: None,
        }
    }

    /// Draws a part of a line; a line that is not wrapped has one.
    fn draw(&mut self, number: usize, part: usize, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        let beside = beside_gutter(row);
        let Some(line) = text::line(self.scene.conflict, self.block.place, self.side, number) else {
            if number == 0 && part == 0 {
                self.draw_gutter(false, row, buffer);
                label(buffer, beside, self.nothing(), theme.style(Role::Dim));
            }
            return;
        };
        let parts = self.parts(number, &line, beside.width.into());
        if part >= parts.len() {
            return;
        }
        let mark = self.view.marks.of(self.block.place, self.side, number).filter(|_| self.block.is_change());
        if part == 0 {
            self.draw_gutter(mark.is_some_and(|mark| mark.changed), row, buffer);
        } else {
            let above = Rect { x: row.x.saturating_add(1), ..row }.intersection(row);
            label(buffer, above, theme.glyphs.more, theme.style(Role::Dim));
        }
        if line.is_empty() && !matches!(self.block.place, ChangeId::Region(_)) {
            label(buffer, beside, messages::NO_TEXT, theme.style(Role::Dim));
            return;
        }
        let blanks = self.kind == RegionKind::Conflict(ConflictKind::WhitespaceOnly);
        let (mut line, mut parts) = (line, parts);
        if blanks {
            line = self.with_its_ending(line.into_owned(), number).into();
            parts.last_mut().into_iter().for_each(|last| last.end = line.len());
        }
        let words = mark.map_or(&[][..], |mark| &mark.words);
        let word = theme.style(person(self.scene, self.side).1).patch(theme.style(Role::Word));
        let (plain, word) = (theme.as_written(self.style()), theme.as_written(word));
        let clip = LineClip { words, word, blanks, ..LineClip::plain(&line, plain) };
        draw_part(&clip, &parts, part, self.view.left, theme.glyphs.more, beside, buffer);
    }

    /// Returns the parts of a line.
    fn parts(&mut self, number: usize, line: &str, columns: usize) -> Vec<Range<usize>> {
        if !self.view.is_wrapped {
            return vec![Range { start: 0, end: line.len() }];
        }
        match &self.wrapped {
            Some((known, parts)) if *known == number => parts.clone(),
            _ => {
                let parts = rows_of(line, columns);
                self.wrapped = Some((number, parts.clone()));
                parts
            }
        }
    }

    fn draw_gutter(&self, changed: bool, row: Rect, buffer: &mut Buffer) {
        let theme = self.scene.theme;
        if let Some(taken) = &self.taken {
            label(buffer, row, taken, theme.style(Role::Good));
        }
        if changed {
            let (glyph, role) = person(self.scene, self.side);
            let glyph = if self.side == Side::Base { "-" } else { glyph };
            label(buffer, Rect { x: row.x.saturating_add(1), ..row }.intersection(row), glyph, theme.style(role));
        }
    }

    /// Returns the style of the lines: dimmed if they are not in the result and the change is decided.
    fn style(&self) -> Style {
        let left_out = self.block.is_change() && self.taken.is_none() && self.outcome != Resolution::Open;
        self.scene.theme.style(if left_out { Role::Dim } else { Role::Text })
    }

    /// Appends the carriage return of the line's ending: it may be the only difference between the sides.
    fn with_its_ending(&self, mut line: String, number: usize) -> String {
        let whole = text::region_line(self.scene.conflict, self.block.place, self.side, number);
        if whole.is_some_and(|line| line.ending == Some(Ending::Crlf)) {
            line.push('\r');
        }
        line
    }

    /// Returns the text to show if a side has no line.
    fn nothing(&self) -> &'static str {
        match (self.side, text::count(self.scene.conflict, self.block.place, Side::Base)) {
            (Side::Base, _) => "(nothing was here)",
            (_, 0) => "(nothing added)",
            _ => "(deleted)",
        }
    }
}
