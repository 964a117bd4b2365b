//! The generated files of the demo in the repository equal the output of `demo/make.sh`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders with generated files.
const MADE: [&str; 2] = ["figures", "recordings"];

/// The most bytes of one file: every clone of the repository has all versions of it.
const MAX_BYTES: usize = 150_000;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo")
}

/// Returns the generated files by their names.
fn files(demo_folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in MADE {
        let entries = fs::read_dir(demo_folder.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
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
        .expect("bash runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (made, kept) = (files(folder.path()), files(&demo()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept), names(&made), "the files differ; run `demo/make.sh`");
    for (name, bytes) in made {
        assert!(kept[&name] == bytes, "demo/{name} is out of date; run `demo/make.sh`");
        assert!(bytes.len() <= MAX_BYTES, "demo/{name} has {} bytes", bytes.len());
    }
}

#[test]
fn files_that_the_pages_show_exist() {
    for page in ["../README.md", "README.md", "lessons/README.md"] {
        let page = demo().join(page);
        let text = fs::read_to_string(&page).expect("the page exists");
        for shown in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let made = MADE.iter().any(|folder| shown.contains(&format!("{folder}/")));
            assert!(!made || page.with_file_name(shown).exists(), "{} shows {shown}", page.display());
        }
    }
}
