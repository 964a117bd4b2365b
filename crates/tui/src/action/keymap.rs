//! The key map: the meaning of each key in each context, and the keys of each action.
//!
//! It is a value, made from the table and from a configuration (`rebinding`), so that nothing is global.

use std::sync::Arc;

use merge_view::MergeKeyNames;
use merge_view::action::MergeViewInput;
use terminal::edit::{Edit, Motion, edit_for};
use terminal::key::Key;

use super::table::BINDINGS;
use super::{Action, Applies, Binding, Context};

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
        if let Some(edit) = action.edit() {
            return Some(MergeViewInput::Edit(edit));
        }
        Some(match action {
            Action::Merge(action) => MergeViewInput::Act(*action),
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

/// Returns the rows of the table that apply in a context, in the table's order: one for each action.
pub fn rows_in(context: Context) -> impl Iterator<Item = &'static Binding> {
    // A row about a few contexts replaces the row of the same action about every context.
    let is_replaced = move |row: &Binding| {
        row.applies == Applies::Everywhere
            && BINDINGS.iter().any(|other| {
                other.action == row.action && other.applies != Applies::Everywhere && other.applies_in(context)
            })
    };
    BINDINGS.iter().filter(move |row| row.applies_in(context) && !is_replaced(row))
}

/// An action in a context, with its keys there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundAction {
    /// The row of the table.
    pub row: &'static Binding,
    /// The keys; the screen shows the first. Empty if the action has none.
    pub keys: Box<[Key]>,
}

impl BoundAction {
    /// Returns the key that the screen shows, or `None` if the action has no key.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        self.keys.first().copied()
    }
}

/// The keys of all actions in all contexts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMap {
    /// The actions of each context, in the order of [`Context::ALL`].
    contexts: Arc<[Vec<BoundAction>]>,
    /// The names of the keys in the hints of the merge view.
    merge: Arc<MergeKeyNames>,
}

impl Default for KeyMap {
    /// Returns the keys of the table.
    fn default() -> Self {
        Self::new(|row, _| row.default_keys.into())
    }
}

