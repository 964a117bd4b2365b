//! Shows arbitrary text on a terminal, by way of the one function that all foreign text goes through.
//!
//! A terminal emulator checks the result: whatever the text is, it may fill cells and do nothing else.

#![no_main]

use std::num::NonZero;

use libfuzzer_sys::fuzz_target;
use terminal::sanitize::{is_hidden, sanitize};
use vt100::Parser;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let shown = sanitize(&text);
    assert!(!shown.chars().any(is_hidden), "hidden: {shown:?}");
    assert!(!shown.chars().any(char::is_control), "a control: {shown:?}");
    assert_eq!(sanitize(&shown), shown, "what is visible stays as it is");
    let ordinary = |c: &char| !is_hidden(*c) && *c != '\t';
    assert!(is_within(text.chars().filter(ordinary), shown.chars()), "lost: {text:?} as {shown:?}");

    // Large enough not to scroll: a tab turns one byte into four columns.
    let rows = u16::try_from(bytes.len() / 16 + 2).unwrap_or(u16::MAX).min(400);
    let (rows, columns) = (NonZero::new(rows).expect("two at least"), NonZero::new(200).expect("it is"));
    let mut terminal = Parser::new_with_callbacks(rows, columns, 0, Silence);
    terminal.process(shown.as_bytes());
    let screen = terminal.screen();
    let blank = Parser::new(rows, columns, 0);
    assert_eq!(screen.input_mode_formatted(), blank.screen().input_mode_formatted(), "a mode was switched");
    assert_eq!(screen.attributes_formatted(), blank.screen().attributes_formatted(), "colours");
    assert!(!screen.alternate_screen() && !screen.hide_cursor(), "a screen was switched");
});

/// Returns whether `few` is a subsequence of `many`.
fn is_within(mut few: impl Iterator<Item = char>, many: impl Iterator<Item = char>) -> bool {
    let mut next = few.next();
    for c in many {
        if next == Some(c) {
            next = few.next();
        }
    }
    next.is_none()
}

/// Receives what a terminal is told besides text, which must be nothing.
struct Silence;

impl vt100::Callbacks for Silence {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        panic!("a bell");
    }
    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        panic!("a flash");
    }
    fn resize(&mut self, _: &mut vt100::Screen, _: (u16, u16)) {
        panic!("another size");
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        panic!("an icon");
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        panic!("a title");
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], _: &[u8]) {
        panic!("a clipboard is written");
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        panic!("a clipboard is read");
    }
    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        // The terminal does not show this replacement for invalid UTF-8, unlike other terminals.
        assert_eq!(c, '\u{fffd}', "no text");
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        panic!("a control: {byte:#x}");
    }
    fn unhandled_escape(&mut self, _: &mut vt100::Screen, _: Option<u8>, _: Option<u8>, byte: u8) {
        panic!("an escape: {byte:#x}");
    }
    fn unhandled_csi(&mut self, _: &mut vt100::Screen, _: Option<u8>, _: Option<u8>, _: &[&[u16]], c: char) {
        panic!("a sequence: {c:?}");
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, _: &[&[u8]]) {
        panic!("a command");
    }
}
