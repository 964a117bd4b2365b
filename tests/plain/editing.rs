//! An editor through pipes: a save, a 428, unsaved text, and text with control characters.

use std::io::Write as _;
use std::process::{Command, Stdio};

use tests::documents::{content, expect, get, put, versions};

use crate::PROGRAM;
use crate::room::{DOC, TEXT, edit, home, run, server};

#[test]
fn save_is_reported_with_the_version_that_it_replaces() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["line 1 ONE", "save", "line 2 TWO", "save"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "This is the editor of Alice",
        "'Draft Post', 3 lines; 'show' reads it.",
        "> line 1 ONE\nLine 1: ONE\nEdited.",
        "> save\n",
        "PUT /api/documents/draft-post, If-Match: \"v1-",
        "200: saved as \"v2-",
        "Saved as version \"v2-",
        "Clean.",
        "If-Match: \"v2-",
        "Saved as version \"v3-",
    ]);
    assert_eq!(content(&server, DOC), "ONE\nTWO\nthree\n");
    assert!(!ran.said.contains("There are no more lines"), "there is no unsaved text: {}", ran.said);
}

#[test]
fn blind_save_is_explained_and_done_right() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["add four", "blind", "right"]);
    ran.says(&["without a precondition", "428", "It sends If-Match", "Say 'right'", "> right", "Saved as"]);
    assert_eq!(content(&server, DOC), format!("{TEXT}four\n"));
}

#[test]
fn unsaved_text_at_end_of_input_is_offered_next_time() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["add unsaved"]);
    assert_eq!(ran.code, 0);
    ran.says(&["Line 4: unsaved", "There are no more lines", "Not saved: draft-post (Alice)", "kept as a draft"]);
    assert_eq!(versions(&server, DOC).len(), 1, "nothing was sent");
    let ran = edit(&home, &server, "Alice", &["show 4", "save"]);
    ran.says(&["Unsaved text from an earlier run is here again", "Line 4: unsaved", "Saved as version"]);
    assert_eq!(content(&server, DOC), format!("{TEXT}unsaved\n"));
}

#[test]
fn quit_asks_about_unsaved_text_unless_forced() {
    let (server, home) = (server(), home());
    let ran = edit(&home, &server, "Alice", &["add x", "quit", "save", "add never heard"]);
    ran.says(&["Not saved", "Say 'save' (save and leave), 'leave' or 'no' (stay).", "Saved as version"]);
    assert!(!ran.said.contains("never heard"), "{}", ran.said);
    let ran = edit(&home, &server, "Alice", &["add y", "quit!", "save"]);
    assert_eq!(ran.code, 0);
    assert_eq!(content(&server, DOC), format!("{TEXT}x\n"), "{}", ran.said);
}

#[test]
fn control_characters_are_printed_as_symbols() {
    let (server, home) = (server(), home());
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\r\nsecond\n";
    let tag = expect(200, server.answer(&get(DOC))).etag();
    let by = "Ifmatch-Author";
    expect(200, server.answer(&put(DOC, hostile).with("If-Match", &tag).with(by, "Mallory")));
    let ran = edit(&home, &server, "Alice", &["show", "wire 1", "line 1 \u{1b}[31m", "save", "\u{1b}[0m"]);
    ran.says(&["Line 1: ␛[2J␛]0;owned␇<U+009B>31m<U+202E>", "> line 1 ␛[31m", "Saved as version"]);
}

#[test]
fn no_terminal_without_plain_names_the_flag() {
    let (server, home) = (server(), home());
    let ran = run(&home, &["edit", DOC, "--server", &server.url(), "--as", "Alice"], &["quit"]);
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("--plain"), "{}", ran.errors);
    assert_eq!(ran.said, "");
    assert!(run(&home, &[], &[]).errors.contains("--plain"));
}

#[test]
fn closed_output_ends_with_129() {
    let (server, home) = (server(), home());
    let mut command = Command::new(PROGRAM);
    command.args(["edit", DOC, "--server", &server.url(), "--as", "Alice", "--plain"]);
    command.env_clear().env("HOME", home.path()).current_dir(home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("its input is a pipe");
    // The program may end before it has read the line.
    let _ = input.write_all(b"add unheard\n");
    assert_eq!(child.wait().expect("the test started it").code(), Some(129));
    drop(input);
}
