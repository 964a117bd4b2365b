//! A merge of files in plain mode.

use std::fs;

use tempfile::TempDir;

use crate::room::{FinishedSession, home, run};

/// Creates a home folder with three files, in which both sides changed the second line.
fn files() -> TempDir {
    let home = home();
    for (name, text) in
        [("base", "flour\nwater\nsalt\n"), ("mine", "flour\nmilk\nsalt\n"), ("theirs", "flour\nbeer\nsalt\n")]
    {
        fs::write(home.path().join(name), text).expect("a file can be written");
    }
    home
}

fn merge(home: &TempDir, lines: &[&str]) -> FinishedSession {
    run(home, &["merge", "--view", "--plain", "mine", "base", "theirs"], lines)
}

fn text(home: &TempDir, name: &str) -> String {
    fs::read_to_string(home.path().join(name)).expect("the file exists")
}

#[test]
fn decided_conflict_is_written_to_the_file() {
    let home = files();
    let ran = merge(&home, &["save", "documents", "all theirs", "save"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "Three files are merged",
        "'mine', 3 lines",
        "Conflict 1 of 1, open",
        "> save\n",
        "1 conflict to decide",
        "> documents\nNot now: a merge of files has no server.\n",
        "> all theirs\n",
        "All is decided.",
        "> save\n",
    ]);
    assert_eq!(text(&home, "mine"), "flour\nbeer\nsalt\n");
}

#[test]
fn help_in_a_merge_of_files_is_about_files() {
    let home = files();
    let ran = merge(&home, &["help"]);
    ran.says(&["all mine:", "write to PATH:", "base: the file that both started from."]);
    for word in ["PUT", "412", "428", "ETag", "If-Match", "documents:", "policy", "wire", "as NAME"] {
        assert!(!ran.said.contains(word), "{word} in {}", ran.said);
    }
}

#[test]
fn result_can_be_written_to_another_file() {
    let home = files();
    let ran = merge(&home, &["write to other", "mine", "write to base", "write to other"]);
    assert_eq!(ran.code, 1, "git must not regard the file as merged: {}", ran.errors);
    ran.says(&["Not now: 1 conflict is open", "> write to base\n", "there is a file of that name already"]);
    assert!(ran.errors.contains("the result is in other; mine is unchanged"), "{}", ran.errors);
    assert_eq!(
        (text(&home, "other"), text(&home, "base")),
        ("flour\nmilk\nsalt\n".into(), "flour\nwater\nsalt\n".into())
    );
}
