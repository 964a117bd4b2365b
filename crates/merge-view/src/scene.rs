//! The input of drawing besides the state of the view, and drawing functions that all panes share.

use editor::DocumentMerge;
use merge::Side;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use terminal::theme::{Role, Theme};

use crate::key_names::MergeKeyNames;
use crate::mask::MergeMask;
use crate::sides::SideStyles;

/// The input of drawing besides the state of the view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MergeScene<'a> {
    pub(crate) conflict: &'a DocumentMerge,
    pub(crate) sides: &'a SideStyles,
    pub(crate) theme: &'a Theme,
    /// The key that saves the result, or `None` if the view does not have the focus.
    pub(crate) save: Option<&'a str>,
    /// The names of the keys in hints.
    pub(crate) keys: &'a MergeKeyNames,
    /// The hint of [`MergeKeys::Elsewhere`](crate::MergeKeys::Elsewhere).
    pub(crate) hint: Option<&'a str>,
    /// The parts that are not shown.
    pub(crate) mask: MergeMask,
}

impl MergeScene<'_> {
    /// Returns whether the view has the focus.
    pub(crate) const fn is_focused(&self) -> bool {
        self.save.is_some()
    }
}

/// Returns the glyph and the role of a side. Mine and theirs never have the same glyph.
pub(crate) fn person(scene: &MergeScene<'_>, side: Side) -> (&'static str, Role) {
    let [mine, theirs] = [&scene.sides.mine, &scene.sides.theirs].map(|side| scene.theme.person(side.person));
    match side {
        Side::Base => (scene.theme.glyphs.open, Role::Base),
        Side::Mine => mine,
        // Both sides have one author if the user saved from another client.
        Side::Theirs if mine.0 == theirs.0 => (scene.theme.glyphs.nobody, theirs.1),
        Side::Theirs => theirs,
    }
}

/// Returns a row of an area, or an empty area if the row is beyond the last.
pub(crate) fn row_of(area: Rect, row: usize) -> Rect {
    let y = area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
    Rect { y, height: 1, ..area }.intersection(area)
}

/// Draws our own words as far as they fit, and returns the number of columns used.
///
/// Nothing of the style of a rule below them stays.
pub(crate) fn label(buffer: &mut Buffer, row: Rect, words: &str, style: Style) -> u16 {
    if row.is_empty() {
        return 0;
    }
    let (end, _) = buffer.set_stringn(row.x, row.y, words, row.width.into(), Style::reset().patch(style));
    end - row.x
}

/// Draws a horizontal line across a row.
pub(crate) fn rule(buffer: &mut Buffer, row: Rect, theme: &Theme) {
    for x in row.x..row.right() {
        buffer.set_stringn(x, row.y, theme.glyphs.rule, 1, theme.style(Role::Dim));
    }
}
