//! The terminal goes away under the program: it ends by itself, says so in its exit code, and has kept what was typed.

use std::fs;
use std::path::Path;

use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, server, start, type_at_line};

/// 128 and SIGHUP's number, as `--help` says.
const HUNG_UP: u32 = 129;

/// A shell that does this in a terminal that can be closed without anything being typed.
fn shell(script: &str) -> Terminal {
    Start::new("sh", &["-c", &format!("stty eof undef; {script}")]).spawn()
}

fn edit(server: &Server, folder: &Path) -> String {
    format!("'{PROGRAM}' edit {DOC} --server {} --as Alice --data '{}'", server.url(), folder.display())
}

/// Lets the program draw, so that its output is let go of.
fn resize(terminal: &mut Terminal) {
    terminal.resize((100, 30));
}

/// The program in a shell, with words typed into it, and the terminal closed: the exit code, and whether the words are
/// in a draft and come back.
fn closed(script: impl Fn(&str) -> String) -> u32 {
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
fn a_closed_window_is_129() {
    assert_eq!(closed(|edit| format!("exec {edit}")), HUNG_UP);
}

#[test]
fn a_closed_window_is_129_with_errors_to_a_file() {
    assert_eq!(closed(|edit| format!("exec {edit} 2>errors")), HUNG_UP);
    assert_eq!(closed(|edit| format!("exec {edit} 2>/dev/null")), HUNG_UP);
}

/// The kernel tells only the process that leads the session. If that is deaf, nobody else is told.
#[test]
fn an_orphan_without_sighup_ends_with_129() {
    assert_eq!(closed(|edit| format!("trap '' HUP; {edit}; exit $?")), HUNG_UP);
}

#[test]
fn the_stage_ends_with_129() {
    for script in [format!("exec '{PROGRAM}' --free"), format!("trap '' HUP; '{PROGRAM}' --free; exit $?")] {
        let stage = shell(&script);
        stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
        assert_eq!(stage.hang_up(resize).exit_code(), HUNG_UP, "{script}");
    }
}

#[test]
fn the_merge_view_ends_with_129() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    for (name, text) in [("mine", "one\nmine\n"), ("base", "one\ntwo\n"), ("theirs", "one\ntheirs\n")] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let merge =
        format!("cd '{}'; trap '' HUP; '{PROGRAM}' merge --view mine base theirs; exit $?", folder.path().display());
    let view = shell(&merge);
    view.until_text("merging, 1 open");
    assert_eq!(view.hang_up(resize).exit_code(), HUNG_UP);
    assert_eq!(fs::read_to_string(folder.path().join("mine")).expect("it is there"), "one\nmine\n");
}

/// Line by line, the end of the input means that there is no more to say. A terminal that is gone is something else.
#[test]
fn plain_mode_ends_with_129() {
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

/// The screen is taken, and nothing is typed: quitting still works as before.
#[test]
fn an_end_of_file_typed_is_no_hang_up() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("clean");
    alice.send(ctrl('d'));
    alice.send("typed ");
    alice.until_text("typed one");
}
