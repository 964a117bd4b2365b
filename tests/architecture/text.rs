//! The files of the workspace, as text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::graph::root;

/// The language of a file, as far as the rules about comments distinguish languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    /// Shell, Python or TOML: a comment begins with `#`.
    Script,
    Markdown,
    Other,
}

/// A file of the workspace.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the workspace's folder, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Returns the language, by the extension or the first line.
    pub(crate) fn language(&self) -> Language {
        match Path::new(&self.path).extension().and_then(|extension| extension.to_str()) {
            Some("rs") => Language::Rust,
            Some("sh" | "py" | "toml") => Language::Script,
            Some("md") => Language::Markdown,
            None if self.text.starts_with("#!") => Language::Script,
            Some(_) | None => Language::Other,
        }
    }

    /// Returns whether this is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.language() == Language::Rust
    }

    /// Returns the crate of a file under `src/`, or `None` for tests and examples.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }

    /// Returns the lines of code before the tests at the end, each with its number.
    ///
    /// A module with `#![cfg(test)]` at its top has no such lines.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let before_tests =
            numbered.take_while(|(_, line)| !line.contains("#[cfg(test)]") && !line.contains("#![cfg(test)]"));
        before_tests.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Returns all text files, except those that cargo, git and the fuzzers generated.
pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(root(), &mut sources);
    assert!(sources.iter().any(|source| source.path == "Cargo.toml"), "the workspace's folder is read");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    const MADE: [&str; 5] = ["target", ".git", "corpus", "artifacts", "Cargo.lock"];
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    for path in paths {
        let made = path.file_name().is_some_and(|name| MADE.iter().any(|made| name == *made));
        if made || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, sources);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let below = path.strip_prefix(root()).expect("the file is in the workspace");
            sources.push(Source { path: below.display().to_string().replace('\\', "/"), text });
        }
    }
}
