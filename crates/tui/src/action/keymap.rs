//! The key map: the meaning of each key in each context, and the key of each action.

use merge_view::action::MergeViewInput;
use terminal::edit::{Edit, Motion, edit_for};
use terminal::key::Key;

use super::table::BINDINGS;
use super::{Action, Binding, Context};

/// The meaning of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMeaning {
    /// An action of the table.
    Act(Action),
    /// A change of the text that has the focus.
    Edit(Edit),
}

impl KeyMeaning {
    /// Returns the input for the merge view, or `None` if the key is not meant for it.
    pub(crate) fn in_merge(&self) -> Option<MergeViewInput> {
        let action = match self {
            Self::Edit(edit) => return Some(MergeViewInput::Edit(edit.clone())),
            Self::Act(action) => action,
        };
        Some(match action {
            Action::Merge(action) => MergeViewInput::Act(*action),
            Action::Undo => MergeViewInput::Edit(Edit::Undo),
            Action::Redo => MergeViewInput::Edit(Edit::Redo),
            Action::Cut => MergeViewInput::Edit(Edit::Cut),
            Action::Copy => MergeViewInput::Edit(Edit::Copy),
            Action::Paste => MergeViewInput::Edit(Edit::Paste),
            Action::SelectAll => MergeViewInput::Edit(Edit::SelectAll),
            Action::Close => MergeViewInput::Leave,
            Action::Up => MergeViewInput::Scroll(Motion::Up),
            Action::Down => MergeViewInput::Scroll(Motion::Down),
            Action::Left => MergeViewInput::Scroll(Motion::Left),
            Action::Right => MergeViewInput::Scroll(Motion::Right),
            Action::PageUp => MergeViewInput::Scroll(Motion::PageUp),
            Action::PageDown => MergeViewInput::Scroll(Motion::PageDown),
            Action::First => MergeViewInput::Scroll(Motion::Top),
            Action::Last => MergeViewInput::Scroll(Motion::Bottom),
            // All other actions concern a document, a panel or the program.
            _ => return None,
        })
    }
}

/// Returns the meaning of a key in a context, or `None` if the key has none.
#[must_use]
pub fn key_meaning(key: Key, context: Context) -> Option<KeyMeaning> {
    let row = bindings(context).find(|row| row.keys.contains(&key));
    match row {
        Some(row) => Some(KeyMeaning::Act(row.action)),
        None if context.accepts_text() => edit_for(key).map(KeyMeaning::Edit),
        None => None,
    }
}

/// Returns the rows that apply in a context, in the table's order.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |row| row.applies_in(context))
}

