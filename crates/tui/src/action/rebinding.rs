//! Rebinding: the key map that a configuration asks for, or why it cannot be.
//!
//! This file knows actions, contexts and keys. What it does not know is the file that a configuration is written in: a
//! fault names the place of a key by the range of bytes that the caller gave it.

use std::ops::Range;

use terminal::key::Key;
use thiserror::Error;

use super::{Action, Binding, Context, KeyMap, rows_in};

/// A key in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// The key.
    pub key: Key,
    /// Its bytes in the configuration.
    pub span: Range<usize>,
}

/// New keys for an action, instead of all that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebinding {
    /// The only context with these keys; `None` for all contexts in which the action applies.
    pub context: Option<Context>,
    /// The action.
    pub action: Action,
    /// The keys, the one that the screen shows first. Empty to leave the action without a key.
    pub keys: Vec<NamedKey>,
    /// The bytes of the action's name in the configuration.
    pub span: Range<usize>,
}

/// The reason why a configuration cannot become a key map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyMapFault {
    /// The action does not apply in the context.
    #[error("'{}' is not an action {}; {}", action.name(), context.place_name(), places(*action))]
    NotHere {
        /// The action.
        action: Action,
        /// The context.
        context: Context,
    },
    /// The key is part of what users type in the context.
    #[error(
        "{key} is for typing {}, so it cannot be '{}' there; choose a key with Ctrl or Alt, or a function key",
        context.place_name(),
        action.name()
    )]
    Types {
        /// The key.
        key: Key,
        /// The action.
        action: Action,
        /// The context.
        context: Context,
    },
    /// Two actions have one key in a context.
    #[error(
        "{key} is both '{}' and '{}' {}; give one of them another key",
        action.name(),
        other.name(),
        context.place_name()
    )]
    Taken {
        /// The key.
        key: Key,
        /// The action that the configuration gives the key to.
        action: Action,
        /// The action that has the key already.
        other: Action,
        /// The context.
        context: Context,
    },
    /// An action that must have a key has none.
    #[error("'{}' needs a key {}: without one, there would be no way on", action.name(), context.place_name())]
    NeedsKey {
        /// The action.
        action: Action,
        /// The context.
        context: Context,
    },
}

/// Returns the contexts in which an action applies, for a message.
fn places(action: Action) -> String {
    let names: Vec<&str> = contexts_of(action).map(Context::name).collect();
    match names.len() {
        len if len == Context::ALL.len() => "it applies everywhere".to_owned(),
        _ => format!("it applies in {}", names.join(", ")),
    }
}

/// Returns the contexts in which an action applies.
pub(crate) fn contexts_of(action: Action) -> impl Iterator<Item = Context> {
    Context::ALL.into_iter().filter(move |context| rows_in(*context).any(|row| row.action == action))
}

impl KeyMap {
    /// Returns the table's keys, replaced by those of a configuration.
    ///
    /// Keys for one context come before keys for all contexts, whatever their order.
    ///
    /// # Errors
    ///
    /// Returns all faults of the configuration, each with its bytes there.
    pub fn rebound(rebindings: &[Rebinding]) -> Result<Self, Vec<(Range<usize>, KeyMapFault)>> {
        let map = Self::new(|row, context| match wish(rebindings, row, context) {
            Some(wish) => wish.keys.iter().map(|named| named.key).collect(),
            None => row.default_keys.into(),
        });
        let mut faults = Vec::new();
        for rebinding in rebindings {
            if let Some(context) = rebinding.context
                && !contexts_of(rebinding.action).any(|other| other == context)
            {
                faults.push((rebinding.span.clone(), KeyMapFault::NotHere { action: rebinding.action, context }));
            }
        }
        for context in Context::ALL {
            faults.extend(faults_in(&map, rebindings, context));
        }
        // A fault in several contexts is reported for the first of them.
        let mut told: Vec<(Range<usize>, KeyMapFault)> = Vec::new();
        for (span, fault) in faults {
            if !told.iter().any(|(other, said)| *other == span && is_alike(said, &fault)) {
                told.push((span, fault));
            }
        }
        if told.is_empty() { Ok(map) } else { Err(told) }
    }
}

/// Returns whether two faults at one place differ only in their context.
fn is_alike(one: &KeyMapFault, other: &KeyMapFault) -> bool {
    use KeyMapFault::{NeedsKey, NotHere, Taken, Types};
    match (one, other) {
        (Taken { other: one, .. }, Taken { other, .. }) => one == other,
        (Types { .. }, Types { .. }) | (NeedsKey { .. }, NeedsKey { .. }) | (NotHere { .. }, NotHere { .. }) => true,
        (Taken { .. } | Types { .. } | NeedsKey { .. } | NotHere { .. }, _) => false,
    }
}

/// Returns what a configuration wants for an action in a context, or `None` if it wants nothing.
fn wish<'r>(rebindings: &'r [Rebinding], row: &Binding, context: Context) -> Option<&'r Rebinding> {
    let about = |rebinding: &&Rebinding| rebinding.action == row.action;
    let here = rebindings.iter().filter(about).find(|rebinding| rebinding.context == Some(context));
    here.or_else(|| rebindings.iter().filter(about).find(|rebinding| rebinding.context.is_none()))
}

