//! The terminal is as it was before, whatever ends the program.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use tests::documents::content;
use tests::keys::{ESC, ctrl};
use tests::modes;
use tests::pty::{Ended, Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, TEXT, editor, server, start, type_at_line};

/// What a text editor switches in a terminal: the alternate screen, whole pastes, the mouse.
const SWITCHED: [u16; 3] = [1049, 2004, 1006];

/// The screen is ours, or there would be nothing to put back.
fn is_taken(terminal: &Terminal) {
    let switched = modes::switched(&terminal.output());
    for mode in SWITCHED {
        assert!(switched.contains(&mode), "{mode} is not among {switched:?}\n{terminal}");
    }
    assert!(!terminal.has_original_settings(), "keys come one by one\n{terminal}");
}

/// Nothing is left of it.
fn is_as_before(ended: &Ended) {
    assert_eq!(modes::left_behind(&ended.output), BTreeSet::new(), "{}", ended.text());
    assert_eq!(modes::keyboards_left(&ended.output), 0, "{}", ended.text());
    assert!(ended.has_original_settings, "lines, echo and signals are the terminal's again");
    assert!(!ended.screen.alternate_screen() && !ended.screen.hide_cursor());
    assert!(!ended.screen.bracketed_paste());
    assert_eq!(ended.screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
}

fn ready(server: &Server) -> Terminal {
    let editor = editor(server, "Alice");
    is_taken(&editor);
    editor
}

#[test]
fn after_quitting() {
    let server = server();
    let mut alice = ready(&server);
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    is_as_before(&ended);
}

#[test]
fn after_quitting_with_something_unsaved() {
    let server = server();
    let mut alice = ready(&server);
    type_at_line(&mut alice, 1, "A-");
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    alice.send(ESC);
    alice.until_no_text("Not saved");
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    alice.send("l");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    is_as_before(&ended);
    assert_eq!(content(&server, DOC), TEXT);
}

#[test]
fn after_saving_on_the_way_out() {
    let server = server();
    let mut alice = ready(&server);
    type_at_line(&mut alice, 1, "A-");
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    alice.send("s");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    is_as_before(&ended);
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
}

#[test]
fn after_a_signal() {
    // The number is 0 if it differs between systems.
    let mut numbered = vec![
        ("TERM", 15),
        ("HUP", 1),
        ("INT", 2),
        ("QUIT", 3),
        ("ABRT", 6),
        ("TRAP", 5),
        ("ALRM", 14),
        ("XCPU", 24),
        ("VTALRM", 26),
        ("PROF", 27),
        ("USR1", 0),
        ("USR2", 0),
        ("SYS", 0),
        ("IO", 0),
    ];
    if cfg!(target_os = "linux") {
        // A power failure, a fault of a coprocessor, the first and the last of the real-time signals.
        numbered.extend([("PWR", 30), ("16", 16), ("RTMIN", 34), ("RTMAX", 64)]);
    }
    let server = server();
    for (signal, number) in numbered {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let mut alice =
            start(&server, "Alice").argument("--data").argument(&folder.path().display().to_string()).spawn();
        alice.until_text("clean");
        is_taken(&alice);
        let words = format!("typed before {signal} ");
        type_at_line(&mut alice, 1, &words);
        alice.signal(signal);
        let ended = alice.wait();
        let code = ended.exit.exit_code();
        assert!(code == 128 + number || (number == 0 && code > 128), "{signal}: {code}, {}", ended.text());
        is_as_before(&ended);
        assert!(says(folder.path(), &words), "{signal}: the draft is written");
    }
}

/// A write that is longer than this user's limit fails, and does not end the program (SIGXFSZ).
#[test]
fn after_a_draft_that_is_too_long_it_goes_on() {
    let server = server();
    let script = format!("ulimit -f 0; exec '{PROGRAM}' edit {DOC} --server {} --as Alice", server.url());
    let mut alice = Start::new("sh", &["-c", &script]).spawn();
    alice.until_text("clean");
    type_at_line(&mut alice, 1, "A-");
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v2-");
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    is_as_before(&ended);
}

/// The stage, with both documents open.
fn stage() -> Terminal {
    let stage = Start::new(PROGRAM, &["--free"]).spawn();
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    is_taken(&stage);
    stage
}

#[test]
fn after_a_signal_on_the_stage() {
    for signal in ["TERM", "HUP"] {
        let stage = stage();
        stage.signal(signal);
        is_as_before(&stage.wait());
    }
}

/// Whoever takes the terminal must be listening already.
#[test]
fn after_a_signal_in_the_first_moment() {
    for _ in 0..5 {
        let stage = Start::new(PROGRAM, &["--free"]).spawn();
        stage.until("the screen to be taken", vt100::Screen::alternate_screen);
        stage.signal("TERM");
        is_as_before(&stage.wait());
    }
}

#[test]
fn after_leaving_the_stage() {
    let mut stage = stage();
    stage.send(ctrl('q'));
    let ended = stage.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    is_as_before(&ended);
}

#[test]
fn after_an_error() {
    // A port that nobody listens on: it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let server = format!("http://{port}");
    let alice = Start::new(PROGRAM, &["edit", DOC, "--server", &server, "--as", "Alice"]).spawn();
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 3, "{}", ended.text());
    is_as_before(&ended);
    assert!(ended.text().contains(&port.to_string()), "it says which server: {}", ended.text());
}

