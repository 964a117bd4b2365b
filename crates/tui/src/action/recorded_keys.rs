//! The key map in the record of a session: the keys of each action, in the order of the table.
//!
//! Records are replayed by the same version of the program, which has the same table.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use terminal::key::Key;

use super::keymap::rows_in;
use super::{Context, KeyMap};

/// The keys of each action of each context, or `None` for the keys of the table.
type RecordedKeys = Option<Vec<Vec<Vec<Key>>>>;

impl Serialize for KeyMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |context| self.actions(context).iter().map(|bound| bound.keys.to_vec()).collect();
        let keys: RecordedKeys = (*self != Self::default()).then(|| Context::ALL.into_iter().map(keys).collect());
        keys.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeyMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(recorded) = RecordedKeys::deserialize(deserializer)? else { return Ok(Self::default()) };
        Ok(Self::new(|row, context| {
            let at = Context::ALL.into_iter().position(|other| other == context);
            let row_at = rows_in(context).position(|other| other == row);
            let keys = at.zip(row_at).and_then(|(at, row)| recorded.get(at)?.get(row));
            keys.map_or_else(|| row.default_keys.into(), |keys| keys.clone().into())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Action;

    #[test]
    fn keys_of_a_configuration_are_recorded() {
        let json = |map: &KeyMap| serde_json::to_string(map).unwrap();
        assert_eq!(json(&KeyMap::default()), "null");
        let moved = KeyMap::new(|row, _| match row.action {
            Action::Save => [Key::f(12)].into(),
            _ => row.default_keys.into(),
        });
        assert_eq!(serde_json::from_str::<KeyMap>(&json(&moved)).unwrap(), moved);
        assert_ne!(moved, KeyMap::default());
    }
}
