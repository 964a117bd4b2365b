//! The keys of a lesson's head, and those that are below a wrong table.
//!
//! In TOML, a key belongs to the table above it, so a key of the head after `[documents.NAME]` is one of that document.

use toml::de::DeTable;

/// The keys at the top level of a lesson's file.
pub(super) const HEADER_KEYS: [&str; 11] =
    ["title", "goal", "minutes", "part", "full_tags", "people", "policy", "opens", "documents", "tick", "step"];

/// The remedy for a key of the head that is in another table.
pub(super) const BELONGS_TO_HEAD: &str = "it is a key of the head; write it at the top of the file, above the first [documents.NAME] \
                               and [[step]]";

/// Returns whether a word is a key of the head that has a value, and no table, in every lesson.
pub(super) fn is_head_key(word: &str) -> bool {
    !["documents", "step"].contains(&word) && HEADER_KEYS.contains(&word)
}

/// Returns the keys of the head that are in a document or a step instead.
///
/// A document may have a `title`, too: it counts only if other keys of the head are misplaced with it. In a step, a
/// `goal` is taken for that of a level.
pub(super) fn misplaced_head_keys(table: &DeTable<'_>) -> Vec<String> {
    let documents = table.get("documents").and_then(|value| value.get_ref().as_table());
    let documents = documents.into_iter().flat_map(DeTable::values).map(|value| (value, &["title"][..]));
    let steps = table.get("step").and_then(|value| value.get_ref().as_array());
    let steps = steps.into_iter().flat_map(|items| items.iter()).map(|value| (value, &["title", "goal", "policy"][..]));
    let mut misplaced: Vec<String> = Vec::new();
    for (value, own) in documents.chain(steps) {
        let words = value.get_ref().as_table().into_iter().flat_map(DeTable::keys).map(|key| key.get_ref().to_string());
        misplaced.extend(words.filter(|word| is_head_key(word) && !own.contains(&word.as_str())));
    }
    if !misplaced.is_empty() {
        misplaced.push("title".to_owned());
    }
    misplaced
}
