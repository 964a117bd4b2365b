//! Properties of a whole text apart from its lines: byte order mark, line ending, final newline.
//!
//! Each property has two values. So if the two sides differ, exactly one of them has changed it, and taking the changed
//! value never conflicts. If line endings were part of the lines instead, a side that changed them would conflict with
//! every edit of the other side.

use crate::text::{Ending, LineText};

/// The properties of a text that are not in its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// Whether the text starts with a byte order mark.
    pub byte_order_mark: bool,
    /// The line ending.
    ///
    /// If endings are mixed, each line keeps its own, and this is the ending of the first line.
    pub ending: Ending,
    /// Whether the last line has an ending.
    pub final_newline: bool,
}

/// The format of each text, and of their merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Formats {
    pub(crate) base: Format,
    pub(crate) mine: Format,
    pub(crate) theirs: Format,
    pub(crate) merged: Format,
    /// Whether a line is its content alone.
    ///
    /// If a text mixes line endings, a line is its content and its ending.
    pub(crate) uniform: bool,
}

impl Formats {
    pub(crate) fn new(base: &LineText, mine: &LineText, theirs: &LineText) -> Self {
        // A text without a line, or without an ending, does not show the property, which then counts as unchanged.
        let plain = Format { byte_order_mark: false, ending: Ending::Lf, final_newline: true };
        let base_format = Format::of(base, plain);
        let mine_format = Format::of(mine, base_format);
        let theirs_format = Format::of(theirs, base_format);
        Self {
            base: base_format,
            mine: mine_format,
            theirs: theirs_format,
            merged: Format {
                byte_order_mark: merge_value(
                    base_format.byte_order_mark,
                    mine_format.byte_order_mark,
                    theirs_format.byte_order_mark,
                ),
                ending: merge_value(base_format.ending, mine_format.ending, theirs_format.ending),
                final_newline: merge_value(
                    base_format.final_newline,
                    mine_format.final_newline,
                    theirs_format.final_newline,
                ),
            },
            uniform: {
                // Each text has one ending; they may differ between texts.
                ![base, mine, theirs].into_iter().any(LineText::mixes_endings)
            },
        }
    }
}

impl Format {
    fn of(text: &LineText, silent: Self) -> Self {
        let first = text.all().next();
        let last = text.len().checked_sub(1).map(|last| text.line(last));
        Self {
            byte_order_mark: text.has_byte_order_mark(),
            ending: first.and_then(|line| line.ending).unwrap_or(silent.ending),
            final_newline: last.map_or(silent.final_newline, |line| line.ending.is_some()),
        }
    }
}

/// Returns the value that changed. A property has two values, so if both sides changed it, they agree.
fn merge_value<T: Copy + PartialEq>(base: T, mine: T, theirs: T) -> T {
    if mine == base { theirs } else { mine }
}
