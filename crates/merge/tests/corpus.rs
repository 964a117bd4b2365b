//! A corpus to read: each folder of `corpus/` holds a base, mine and theirs, and what they come to.
//!
//! The file `merged` is the merge as a text, and below a line of its own what a person would be told: the kind of each
//! change, what is suggested, what is worth a look. A triple is added as three files; `CORPUS=write cargo test -p ifmatch-merge
//! --test corpus` writes the fourth, to be read before it is kept.

use merge::{Merge, Rendering};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// What the text is followed by, so that the rest is none of it.
const RULE: &str = "~~~~~~~~\n";

fn folders() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut folders: Vec<_> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn told(folder: &Path) -> Vec<u8> {
    let [base, mine, theirs] = ["base", "mine", "theirs"].map(|name| fs::read(folder.join(name)).unwrap());
    let merge = Merge::new(&base, &mine, &theirs, None);
    let labels = [&b"mine"[..], b"base", b"theirs"].map(Some);
    let mut told = merge.render(&Rendering { labels, ..Rendering::default() }).text;
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
    told.extend_from_slice(RULE.as_bytes());
    told.extend_from_slice(notes.as_bytes());
    told
}

#[test]
fn every_triple_comes_to_what_was_read_and_kept() {
    let write = std::env::var("CORPUS").is_ok_and(|said| said == "write");
    let folders = folders();
    assert!(folders.len() >= 60, "{} triples", folders.len());
    for folder in folders {
        let (told, merged) = (told(&folder), folder.join("merged"));
        if write {
            fs::write(merged, told).unwrap();
            continue;
        }
        let kept = fs::read(&merged).unwrap_or_default();
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(shown(&told), shown(&kept), "{}", folder.display());
        assert_eq!(told, kept, "{}", folder.display());
    }
}
