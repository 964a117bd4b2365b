//! The paths in the documents for contributors exist.
//!
//! A path is a word that begins with a folder of the workspace (`crates/…`), the target of a link, or the name of a
//! Rust file between backticks. Such a name is looked for beside the files that are named before it in the same
//! paragraph or row of a table, and in the folders of their modules: "`crates/store/src/sqlite.rs`, then `writer.rs`".

use std::path::{Path, PathBuf};

use crate::graph::root;
use crate::text::sources;

/// The documents whose paths are checked.
const DOCUMENTS: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];

/// Folders with which a path begins.
const FOLDERS: [&str; 6] = ["crates/", "tests/", "demo/", "docs/", ".ci/", ".github/"];

/// The fewest paths that the documents have together, so that the test cannot pass by finding none.
const MIN_PATHS: usize = 80;

/// Returns the words of a line that look like paths from the workspace's folder.
fn full_paths(line: &str) -> impl Iterator<Item = &str> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let words = line.split(move |c| !is_path(c)).map(|word| word.trim_end_matches('.'));
    words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
}

/// Returns the names of Rust files between backticks that are not full paths.
fn short_names(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split('`').skip(1).step_by(2);
    let code = code.filter(|word| Path::new(word).extension().is_some_and(|extension| extension == "rs"));
    code.filter(|word| !word.contains([' ', '*', '{']))
        .filter(|word| !FOLDERS.iter().any(|folder| word.starts_with(folder)))
}

/// Returns the targets of links to files, without the part behind `#`.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://"))
}

/// Returns the paths that a short name may mean.
///
/// They are beside these files, in the folders of their modules, and in a crate with whose name it begins.
fn places(name: &str, full: &[&str]) -> Vec<PathBuf> {
    let beside = full.iter().filter_map(|path| Path::new(path).parent()).map(|folder| folder.join(name));
    let within = full.iter().map(|path| Path::new(path).with_extension("").join(name));
    beside.chain(within).chain([Path::new("crates").join(name)]).collect()
}

/// Returns the paths of a document that do not exist, and how many paths it has.
fn missing(text: &str) -> (Vec<String>, usize) {
    let exists = |path: &Path| root().join(path).exists();
    let (mut missing, mut count) = (Vec::new(), 0);
    // The full paths of the paragraph so far.
    let mut full: Vec<&str> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with('|') {
            full.clear();
        }
        let paths: Vec<&str> = full_paths(line).collect();
        full.extend(&paths);
        let paths = paths.into_iter().chain(link_targets(line)).map(|path| (path, vec![PathBuf::from(path)]));
        for (path, places) in paths.chain(short_names(line).map(|name| (name, places(name, &full)))) {
            count += 1;
            if !places.iter().any(|place| exists(place)) {
                missing.push(format!("line {number}: {path}"));
            }
        }
    }
    (missing, count)
}

#[test]
fn paths_in_documents_exist() {
    let mut count = 0;
    for name in DOCUMENTS {
        let sources = sources();
        let document = sources.iter().find(|source| source.path == name);
        let document = document.unwrap_or_else(|| panic!("there is no {name}"));
        let (missing, paths) = missing(&document.text);
        assert!(missing.is_empty(), "{name} has paths that do not exist; correct them: {missing:#?}");
        count += paths;
    }
    assert!(count >= MIN_PATHS, "the documents have {count} paths: they are no longer found");
}

#[test]
fn missing_paths_are_found() {
    let existing =
        "crates/store/src/lib.rs, `crates/store/src/sqlite.rs`, then `writer.rs`; [a](README.md#b) (tests/).";
    assert_eq!(missing(existing), (Vec::new(), 5));
    let gone = "crates/store/src/gone.rs, `crates/store/src/sqlite.rs`, then `gone.rs`; [a](GONE.md)\n\n`lib.rs`";
    let expected = ["line 1: crates/store/src/gone.rs", "line 1: GONE.md", "line 1: gone.rs", "line 3: lib.rs"];
    assert_eq!(missing(gone), (expected.map(str::to_owned).to_vec(), 5));
}
