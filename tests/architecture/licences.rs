//! Under which licences the dependencies come.

use crate::graph::Graph;

/// Licences that ask no more of a program than to name them.
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

/// Only what is built for the machine at hand is looked at: no more than that need be there.
#[test]
fn every_dependency_comes_under_a_licence_that_we_can_keep() {
    for package in Graph::read().foreign() {
        let named = format!("{} {}", package.name, package.version);
        let licence = package.licence.as_deref().unwrap_or_else(|| panic!("{named} names no licence"));
        assert!(allowed(licence), "{named} comes under {licence}, which is not among {ALLOWED:?}");
    }
}

/// Whether an SPDX expression can be met by licences that are allowed: one side of an `OR`, both sides of an `AND`.
fn allowed(expression: &str) -> bool {
    // Before expressions, a slash meant `OR`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = either(&words);
    assert!(rest.is_empty(), "{expression:?} is no SPDX expression");
    met
}

/// `both { OR both }`: whether it is met, and what follows it.
fn either<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = both(words);
    while let ["OR", after @ ..] = rest {
        let (other, after) = both(after);
        (met, rest) = (met || other, after);
    }
    (met, rest)
}

/// `one { AND one }`.
fn both<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words);
    while let ["AND", after @ ..] = rest {
        let (other, after) = one(after);
        (met, rest) = (met && other, after);
    }
    (met, rest)
}

/// A licence, with an exception or without, or an expression in parentheses. An exception only ever allows more.
fn one<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => match either(inner) {
            (met, [")", rest @ ..]) => (met, rest),
            _ => panic!("a parenthesis is open: {words:?}"),
        },
        [licence, "WITH", _, rest @ ..] | [licence, rest @ ..] => (ALLOWED.contains(licence), rest),
        [] => panic!("a licence is missing"),
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    let met = [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
    ];
    let unmet =
        ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT AND GPL-3.0-only) OR AGPL-3.0-only", "LGPL-2.1-or-later"];
    for expression in met {
        assert!(allowed(expression), "{expression}");
    }
    for expression in unmet {
        assert!(!allowed(expression), "{expression}");
    }
}
