//! The terminal closes while the program runs: the program ends with 129, and unsaved text is kept.

use std::fs;
use std::path::Path;

use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, server, start, type_at_line};

/// 128 and the number of SIGHUP, as documented in `--help`.
const HUNG_UP: u32 = 129;

/// Starts a shell script in a terminal that can be closed without typing anything.
fn shell(script: &str) -> Terminal {
    Start::new("sh", &["-c", &format!("stty eof undef; {script}")]).spawn()
}

fn edit(server: &Server, folder: &Path) -> String {
    format!("'{PROGRAM}' edit {DOC} --server {} --as Alice --data '{}'", server.url(), folder.display())
}

/// Makes the program draw, so that the thread that reads its output closes the terminal.
fn resize(terminal: &mut Terminal) {
    terminal.resize((100, 30));
}

/// Runs the program in a shell, types, closes the terminal, and returns the exit code.
///
/// The typed words must be in a draft and come back.
fn exit_code_of_a_closed_window(script: impl Fn(&str) -> String) -> u32 {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut alice = shell(&script(&edit(&server, folder.path())));
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    let exit = alice.hang_up(resize);
    assert!(says(folder.path(), "A-one"), "the draft is on the disk when the program has ended");
    let again = start(&server, "Alice").argument("--data").argument(&folder.path().display().to_string()).spawn();
    again.until_text("A-one");
    exit.exit_code()
}

#[test]
fn closed_window_exits_129() {
    assert_eq!(exit_code_of_a_closed_window(|edit| format!("exec {edit}")), HUNG_UP);
}

#[test]
fn closed_window_exits_129_with_redirected_errors() {
    assert_eq!(exit_code_of_a_closed_window(|edit| format!("exec {edit} 2>errors")), HUNG_UP);
    assert_eq!(exit_code_of_a_closed_window(|edit| format!("exec {edit} 2>/dev/null")), HUNG_UP);
}

/// The kernel sends SIGHUP only to the session leader; if that ignores it, the program gets none.
#[test]
fn closed_window_exits_129_without_sighup() {
    assert_eq!(exit_code_of_a_closed_window(|edit| format!("trap '' HUP; {edit}; exit $?")), HUNG_UP);
}

#[test]
fn stage_in_a_closed_window_exits_129() {
    for script in [format!("exec '{PROGRAM}' --free"), format!("trap '' HUP; '{PROGRAM}' --free; exit $?")] {
        let stage = shell(&script);
        stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
        assert_eq!(stage.hang_up(resize).exit_code(), HUNG_UP, "{script}");
    }
}

#[test]
fn merge_view_in_a_closed_window_exits_129() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    for (name, text) in [("mine", "one\nmine\n"), ("base", "one\ntwo\n"), ("theirs", "one\ntheirs\n")] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let merge =
        format!("cd '{}'; trap '' HUP; '{PROGRAM}' merge --view mine base theirs; exit $?", folder.path().display());
    let view = shell(&merge);
    view.until_text("merging, 1 open");
    assert_eq!(view.hang_up(resize).exit_code(), HUNG_UP);
    assert_eq!(fs::read_to_string(folder.path().join("mine")).expect("the file exists"), "one\nmine\n");
}

/// In plain mode, the end of input ends the program with success, but a closed terminal does not.
#[test]
fn plain_mode_in_a_closed_window_exits_129() {
    let echo = |terminal: &mut Terminal| terminal.send(" ");
    for script in
        [|edit: &str| format!("exec {edit} --plain"), |edit: &str| format!("trap '' HUP; {edit} --plain; exit $?")]
    {
        let server = server();
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let mut alice = shell(&script(&edit(&server, folder.path())));
        alice.until_text("'show' reads it");
        alice.send("add unsaved\r");
        alice.until_text("Line 8: unsaved");
        assert_eq!(alice.hang_up(echo).exit_code(), HUNG_UP, "{}", script("edit"));
        assert!(says(folder.path(), "unsaved"));
    }
}

/// Ctrl-D on the screen types nothing and ends nothing.
#[test]
fn ctrl_d_does_not_end_the_editor() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("clean");
    alice.send(ctrl('d'));
    alice.send("typed ");
    alice.until_text("typed one");
}
