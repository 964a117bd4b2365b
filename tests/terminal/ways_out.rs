//! The terminal is restored, whatever ends the program.

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

/// The modes that the editor sets: alternate screen, bracketed paste, mouse.
const SWITCHED: [u16; 3] = [1049, 2004, 1006];

/// Asserts that the program has changed the terminal, so that there is something to restore.
fn check_taken(terminal: &Terminal) {
    let switched = modes::switched(&terminal.output());
    for mode in SWITCHED {
        assert!(switched.contains(&mode), "{mode} is not among {switched:?}\n{terminal}");
    }
    assert!(!terminal.has_original_settings(), "the terminal is in raw mode\n{terminal}");
}

/// Asserts that the terminal is restored.
fn check_restored(ended: &Ended) {
    assert_eq!(modes::left_behind(&ended.output), BTreeSet::new(), "{}", ended.text());
    assert_eq!(modes::keyboards_left(&ended.output), 0, "{}", ended.text());
    assert!(ended.has_original_settings, "line mode, echo and signals are restored");
    assert!(!ended.screen.alternate_screen() && !ended.screen.hide_cursor());
    assert!(!ended.screen.bracketed_paste());
    assert_eq!(ended.screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
}

fn ready(server: &Server) -> Terminal {
    let editor = editor(server, "Alice");
    check_taken(&editor);
    editor
}

#[test]
fn terminal_is_restored_after_quit() {
    let server = server();
    let mut alice = ready(&server);
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    check_restored(&ended);
}

#[test]
fn terminal_is_restored_after_quit_without_saving() {
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
    check_restored(&ended);
    assert_eq!(content(&server, DOC), TEXT);
}

#[test]
fn terminal_is_restored_after_save_and_quit() {
    let server = server();
    let mut alice = ready(&server);
    type_at_line(&mut alice, 1, "A-");
    alice.send(ctrl('q'));
    alice.until_text("Not saved");
    alice.send("s");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    check_restored(&ended);
    assert_eq!(content(&server, DOC), format!("A-{TEXT}"));
}

#[test]
fn terminal_is_restored_after_each_signal() {
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
        // A power failure, a coprocessor fault, the first and the last real-time signal.
        numbered.extend([("PWR", 30), ("16", 16), ("RTMIN", 34), ("RTMAX", 64)]);
    }
    let server = server();
    for (signal, number) in numbered {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let mut alice =
            start(&server, "Alice").argument("--data").argument(&folder.path().display().to_string()).spawn();
        alice.until_text("clean");
        check_taken(&alice);
        let words = format!("typed before {signal} ");
        type_at_line(&mut alice, 1, &words);
        alice.signal(signal);
        let ended = alice.wait();
        let code = ended.exit.exit_code();
        assert!(code == 128 + number || (number == 0 && code > 128), "{signal}: {code}, {}", ended.text());
        check_restored(&ended);
        assert!(says(folder.path(), &words), "{signal}: the draft is written");
    }
}

/// A write beyond the user's limit of file size fails, and does not end the program (SIGXFSZ).
#[test]
fn file_size_limit_does_not_end_the_editor() {
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
    check_restored(&ended);
}

/// Starts the stage, and waits until both documents are open.
fn stage() -> Terminal {
    let stage = Start::new(PROGRAM, &["--free"]).spawn();
    stage.until("both editors", |screen| screen.contents().matches("clean").count() == 2);
    check_taken(&stage);
    stage
}

#[test]
fn terminal_is_restored_after_a_signal_on_the_stage() {
    for signal in ["TERM", "HUP"] {
        let stage = stage();
        stage.signal(signal);
        check_restored(&stage.wait());
    }
}

/// The program must handle signals as soon as it has taken the terminal.
#[test]
fn terminal_is_restored_after_an_early_signal() {
    for _ in 0..5 {
        let stage = Start::new(PROGRAM, &["--free"]).spawn();
        stage.until("the screen to be taken", vt100::Screen::alternate_screen);
        stage.signal("TERM");
        check_restored(&stage.wait());
    }
}

