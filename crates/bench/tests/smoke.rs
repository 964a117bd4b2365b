//! The bench runs to its end, and its table is complete. These tests ignore the numbers.

use std::process::Command;

#[test]
fn bench_runs_and_its_table_is_complete() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).arg("--smoke").output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{complained}");
    for line in [
        "bare axum",
        "yardstick",
        "PUT, If-Match, stale: 412",
        "one document, 64 writers: of the yardstick",
        "PUT, If-Match, own: 200",
        "SQLite alone, 64 writes a commit",
        "of bare axum",
        "70 held writes",
        "MiB",
    ] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn choices_are_measured_against_the_usual_way() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).args(["--smoke", "--choices"]).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{complained}");
    for line in ["other: axum::serve", "other: 13 layers of one step", "GET, If-None-Match: 304"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn unknown_option_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).arg("--slow").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--quick"));
}
