//! The matrix of anomalies and servers: the README has the table that the program prints.

use std::fs;
use std::path::Path;

use crate::program::{run, said};

#[test]
fn readme_has_the_matrix_as_it_is_printed() {
    let (printed, again) = (
        said(&["lesson", "--matrix", "--transcript", "markdown"]),
        said(&["lesson", "--matrix", "--transcript", "markdown"]),
    );
    assert_eq!(printed, again, "every run is the same");
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    assert!(
        readme.contains(&printed),
        "README.md needs the output of `ifmatch lesson --matrix --transcript markdown`:\n{printed}"
    );
}

#[test]
fn each_mistake_loses_what_the_strict_server_keeps() {
    let table = said(&["lesson", "--matrix"]);
    let rows: Vec<Vec<&str>> = table.lines().take_while(|line| !line.is_empty()).map(cells).collect();
    let (head, rows) = rows.split_first().expect("the table has a head");
    let column = |name: &str| head.iter().position(|cell| *cell == name).expect("the column exists");
    let required = column("required");
    for mistake in ["etags=content", "etags=seconds", "judging=apart", "dates=plain"] {
        let differing: Vec<&str> =
            rows.iter().filter(|row| row[column(mistake)] != row[required]).map(|row| row[0]).collect();
        assert_eq!(differing.len(), 1, "{mistake}: {differing:?}");
    }
    for row in rows {
        let is_blind_retry = row[0] == "blind retry";
        assert_eq!(row[required].starts_with("refused"), !is_blind_retry, "{row:?}");
        assert!(["lost", "unseen"].contains(&row[column("ignored")]), "{row:?}");
    }
}

/// Returns the cells of a line, which are at least two spaces apart. The first line has no first cell.
fn cells(line: &str) -> Vec<&str> {
    let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
    if line.starts_with(' ') { std::iter::once("").chain(cells).collect() } else { cells.collect() }
}

#[test]
fn matrix_has_no_other_formats() {
    let ran = run(&["lesson", "--matrix", "--transcript", "har"]);
    assert_eq!((ran.code, ran.errors.contains("as text or as markdown")), (2, true), "{}", ran.errors);
}