/// Returns the first key of an action in a context, or elsewhere if the action does not apply there.
#[must_use]
pub fn key_of(action: Action, context: Context) -> Option<Key> {
    let here = bindings(context).find(|row| row.action == action);
    here.or_else(|| BINDINGS.iter().find(|row| row.action == action)).map(Binding::key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use merge_view::action::MergeAction;

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        for context in Context::ALL {
            let mut seen: Vec<(Key, Action)> = Vec::new();
            for row in bindings(context) {
                for key in row.keys {
                    let taken = seen.iter().find(|(other, _)| other == key);
                    assert!(taken.is_none(), "{key} {}: {:?} and {taken:?}", context.place_name(), row.action);
                    seen.push((*key, row.action));
                }
            }
        }
    }

    #[test]
    fn every_row_has_a_key_a_unique_name_and_a_sentence() {
        for row in BINDINGS {
            assert!(!row.keys.is_empty(), "{}", row.name);
            assert!(!row.name.is_empty() && row.name == row.name.to_lowercase(), "{}", row.name);
            assert!(row.help.ends_with('.'), "{}", row.name);
            for other in BINDINGS.iter().filter(|other| other.action == row.action) {
                assert_eq!(other.name, row.name, "one action, one name");
            }
            for other in BINDINGS.iter().filter(|other| other.name == row.name) {
                assert_eq!(other.action, row.action, "one name, one action");
            }
        }
    }

    #[test]
    fn letter_types_in_a_text_and_decides_in_a_merge() {
        let m = Key::char('m');
        assert_eq!(key_meaning(m, Context::Text), Some(KeyMeaning::Edit(Edit::Insert('m'))));
        assert_eq!(key_meaning(m, Context::Merge), Some(KeyMeaning::Act(Action::Merge(MergeAction::TakeMine))));
        assert_eq!(key_meaning(m, Context::Wire), Some(KeyMeaning::Act(Action::Mark)));
        assert_eq!(key_meaning(m, Context::Help), None);
    }

    #[test]
    fn the_product_keys_are_bound() {
        use crossterm::event::KeyCode::{Enter, Esc};
        let expected = [
            (Context::Text, Key::ctrl('s'), Action::Save),
            (Context::Text, Key::f(6), Action::SaveUnconditionally),
            (Context::Text, Key::f(5), Action::Reload),
            (Context::Text, Key::f(2), Action::Documents),
            (Context::Text, Key::f(3), Action::Versions),
            (Context::Text, Key::f(4), Action::ToggleWire),
            (Context::Text, Key::f(1), Action::Help),
            (Context::Text, Key::ctrl('g'), Action::Help),
            (Context::Text, Key::f(7), Action::Policy),
            (Context::Text, Key::f(8), Action::Delete),
            (Context::Text, Key::ctrl('z'), Action::Undo),
            (Context::Text, Key::ctrl('y'), Action::Redo),
            (Context::Text, Key::ctrl('c'), Action::Copy),
            (Context::Text, Key::ctrl('x'), Action::Cut),
            (Context::Text, Key::ctrl('v'), Action::Paste),
            (Context::Text, Key::ctrl('q'), Action::Quit),
            (Context::Text, Key::ctrl('l'), Action::Redraw),
            (Context::Merge, Key::ctrl('l'), Action::Redraw),
            (Context::Text, Key::alt('1'), Action::FirstEditor),
            (Context::Text, Key::alt('2'), Action::SecondEditor),
            (Context::Text, Key::ctrl('w'), Action::NextEditor),
            (Context::Required, Key::plain(Enter), Action::RetryWithPrecondition),
            (Context::Required, Key::plain(Esc), Action::Leave),
            (Context::Required, Key::ctrl('s'), Action::Save),
            (Context::Text, Key::f(9), Action::Enter),
            (Context::Text, Key::plain(Esc), Action::Dismiss),
            (Context::Ended, Key::plain(Esc), Action::Leave),
            (Context::Merge, Key::char('n'), Action::Merge(MergeAction::NextConflict)),
            (Context::Merge, Key::char('p'), Action::Merge(MergeAction::PreviousConflict)),
            (Context::Merge, Key::char('N'), Action::Merge(MergeAction::NextChange)),
            (Context::Merge, Key::char('P'), Action::Merge(MergeAction::PreviousChange)),
            (Context::Merge, Key::char('m'), Action::Merge(MergeAction::TakeMine)),
            (Context::Merge, Key::char('t'), Action::Merge(MergeAction::TakeTheirs)),
            (Context::Merge, Key::char('b'), Action::Merge(MergeAction::TakeBothMineFirst)),
            (Context::Merge, Key::char('B'), Action::Merge(MergeAction::TakeBothTheirsFirst)),
            (Context::Merge, Key::char('o'), Action::Merge(MergeAction::TakeBase)),
            (Context::Merge, Key::char('e'), Action::Merge(MergeAction::EditResult)),
            (Context::Merge, Key::char('u'), Action::Merge(MergeAction::UndoDecision)),
            (Context::Merge, Key::char('U'), Action::Merge(MergeAction::RedoDecision)),
            (Context::Merge, Key::char('a'), Action::Merge(MergeAction::ToggleSettled)),
            (Context::Merge, Key::char('s'), Action::Merge(MergeAction::TakeSuggestion)),
            (Context::Merge, Key::char('S'), Action::Merge(MergeAction::TakeAllSuggestions)),
            (Context::Merge, Key::char('E'), Action::Merge(MergeAction::EditWhole)),
            (Context::Merge, Key::char('k'), Action::ExportMine),
            (Context::Text, Key::alt('k'), Action::ExportMine),
            (Context::Merge, Key::ctrl('s'), Action::Save),
            (Context::Merge, Key::plain(Esc), Action::Leave),
            (Context::Wire, Key::char('i'), Action::Hold),
            (Context::Wire, Key::char('a'), Action::Release),
            (Context::Wire, Key::char('A'), Action::ReleaseAll),
            (Context::Wire, Key::char('m'), Action::Mark),
            (Context::Wire, Key::char('X'), Action::LoseAnswer),
            (Context::Wire, Key::char('D'), Action::Duplicate),
            (Context::Wire, Key::char('r'), Action::SendAgain),
            (Context::Wire, Key::char('f'), Action::Filter),
            (Context::Wire, Key::char('/'), Action::Filter),
        ];
        for (context, key, action) in expected {
            assert_eq!(key_meaning(key, context), Some(KeyMeaning::Act(action)), "{key} {}", context.place_name());
        }
    }
}
