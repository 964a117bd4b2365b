//! Terminal input besides single keys: pastes, bursts, split sequences, invalid UTF-8.

use tests::documents::content;
use tests::keys::{ENTER, ESC, HOME, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, server, start};

const PASTE: &str = "\x1b[200~";
const PASTE_END: &str = "\x1b[201~";

/// Returns `count` numbered lines.
fn lines(count: u32, end: &str) -> String {
    (0..count).flat_map(|number| [format!("{number:07}"), end.to_owned()]).collect()
}

/// Returns the number of frames drawn so far: each begins a synchronized update.
fn frames(terminal: &Terminal) -> usize {
    terminal.output().windows(8).filter(|window| window == b"\x1b[?2026h").count()
}

/// Saves, and asserts that the server has this text.
fn check_saves(editor: &mut Terminal, server: &Server, text: &str) {
    editor.send(ctrl('s'));
    editor.until_text("saved as version \"v2-");
    assert_eq!(content(server, DOC), text);
}

#[test]
fn paste_without_an_end_keeps_its_text() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send(format!("{PASTE}pasted {ESC}[2"));
    alice.until_text("pasted");
    alice.send("typed ");
    check_saves(&mut alice, &server, &format!("pasted {ESC}[2typed {TEXT}"));
}

#[test]
fn long_paste_arrives_whole_in_few_frames() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    let text = lines(2000, "\n");
    let before = frames(&alice);
    alice.send_burst(format!("{PASTE}{}{PASTE_END}", lines(2000, "\r")).into_bytes());
    alice.until_text("0001999");
    assert!(frames(&alice) - before < 10, "{} frames", frames(&alice) - before);
    check_saves(&mut alice, &server, &format!("{text}{TEXT}"));
}

/// Some terminals do not bracket pastes, and some send line feeds as they are.
#[test]
fn unbracketed_16_kib_arrive_whole_in_few_frames() {
    for end in ["\r", "\n"] {
        let server = server();
        let mut alice = editor(&server, "Alice");
        let burst = lines(2048, end).into_bytes();
        assert_eq!(burst.len(), 16 * 1024);
        let before = frames(&alice);
        alice.send_burst(burst);
        alice.until_text("0002047");
        assert!(frames(&alice) - before < 20, "{} frames", frames(&alice) - before);
        check_saves(&mut alice, &server, &format!("{}{TEXT}", lines(2048, "\n")));
    }
}

#[test]
fn burst_of_mouse_reports_does_not_stop_keys() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    let moved = |number: usize| format!("\x1b[<35;{};{}M", 1 + number % 100, 1 + number % 30);
    let before = frames(&alice);
    alice.send_burst((0..5000).map(moved).collect::<String>().into_bytes());
    alice.send("typed ");
    alice.until_text("typed one");
    assert!(frames(&alice) - before < 10, "{} frames", frames(&alice) - before);
    check_saves(&mut alice, &server, &format!("typed {TEXT}"));
}

/// A network may split the bytes of a key.
///
/// The editor takes a lone Escape as a key after a timeout, and the rest of the bytes arrives later.
#[test]
fn late_rest_of_an_arrow_types_nothing() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send("\x1b[B");
    // Escape closes the help, which shows that it was taken as a key.
    alice.send(ctrl('x'));
    alice.send(ctrl('g'));
    alice.until_text("Keys in a text");
    alice.send(ESC);
    alice.until_no_text("Keys in a text");
    alice.send("[A");
    alice.send(format!("{HOME}up "));
    alice.until_text("up one");
    check_saves(&mut alice, &server, &format!("up {TEXT}"));
}

#[test]
fn escape_alone_is_a_key() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send(ctrl('g'));
    alice.until_text("Keys in a text");
    alice.send(ESC);
    alice.until_no_text("Keys in a text");
    alice.send("[typed ");
    alice.until_text("[typed one");
    check_saves(&mut alice, &server, &format!("[typed {TEXT}"));
}

#[test]
fn both_bytes_of_backspace_delete() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send("abcd\x08\x7f");
    alice.until_text("abone");
    check_saves(&mut alice, &server, &format!("ab{TEXT}"));
}

#[test]
fn invalid_utf8_loses_no_key() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    // é in Latin-1 looks like the beginning of a character of three bytes.
    alice.send(b"caf\xe9 and ");
    alice.until_text("and one");
    alice.send("é€😀 ".as_bytes());
    alice.until_text("and é€😀");
    check_saves(&mut alice, &server, &format!("caf\u{fffd} and é€😀 {TEXT}"));
}

/// Ctrl-L removes what another program has written on the screen.
#[test]
fn ctrl_l_redraws_the_whole_screen() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (go, gone) = (folder.path().join("go"), folder.path().join("gone"));
    // Another process in the same terminal, which writes when the file `go` appears.
    let script = format!(
        "(while [ ! -e '{0}' ]; do sleep 0.02; done; printf '\\033[3;5Hscribbled\\033[20;5Hscribbled'; : >'{1}') & \
         exec '{PROGRAM}' edit {DOC} --server {2} --as Alice",
        go.display(),
        gone.display(),
        server.url()
    );
    let mut alice = Start::new("sh", &["-c", &script]).spawn();
    alice.until_text("clean");
    alice.until_text("seven");
    std::fs::write(&go, "").expect("a file can be written");
    until("the other process has written", || gone.exists());
    alice.until_text("scribbled");
    let modes_before = alice.output().windows(8).filter(|window| window == b"\x1b[?1049h").count();
    assert_eq!(modes_before, 1);
    alice.send(ctrl('l'));
    alice.until_no_text("scribbled");
    alice.until_text("seven");
    assert!(!alice.output().ends_with(b"\x1b[?1049l"), "the editor has not left the alternate screen");
    alice.send("typed ");
    alice.until_text("typed one");
}

#[test]
fn locale_c_is_drawn_in_ascii() {
    let server = server();
    let in_locale = |variables: &[(&'static str, &'static str)]| {
        let start = variables.iter().fold(start(&server, "Alice"), |start, (name, value)| start.variable(name, value));
        let editor = start.spawn();
        editor.until_text("clean");
        editor.until_text("seven");
        editor.screen().contents().is_ascii()
    };
    assert!(in_locale(&[("LANG", "C")]));
    assert!(in_locale(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]));
    assert!(!in_locale(&[("LC_ALL", "C.UTF-8"), ("LANG", "C")]));
    assert!(!in_locale(&[]));
}

/// Another program may have set the terminal non-blocking, for all processes that have it open.
#[test]
fn non_blocking_terminal_is_read_and_drawn() {
    let server = server();
    let script = format!(
        "dd iflag=nonblock count=0 2>/dev/null; exec '{PROGRAM}' edit {DOC} --server {} --as Alice",
        server.url()
    );
    let mut alice = Start::new("sh", &["-c", &script]).size((400, 200)).spawn();
    alice.until_text("clean");
    for _ in 0..5 {
        alice.send(ctrl('l'));
    }
    alice.send_burst(lines(2048, "\r").into_bytes());
    alice.until_text("0002047");
    alice.send(ENTER);
    alice.send("typed ");
    alice.until_text("typed one");
}
