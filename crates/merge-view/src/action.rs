//! The keys of the merge view, in one table that the program around the view includes in its own.
//!
//! Each key is defined once, in a row of [`DECIDING`], [`PANES`] or [`WRITING`]. The hints of the view name the keys
//! from these rows, and a program reads its key map, its footer and its help from them. Scrolling and editing have the
//! keys of every list and every text: they come as a [`MergeViewInput`] too, without a row here.

use crossterm::event::KeyCode;
use terminal::edit::{Edit, Motion, edit_for, shortcut_for};
use terminal::key::Key;

use MergeAction as A;

/// Something that a user can do in the merge view by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MergeAction {
    /// To the next open conflict.
    NextConflict,
    /// To the open conflict before.
    PreviousConflict,
    /// To the next change of any kind.
    NextChange,
    /// To the change before, of any kind.
    PreviousChange,
    /// Decides for mine.
    TakeMine,
    /// Decides for theirs.
    TakeTheirs,
    /// Decides every open conflict for mine.
    TakeAllMine,
    /// Decides every open conflict for theirs.
    TakeAllTheirs,
    /// Decides for both, mine first.
    TakeBothMineFirst,
    /// Decides for both, theirs first.
    TakeBothTheirsFirst,
    /// Decides for the base: neither change.
    TakeBase,
    /// Writes the result of this change by hand.
    EditResult,
    /// Writes the whole result by hand.
    EditWhole,
    /// Takes over what was written by hand.
    AcceptEdit,
    /// Takes back a decision.
    UndoDecision,
    /// Decides again as before.
    RedoDecision,
    /// Takes, or no longer takes, every change that conflicts with nothing.
    ToggleSettled,
    /// Takes what is suggested for this conflict.
    TakeSuggestion,
    /// Takes all suggestions, after asking.
    TakeAllSuggestions,
    /// Decides every conflict alike whose sides differ in blanks alone.
    DecideBlanks,
    /// Chooses other line ends, another end of the text, another byte order mark.
    NextFormat,
    /// Goes on to the next open conflict after each decision, or no longer does.
    ToggleAutoAdvance,
    /// Shows the next pane, if not all have room.
    NextPane,
}

/// A request to the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeViewInput {
    /// An action of the table.
    Act(MergeAction),
    /// Scrolls the panes.
    Scroll(Motion),
    /// Changes the text that is being written by hand.
    Edit(Edit),
    /// Leaves what is being written by hand without taking it.
    Leave,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct MergeBinding {
    /// What is done.
    pub action: MergeAction,
    /// Its name, in lower case, for a palette, a manual and a configuration.
    pub name: &'static str,
    /// The keys; the first is the one that is shown.
    pub keys: &'static [Key],
    /// One or two words for a footer, or nothing if the row is not worth a place there.
    pub hint: &'static str,
    /// One sentence for a help.
    pub help: &'static str,
}

/// The key that leaves what is being written by hand.
pub const LEAVE_KEY: Key = Key::plain(KeyCode::Esc);

/// What moves and decides, in the order of a footer and of a help: what matters most is first.
pub const DECIDING: &[MergeBinding] = &[
    binding(A::NextConflict, "next conflict", &[Key::char('n')]).in_footer("next", "To the next open conflict."),
    binding(A::PreviousConflict, "previous conflict", &[Key::char('p')]).help_only("To the open conflict before."),
    binding(A::TakeMine, "take mine", &[Key::char('m')]).in_footer("mine", "Takes mine; once more makes it undecided."),
    binding(A::TakeTheirs, "take theirs", &[Key::char('t')])
        .in_footer("theirs", "Takes theirs; once more makes it undecided."),
    binding(A::TakeBothMineFirst, "take both, mine first", &[Key::char('b')])
        .in_footer("both", "Takes both, mine first."),
    binding(A::TakeBothTheirsFirst, "take both, theirs first", &[Key::char('B')])
        .help_only("Takes both, theirs first."),
    binding(A::TakeBase, "take base", &[Key::char('o')]).in_footer("base", "Takes the base: neither change."),
    binding(A::EditResult, "edit the result", &[Key::char('e')])
        .in_footer("by hand", "Writes the result of this one by hand."),
    binding(A::TakeAllMine, "take mine for all", &[Key::char('M')])
        .help_only("Takes mine for every conflict that is open, in one step."),
    binding(A::TakeAllTheirs, "take theirs for all", &[Key::char('T')])
        .help_only("Takes theirs for every conflict that is open, in one step."),
    binding(A::UndoDecision, "undo a decision", &[Key::char('u')]).in_footer("undo", "Takes back the last decision."),
    binding(A::RedoDecision, "redo a decision", &[Key::char('U')]).help_only("Decides again what was taken back."),
    binding(A::NextChange, "next change", &[Key::char('N')]).help_only("To the next change, settled ones too."),
    binding(A::PreviousChange, "previous change", &[Key::char('P')])
        .help_only("To the change before, settled ones too."),
    binding(A::ToggleSettled, "take settled changes", &[Key::char('a')])
        .help_only("Leaves out all changes that are in no conflict; once more takes them in again."),
    binding(A::EditWhole, "edit the whole result", &[Key::char('E')])
        .help_only("Writes the whole result by hand, as a text like any other."),
    binding(A::TakeSuggestion, "take the suggestion", &[Key::char('s')])
        .help_only("Takes what is suggested for this conflict, where it is shown in the result."),
    binding(A::TakeAllSuggestions, "take all suggestions", &[Key::char('S')])
        .help_only("Takes every suggestion, after saying how many there are."),
    binding(A::DecideBlanks, "decide the blanks", &[Key::char('w')])
        .help_only("Takes mine wherever the sides differ in blanks alone; again: theirs; once more: undecided."),
    binding(A::NextFormat, "next format", &[Key::char('F')])
        .help_only("Takes the other side's line ends, or its end of the text, where the sides differ there."),
    binding(A::ToggleAutoAdvance, "go on by itself", &[Key::char('f')])
        .help_only("Goes on to the next open conflict after each decision, or stays where it is."),
];

/// What chooses the pane in sight.
pub const PANES: &[MergeBinding] = &[binding(A::NextPane, "next pane", &[Key::plain(KeyCode::Tab), Key::char('v')])
    .help_only("Shows the next pane, where there is no room for all of them.")];

/// What there is to do while something is written by hand.
pub const WRITING: &[MergeBinding] = &[binding(A::AcceptEdit, "accept the edit", &[Key::ctrl('s')])
    .in_footer("take it", "Takes over what was written by hand; it can be undone with u.")];

/// A row without words.
const fn binding(action: A, name: &'static str, keys: &'static [Key]) -> MergeBinding {
    MergeBinding { action, name, keys, hint: "", help: "" }
}

impl MergeBinding {
    /// With a place in the footer, and a sentence for the help.
    const fn in_footer(mut self, hint: &'static str, help: &'static str) -> Self {
        self.hint = hint;
        self.help = help;
        self
    }

    /// With a sentence for the help only.
    const fn help_only(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

impl MergeAction {
    /// Returns the key that is shown for the action, or `None` if it has no row.
    #[must_use]
    pub fn key(self) -> Option<Key> {
        let rows = [DECIDING, PANES, WRITING];
        rows.into_iter().flatten().find(|row| row.action == self).map(|row| row.keys[0])
    }
}

impl MergeViewInput {
    /// Returns what a key asks of the view, or `None` if that is nothing.
    ///
    /// This is for a program in which the view is alone on the screen. Others have a table of their own, which includes
    /// the rows of this one.
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
    fn letter_decides_and_while_writing_it_types() {
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
