//! What a picture of a merge is made of, the state of the view aside, and the pieces that all panes draw alike.

use editor::DocumentMerge;
use merge::Side;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use terminal::key::Key;
use terminal::theme::{Role, Theme};

use crate::sides::SideStyles;

/// What a picture is made of, the state of the view aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MergeScene<'a> {
    pub(crate) conflict: &'a DocumentMerge,
    pub(crate) sides: &'a SideStyles,
    pub(crate) theme: &'a Theme,
    /// The key that saves the result, or `None` while the keys are elsewhere.
    pub(crate) save: Option<Key>,
    /// How the user comes in, or out.
    pub(crate) hint: Option<&'a str>,
}

impl MergeScene<'_> {
    /// Returns whether the view has the keys.
    pub(crate) const fn is_focused(&self) -> bool {
        self.save.is_some()
    }
}

/// The glyph and the role of a side.
pub(crate) fn person(scene: &MergeScene<'_>, side: Side) -> (&'static str, Role) {
    match side {
        Side::Base => (scene.theme.glyphs.open, Role::Base),
        Side::Mine => scene.theme.person(scene.sides.mine.person),
        Side::Theirs => scene.theme.person(scene.sides.theirs.person),
    }
}

/// Returns a row of an area; empty if it is beyond the last.
pub(crate) fn row_of(area: Rect, row: usize) -> Rect {
    let y = area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
    Rect { y, height: 1, ..area }.intersection(area)
}

/// Writes our own words as far as they fit, and says how many cells they took.
pub(crate) fn label(buffer: &mut Buffer, row: Rect, words: &str, style: Style) -> u16 {
    if row.is_empty() {
        return 0;
    }
    let (end, _) = buffer.set_stringn(row.x, row.y, words, row.width.into(), style);
    end - row.x
}

/// A line across a row.
pub(crate) fn rule(buffer: &mut Buffer, row: Rect, theme: &Theme) {
    for x in row.x..row.right() {
        buffer.set_stringn(x, row.y, theme.glyphs.rule, 1, theme.style(Role::Dim));
    }
}
