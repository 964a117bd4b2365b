//! kitty's keyboard protocol: used only if the terminal has it, and switched off on every way out.

use tests::documents::content;
use tests::keys::ctrl;
use tests::modes;
use tests::pty::{Ended, Start, Terminal};
use tests::serve::Server;
use tests::until;
use vt100::Screen;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, server, start};

/// The program's question, and the reply of a terminal that has the protocol.
const QUESTION: &[u8] = b"\x1b[?u";
const REPLY: &[u8] = b"\x1b[?0u";

/// The sequences that switch the protocol on and off.
const PUSH: &[u8] = b"\x1b[>5u";
const POP: &[u8] = b"\x1b[<1u";

fn count(output: &[u8], sequence: &[u8]) -> usize {
    output.windows(sequence.len()).filter(|window| *window == sequence).count()
}

/// Answers as kitty does, and waits until the protocol is used.
fn answer(terminal: &mut Terminal) {
    until("the program asks", || count(&terminal.output(), QUESTION) > 0);
    terminal.send(REPLY);
    until("the protocol is used", || count(&terminal.output(), PUSH) > 0);
}

fn kitty(server: &Server) -> Terminal {
    let mut alice = start(server, "Alice").spawn();
    answer(&mut alice);
    alice.until_text("seven");
    alice
}

/// Asserts that the protocol was switched off once, and before the screen was given back.
fn check_popped(ended: &Ended) {
    assert_eq!(modes::keyboards_left(&ended.output), 0, "{}", ended.text());
    let text = String::from_utf8_lossy(&ended.output).into_owned();
    let (popped, left) = (text.rfind("\x1b[<1u"), text.rfind("\x1b[?1049l"));
    assert!(popped.is_some() && popped < left, "the stack of the alternate screen is another: {popped:?} {left:?}");
}

#[test]
fn terminal_without_the_protocol_is_left_alone() {
    let server = server();
    let mut alice = start(&server, "Alice").spawn();
    alice.until_text("seven");
    until("the program asks", || count(&alice.output(), QUESTION) > 0);
    alice.send(ctrl('q'));
    let ended = alice.wait();
    assert_eq!((count(&ended.output, PUSH), count(&ended.output, POP)), (0, 0), "{}", ended.text());
}

#[test]
fn keys_of_the_protocol_mean_the_same() {
    let server = server();
    let mut alice = kitty(&server);
    // A capital comes as text. Then Ctrl-S and, after a palette that Escape closes, Ctrl-Q.
    alice.send("K");
    alice.until_text("Kone");
    alice.send("\x1b[115;5u");
    alice.until_text("clean");
    assert_eq!(content(&server, DOC), format!("K{TEXT}"));
    alice.send("\x1b[112;5u");
    alice.until_text("actions");
    alice.send("\x1b[27u");
    alice.until_text("Kone");
    alice.send("\x1b[113;5u");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 0, "{}", ended.text());
    check_popped(&ended);
    assert_eq!(count(&ended.output, PUSH), 1);
}

#[test]
fn protocol_is_popped_after_a_signal() {
    let server = server();
    let alice = kitty(&server);
    alice.signal("TERM");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 143, "{}", ended.text());
    check_popped(&ended);
}

#[test]
fn protocol_is_popped_after_a_panic() {
    let server = server();
    let program = env!("CARGO_BIN_EXE_panics-on-signal");
    let mut alice = Start::new(program, &[&server.url(), DOC, "not-wanted"]).variable("RUST_BACKTRACE", "0").spawn();
    answer(&mut alice);
    alice.until_text("clean");
    alice.signal("CHLD");
    let ended = alice.wait();
    assert_eq!(ended.exit.exit_code(), 101, "{}", ended.text());
    check_popped(&ended);
}

/// Returns whether the cursor is behind the shell's prompt.
fn is_at_prompt(screen: &Screen) -> bool {
    let (row, column) = screen.cursor_position();
    let line = screen.rows(0, column).nth(row.into()).unwrap_or_default();
    line.trim_end() == "ready$"
}

/// A suspended program leaves the shell its keyboard, and takes the protocol again with the terminal.
#[test]
fn protocol_is_popped_while_suspended() {
    let server = server();
    let mut shell =
        Start::new("bash", &["--norc", "--noprofile", "--noediting", "-i"]).variable("PS1", "ready$ ").spawn();
    shell.until_text("ready$");
    shell.send(format!("{PROGRAM} edit {DOC} --server {} --as Alice\r", server.url()));
    answer(&mut shell);
    shell.until_text("seven");
    // The palette has no key for it: by name.
    shell.send(ctrl('p'));
    shell.until_text("action:");
    shell.send("suspend\r");
    shell.until("the shell again", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert_eq!(modes::keyboards_left(&shell.output()), 0, "{shell}");
    shell.send("fg\r");
    until("the protocol is used again", || count(&shell.output(), PUSH) == 2);
    shell.until_text("seven");
    shell.send(ctrl('q'));
    // Until its process ends, the program reads what is typed.
    shell.until("the prompt of the shell", |screen| !screen.alternate_screen() && is_at_prompt(screen));
    assert_eq!(modes::keyboards_left(&shell.output()), 0, "{shell}");
    shell.send("exit\r");
    assert_eq!(shell.wait().exit.exit_code(), 0);
}
