//! Kinds of terminals: each `TERM`, and reports of the background, early, late, in pieces, or never.

use tests::keys::ctrl;
use tests::modes;
use tests::pty::Terminal;
use tests::serve::Server;
use vt100::{Color, Screen};

use crate::room::{editor, save_as, server, start, type_at_line};

/// The question about the background, as the program sends it.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// The reply about the kind of the terminal.
const ATTRIBUTES: &str = "\x1b[?62;22c";

fn asks(terminal: &Terminal) -> bool {
    terminal.output().windows(QUESTION.len()).any(|window| window == QUESTION)
}

/// Returns the colour of the sign of Alice's pane.
fn color_of_alice(screen: &Screen) -> Option<Color> {
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).filter_map(move |column| screen.cell(row, column)));
    cells.filter(|cell| cell.contents() == "●").map(vt100::Cell::fgcolor).next()
}

fn until_color(terminal: &Terminal, color: Color) {
    terminal.until(&format!("{color:?}"), |screen| color_of_alice(screen) == Some(color));
}

/// Starts Alice's editor in a terminal of this kind, and waits until it asks for the background.
fn asked(server: &Server, options: &[&str]) -> Terminal {
    let start = options.iter().fold(start(server, "Alice"), |start, option| start.argument(option));
    let terminal = start.spawn();
    terminal.until("the alternate screen", Screen::alternate_screen);
    tests::until("the program asks", || asks(&terminal));
    terminal
}

/// A user starts the editor, types, saves and quits in each of these terminals, and each is restored.
///
/// The program looks up nothing in terminfo, so it makes no difference which entries this machine has.
#[test]
fn every_kind_of_terminal_edits_saves_and_is_restored() {
    for kind in ["xterm", "xterm-256color", "tmux", "screen", "linux", "foot", "alacritty", "xterm-kitty", "vt100"] {
        let server = server();
        let mut alice = start(&server, "Alice").variable("TERM", kind).spawn();
        alice.until_text("seven");
        type_at_line(&mut alice, 2, "Alice ");
        save_as(&mut alice, 2);
        assert_eq!(asks(&alice), !["linux", "vt100"].contains(&kind), "{kind}");
        alice.send(ctrl('q'));
        let ended = alice.wait();
        assert_eq!(ended.exit.exit_code(), 0, "{kind}: {}", ended.text());
        assert!(modes::left_behind(&ended.output).is_empty() && ended.has_original_settings, "{kind}");
        assert!(!ended.screen.alternate_screen(), "{kind}");
        assert!(tests::documents::content(&server, crate::room::DOC).contains("\nAlice two\n"), "{kind}");
    }
}

#[test]
fn reported_background_decides_the_colors() {
    let server = server();
    for (reply, color) in [("ffff/ffff/ffff", Color::Idx(4)), ("0000/2b2b/3636", Color::Idx(6))] {
        let mut alice = asked(&server, &[]);
        alice.send(format!("\x1b]11;rgb:{reply}\x1b\\{ATTRIBUTES}"));
        until_color(&alice, color);
        alice.until_text("seven");
        alice.until_text("clean");
        alice.send(ctrl('q'));
        assert_eq!(alice.wait().exit.exit_code(), 0);
    }
}

#[test]
fn exact_colors_follow_the_background() {
    let server = server();
    let mut alice = asked(&server, &["--color", "true"]);
    alice.send(format!("\x1b]11;rgb:ff/ff/ff\x07{ATTRIBUTES}"));
    until_color(&alice, Color::Rgb(0x00, 0x52, 0xd9));
    // Bright magenta: the only colour for a person that is readable on every background.
    let unknown = asked(&server, &["--color", "256"]);
    until_color(&unknown, Color::Idx(13));
    let chosen = start(&server, "Alice").argument("--color").argument("256").argument("--theme").argument("dark");
    let chosen = chosen.spawn();
    until_color(&chosen, Color::Idx(111));
    assert!(!asks(&chosen), "the user has said it");
}

/// A reply after the timeout is not typed, and still counts.
#[test]
fn late_reply_changes_the_colors_and_no_text() {
    let server = server();
    let mut alice = asked(&server, &[]);
    alice.until_text("clean");
    until_color(&alice, Color::Idx(13));
    type_at_line(&mut alice, 1, "A-");
    for piece in ["\x1b]11;rgb:ff", "ff/ffff/f", "fff\x1b", "\\\x1b[?6", "2;22c"] {
        alice.send(piece);
    }
    until_color(&alice, Color::Idx(4));
    save_as(&mut alice, 2);
    let expected = format!("A-{}", crate::room::TEXT);
    assert_eq!(tests::documents::content(&server, crate::room::DOC), expected);
}

/// Keys that are typed while the terminal is asked are typed into the text.
#[test]
fn keys_typed_before_the_reply_are_kept() {
    let server = server();
    let mut alice = asked(&server, &[]);
    alice.send(format!("A\x1b]11;rgb:ff/ff/ff\x07B{ATTRIBUTES}C"));
    alice.until_text("ABCone");
    until_color(&alice, Color::Idx(4));
    save_as(&mut alice, 2);
}

#[test]
fn nothing_is_asked_without_colors() {
    let server = server();
    let alice = start(&server, "Alice").variable("NO_COLOR", "1").spawn();
    alice.until_text("clean");
    assert!(!asks(&alice));
}

#[test]
fn posix_locale_draws_ascii_only() {
    let server = server();
    let alice = start(&server, "Alice").variable("LANG", "C").spawn();
    alice.until_text("clean");
    assert!(alice.text().is_ascii(), "{alice}");
    let unicode = editor(&server, "Alice");
    assert!(!unicode.text().is_ascii(), "{unicode}");
}

/// A screen below 40×12 says so, with both sizes; what is typed there is kept.
#[test]
fn small_terminal_says_so_and_keeps_the_text() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.resize((30, 8));
    alice.until_text("30×8");
    alice.until_text("40×12");
    alice.send("A-");
    alice.until_text("A-one");
    alice.resize((3, 1));
    alice.send("B-");
    alice.resize((80, 24));
    alice.until_text("A-B-one");
    alice.until_no_text("30×8");
    save_as(&mut alice, 2);
}

/// Each frame is a synchronised update, so that no terminal shows half of one.
#[test]
fn frames_are_synchronised_updates() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.resize((80, 24));
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut alice, 2);
    let output = alice.output();
    let text = String::from_utf8_lossy(&output);
    let (begin, end) = ("\x1b[?2026h", "\x1b[?2026l");
    let frames = text.matches(begin).count();
    assert!(frames >= 3, "{frames}");
    // Whatever is drawn or cleared is between a beginning and an end.
    for outside in text.split(begin).skip(1).filter_map(|frame| frame.split_once(end)).map(|(_, outside)| outside) {
        assert!(!outside.contains("\x1b[2J") && !outside.contains("\x1b[H"), "{outside:?}");
        assert!(outside.chars().filter(|c| c.is_alphanumeric()).count() < 16, "{outside:?}");
    }
}