#[test]
fn after_wrong_usage() {
    for arguments in [&["edit", "No Name"][..], &["edit", "--server", "nonsense"], &["unknown"]] {
        let ended = Start::new(PROGRAM, arguments).spawn().wait();
        assert_eq!(ended.exit.exit_code(), 2, "{arguments:?}: {}", ended.text());
        assert_eq!(modes::switched(&ended.output), BTreeSet::new(), "the screen was never taken");
    }
}

/// The editor of the program, beside something that panics when it is told to.
fn about_to_panic(server: &Server, tombstone: &Path) -> Terminal {
    let program = env!("CARGO_BIN_EXE_panics-on-signal");
    let tombstone = tombstone.display().to_string();
    let editor = Start::new(program, &[&server.url(), DOC, &tombstone]).variable("RUST_BACKTRACE", "0").spawn();
    editor.until_text("clean");
    is_taken(&editor);
    editor
}

#[test]
fn after_a_panic() {
    let server = server();
    let editor = about_to_panic(&server, Path::new("not-wanted"));
    editor.signal("CHLD");
    let ended = editor.wait();
    assert_eq!(ended.exit.exit_code(), 101, "{}", ended.text());
    is_as_before(&ended);
    assert!(ended.screen.contents().contains("a panic on the thread that draws"), "{}", ended.screen.contents());
}

/// A panic anywhere else must not give the terminal back while the program goes on drawing in it.
#[test]
fn after_a_panic_in_a_task_it_goes_on() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let tombstone = folder.path().join("tombstone");
    let mut editor = about_to_panic(&server, &tombstone);
    editor.signal("WINCH");
    until("the task is dead", || fs::read_to_string(&tombstone).is_ok_and(|text| text == "panicked"));
    type_at_line(&mut editor, 1, "A-");
    editor.until_text("edited");
    is_taken(&editor);
    assert!(modes::left_behind(&editor.output()).contains(&1049), "the screen is still ours");
    assert!(!editor.text().contains("a panic in a task"), "{editor}");
    editor.send(ctrl('q'));
    editor.until_text("Not saved");
    editor.send("l");
    is_as_before(&editor.wait());
}

/// Stopped by its shell's job control, it gives the terminal back, and takes it again when it goes on.
#[test]
fn while_it_is_stopped() {
    let server = server();
    // A shell with job control and without a line editor, which would switch modes of its own.
    let mut shell =
        Start::new("bash", &["--norc", "--noprofile", "--noediting", "-i"]).variable("PS1", "ready$ ").spawn();
    shell.until_text("ready$");
    shell.send(format!("{PROGRAM} edit {DOC} --server {} --as Alice\r", server.url()));
    shell.until_text("clean");
    is_taken(&shell);
    type_at_line(&mut shell, 1, "A-");
    shell.signal_to_job("TSTP");
    shell.until("the shell again", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert_eq!(modes::left_behind(&shell.output()), BTreeSet::new());
    assert!(shell.has_original_settings());

    shell.send("fg\r");
    shell.until("the editor again", |screen| screen.alternate_screen() && screen.contents().contains("A-one"));
    is_taken(&shell);
    shell.send(ctrl('s'));
    shell.until_text("saved as version \"v2-");
    shell.send(ctrl('q'));
    shell.until("the shell again", |screen| screen.contents().trim_end().ends_with("ready$"));
    shell.send("exit\r");
    is_as_before(&shell.wait());
}
