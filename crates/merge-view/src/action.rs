//! The keys of the merge view, in one table, which the program around the view includes in its own.
//!
//! Each key is defined once, in a row of [`DECIDING`], [`PANES`] or [`WRITING`]. A program takes its key map, its
//! footer and its help from these rows; if it binds other keys, it tells the view's hints (`MergeKeyNames`). Scrolling
//! and editing have the conventional keys: they are a [`MergeViewInput`] too, but have no row here.

use crossterm::event::KeyCode;
use terminal::edit::{Edit, Motion, edit_for, shortcut_for};
use terminal::key::Key;

use MergeAction as A;

/// A named action of the merge view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MergeAction {
    /// Selects the next open conflict.
    NextConflict,
    /// Selects the previous open conflict.
    PreviousConflict,
    /// Selects the next change, settled or not.
    NextChange,
    /// Selects the previous change, settled or not.
    PreviousChange,
    /// Takes mine for the selected change.
    TakeMine,
    /// Takes theirs for the selected change.
    TakeTheirs,
    /// Takes mine for every open conflict.
    TakeAllMine,
    /// Takes theirs for every open conflict.
    TakeAllTheirs,
    /// Takes both for every open conflict, mine first.
    TakeAllBoth,
    /// Takes both for the selected change, mine first.
    TakeBothMineFirst,
    /// Takes both for the selected change, theirs first.
    TakeBothTheirsFirst,
    /// Takes the base for the selected change, and so neither side.
    TakeBase,
    /// Opens the result of the selected change for editing.
    EditResult,
    /// Opens the whole result for editing.
    EditWhole,
    /// Accepts the text that is being edited.
    AcceptEdit,
    /// Puts mine in the place of the text that is being edited.
    StartFromMine,
    /// Puts theirs in the place of the text that is being edited.
    StartFromTheirs,
    /// Puts both in the place of the text that is being edited, mine first.
    StartFromBoth,
    /// Puts the text that the result has in the place of the text that is being edited.
    StartFromResult,
    /// Undoes the last decision.
    UndoDecision,
    /// Makes the undone decision again.
    RedoDecision,
    /// Leaves out all changes that settled by themselves, or takes them again.
    ToggleSettled,
    /// Takes the suggestion for the selected conflict.
    TakeSuggestion,
    /// Takes all suggestions, after asking.
    TakeAllSuggestions,
    /// Decides all conflicts alike whose sides differ only in whitespace.
    DecideBlanks,
    /// Chooses the next combination of line ending, final newline and byte order mark.
    NextFormat,
    /// Turns auto-advance on or off: whether a decision selects the next open conflict.
    ToggleAutoAdvance,
    /// Shows the next pane, if not all of them fit.
    NextPane,
    /// Has one pane scroll alone, or all panes in step again.
    ScrollAlone,
}

/// An input of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeViewInput {
    /// An action of the table.
    Act(MergeAction),
    /// Scrolls the panes.
    Scroll(Motion),
    /// Changes the text that is being edited.
    Edit(Edit),
    /// Closes the text that is being edited without accepting it.
    Leave,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct MergeBinding {
    /// The action.
    pub action: MergeAction,
    /// The action's name, for a command palette, a manual and a configuration: `take-mine`.
    pub name: &'static str,
    /// The keys. Hints show the first.
    pub keys: &'static [Key],
    /// One or two words for a footer, or `""` if the row does not appear there.
    pub hint: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
}

/// The key that closes the text that is being edited without accepting it.
pub const LEAVE_KEY: Key = Key::plain(KeyCode::Esc);

