//! Job control stops the editor and continues it, in the foreground or background, and in another size.

use tests::documents::{content, expect};
use tests::http::Request;
use tests::keys::{alt, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::{modes, until};
use vt100::Screen;

use crate::PROGRAM;
use crate::drafts::says;
use crate::room::{DOC, TEXT, server, type_at_line};

/// Starts a shell with job control and without a line editor, which would set its own terminal modes.
fn shell() -> Terminal {
    let shell = Start::new("bash", &["--norc", "--noprofile", "--noediting", "-i"]).variable("PS1", "ready$ ").spawn();
    shell.until_text("ready$");
    shell
}

/// Starts the editor in a shell, and types `A-` before the first line.
fn editor(server: &Server, more: &str) -> Terminal {
    let mut shell = shell();
    shell.send(format!("{PROGRAM} edit {DOC} --server {} --as Alice {more}\r", server.url()));
    shell.until_text("clean");
    type_at_line(&mut shell, 1, "A-");
    shell
}

fn check_shell_is_back(shell: &Terminal) {
    shell.until("the shell again", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert!(modes::left_behind(&shell.output()).is_empty());
    assert!(shell.has_original_settings());
}

/// A killed job continues in the background if it was stopped; using the terminal would stop it again.
#[test]
fn stopped_job_that_is_killed_keeps_its_draft() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    for (plain, signal, ended) in [("", "TERM", "143"), ("", "QUIT", "131"), ("--plain", "TERM", "143")] {
        let more = format!("--data '{}' {plain}", folder.path().join(format!("{plain}{signal}")).display());
        let mut shell = if plain.is_empty() {
            editor(&server, &more)
        } else {
            let mut shell = shell();
            shell.send(format!("{PROGRAM} edit {DOC} --server {} --as Alice {more}\r", server.url()));
            shell.until_text("'show' reads it");
            shell.send("line 1 A-one\r");
            shell.until_text("Line 1: A-one");
            shell
        };
        shell.signal_to_job("TSTP");
        check_shell_is_back(&shell);
        shell.send(format!("kill -{signal} %1; kill -CONT %1; wait %1; echo ended with $?\r"));
        shell.until_text(&format!("ended with {ended}"));
        assert!(says(folder.path(), "A-one"), "{plain} {signal}");
        assert!(!shell.screen().alternate_screen() && modes::left_behind(&shell.output()).is_empty(), "{shell}");
        shell.send("exit\r");
        assert!(shell.wait().has_original_settings);
    }
}

/// A stopped process gets no SIGWINCH.
#[test]
fn size_changed_during_a_stop_is_seen() {
    let server = server();
    let mut shell = editor(&server, "");
    shell.signal_to_job("TSTP");
    check_shell_is_back(&shell);
    shell.resize((70, 20));
    shell.send("fg\r");
    shell.until("the editor again", |screen| screen.alternate_screen() && screen.contents().contains("A-one"));
    shell.until("the last line at the bottom", |screen| {
        screen.contents().lines().last().is_some_and(|line| line.contains("quit"))
    });
    // In the new size, the wire is at a place where the text was; a click there must reach the wire.
    shell.until_text("the wire");
    let row =
        shell.screen().contents().lines().position(|line| line.contains("GET notes")).expect("the exchange is shown");
    shell.send(format!("\x1b[<0;10;{}M", row + 1));
    shell.until_text("Enter open");
    shell.send(alt('w'));
    shell.send(ctrl('s'));
    shell.until_text("v2-");
    shell.send(ctrl('q'));
    shell.until("the shell again", has_ended);
}

/// Waits until the editor has the terminal, types into it, saves and quits.
fn check_continues(shell: &mut Terminal) {
    until("the terminal is in raw mode", || !shell.has_original_settings());
    shell.until("the editor again", |screen| screen.alternate_screen() && screen.contents().contains("A-one"));
    type_at_line(shell, 1, "B-");
    shell.until_text("B-A-one");
    shell.send(ctrl('s'));
    shell.until_text("saved as version \"v2-");
    shell.send(ctrl('q'));
    shell.until("the shell again", has_ended);
    assert!(modes::left_behind(&shell.output()).is_empty());
    assert!(shell.has_original_settings());
}

/// A job that already runs in the background gets no signal from `fg`.
#[test]
fn stop_bg_fg_continues_in_the_terminal() {
    for signal in ["TSTP", "STOP"] {
        let server = server();
        let mut shell = editor(&server, "");
        shell.signal_to_job(signal);
        shell.until_text("Stopped");
        until("the settings are the shell's", || shell.has_original_settings());
        shell.send("bg; echo now in the backgroun''d\r");
        shell.until_text("now in the background");
        shell.resize((100, 30));
        shell.send("fg\r");
        check_continues(&mut shell);
    }
}

/// SIGSTOP cannot be handled, so the editor restores the terminal after it.
#[test]
fn sigstop_then_fg_continues_in_the_terminal() {
    let server = server();
    let mut shell = editor(&server, "");
    shell.signal_to_job("STOP");
    shell.until_text("Stopped");
    shell.send("fg\r");
    check_continues(&mut shell);
}

/// In the foreground, a stop and a continuation from outside change nothing that the user sees.
#[test]
fn stop_and_cont_from_outside_change_nothing() {
    let server = server();
    let mut alice = crate::room::editor(&server, "Alice");
    type_at_line(&mut alice, 1, "A-");
    for _ in 0..3 {
        alice.signal("STOP");
        alice.signal("CONT");
    }
    alice.signal("CONT");
    type_at_line(&mut alice, 1, "B-");
    alice.until_text("B-A-one");
    assert!(!alice.has_original_settings());
    alice.send(ctrl('s'));
    alice.until_text("saved as version \"v2-");
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert!(modes::left_behind(&ended.output).is_empty() && ended.has_original_settings);
}

/// The response to a save arrives while the program is stopped.
#[test]
fn save_in_flight_is_finished_after_a_stop() {
    let server = server();
    let mut shell = editor(&server, "");
    let hold = |what: &str| Request::new("PUT", "/control/gate").json(&serde_json::json!({ "hold": what }));
    expect(200, server.answer(&hold("writes")));
    shell.send(ctrl('s'));
    until("the write is held", || {
        let gate = server.answer(&Request::new("GET", "/control/gate")).json();
        gate["held"].as_array().is_some_and(|held| !held.is_empty())
    });
    shell.signal_to_job("TSTP");
    check_shell_is_back(&shell);
    let released = server.answer(&Request::new("POST", "/control/gate/release"));
    assert!(released.status < 300, "{released}");
    expect(200, server.answer(&hold("none")));
    until("the save is applied", || content(&server, DOC) == format!("A-{TEXT}"));
    shell.send("fg\r");
    shell.until_text("saved as version \"v2-");
    type_at_line(&mut shell, 1, "B-");
    shell.send(ctrl('s'));
    shell.until_text("saved as version \"v3-");
    assert_eq!(content(&server, DOC), format!("B-A-{TEXT}"));
    shell.send(ctrl('q'));
    shell.until("the shell again", has_ended);
}

fn has_ended(screen: &Screen) -> bool {
    !screen.alternate_screen() && screen.contents().trim_end().ends_with("ready$")
}

/// A resized terminal is drawn in its new size.
#[test]
fn resized_terminal_is_redrawn() {
    let server = server();
    let mut alice = crate::room::editor(&server, "Alice");
    alice.resize((60, 15));
    alice.until("the last line at the bottom", |screen| {
        let (rows, columns) = screen.size();
        let lines: Vec<String> = screen.rows(0, columns.get()).collect();
        lines.len() == usize::from(rows.get()) && lines.last().is_some_and(|line| line.contains("quit"))
    });
    type_at_line(&mut alice, 1, "A-");
    alice.until_text("A-one");
}
