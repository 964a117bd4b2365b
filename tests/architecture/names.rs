//! One name, one meaning: a type's name is unique in the workspace.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::sources;

/// Type names that two crates share, or two files of one crate, and why.
const SHARED: [(&str, &str); 1] =
    [("Error", "each program has one error of its own at its top, and none sees the other's")];

/// The words behind which a type is named.
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// Returns the name of the type that a line defines for other modules: one that is `pub` or `pub(crate)`.
///
/// A line that is indented defines what belongs to a type or to an inline module; only the latter counts, and no method
/// or associated type is `pub` and named by one of these words.
fn defined_type(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is_visible = matches!(words.next()?, "pub" | "pub(crate)");
    let is_type = KEYWORDS.contains(&words.next()?);
    let name = words.next()?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    (is_visible && is_type).then_some(&name[..end])
}

/// Returns the files of the crates, by the name of each type that they define for other modules.
///
/// Two definitions in one file are alternatives for two platforms or two sets of features.
fn files_by_type() -> BTreeMap<String, BTreeSet<String>> {
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| source.is_rust() && source.path.contains("/src/")) {
        for (_, line) in source.code() {
            if let Some(name) = defined_type(line) {
                files.entry(name.to_owned()).or_default().insert(source.path.clone());
            }
        }
    }
    files
}

#[test]
fn a_type_has_a_name_of_its_own() {
    let files = files_by_type();
    assert!(files.contains_key("EntityTag"), "the sources are read");
    let shared = |name: &str| SHARED.iter().any(|(shared, _)| *shared == name);
    let doubles: Vec<_> = files.iter().filter(|(name, files)| files.len() > 1 && !shared(name)).collect();
    assert!(doubles.is_empty(), "rename one of each, or say in SHARED why both have that name: {doubles:#?}");
    for (name, why) in SHARED {
        let count = files.get(name).map_or(0, BTreeSet::len);
        assert!(count > 1, "{name} is shared no longer; remove its row from SHARED ({why})");
    }
}

#[test]
fn definitions_of_types_are_found() {
    assert_eq!(defined_type("pub struct Gate<T> {"), Some("Gate"));
    assert_eq!(defined_type("    pub(crate) enum Gate {"), Some("Gate"));
    assert_eq!(defined_type("pub type Gate = u8;"), Some("Gate"));
    assert_eq!(defined_type("pub(super) struct Gate;"), None);
    assert_eq!(defined_type("struct Gate;"), None);
    assert_eq!(defined_type("pub fn gate() {}"), None);
}
