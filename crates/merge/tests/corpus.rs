//! A corpus of examples: each folder of `corpus/` holds a base, mine and theirs, and their merge.
//!
//! The file `merged` is the merge as a text and, after a separator line, a report: the kind of each change, the
//! suggestions and the notices. To add an example, add its three files; `CORPUS=write cargo test -p ifmatch-merge
//! --test corpus` writes the fourth. Read it before you commit it.

use merge::{Merge, Rendering};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The separator between the merge and the report.
const SEPARATOR: &str = "~~~~~~~~\n";

fn folders() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut folders: Vec<_> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn report(folder: &Path) -> Vec<u8> {
    let [base, mine, theirs] = ["base", "mine", "theirs"].map(|name| fs::read(folder.join(name)).unwrap());
    let merge = Merge::new(&base, &mine, &theirs, None);
    let labels = [&b"mine"[..], b"base", b"theirs"].map(Some);
    let mut report = merge.render(&Rendering { labels, ..Rendering::default() }).text;
    let mut notes = String::new();
    for &change in merge.changes() {
        let region = &merge.regions()[change];
        writeln!(notes, "{change}: {:?} {:?} {:?} {:?}", region.kind, region.base, region.mine, region.theirs).unwrap();
        if let Some(suggestion) = merge.suggestion(change) {
            writeln!(notes, "   {:?}: {:?}", suggestion.reason, suggestion.text).unwrap();
        }
    }
    for notice in merge.notices() {
        writeln!(notes, "{notice:?}").unwrap();
    }
    report.extend_from_slice(SEPARATOR.as_bytes());
    report.extend_from_slice(notes.as_bytes());
    report
}

#[test]
fn every_example_merges_as_recorded() {
    let write = std::env::var("CORPUS").is_ok_and(|value| value == "write");
    let folders = folders();
    assert!(folders.len() >= 60, "{} triples", folders.len());
    for folder in folders {
        let (report, merged) = (report(&folder), folder.join("merged"));
        if write {
            fs::write(merged, report).unwrap();
            continue;
        }
        let kept = fs::read(&merged).unwrap_or_default();
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(shown(&report), shown(&kept), "{}", folder.display());
        assert_eq!(report, kept, "{}", folder.display());
    }
}
