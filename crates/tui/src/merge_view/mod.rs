//! The merge view: base, mine and theirs over the result, and the keys that decide.
//!
//! It stands on the model (regions and decisions), and there is never a conflict marker in it. What is decided goes to
//! the editor as commands and comes back in the [`DocumentMerge`]; kept here is only what a reader does with her eyes
//! and hands: which change she is at, how far the panes are scrolled, what she writes but has not taken over yet.
//!
//! The rooms: `rows` says which row shows what, `panes` where the panes stand, `navigation` and `decisions` what the
//! keys do, `manual_edit` and `full_edit` what is written by hand, `word_diff` which words changed, `messages` the
//! sentences; `draw` and the rooms beneath it (`header`, `side`, `result`) put all that into cells, and `spoken` into
//! lines to be heard. `overwrite_preview` stands by itself: what an overwrite would bury.

mod decisions;
mod draw;
mod edit_mode;
mod full_edit;
mod header;
mod list_diff;
mod manual_edit;
mod messages;
mod navigation;
mod overwrite_preview;
mod panes;
mod proposal;
mod resolution;
mod result;
mod rows;
mod scroll;
mod side;
mod sides;
mod spoken;
mod status;
mod text;
mod view;
mod word_diff;

use editor::{Command, DocumentMerge};
use ratatui::Frame;
use ratatui::layout::Rect;
use terminal::theme::Theme;

use crate::action::KeyMeaning;
pub(crate) use list_diff::{ListHunk, hunks};
pub(crate) use overwrite_preview::lost_lines;
pub(crate) use panes::PaneShare;
pub(crate) use sides::{SideStyle, SideStyles};
pub(crate) use spoken::SpokenMerge;
pub(crate) use view::MergeView;

/// Does what a key means in a merge, with `register` for what is cut and copied. What the machine has to do about it
/// comes back.
pub(crate) fn handle(
    pressed: &KeyMeaning,
    conflict: &DocumentMerge,
    view: &mut MergeView,
    register: &mut String,
) -> Option<Command> {
    view.handle(pressed, conflict, register)
}

/// Whether a merge view has the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MergeKeys {
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
    sides: &SideStyles,
    keys: &MergeKeys,
) {
    let (focused, hint) = match keys {
        MergeKeys::Here => (true, None),
        MergeKeys::Elsewhere(hint) => (false, hint.as_deref()),
    };
    let scene = draw::MergeScene { conflict, sides, theme, focused, hint };
    draw::draw(view, &scene, frame, area);
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
