//! A block of lines through a pipe that ends without its dot.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use ifmatch::Paths;
use tests::documents::content;
use tests::http::Request;
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, edit, home, run, server};

/// Alice, who is said these lines and hears more if there are more.
fn begin(home: &tempfile::TempDir, server: &Server, lines: &str) -> Child {
    let mut command = Command::new(PROGRAM);
    let data = home.path().display().to_string();
    command.args(["edit", DOC, "--server", &server.url(), "--as", "Alice", "--plain", "--data", &data]);
    command.env_clear().env("HOME", home.path()).current_dir(home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program starts");
    child.stdin.as_mut().expect("its input is a pipe").write_all(lines.as_bytes()).expect("it hears lines");
    child
}

/// Whether a draft in that home has these words.
fn keeps(home: &tempfile::TempDir, words: &str) -> bool {
    let Ok(drafts) = std::fs::read_dir(Paths::below(home.path()).drafts()) else { return false };
    drafts.flatten().any(|file| std::fs::read_to_string(file.path()).is_ok_and(|text| text.contains(words)))
}

fn again(home: &tempfile::TempDir, server: &Server, lines: &[&str]) -> crate::room::FinishedSession {
    let data = home.path().display().to_string();
    run(home, &["edit", DOC, "--server", &server.url(), "--as", "Alice", "--plain", "--data", &data], lines)
}

#[test]
fn open_block_is_offered_after_kill() {
    let (server, home) = (server(), home());
    let mut child = begin(&home, &server, "line 2\nbring\ncake\n");
    // Not with the line that opens the block: those that wait for a document are kept together.
    tests::until("the lines of the block are on the disk", || keeps(&home, "\"bring\\ncake"));
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    let ran = again(&home, &server, &["show", "paste", "save"]);
    ran.says(&["2 lines of an earlier run are in no text yet:", "1. bring", "2. cake", "Line 2: two", "Saved as"]);
    assert_eq!(content(&server, DOC), format!("{TEXT}bring\ncake\n"));
    let ran = again(&home, &server, &[]);
    assert!(!ran.said.contains("earlier run"), "it is saved: {}", ran.said);
}

/// Lines from a pipe wait for the response to a save; those of a block are kept all the same.
#[test]
fn open_block_behind_a_held_save_is_offered_after_kill() {
    let (server, home) = (server(), home());
    let hold = Request::new("PUT", "/control/gate").body("application/json", br#"{"hold":"writes"}"#.to_vec());
    let response = server.answer(&hold);
    assert_eq!(response.status, 200, "{response:?}");
    let mut child = begin(&home, &server, "line 1 ONE\nsave\n");
    tests::until("the text is on the disk", || keeps(&home, "ONE"));
    child.stdin.as_mut().expect("its input is a pipe").write_all(b"add\nbring\ncake\n").expect("it hears lines");
    tests::until("the lines are on the disk", || keeps(&home, "bring\\ncake"));
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}

#[test]
fn open_block_is_in_the_text_after_the_last_line() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["insert 2", "bring", "cake"]);
    ran.says(&["those said last are taken as they are", "Line 2: bring", "Line 3: cake", "kept as a draft"]);
    assert!(!ran.said.contains("is being written"), "it is known by then: {}", ran.said);
    let ran = edit(&home, &server, "Alice", &["save"]);
    ran.says(&["Unsaved text from an earlier run is here again", "Saved as"]);
    assert_eq!(content(&server, DOC), "one\nbring\ncake\ntwo\nthree\n");
}
