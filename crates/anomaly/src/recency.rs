//! A map with a limit: the entry that was not used for the longest time makes room for a new one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::quality::RandomState;

/// A map from text, in order of last use.
#[derive(Debug)]
pub(crate) struct RecencyMap<V> {
    entries: HashMap<Arc<str>, (u64, V), RandomState>,
    by_use: BTreeMap<u64, Arc<str>>,
    uses: u64,
    limit: usize,
}

impl<V: Default> RecencyMap<V> {
    /// Returns a map of at most `limit` entries.
    pub(crate) fn new(limit: usize) -> Self {
        Self { entries: HashMap::default(), by_use: BTreeMap::new(), uses: 0, limit }
    }

    /// Returns the value for a key, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// Returns the key, its value (inserted if there is none), and whether another one was forgotten.
    pub(crate) fn use_or_insert(&mut self, key: &str) -> (Arc<str>, &mut V, bool) {
        // The entry that was used last is often used again.
        let last = self.entries.get_key_value(key).filter(|(_, (used, _))| *used == self.uses);
        if let Some(shared) = last.map(|(shared, _)| Arc::clone(shared)) {
            let entry = self.entries.entry(Arc::clone(&shared)).or_default();
            return (shared, &mut entry.1, false);
        }
        self.uses += 1;
        let shared = match self.entries.get_key_value(key) {
            Some((shared, (used, _))) => {
                self.by_use.remove(used);
                Arc::clone(shared)
            }
            None => Arc::from(key),
        };
        self.by_use.insert(self.uses, Arc::clone(&shared));
        let is_full = self.entries.len() >= self.limit && !self.entries.contains_key(key);
        if is_full && let Some((_, oldest)) = self.by_use.pop_first() {
            self.entries.remove(&oldest);
        }
        let entry = self.entries.entry(Arc::clone(&shared)).or_default();
        entry.0 = self.uses;
        (shared, &mut entry.1, is_full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_unused_for_longest_is_forgotten() {
        let mut map = RecencyMap::<u8>::new(2);
        *map.use_or_insert("a").1 = 1;
        *map.use_or_insert("b").1 = 2;
        assert!(!map.use_or_insert("a").2);
        assert!(map.use_or_insert("c").2, "an entry is forgotten");
        assert_eq!((map.get("a"), map.get("b"), map.get("c")), (Some(&1), None, Some(&0)));
        assert_eq!(map.by_use.len(), 2);
    }
}
