//! The merge view as git's merge tool: three files, no server.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};

use crate::PROGRAM;

/// Runs git with the repository's configuration only, and returns its output.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .output()
        .expect("git runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Creates a repository in the middle of a merge: both branches changed the second line.
fn in_a_merge() -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let git = |arguments: &[&str]| git(folder.path(), arguments);
    git(&["init", "-q", "-b", "mine"]);
    git(&["config", "user.name", "Alice"]);
    git(&["config", "user.email", "alice@example.org"]);
    for (branch, text) in
        [("base", "flour\nwater\nsalt\n"), ("theirs", "flour\nbeer\nsalt\n"), ("mine", "flour\nmilk\nsalt\n")]
    {
        match branch {
            "theirs" => git(&["checkout", "-q", "-b", "theirs"]),
            "mine" => git(&["checkout", "-q", "mine"]),
            _ => String::new(),
        };
        fs::write(folder.path().join("recipe.txt"), text).expect("a file can be written");
        git(&["add", "."]);
        git(&["commit", "-q", "-m", branch]);
    }
    git(&["merge", "-q", "theirs"]);
    let options = "merge --view --output \"$MERGED\" -L mine -L base -L theirs";
    let command = format!("{PROGRAM} {options} \"$LOCAL\" \"$BASE\" \"$REMOTE\"");
    git(&["config", "mergetool.ifmatch.cmd", &command]);
    git(&["config", "mergetool.ifmatch.trustExitCode", "true"]);
    git(&["config", "mergetool.keepBackup", "false"]);
    folder
}

fn mergetool(repository: &Path) -> Terminal {
    let path = std::env::var("PATH").expect("there is a PATH");
    let folder = repository.to_str().expect("a path that can be typed");
    let arguments = ["-C", folder, "mergetool", "--no-prompt", "--tool", "ifmatch"];
    Start::new("git", &arguments).variable("PATH", &path).variable("GIT_CONFIG_NOSYSTEM", "1").spawn()
}

#[test]
fn saved_result_is_merged_for_git() {
    let repository = in_a_merge();
    let mut tool = mergetool(repository.path());
    tool.until_text("1 open");
    tool.until_text("recipe.txt");
    tool.send("B");
    tool.until_text("all decided");
    tool.send(ctrl('s'));
    let ended = tool.wait();
    assert!(ended.exit.success(), "{}", ended.text());
    let merged = fs::read_to_string(repository.path().join("recipe.txt")).expect("the file exists");
    assert_eq!(merged, "flour\nbeer\nmilk\nsalt\n");
    assert_eq!(git(repository.path(), &["ls-files", "-u"]), "", "git regards the file as merged");
}

#[test]
fn leaving_keeps_the_file_unmerged() {
    let repository = in_a_merge();
    let before = fs::read(repository.path().join("recipe.txt")).expect("the file exists");
    let mut tool = mergetool(repository.path());
    tool.until_text("1 open");
    tool.send(ctrl('q'));
    tool.until_text("leave?");
    tool.send("l");
    assert!(!tool.wait().exit.success());
    assert_eq!(fs::read(repository.path().join("recipe.txt")).expect("the file exists"), before);
    assert_eq!(git(repository.path(), &["ls-files", "-u"]).lines().count(), 3);
}

#[test]
fn file_changed_by_another_program_is_merged_in() {
    let repository = in_a_merge();
    let merged = repository.path().join("recipe.txt");
    let mut tool = mergetool(repository.path());
    tool.until_text("1 open");
    tool.send("t");
    tool.until_text("all decided");
    // Another editor has the file open, and saves.
    fs::write(&merged, "sugar\nflour\nbeer\nsalt\n").expect("a file can be written");
    tool.send(ctrl('s'));
    tool.until_text("recipe.txt on disk has changed since it was read");
    assert_eq!(fs::read_to_string(&merged).expect("the file exists"), "sugar\nflour\nbeer\nsalt\n");
    tool.send(ctrl('s'));
    tool.until_text("again writes it to");
    tool.send(ctrl('s'));
    let ended = tool.wait();
    assert!(ended.exit.success(), "{}", ended.text());
    assert_eq!(fs::read_to_string(&merged).expect("the file exists"), "sugar\nflour\nbeer\nsalt\n");
}
