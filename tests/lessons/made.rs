//! What `demo/make.sh` makes is as it is in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders that it makes.
const MADE: [&str; 2] = ["figures", "recordings"];

/// The most bytes that one file may have: whoever clones the repository pays for all that ever were.
const BYTES: usize = 150_000;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo")
}

/// The files that were made, by their names.
fn files(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in MADE {
        let entries = fs::read_dir(place.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        for entry in entries {
            let entry = entry.expect("a folder can be listed");
            let name = format!("{folder}/{}", entry.file_name().display());
            files.insert(name, fs::read(entry.path()).expect("a file can be read"));
        }
    }
    files
}

#[test]
fn figures_and_recordings_are_up_to_date() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let made = Command::new("bash")
        .arg(demo().join("make.sh"))
        .arg(folder.path())
        .arg(env!("CARGO_BIN_EXE_ifmatch-under-test"))
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (made, kept) = (files(folder.path()), files(&demo()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept), names(&made), "other files than there should be: `demo/make.sh` makes them anew");
    for (name, bytes) in made {
        assert!(kept[&name] == bytes, "demo/{name} is out of date: `demo/make.sh` makes it anew");
        assert!(bytes.len() <= BYTES, "demo/{name} has {} bytes", bytes.len());
    }
}

#[test]
fn what_the_pages_show_is_there() {
    for page in ["../README.md", "README.md", "lessons/README.md"] {
        let page = demo().join(page);
        let text = fs::read_to_string(&page).expect("the page is there");
        for shown in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let made = MADE.iter().any(|folder| shown.contains(&format!("{folder}/")));
            assert!(!made || page.with_file_name(shown).exists(), "{} shows {shown}", page.display());
        }
    }
}