impl KeyMap {
    /// Returns the map in which each action has the keys that `keys_of` returns for its row in a context.
    pub(super) fn new(keys_of: impl Fn(&'static Binding, Context) -> Box<[Key]>) -> Self {
        let bound = |context| rows_in(context).map(|row| BoundAction { row, keys: keys_of(row, context) }).collect();
        let contexts = Context::ALL.map(bound).into();
        let map = Self { contexts, merge: Arc::default() };
        let leave = map.label(Action::Close, Context::MergeText);
        let names = MergeKeyNames::new(|action| map.label(Action::Merge(action), merge_context(action)), leave);
        Self { merge: Arc::new(names), ..map }
    }

    /// Returns the actions of a context with their keys, in the table's order.
    #[must_use]
    pub fn actions(&self, context: Context) -> &[BoundAction] {
        let at = Context::ALL.into_iter().position(|other| other == context);
        at.map_or(&[], |at| &self.contexts[at])
    }

    /// Returns the meaning of a key in a context, or `None` if the key has none.
    #[must_use]
    pub fn meaning(&self, key: Key, context: Context) -> Option<KeyMeaning> {
        match self.actions(context).iter().find(|bound| bound.keys.contains(&key)) {
            Some(bound) => Some(KeyMeaning::Act(bound.row.action)),
            None if context.accepts_text() => edit_for(key).map(KeyMeaning::Edit),
            None => None,
        }
    }

    /// Returns an action with its keys in a context, or in another if it does not apply there.
    fn bound(&self, action: Action, context: Context) -> Option<&BoundAction> {
        let here = self.actions(context).iter().find(|bound| bound.row.action == action);
        here.or_else(|| self.contexts.iter().flatten().find(|bound| bound.row.action == action))
    }

    /// Returns the keys of an action in a context or, if it does not apply there, elsewhere.
    pub(crate) fn keys_of(&self, action: Action, context: Context) -> &[Key] {
        self.bound(action, context).map_or(&[], |bound| &bound.keys)
    }

    /// Returns the first key of an action in a context or, if it does not apply there, elsewhere.
    #[must_use]
    pub fn key_of(&self, action: Action, context: Context) -> Option<Key> {
        self.bound(action, context)?.key()
    }

    /// Returns how the action is invoked in a context, for a sentence: `Ctrl-S`.
    ///
    /// If a configuration left the action without a key, it is the key of the palette and the name of the action.
    #[must_use]
    pub fn label(&self, action: Action, context: Context) -> String {
        match (self.key_of(action, context), self.key_of(Action::Palette, context)) {
            (Some(key), _) => key.to_string(),
            (None, Some(palette)) => format!("{palette} {}", action.name()),
            (None, None) => action.name().to_owned(),
        }
    }

    /// Returns the names of the keys in the hints of the merge view.
    #[must_use]
    pub(crate) fn merge_names(&self) -> &MergeKeyNames {
        &self.merge
    }
}

/// Returns the context in which an action of the merge view applies.
fn merge_context(action: merge_view::action::MergeAction) -> Context {
    let applies = |context: &Context| rows_in(*context).any(|row| row.action == Action::Merge(action));
    [Context::Merge, Context::MergeText].into_iter().find(applies).unwrap_or(Context::Merge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use merge_view::action::MergeAction;

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        for context in Context::ALL {
            let mut seen: Vec<(Key, Action)> = Vec::new();
            for BoundAction { row, keys } in KeyMap::default().actions(context) {
                for key in keys {
                    let taken = seen.iter().find(|(other, _)| other == key);
                    assert!(taken.is_none(), "{key} {}: {:?} and {taken:?}", context.place_name(), row.action);
                    seen.push((*key, row.action));
                }
            }
        }
    }

    #[test]
    fn every_row_has_a_unique_name_in_kebab_case_and_a_sentence() {
        for row in BINDINGS {
            let is_kebab =
                row.name.split('-').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()));
            assert!(is_kebab, "{}", row.name);
            assert!(Context::named(row.name).is_none(), "a configuration has actions beside contexts: {}", row.name);
            // Only the palette has it: Ctrl-Z is undo.
            let is_palettes = matches!(row.action, Action::Suspend | Action::Theme | Action::MarkOthers);
            assert_eq!(row.default_keys.is_empty(), is_palettes, "{}", row.name);
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
    fn one_action_has_one_row_in_a_context() {
        for context in Context::ALL {
            let rows: Vec<_> = rows_in(context).collect();
            for row in BINDINGS.iter().filter(|row| row.applies_in(context)) {
                let same: Vec<_> =
                    BINDINGS.iter().filter(|other| other.applies_in(context) && other.action == row.action).collect();
                let hidden = same.iter().skip(1).all(|other| other.applies == Applies::Everywhere);
                assert!(hidden, "{} has two rows {}", row.name, context.place_name());
                assert_eq!(rows.iter().filter(|other| other.action == row.action).count(), 1);
            }
        }
    }

    #[test]
    fn every_terminal_sends_the_default_keys() {
        // Other editors have the same keys for these. A Linux console does not send them: there, the palette does it.
        let palettes = [Action::MoveLinesUp, Action::MoveLinesDown];
        for row in BINDINGS.iter().filter(|row| !palettes.contains(&row.action)) {
            for key in row.default_keys {
                assert!(key.is_sent_by_every_terminal(), "{}: {key}", row.name);
            }
        }
    }

    #[test]
    fn letter_types_in_a_text_and_decides_in_a_merge() {
        let m = Key::char('m');
        assert_eq!(KeyMap::default().meaning(m, Context::Text), Some(KeyMeaning::Edit(Edit::Insert('m'))));
        assert_eq!(
            KeyMap::default().meaning(m, Context::Merge),
            Some(KeyMeaning::Act(Action::Merge(MergeAction::TakeMine)))
        );
        assert_eq!(KeyMap::default().meaning(m, Context::Wire), Some(KeyMeaning::Act(Action::Mark)));
        assert_eq!(KeyMap::default().meaning(m, Context::Help), None);
    }

    #[test]
    fn the_product_keys_are_bound() {
        use crossterm::event::KeyCode::{Enter, Esc, Tab};
        use terminal::edit;
        let expected = [
            (Context::Text, Key::ctrl('s'), Action::Save),
            (Context::Text, Key::f(6), Action::SaveUnconditionally),
            (Context::Text, Key::f(5), Action::Reload),
            (Context::Text, Key::f(2), Action::Documents),
            (Context::Text, Key::f(3), Action::Versions),
            (Context::Text, Key::f(4), Action::ToggleWire),
            (Context::Text, Key::f(1), Action::Help),
            (Context::Text, Key::ctrl('g'), Action::Help),
            (Context::Text, Key::ctrl('p'), Action::Palette),
            (Context::Merge, Key::ctrl('p'), Action::Palette),
            (Context::Wire, Key::ctrl('p'), Action::Palette),
            (Context::Lesson, Key::ctrl('p'), Action::Palette),
            (Context::Menu, Key::char('?'), Action::Help),
            (Context::Menu, Key::f(1), Action::Help),
            (Context::Level, Key::plain(Enter), Action::NextEditor),
            (Context::Level, Key::ctrl('w'), Action::NextEditor),
            (Context::Text, Key::f(7), Action::Policy),
            (Context::Text, Key::f(8), Action::Delete),
            (Context::Text, Key::ctrl('z'), Action::Undo),
            (Context::Text, Key::ctrl('y'), Action::Redo),
            (Context::Text, Key::ctrl('c'), Action::Copy),
            (Context::Text, Key::ctrl('x'), Action::Cut),
            (Context::Text, Key::ctrl('v'), Action::Paste),
            (Context::Text, Key::plain(Tab), Action::Indent),
            (Context::Text, Key::shift(Tab), Action::Unindent),
            (Context::Text, edit::MOVE_LINES_UP, Action::MoveLinesUp),
            (Context::Text, edit::MOVE_LINES_DOWN, Action::MoveLinesDown),
            (Context::Text, Key::ctrl('d'), Action::DuplicateLines),
            (Context::Text, Key::ctrl('k'), Action::DeleteLines),
            (Context::Text, Key::alt('j'), Action::JoinLines),
            (Context::Text, Key::alt('w'), Action::FocusWire),
            (Context::Wire, Key::alt('w'), Action::FocusWire),
            (Context::Text, Key::ctrl('q'), Action::Quit),
            (Context::Text, Key::ctrl('l'), Action::Redraw),
            (Context::Merge, Key::ctrl('l'), Action::Redraw),
            (Context::Text, Key::alt('h'), Action::ShowChange),
            (Context::Text, Key::alt('u'), Action::RevertChange),
            (Context::Text, Key::alt('.'), Action::NextChangedLine),
            (Context::Text, Key::alt(','), Action::PreviousChangedLine),
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
            assert_eq!(
                KeyMap::default().meaning(key, context),
                Some(KeyMeaning::Act(action)),
                "{key} {}",
                context.place_name()
            );
        }
    }
}
