//! What a terminal sends besides single keys: pastes whole and broken, bursts, keys in pieces, bytes that are no text.

use tests::documents::content;
use tests::keys::{ENTER, ESC, HOME, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::room::{DOC, TEXT, editor, server, start};

const PASTE: &str = "\x1b[200~";
const PASTE_END: &str = "\x1b[201~";

/// So many numbered lines.
fn lines(count: u32, end: &str) -> String {
    (0..count).flat_map(|number| [format!("{number:07}"), end.to_owned()]).collect()
}

/// How often a frame was drawn so far: each begins a synchronized update.
fn frames(terminal: &Terminal) -> usize {
    terminal.output().windows(8).filter(|window| window == b"\x1b[?2026h").count()
}

/// Saves, and waits for the server to have this text.
fn saves(editor: &mut Terminal, server: &Server, text: &str) {
    editor.send(ctrl('s'));
    editor.until_text("saved as version \"v2-");
    assert_eq!(content(server, DOC), text);
}

#[test]
fn paste_without_its_end_keeps_its_text_and_ends() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send(format!("{PASTE}pasted {ESC}[2"));
    alice.until_text("pasted");
    alice.send("typed ");
    saves(&mut alice, &server, &format!("pasted {ESC}[2typed {TEXT}"));
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
    saves(&mut alice, &server, &format!("{text}{TEXT}"));
}

/// Not every terminal brackets what is pasted, and some send line ends as they are.
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
        saves(&mut alice, &server, &format!("{}{TEXT}", lines(2048, "\n")));
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
    saves(&mut alice, &server, &format!("typed {TEXT}"));
}

/// A network may take a key apart. Its Escape is given up after a while, and the rest comes later.
#[test]
fn late_rest_of_an_arrow_types_nothing() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send("\x1b[B");
    // Escape puts this notice away, which shows that it was given up.
    alice.send(ctrl('x'));
    alice.send(ctrl('g'));
    alice.until_text("Keys in a text");
    alice.send(ESC);
    alice.until_no_text("Keys in a text");
    alice.send("[A");
    alice.send(format!("{HOME}up "));
    alice.until_text("up one");
    saves(&mut alice, &server, &format!("up {TEXT}"));
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
    saves(&mut alice, &server, &format!("[typed {TEXT}"));
}

#[test]
fn both_bytes_of_backspace_delete() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send("abcd\x08\x7f");
    alice.until_text("abone");
    saves(&mut alice, &server, &format!("ab{TEXT}"));
}

#[test]
fn bytes_that_are_not_utf8_swallow_no_key() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    // é as Latin-1, which looks like the beginning of a character of three bytes.
    alice.send(b"caf\xe9 and ");
    alice.until_text("and one");
    alice.send("é€😀 ".as_bytes());
    alice.until_text("and é€😀");
    saves(&mut alice, &server, &format!("caf\u{fffd} and é€😀 {TEXT}"));
}

/// What another program wrote on the screen is gone, in a text and wherever else the keys are.
#[test]
fn ctrl_l_draws_the_whole_screen_again() {
    let server = server();
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (go, gone) = (folder.path().join("go"), folder.path().join("gone"));
    // Somebody else's output in the same terminal, when it is told to.
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
    until("somebody else has written", || gone.exists());
    alice.until_text("scribbled");
    let modes_before = alice.output().windows(8).filter(|window| window == b"\x1b[?1049h").count();
    assert_eq!(modes_before, 1);
    alice.send(ctrl('l'));
    alice.until_no_text("scribbled");
    alice.until_text("seven");
    assert!(!alice.output().ends_with(b"\x1b[?1049l"), "the screen was not left");
    alice.send("typed ");
    alice.until_text("typed one");
}

#[test]
fn ascii_is_drawn_in_the_locale_c() {
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

/// Another program may have made the terminal non-blocking, which holds for everybody who has it open.
#[test]
fn a_terminal_made_non_blocking_is_read_and_drawn() {
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
