//! Keys that the program has not yet read when a signal ends it are kept, since they were typed before.

use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, server};

/// Returns numbered words, more than one read of a terminal returns.
fn words() -> Vec<String> {
    (0..1500).map(|number| format!("q{number}x")).collect()
}

/// Starts an editor of the document that keeps its drafts in this folder.
fn editor(server: &Server, data: &str, plain: bool) -> Terminal {
    let start = Start::new(PROGRAM, &["edit", DOC, "--server", &server.url(), "--as", "Alice", "--data", data]);
    let start = if plain { start.argument("--plain") } else { start };
    start.spawn()
}

/// Types while the program is stopped, so that the keys are unread when the signal arrives.
///
/// Returns the exit code.
fn exit_code_after_typing_before(signal: &str, mut editor: Terminal, keys: &str) -> u32 {
    editor.signal("STOP");
    editor.send(keys);
    editor.signal(signal);
    editor.signal("CONT");
    editor.wait().exit.exit_code()
}

#[test]
fn unread_keys_are_in_the_draft() {
    let server = server();
    let text = words().join(" ");
    let pasted = format!("\x1b[200~{text}\x1b[201~");
    for (signal, code, keys) in
        [("TERM", 143, &text), ("HUP", 129, &pasted), ("INT", 130, &text), ("QUIT", 131, &pasted), ("USR2", 140, &text)]
    {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let alice = editor(&server, &folder.path().display().to_string(), false);
        alice.until_text("clean");
        assert_eq!(exit_code_after_typing_before(signal, alice, keys), code);
        assert!(says(folder.path(), &text), "after SIG{signal} the draft has every word");
    }
}

#[test]
fn unread_lines_are_in_the_draft() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let alice = editor(&server, &folder.path().display().to_string(), true);
    alice.until_text("'show' reads it");
    let lines: Vec<_> = words().into_iter().take(200).map(|word| format!("add {word}\n")).collect();
    assert_eq!(exit_code_after_typing_before("TERM", alice, &lines.concat()), 143);
    for number in 0..200 {
        assert!(says(folder.path(), &format!("q{number}x")), "q{number}x is in the draft");
    }
}
