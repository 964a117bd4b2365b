//! What is true of a whole text apart from its lines: byte order mark, line ending, final newline.
//!
//! Each has two values. So where the two sides differ, exactly one of them changed it, and taking the side that changed
//! can never conflict. Taken as part of the lines instead, a change of line endings would put every line of the text
//! into one conflict with whatever the other side wrote.

use crate::text::{Ending, Text};

/// The properties of a text that are not in its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// Whether a byte order mark stands at the start.
    pub byte_order_mark: bool,
    /// How lines end. Where endings are mixed, each line keeps its own, and this is the ending of the first.
    pub ending: Ending,
    /// Whether the last line ends like the others.
    pub final_newline: bool,
}

/// The format of each text, and of their merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Formats {
    pub(crate) base: Format,
    pub(crate) mine: Format,
    pub(crate) theirs: Format,
    pub(crate) merged: Format,
    /// Whether a line is its content alone. It is where no text mixes endings; elsewhere a line is content and ending.
    pub(crate) uniform: bool,
}

impl Formats {
    pub(crate) fn new(base: &Text, mine: &Text, theirs: &Text) -> Self {
        // A text without a line, or without an ending, says nothing about them: it counts as unchanged.
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
                // One ending in each text; which, may differ from text to text.
                ![base, mine, theirs].into_iter().any(Text::mixes_endings)
            },
        }
    }
}

impl Format {
    fn of(text: &Text, silent: Self) -> Self {
        let first = text.all().next();
        let last = text.len().checked_sub(1).map(|last| text.line(last));
        Self {
            byte_order_mark: text.has_byte_order_mark(),
            ending: first.and_then(|line| line.ending).unwrap_or(silent.ending),
            final_newline: last.map_or(silent.final_newline, |line| line.ending.is_some()),
        }
    }
}

/// Of two values, the one that changed; with two values to choose from, two that changed are the same.
fn merge_value<T: Copy + PartialEq>(base: T, mine: T, theirs: T) -> T {
    if mine == base { theirs } else { mine }
}