/// The rows that move and decide, in the order of a footer and a help: the most important first.
pub const DECIDING: &[MergeBinding] = &[
    binding(A::NextConflict, "next-conflict", &[Key::char('n')]).in_footer("next", "Selects the next open conflict."),
    binding(A::PreviousConflict, "previous-conflict", &[Key::char('p')])
        .help_only("Selects the previous open conflict."),
    binding(A::TakeMine, "take-mine", &[Key::char('m')]).in_footer("mine", "Takes mine; once more makes it undecided."),
    binding(A::TakeTheirs, "take-theirs", &[Key::char('t')])
        .in_footer("theirs", "Takes theirs; once more makes it undecided."),
    binding(A::TakeBothMineFirst, "take-both-mine-first", &[Key::char('b')])
        .in_footer("both", "Takes both, mine first."),
    binding(A::TakeBothTheirsFirst, "take-both-theirs-first", &[Key::char('B')]).help_only("Takes both, theirs first."),
    binding(A::TakeBase, "take-base", &[Key::char('o')]).in_footer("base", "Takes the base: neither change."),
    binding(A::EditResult, "edit-result", &[Key::char('e')])
        .in_footer("by hand", "Opens the result of this change, to be written by hand."),
    binding(A::TakeAllMine, "take-all-mine", &[Key::char('M')])
        .in_footer("all mine", "Takes mine for every conflict that is open, in one step."),
    binding(A::TakeAllTheirs, "take-all-theirs", &[Key::char('T')])
        .in_footer("all theirs", "Takes theirs for every conflict that is open, in one step."),
    binding(A::TakeAllBoth, "take-all-both", &[Key::char('A')])
        .in_footer("all both", "Takes both for every conflict that is open, mine first, in one step."),
    binding(A::UndoDecision, "undo-decision", &[Key::char('u')]).in_footer("undo", "Undoes the last decision."),
    binding(A::RedoDecision, "redo-decision", &[Key::char('U')]).help_only("Makes the undone decision again."),
    binding(A::NextChange, "next-change", &[Key::char('N')]).help_only("Selects the next change, settled or not."),
    binding(A::PreviousChange, "previous-change", &[Key::char('P')])
        .help_only("Selects the previous change, settled or not."),
    binding(A::ToggleSettled, "toggle-settled-changes", &[Key::char('a')])
        .help_only("Leaves out all changes that settled by themselves; once more takes them again."),
    binding(A::EditWhole, "edit-whole-result", &[Key::char('E')])
        .help_only("Opens the whole result, to be written by hand like any other text."),
    binding(A::TakeSuggestion, "take-suggestion", &[Key::char('s')])
        .in_footer("suggestion", "Takes the suggestion for this conflict, which the result shows."),
    binding(A::TakeAllSuggestions, "take-all-suggestions", &[Key::char('S')])
        .help_only("Says how many suggestions there are; once more takes them all."),
    binding(A::DecideBlanks, "decide-whitespace", &[Key::char('w')])
        .help_only("Decides all conflicts that are only whitespace: mine, then theirs, then undecided again."),
    binding(A::NextFormat, "next-format", &[Key::char('F')])
        .help_only("Chooses the next combination of line ends, final newline and byte order mark of the sides."),
    binding(A::ToggleAutoAdvance, "toggle-auto-advance", &[Key::char('f')])
        .help_only("Turns auto-advance on or off: whether a decision moves on to the next open conflict."),
];

/// The rows about the panes.
pub const PANES: &[MergeBinding] = &[
    binding(A::NextPane, "next-pane", &[Key::plain(KeyCode::Tab), Key::char('v')])
        .help_only("Shows the next pane, if not all of them fit; while one scrolls alone, chooses the next one."),
    binding(A::ScrollAlone, "scroll-alone", &[Key::char('i')])
        .help_only("Has one pane scroll alone, by keys or by the wheel over it; Home brings all back in step."),
];

