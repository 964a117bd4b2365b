//! Plain mode in a terminal: an unfinished block survives the program, however it ends.

use std::path::Path;

use tests::keys::ctrl;
use tests::pty::Terminal;
use tests::serve::Server;

use crate::drafts::says;
use crate::room::{server, start};

/// Starts Alice's editor in plain mode, with its drafts in this folder.
fn alice(server: &Server, folder: &Path) -> Terminal {
    let start = start(server, "Alice").argument("--plain").argument("--data");
    let alice = start.argument(&folder.display().to_string()).spawn();
    alice.until_text("'show' reads it");
    alice
}

/// Types `word` and two lines, ends the program by a signal, and starts it again.
///
/// The second run must offer both lines.
fn check_offered_after(signal: &str, code: u32, word: &str) {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut before = alice(&server, folder.path());
    before.send(format!("{word}\r"));
    before.until_text("a single dot on its own line ends them");
    before.send("bring the cake\rto most but not all\r");
    tests::until("both lines are on the disk", || says(folder.path(), "bring the cake\\nto most but not all"));
    before.signal(signal);
    assert_eq!(before.wait().exit.exit_code(), code, "{signal}");

    let mut after = alice(&server, folder.path());
    after.until_text("2 lines from an earlier run are in no text yet:");
    after.until_text("1. bring the cake");
    after.until_text("2. to most but not all");
    after.send("paste 2\r");
    after.until_text("Line 2: bring the cake");
    after.send("save\r");
    after.until_text("Saved as version \"v2-");
    after.until_text("Clean.");
    assert!(
        tests::documents::content(&server, crate::room::DOC)
            .starts_with("one\nbring the cake\nto most but not all\ntwo\n")
    );
    tests::until("the draft is deleted", || !says(folder.path(), "bring the cake"));
}

#[test]
fn open_add_is_offered_after_sigterm() {
    check_offered_after("TERM", 143, "add");
}

#[test]
fn open_line_is_offered_after_sighup() {
    check_offered_after("HUP", 129, "line 3");
}

#[test]
fn open_insert_is_offered_after_sigkill() {
    // The exit code that the pseudo-terminal reports for a killed process.
    check_offered_after("KILL", 1, "insert 1");
}

#[test]
fn open_block_is_in_the_text_after_ctrl_d() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut before = alice(&server, folder.path());
    before.send("insert 2\r");
    before.until_text("a single dot on its own line ends them");
    before.send("bring the cake\r");
    before.send(ctrl('d'));
    before.until_text("kept as a draft");
    assert!(before.wait().exit.success());
    let mut after = alice(&server, folder.path());
    after.until_text("Unsaved text from an earlier run is here again");
    after.send("show 2\r");
    after.until_text("Line 2: bring the cake");
}
