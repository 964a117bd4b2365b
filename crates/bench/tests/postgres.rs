//! The bench of a store in PostgreSQL runs to its end, and its table is complete.
//!
//! The test ignores the numbers.

use std::process::Command;

#[test]
fn postgres_is_measured_next_to_pgbench() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).args(["--smoke", "--postgres"]).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{complained}");
    for line in [
        "70 documents of 2048 bytes",
        "pgbench, numbered, NOTIFY",
        "PUT, 1 connections: one server, of pgbench",
        "PUT, 64 connections: three servers, of one",
        "304, 16 connections: of the bare select",
        "one document, 64 writers, one server: of SQLite",
        "p99/p50 of a write",
        "64 connections: batches, of a commit a write",
    ] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
    let rate = |name: &str| {
        let row = said.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}:\n{said}"));
        row[name.len()..].split_whitespace().nth(1).unwrap().parse::<f64>().unwrap()
    };
    for name in ["pgbench: lock, insert, update", "PUT, own: three servers", "PUT, one document: three"] {
        assert!(rate(name) > 0.0, "{said}");
    }
}

#[test]
fn part_of_the_table_is_measured_alone() {
    let run = |only| Command::new(env!("CARGO_BIN_EXE_bench")).args(["--smoke", "--postgres", "--only", only]).output();
    let output = run("304 16").unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("304, 16 connections: of the bare select") && !said.contains("PUT"), "{said}");
    let output = run("305").unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no line of the table has the text '305'"));
}
