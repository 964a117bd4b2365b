//! The units that the mouse selects by, and the selection with which a drag begins.

use std::ops::Range;

/// The unit that the mouse selects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionUnit {
    /// By glyphs: after a click.
    Glyph,
    /// By words: after a double click.
    Word,
    /// By whole lines: after a triple click.
    Line,
}

/// The selection that the mouse made when its button was pressed.
#[derive(Debug, Clone)]
pub(super) struct PointerOrigin {
    pub(super) unit: SelectionUnit,
    pub(super) range: Range<usize>,
}