fn faults_in(map: &KeyMap, rebindings: &[Rebinding], context: Context) -> Vec<(Range<usize>, KeyMapFault)> {
    let mut faults = Vec::new();
    let actions = map.actions(context);
    for (at, bound) in actions.iter().enumerate() {
        // The table itself has no faults, as its tests check.
        let Some(wish) = wish(rebindings, bound.row, context) else { continue };
        let action = bound.row.action;
        if wish.keys.is_empty() && action.must_keep_key() {
            faults.push((wish.span.clone(), KeyMapFault::NeedsKey { action, context }));
        }
        for NamedKey { key, span } in &wish.keys {
            let key = *key;
            if context.types(key) {
                faults.push((span.clone(), KeyMapFault::Types { key, action, context }));
            }
            // Of two rebound actions, only the later one is reported.
            let taken = actions.iter().enumerate().find(|(other_at, other)| {
                let is_earlier = self::wish(rebindings, other.row, context).is_none_or(|_| *other_at < at);
                *other_at != at && is_earlier && other.keys.contains(&key)
            });
            if let Some((_, other)) = taken {
                faults.push((span.clone(), KeyMapFault::Taken { key, action, other: other.row.action, context }));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyCode;
    use merge_view::action::MergeAction;

    use crate::action::KeyMeaning;

    fn rebind(context: Option<Context>, action: Action, keys: &[Key]) -> Rebinding {
        let keys = keys.iter().map(|key| NamedKey { key: *key, span: 0..1 }).collect();
        Rebinding { context, action, keys, span: 0..1 }
    }

    fn faults(rebindings: &[Rebinding]) -> Vec<String> {
        KeyMap::rebound(rebindings).unwrap_err().into_iter().map(|(_, fault)| fault.to_string()).collect()
    }

    const TAKE_MINE: Action = Action::Merge(MergeAction::TakeMine);

    #[test]
    fn rebound_action_has_its_new_keys_only() {
        let map = KeyMap::rebound(&[rebind(None, Action::Save, &[Key::f(12), Key::ctrl('e')])]).unwrap();
        for context in [Context::Text, Context::Merge] {
            assert_eq!(map.meaning(Key::f(12), context), Some(KeyMeaning::Act(Action::Save)));
            assert_eq!(map.meaning(Key::ctrl('e'), context), Some(KeyMeaning::Act(Action::Save)));
            assert_eq!(map.meaning(Key::ctrl('s'), context), None);
        }
        assert_eq!(map.label(Action::Save, Context::Text), "F12");
        assert_eq!(map.key_of(Action::Reload, Context::Text), Some(Key::f(5)), "the others keep their keys");
    }

    #[test]
    fn keys_of_one_context_come_before_those_of_all() {
        let here = rebind(Some(Context::Merge), Action::Save, &[Key::char('w')]);
        let freed = rebind(None, Action::Merge(MergeAction::DecideBlanks), &[]);
        let map = KeyMap::rebound(&[here, freed, rebind(None, Action::Save, &[Key::f(12)])]).unwrap();
        assert_eq!(map.key_of(Action::Save, Context::Merge), Some(Key::char('w')));
        assert_eq!(map.key_of(Action::Save, Context::Text), Some(Key::f(12)));
    }

    #[test]
    fn action_without_a_key_is_named_by_the_palette() {
        let map = KeyMap::rebound(&[rebind(None, Action::Reload, &[])]).unwrap();
        assert_eq!(map.label(Action::Reload, Context::Text), "Ctrl-P reload");
        assert_eq!(map.meaning(Key::f(5), Context::Text), None);
    }

    #[test]
    fn merge_view_is_told_the_keys() {
        let map = KeyMap::rebound(&[rebind(None, TAKE_MINE, &[Key::char('1')])]).unwrap();
        assert_eq!(map.merge_names().of(MergeAction::TakeMine), "1");
        assert_eq!(map.merge_names().of(MergeAction::TakeTheirs), "t");
        assert_eq!(map.merge_names().of(MergeAction::AcceptEdit), "Ctrl-S");
    }

    #[test]
    fn two_actions_on_one_key_are_both_named_once() {
        assert_eq!(
            faults(&[rebind(None, Action::Save, &[Key::f(5)])]),
            ["F5 is both 'save' and 'reload' in a text; give one of them another key"]
        );
        let both = [rebind(None, Action::Save, &[Key::f(12)]), rebind(None, Action::Quit, &[Key::f(12)])];
        assert_eq!(faults(&both).len(), 1, "{:?}", faults(&both));
        let swapped = [rebind(None, Action::Save, &[Key::f(5)]), rebind(None, Action::Reload, &[Key::ctrl('s')])];
        // In the merge, Ctrl-S is also the default of the edit by hand, but in another context.
        assert!(KeyMap::rebound(&swapped).is_ok(), "{:?}", KeyMap::rebound(&swapped));
    }

    #[test]
    fn letter_cannot_be_an_action_where_it_types() {
        assert_eq!(
            faults(&[rebind(None, Action::Save, &[Key::char('w')])])[0],
            "w is for typing in a text, so it cannot be 'save' there; choose a key with Ctrl or Alt, or a function key"
        );
        let digit = rebind(Some(Context::Menu), Action::FreePlay, &[Key::char('0')]);
        assert_eq!(faults(&[digit]).len(), 1, "digits choose a lesson");
        assert!(KeyMap::rebound(&[rebind(None, Action::Save, &[Key::plain(KeyCode::Enter)])]).is_err());
        assert!(KeyMap::rebound(&[rebind(None, TAKE_MINE, &[Key::char('y')])]).is_ok());
    }

    #[test]
    fn way_out_must_keep_a_key() {
        let said = faults(&[rebind(None, Action::Quit, &[])]);
        assert_eq!(said, ["'quit' needs a key in the menu: without one, there would be no way on"]);
    }

    #[test]
    fn action_of_another_context_is_refused() {
        let said = faults(&[rebind(Some(Context::Wire), TAKE_MINE, &[Key::char('1')])]);
        assert_eq!(said, ["'take-mine' is not an action on the wire; it applies in merge"]);
    }
}
