//! The licences of the dependencies.

use std::fs;

use crate::graph::{Graph, root};

/// The licences that a dependency may have: a program only has to name them.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Only packages that are built for this machine are checked, since others may be missing.
#[test]
fn every_dependency_has_an_allowed_licence() {
    for package in Graph::read().foreign() {
        let named = format!("{} {}", package.name, package.version);
        let licence = package.licence.as_deref().unwrap_or_else(|| panic!("{named} has no licence"));
        assert!(allowed(licence), "{named} has the licence {licence}, which is not among {ALLOWED:?}");
    }
}

/// Returns whether allowed licences satisfy an SPDX expression.
///
/// An `OR` needs one of its sides, an `AND` both.
fn allowed(expression: &str) -> bool {
    // Old manifests have a slash instead of `OR`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (satisfied, rest) = either(&words);
    assert!(rest.is_empty(), "{expression:?} is not an SPDX expression");
    satisfied
}

/// Parses `both { OR both }`; returns whether it is satisfied, and the rest.
fn either<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut satisfied, mut rest) = both(words);
    while let ["OR", after @ ..] = rest {
        let (other, after) = both(after);
        (satisfied, rest) = (satisfied || other, after);
    }
    (satisfied, rest)
}

/// Parses `one { AND one }`.
fn both<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut satisfied, mut rest) = one(words);
    while let ["AND", after @ ..] = rest {
        let (other, after) = one(after);
        (satisfied, rest) = (satisfied && other, after);
    }
    (satisfied, rest)
}

/// Parses a licence, or an expression in parentheses. An exception (`WITH`) only adds permissions.
fn one<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => match either(inner) {
            (satisfied, [")", rest @ ..]) => (satisfied, rest),
            _ => panic!("a parenthesis is not closed: {words:?}"),
        },
        [licence, "WITH", _, rest @ ..] | [licence, rest @ ..] => (ALLOWED.contains(licence), rest),
        [] => panic!("a licence is missing"),
    }
}

/// cargo-deny reads its list from another file, which must be the same.
#[test]
fn deny_toml_allows_the_same_licences() {
    let path = root().join("deny.toml");
    let text = fs::read_to_string(path).expect("the workspace has deny.toml");
    let (_, rest) = text.split_once("\nallow = [").expect("deny.toml has a list of licences");
    let (list, _) = rest.split_once(']').expect("the list ends");
    // cargo-deny lists a licence with an exception separately.
    let listed: Vec<&str> = list.split('"').skip(1).step_by(2).filter(|licence| !licence.contains(" WITH ")).collect();
    assert_eq!(listed, ALLOWED, "deny.toml has the licences of this file");
}

#[test]
fn licence_expressions_are_evaluated() {
    let satisfied = [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
    ];
    let unsatisfied =
        ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT AND GPL-3.0-only) OR AGPL-3.0-only", "LGPL-2.1-or-later"];
    for expression in satisfied {
        assert!(allowed(expression), "{expression}");
    }
    for expression in unsatisfied {
        assert!(!allowed(expression), "{expression}");
    }
}
