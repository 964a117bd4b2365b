//! The suite on PostgreSQL: its tests really have two servers, and a write at one is read at the other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tests::documents::{content, history};
use tests::serve::Server;
use tests::test_store::is_postgres;

use crate::PROGRAM;

#[test]
fn requests_of_a_test_go_to_each_server_in_turn() {
    let server = Server::start(PROGRAM);
    let all = server.addresses();
    assert_eq!(all.len(), if is_postgres() { 2 } else { 1 });
    let turns: Vec<_> = (0..4).map(|_| server.address()).collect();
    assert_eq!(turns, [&all[..], &all, &all, &all].concat()[..4]);
    history(&server, "doc", &["one\n", "two\n", "three\n"]);
    for _ in &all {
        assert_eq!(content(&server, "doc"), "three\n");
    }
}

/// The reasons for one server, with the files of this suite that use each.
type Reasons = BTreeSet<(String, String)>;

fn reasons_in_sources() -> Reasons {
    let mut reasons = Reasons::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("http")).expect("the suite is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).expect("it can be read");
        // In two pieces, so that this file has no reason.
        for rest in source.split(concat!("OneServer", "::")).skip(1) {
            let reason: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            reasons.insert((reason, name.clone()));
        }
    }
    reasons
}

fn reasons_in_readme() -> Reasons {
    let readme = include_str!("../README.md");
    let (_, table) = readme.split_once(concat!("| `OneServer", "::` |")).expect("the table is there");
    let mut reasons = Reasons::new();
    for row in table.lines().skip(2).take_while(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = cells[3].split(", ").map(|name| name.trim_matches('`').to_owned());
        reasons.extend(names.map(|name| (cells[1].trim_matches('`').to_owned(), name)));
    }
    reasons
}

#[test]
fn readme_names_every_test_with_one_server() {
    let reasons = reasons_in_sources();
    assert!(reasons.len() > 5, "the sources are read: {reasons:?}");
    assert_eq!(reasons_in_readme(), reasons);
}
