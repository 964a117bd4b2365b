//! Copying: its notes, and the texts that it sends to the terminal's clipboard.

use crossterm::event::KeyCode;
use terminal::features::MAX_CLIPBOARD_BYTES;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::{Effect, Event, SessionPart, SessionStart};

use crate::harness::{TestApp, author, id};

/// Returns the texts that were sent to the terminal's clipboard.
fn sent(play: &TestApp) -> Vec<&str> {
    let sent = play.effects.iter().filter_map(|effect| match effect {
        Effect::FillClipboard(text) => Some(text.as_str()),
        _ => None,
    });
    sent.collect()
}

/// Selects the heading, which is `# Bread`.
fn select_heading(play: &mut TestApp) {
    play.press(Key::shift(KeyCode::End));
}

#[test]
fn copy_and_cut_say_what_and_fill_the_terminals_clipboard() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        select_heading(&mut play);
        play.ctrl('c');
        play.shows(width, height, "2 words copied, also to the terminal's clipboard if it accepts OSC 52");
        play.ctrl('x').shows(width, height, "2 words cut, also to the terminal's clipboard if it accepts OSC 52");
        assert_eq!(sent(&play), ["# Bread", "# Bread"]);
        play.ctrl('v').shows(width, height, "1 # Bread");
        assert_eq!(sent(&play).len(), 2, "a paste copies nothing");
    }
}

#[test]
fn copy_without_a_selection_keeps_what_was_copied() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    select_heading(&mut play);
    play.ctrl('c').code(KeyCode::Home).ctrl('c').ctrl('x');
    assert_eq!(sent(&play), ["# Bread"]);
    play.ctrl('v').shows(80, 24, "1 # Bread# Bread");
}

#[test]
fn text_that_is_too_long_stays_here_and_says_so() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", &"x".repeat(MAX_CLIPBOARD_BYTES + 1));
    play.event(event).f(5).ctrl('a').ctrl('c');
    play.shows(80, 24, "too long for the terminal's clipboard");
    assert!(sent(&play).is_empty());
    play.code(KeyCode::Home).press(Key::shift(KeyCode::Right)).ctrl('c');
    assert_eq!(sent(&play), ["x"]);
}

#[test]
fn private_clipboard_sends_nothing_to_the_terminal() {
    let part = SessionPart::Editor { me: author("Alice"), document: Some(id("welcome")) };
    let start = SessionStart {
        has_private_clipboard: true,
        ..SessionStart::new(part, "http://127.0.0.1:4280".to_owned(), (80, 24))
    };
    let mut play = TestApp::begin(start.state(&[], Theme::default()).unwrap(), vec![author("Alice")], 80, 24);
    select_heading(&mut play);
    play.ctrl('c').shows(80, 24, "2 words copied; Ctrl-V pastes here");
    assert!(sent(&play).is_empty());
    play.ctrl('v').shows(80, 24, "1 # Bread");
}

#[test]
fn terminal_that_takes_nothing_is_reported() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    select_heading(&mut play);
    play.ctrl('c').event(Event::ClipboardNotFilled("the terminal accepts no output".to_owned()));
    play.shows(80, 24, "copied for Ctrl-V here only: the terminal accepts no output");
}

/// Opens an input of one line with keys, and returns the program with the cursor in it.
fn in_line(open: impl Fn(&mut TestApp)) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    open(&mut play);
    play
}

type OpenLine = fn(&mut TestApp);

/// Every input of one line that a single editor can open.
const LINES: [(&str, OpenLine); 7] = [
    ("documents", |play| _ = play.f(2)),
    ("find", |play| _ = play.ctrl('f')),
    ("replace", |play| _ = play.ctrl('r')),
    ("line number", |play| _ = play.alt('g')),
    ("title", |play| _ = play.ctrl('t')),
    ("parent", |play| _ = play.alt('t')),
    ("palette", |play| _ = play.ctrl('p')),
];

#[test]
fn control_u_clears_every_input_of_one_line() {
    for (name, open) in LINES {
        let mut play = in_line(open);
        let empty = play.ctrl('u').screen(120, 40).rows();
        let typed = play.types("77").screen(120, 40).rows();
        assert_ne!(typed, empty, "{name}: something is typed");
        assert_eq!(play.ctrl('u').screen(120, 40).rows(), empty, "{name}");
    }
    // In a text, the key does nothing.
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let before = play.types("x").screen(120, 40).rows();
    assert_eq!(play.ctrl('u').screen(120, 40).rows(), before);
}

#[test]
fn one_line_inputs_share_the_register_with_the_text() {
    for (name, open) in LINES {
        let mut play = in_line(open);
        play.ctrl('a').types("abc").ctrl('a').ctrl('c');
        assert_eq!(sent(&play), ["abc"], "{name}: copied");
        play.shows(120, 40, "1 word copied");
        play.ctrl('x');
        assert_eq!(sent(&play), ["abc", "abc"], "{name}: cut");
        play.hides(120, 40, "abc");
        play.ctrl('v').ctrl('v').shows(120, 40, "abcabc");
        // What was copied in the input is pasted in the text.
        play.ctrl('a').ctrl('x');
        play.code(KeyCode::Esc).ctrl('v').shows(120, 40, "abcabc# Bread");
    }
}

#[test]
fn text_is_pasted_in_a_one_line_input() {
    for (name, open) in LINES {
        let mut play = TestApp::single(Some("welcome"), 120, 40);
        play.press(Key::shift(KeyCode::End)).ctrl('c').code(KeyCode::Home);
        open(&mut play);
        play.ctrl('a').types("-").ctrl('v');
        let screen = play.screen(120, 40).text();
        assert!(screen.contains("-# Bread"), "{name}:\n{screen}");
    }
}

#[test]
fn one_line_input_takes_the_first_line_and_says_so() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.ctrl('a').ctrl('c').f(2).ctrl('v');
    let screen = play.shows(120, 40, "only the first line is pasted").text();
    assert!(screen.contains("find: # Bread"), "{screen}");
}

#[test]
fn nothing_selected_in_a_one_line_input_is_said() {
    let mut play = in_line(|play| _ = play.f(2));
    play.types("abc").ctrl('c').shows(120, 40, "not now: nothing is selected");
    assert!(sent(&play).is_empty());
}

#[test]
fn typing_in_a_one_line_input_is_undone() {
    let mut play = in_line(|play| _ = play.f(2));
    play.types("ab").ctrl('z').ctrl('z').hides(120, 40, "create a");
    play.ctrl('y').shows(120, 40, "create a");
}
