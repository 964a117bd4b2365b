//! `unsafe` code is allowed in one block of one crate.

use std::fs;

use crate::graph::root;
use crate::text::sources;

/// The crate that does not forbid `unsafe` code.
const EXCEPTION: &str = "crates/allocator";

/// The keyword, in two pieces, so that this file does not contain it.
const KEYWORD: &str = concat!("un", "safe");

/// Returns whether a line has the keyword, or an attribute that permits it.
///
/// Within a longer name the keyword does not count.
fn has_unsafe(line: &str) -> bool {
    let is_part_of_a_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let follows = ["{", "fn ", "impl ", "trait ", "extern "].map(|word| format!("{KEYWORD} {word}"));
    let attribute = format!("[{KEYWORD}(");
    let begins = |(at, _)| !line[..at].ends_with(is_part_of_a_name);
    follows.iter().any(|word| line.match_indices(word.as_str()).any(begins)) || line.contains(&attribute)
}

#[test]
fn one_block_of_the_allocator_is_unsafe() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let lines = source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.extend(lines.filter(|line| has_unsafe(line)).map(|line| format!("{}: {}", source.path, line.trim())));
    }
    let block = format!("{EXCEPTION}/src/lib.rs: {KEYWORD} {{");
    assert_eq!(found, [block], "use a dependency with a safe interface instead");
}

#[test]
fn all_other_crates_forbid_unsafe_code() {
    let manifest = |path: &str| fs::read_to_string(root().join(path).join("Cargo.toml")).expect("a manifest is there");
    let workspace = manifest(".");
    let forbidden = format!("\n{KEYWORD}_code = \"forbid\"\n");
    assert!(workspace.contains(&forbidden), "the lints of the workspace do not forbid it");
    let exception = manifest(EXCEPTION);
    // The lints of that crate are the workspace's, except for this one and its exceptions.
    let (_, lints) = workspace.split_once("[workspace.lints.rust]\n").expect("the workspace has lints");
    let lints = lints.split("\n\n[profile").next().expect("there is a first part");
    let repeated = |line: &&str| !line.contains("forbid") && !line.contains("allow") && line.contains(" = ");
    for line in lints.lines().filter(repeated).filter(|line| !line.starts_with('#')) {
        assert!(exception.contains(line), "{EXCEPTION}/Cargo.toml lacks the lint {line}");
    }
    assert!(
        exception.contains(&format!("\n{KEYWORD}_code = \"deny\"\n")),
        "{EXCEPTION}/Cargo.toml does not deny it outside of its one block"
    );
}

#[test]
fn only_the_keyword_counts() {
    let keyword = |rest: &str| has_unsafe(&format!("{KEYWORD}{rest}"));
    assert!(keyword(" { f() }") && keyword(" fn f()") && keyword(" extern \"C\" {"));
    assert!(has_unsafe(&format!("let x = {KEYWORD} {{ f() }};")) && has_unsafe(&format!("#[{KEYWORD}(no_mangle)]")));
    assert!(!keyword("_one") && !has_unsafe(&format!("ifmatch-{KEYWORD} {{")) && !has_unsafe("safe { }"));
}