#[test]
fn terminal_is_restored_after_leaving_the_stage() {
    let mut stage = stage();
    stage.send(ctrl('q'));
    let ended = stage.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    check_restored(&ended);
}

#[test]
fn terminal_is_restored_after_an_error() {
    // No server listens on this port, which was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let server = format!("http://{port}");
    let alice = Start::new(PROGRAM, &["edit", DOC, "--server", &server, "--as", "Alice"]).spawn();
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 3, "{}", ended.text());
    check_restored(&ended);
    assert!(ended.text().contains(&port.to_string()), "the message names the server: {}", ended.text());
}

#[test]
fn terminal_is_untouched_after_wrong_usage() {
    for arguments in [&["edit", "No Name"][..], &["edit", "--server", "nonsense"], &["unknown"]] {
        let ended = Start::new(PROGRAM, arguments).spawn().wait();
        assert_eq!(ended.exit.exit_code(), 2, "{arguments:?}: {}", ended.text());
        assert_eq!(modes::switched(&ended.output), BTreeSet::new(), "the screen was never taken");
    }
}

/// Starts the editor beside tasks that panic on a signal.
fn panicking_editor(server: &Server, panic_file: &Path) -> Terminal {
    let program = env!("CARGO_BIN_EXE_panics-on-signal");
    let panic_file = panic_file.display().to_string();
    let editor = Start::new(program, &[&server.url(), DOC, &panic_file]).variable("RUST_BACKTRACE", "0").spawn();
    editor.until_text("clean");
    check_taken(&editor);
    editor
}

#[test]
fn terminal_is_restored_after_a_panic() {
    let server = server();
    let editor = panicking_editor(&server, Path::new("not-wanted"));
    editor.signal("CHLD");
    let ended = editor.wait();
    assert_eq!(ended.exit.exit_code(), 101, "{}", ended.text());
    check_restored(&ended);
    assert!(ended.screen.contents().contains("a panic on the thread that draws"), "{}", ended.screen.contents());
}

/// A panic in a task must not restore the terminal, since the program goes on drawing.
#[test]
fn editor_continues_after_a_panic_in_a_task() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let panic_file = folder.path().join("panicked");
    let mut editor = panicking_editor(&server, &panic_file);
    editor.signal("WINCH");
    until("the task has panicked", || fs::read_to_string(&panic_file).is_ok_and(|text| text == "panicked"));
    type_at_line(&mut editor, 1, "A-");
    editor.until_text("edited");
    check_taken(&editor);
    assert!(modes::left_behind(&editor.output()).contains(&1049), "the screen is still taken");
    assert!(!editor.text().contains("a panic in a task"), "{editor}");
    editor.send(ctrl('q'));
    editor.until_text("Not saved");
    editor.send("l");
    check_restored(&editor.wait());
}

/// Job control: the editor restores the terminal when stopped, and takes it again afterwards.
#[test]
fn terminal_is_restored_while_the_editor_is_stopped() {
    let server = server();
    // A shell with job control and without a line editor, which would set terminal modes of its own.
    let mut shell =
        Start::new("bash", &["--norc", "--noprofile", "--noediting", "-i"]).variable("PS1", "ready$ ").spawn();
    shell.until_text("ready$");
    shell.send(format!("{PROGRAM} edit {DOC} --server {} --as Alice\r", server.url()));
    shell.until_text("clean");
    check_taken(&shell);
    type_at_line(&mut shell, 1, "A-");
    shell.signal_to_job("TSTP");
    shell.until("the shell again", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert_eq!(modes::left_behind(&shell.output()), BTreeSet::new());
    assert!(shell.has_original_settings());

    shell.send("fg\r");
    shell.until("the editor again", |screen| screen.alternate_screen() && screen.contents().contains("A-one"));
    check_taken(&shell);
    shell.send(ctrl('s'));
    shell.until_text("saved as version \"v2-");
    shell.send(ctrl('q'));
    shell.until("the shell again", |screen| screen.contents().trim_end().ends_with("ready$"));
    shell.send("exit\r");
    check_restored(&shell.wait());
}
