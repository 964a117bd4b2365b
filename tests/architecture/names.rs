//! One name, one meaning: a type's name is unique in the workspace.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::sources;

/// Type names that two crates share, or two files of one crate, and the reason.
const SHARED: [(&str, &str); 1] = [("Error", "each program has its own top-level error, and none uses the other's")];

/// The keywords that precede a type's name.
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// Returns the name of the type that a line defines for other modules.
///
/// Such a type is `pub` or `pub(crate)`. An indented line may define a type of an inline module, which counts too. No
/// method or associated type is `pub` with one of these keywords.
fn defined_type(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is_visible = matches!(words.next()?, "pub" | "pub(crate)");
    let is_type = KEYWORDS.contains(&words.next()?);
    let name = words.next()?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    (is_visible && is_type).then_some(&name[..end])
}

/// Returns the files that define each type, by the name of the type.
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
fn type_names_are_unique() {
    let files = files_by_type();
    assert!(files.contains_key("EntityTag"), "the sources are read");
    let shared = |name: &str| SHARED.iter().any(|(shared, _)| *shared == name);
    let duplicates: Vec<_> = files.iter().filter(|(name, files)| files.len() > 1 && !shared(name)).collect();
    assert!(duplicates.is_empty(), "rename one of each, or add the name to SHARED with the reason: {duplicates:#?}");
    for (name, why) in SHARED {
        let count = files.get(name).map_or(0, BTreeSet::len);
        assert!(count > 1, "{name} is no longer shared; remove its row from SHARED ({why})");
    }
}

#[test]
fn type_definitions_are_found() {
    assert_eq!(defined_type("pub struct Gate<T> {"), Some("Gate"));
    assert_eq!(defined_type("    pub(crate) enum Gate {"), Some("Gate"));
    assert_eq!(defined_type("pub type Gate = u8;"), Some("Gate"));
    assert_eq!(defined_type("pub(super) struct Gate;"), None);
    assert_eq!(defined_type("struct Gate;"), None);
    assert_eq!(defined_type("pub fn gate() {}"), None);
}
