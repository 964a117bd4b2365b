//! The merge view: base, mine and theirs over the result, and the keys that decide.
//!
//! It stands on the model (regions and decisions), and there is never a conflict marker in it. What is decided goes to
//! the editor as commands and comes back in the [`DocumentMerge`]; kept here is only what a reader does with her eyes and
//! hands: which change she is at, how far the panes are scrolled, what she writes but has not taken over yet.
//!
//! The rooms: `rows` says which row shows what, `screen` where the panes stand, `walk` and `choose` what the keys do,
//! `hand` and `whole` what is written by hand, `marks` which words changed, `say` the sentences; `draw` and the rooms beneath it
//! (`head`, `side`, `result`) put all that into cells, and `aloud` into lines to be heard. `bury` stands by itself: what an
//! overwrite would bury.

mod aloud;
mod bury;
mod choose;
mod compare;
mod draw;
mod hand;
mod head;
mod marks;
mod note;
mod outcome;
mod proposal;
mod result;
mod rows;
mod say;
mod screen;
mod scroll;
mod side;
mod text;
mod view;
mod walk;
mod whole;
mod write;

use editor::{Command, DocumentMerge};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::action::Pressed;
use crate::people::Sides;
use crate::theme::Theme;

pub(crate) use aloud::Aloud;
pub(crate) use bury::buried;
pub(crate) use compare::{Hunk, hunks};
pub(crate) use screen::Share;
pub(crate) use view::MergeView;

/// Does what a key means in a merge, with `register` for what is cut and copied. What the machine has to do about it
/// comes back.
pub(crate) fn handle(
    pressed: &Pressed,
    conflict: &DocumentMerge,
    view: &mut MergeView,
    register: &mut String,
) -> Option<Command> {
    view.handle(pressed, conflict, register)
}

/// Whether a merge view has the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keys {
    /// It has, and its own hints say what they do.
    Here,
    /// It has not, or they decide nothing: a hint says how to come in, or out.
    Elsewhere(Option<String>),
}

/// Draws the merge view.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    conflict: &DocumentMerge,
    view: &MergeView,
    theme: &Theme,
    sides: &Sides,
    keys: &Keys,
) {
    let (focused, hint) = match keys {
        Keys::Here => (true, None),
        Keys::Elsewhere(hint) => (false, hint.as_deref()),
    };
    let scene = draw::Scene { conflict, sides, theme, focused, hint };
    draw::draw(view, &scene, frame, area);
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
