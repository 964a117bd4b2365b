//! The memory that a key press and its frame allocate, and that a merge takes.
//!
//! A copy of the whole text, of its lines or of a side of a merge would be such a growth. Unlike times, the numbers are
//! the same on a busy machine.

use allocation_counter::measure;
use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::{Event, update};

use crate::harness::TestApp;
use crate::large::{before_the_412, keys_of_a_writer, text_apart};

/// A text that is a hundred times as long as another one.
const LINES: [usize; 2] = [500, 50_000];

/// The number of conflicts in a text of each length: the view of a merge lists them.
const CONFLICTS: usize = 10;

/// Returns how many bytes the keys of a writer allocate on average, with a frame after each.
fn bytes_per_key(play: &mut TestApp) -> u64 {
    let keys: Vec<Key> = keys_of_a_writer().into_iter().take(200).collect();
    // No effect is carried out, so no pause in typing passes, after which a merge is repeated.
    let type_all = |play: &mut TestApp| {
        for key in &keys {
            update(&mut play.state, Event::Terminal(TerminalEvent::Key(*key)));
            play.screen(120, 40);
        }
    };
    // The first keys fill what is kept from key to key.
    type_all(play);
    let counted = measure(|| type_all(play));
    counted.bytes_total / keys.len() as u64
}

fn assert_no_growth([short, long]: [u64; 2]) {
    // The rope of a longer text has one or two more levels, and the numbers of its lines have more digits.
    assert!(long < short + short / 4, "{long} bytes for each key in the longer text, {short} in the shorter one");
}

#[test]
fn key_allocates_no_more_in_a_longer_text() {
    assert_no_growth(LINES.map(|lines| {
        let mut play = TestApp::single(Some("welcome"), 120, 40);
        let long = play.server.saved_by("Carol", &text_apart(lines, lines / CONFLICTS, "once", "once"));
        play.event(long).f(5);
        play.shows(120, 40, "a text that goes on for a while");
        bytes_per_key(&mut play)
    }));
}

/// The signs beside changed lines follow each key; only the lines of the key are compared.
#[test]
fn key_among_many_changes_allocates_no_more_in_a_longer_text() {
    assert_no_growth(LINES.map(|lines| {
        let mut play = TestApp::single(Some("welcome"), 120, 40);
        let long = play.server.saved_by("Carol", &text_apart(lines, lines / CONFLICTS, "once", "once"));
        play.event(long).f(5);
        for change in 1..CONFLICTS {
            let line = (lines / CONFLICTS * change).to_string();
            play.alt('g').types(&line).code(KeyCode::Enter).types("changed");
        }
        play.shows(120, 40, "~");
        bytes_per_key(&mut play)
    }));
}

#[test]
fn key_beside_an_open_merge_allocates_no_more_in_a_longer_text() {
    assert_no_growth(LINES.map(|lines| {
        let (mut play, answer) = before_the_412(lines, lines / CONFLICTS);
        play.event(answer);
        play.shows(120, 40, "merging");
        bytes_per_key(&mut play)
    }));
}

/// The base and mine become strings, each once.
///
/// Theirs is the string of the response, which is not counted here.
#[test]
fn open_merge_has_each_of_its_texts_once() {
    let lines = LINES[1];
    let (mut play, answer) = before_the_412(lines, lines / CONFLICTS);
    let text = text_apart(lines, lines / CONFLICTS, "once", "once").len() as u64;
    let counted = measure(|| _ = play.event(answer));
    play.shows(120, 40, "merging");
    // The two strings, some bytes for each line, and what the model of the server records.
    let left = u64::try_from(counted.bytes_current).unwrap();
    assert!(left < 9 * text / 2, "{left} bytes stay for a text of {text}");
    assert!(counted.bytes_max < 6 * text, "{} bytes at most for a text of {text}", counted.bytes_max);
}