/// The rows that apply while a text is being written by hand.
pub const WRITING: &[MergeBinding] = &[
    binding(A::AcceptEdit, "accept-edit", &[Key::ctrl('s')])
        .in_footer("take it", "Takes the text that you wrote by hand, which can be undone."),
    binding(A::StartFromMine, "start-from-mine", &[Key::alt('m')])
        .in_footer("mine", "Starts the text by hand again from mine; undo brings back what you typed."),
    binding(A::StartFromTheirs, "start-from-theirs", &[Key::alt('t')])
        .in_footer("theirs", "Starts the text by hand again from theirs; undo brings back what you typed."),
    binding(A::StartFromBoth, "start-from-both", &[Key::alt('a')])
        .in_footer("both", "Starts the text by hand again from both, mine first; undo brings back what you typed."),
    binding(A::StartFromResult, "start-from-result", &[Key::alt('r')])
        .help_only("Starts the text by hand again from the text in the result; undo brings back what you typed."),
];

/// Returns a row without a hint and a help text.
const fn binding(action: A, name: &'static str, keys: &'static [Key]) -> MergeBinding {
    MergeBinding { action, name, keys, hint: "", help: "" }
}

impl MergeBinding {
    /// Adds a hint for the footer, and a sentence for the help.
    const fn in_footer(mut self, hint: &'static str, help: &'static str) -> Self {
        self.hint = hint;
        self.help = help;
        self
    }

    /// Adds a sentence for the help; the row has no hint in the footer.
    const fn help_only(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

impl MergeAction {
    /// Returns the key that the table has for the action, or `None` if the action has no row.
    #[must_use]
    pub fn key(self) -> Option<Key> {
        Self::all_rows().find(|row| row.action == self).map(|row| row.keys[0])
    }

    /// Returns all rows of the table.
    pub(crate) fn all_rows() -> impl Iterator<Item = &'static MergeBinding> {
        [DECIDING, PANES, WRITING].into_iter().flatten()
    }
}

impl MergeViewInput {
    /// Returns the input that a key means, or `None` if it means none.
    ///
    /// `is_writing` is [`MergeView::is_writing`](crate::MergeView::is_writing). This function is for a program in which
    /// the view is alone on the screen. Other programs include the rows of this table in their own.
    #[must_use]
    pub fn of_key(key: Key, is_writing: bool) -> Option<Self> {
        let find = |rows: &'static [MergeBinding]| rows.iter().find(|row| row.keys.contains(&key));
        if is_writing {
            return match find(WRITING) {
                Some(row) => Some(Self::Act(row.action)),
                None if key == LEAVE_KEY => Some(Self::Leave),
                None => shortcut_for(key).or_else(|| edit_for(key)).map(Self::Edit),
            };
        }
        if let Some(row) = find(DECIDING).or_else(|| find(PANES)) {
            return Some(Self::Act(row.action));
        }
        let Edit::Move { to, select: false } = edit_for(key)? else { return None };
        Some(Self::Scroll(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_has_one_row_and_each_key_one_action() {
        let rows: Vec<&MergeBinding> = DECIDING.iter().chain(PANES).collect();
        for (at, row) in rows.iter().enumerate() {
            for other in &rows[..at] {
                assert_ne!(row.action, other.action);
                assert!(
                    row.keys.iter().all(|key| !other.keys.contains(key)),
                    "{:?} and {:?}",
                    row.action,
                    other.action
                );
            }
            assert_eq!(row.action.key(), Some(row.keys[0]));
        }
    }

    #[test]
    fn letter_decides_but_types_while_writing() {
        let m = Key::char('m');
        assert_eq!(MergeViewInput::of_key(m, false), Some(MergeViewInput::Act(MergeAction::TakeMine)));
        assert_eq!(MergeViewInput::of_key(m, true), Some(MergeViewInput::Edit(Edit::Insert('m'))));
        assert_eq!(MergeViewInput::of_key(Key::ctrl('s'), false), None, "saving is the program's business");
        assert_eq!(MergeViewInput::of_key(Key::ctrl('s'), true), Some(MergeViewInput::Act(MergeAction::AcceptEdit)));
        assert_eq!(MergeViewInput::of_key(LEAVE_KEY, true), Some(MergeViewInput::Leave));
        assert_eq!(
            MergeViewInput::of_key(Key::plain(KeyCode::Down), false),
            Some(MergeViewInput::Scroll(Motion::Down))
        );
    }
}
