//! The look of the screen: without colour, and in small terminals.

use tests::keys::{ctrl, f};
use tests::pty::Terminal;
use tests::serve::Server;
use vt100::{Color, Screen};

use crate::room::{editor, save_as, server, start, type_at_line};

/// Returns all cells of a screen.
fn cells(screen: &Screen) -> impl Iterator<Item = &vt100::Cell> {
    let (rows, columns) = screen.size();
    (0..rows.get()).flat_map(move |row| (0..columns.get()).filter_map(move |column| screen.cell(row, column)))
}

fn has_colour(screen: &Screen) -> bool {
    cells(screen).any(|cell| cell.fgcolor() != Color::Default || cell.bgcolor() != Color::Default)
}

fn has_emphasis(screen: &Screen) -> bool {
    cells(screen).any(vt100::Cell::bold) && cells(screen).any(vt100::Cell::inverse)
}

/// Returns whether the output sets a colour.
///
/// A colour is `30` to `48` or `90` to `107` in a sequence that ends in `m`.
fn names_a_colour(output: &[u8]) -> bool {
    let text = String::from_utf8_lossy(output);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m').map(|(numbers, _)| numbers));
    let mut numbers = sequences.filter(|numbers| numbers.bytes().all(|b| b.is_ascii_digit() || b == b';'));
    // 39 and 49 reset a colour.
    let colour = |number: u16| matches!(number, 30..=38 | 40..=48 | 90..=107);
    numbers.any(|numbers| numbers.split(';').filter_map(|number| number.parse().ok()).any(colour))
}

#[test]
fn no_color_disables_colours() {
    let server = server();
    let coloured = editor(&server, "Alice");
    coloured.until("colour", has_colour);
    assert!(names_a_colour(&coloured.output()));
    let plain = start(&server, "Alice").variable("NO_COLOR", "1").spawn();
    plain.until_text("clean");
    assert!(!has_colour(&plain.screen()) && !names_a_colour(&plain.output()), "{plain}");
}

/// Alice saves a change of the first line; Bob, who has changed the same line, saves and gets a merge.
fn save_into_a_merge(server: &Server, bob: &mut Terminal) {
    bob.until_text("clean");
    let mut alice = editor(server, "Alice");
    type_at_line(&mut alice, 1, "A-");
    save_as(&mut alice, 2);
    type_at_line(bob, 1, "B-");
    bob.send(ctrl('s'));
    bob.until_text("merging, 1 open");
}

#[test]
fn without_colour_bold_and_reverse_are_used() {
    let server = server();
    let mut bob = start(&server, "Bob").variable("NO_COLOR", "1").spawn();
    save_into_a_merge(&server, &mut bob);
    bob.until("bold and reverse", has_emphasis);
    assert!(!names_a_colour(&bob.output()), "{bob}");
}

/// In each of these sizes, a user can decide the merge after a 412, and save it.
#[test]
fn merge_fits_in_small_terminals() {
    for size in [(120, 40), (80, 24), (40, 12)] {
        let server = server();
        let mut bob = start(&server, "Bob").size(size).spawn();
        save_into_a_merge(&server, &mut bob);
        bob.send(f(9));
        bob.send("m");
        bob.until_text("all decided");
        bob.send(ctrl('s'));
        bob.until_text("clean");
        assert!(tests::documents::content(&server, crate::room::DOC).starts_with("B-one\n"), "{size:?}");
    }
}

#[test]
fn help_lists_the_keys() {
    let server = server();
    let mut alice = editor(&server, "Alice");
    alice.send(f(1));
    alice.until_text("Ctrl-S");
    alice.until_text("PUT with If-Match");
}
