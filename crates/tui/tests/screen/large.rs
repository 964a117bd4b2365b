//! Times: to show and step through a large merge, and to handle a key press in a large text.
//!
//! The tests print figures and have no limits, since a busy machine would exceed any. They are ignored; to run them:
//! `cargo test --release -p ifmatch-tui --test screen large -- --ignored --nocapture`.

use std::fmt::{self, Write as _};
use std::time::{Duration, Instant};

use contract::Snapshot;
use crossterm::event::KeyCode;
use editor::{PreconditionFailure, ResponseOutcome};
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::{Effect, Event};

use crate::harness::{TestApp, author};

/// The number of lines between two conflicts.
const APART: usize = 50;

/// Returns a text in which one of every `APART` lines ends with `said`, and another one with `other`.
fn text(lines: usize, said: &str, other: &str) -> String {
    text_apart(lines, APART, said, other)
}

/// Like [`text`], with another distance, of at least 31 lines.
pub(crate) fn text_apart(lines: usize, apart: usize, said: &str, other: &str) -> String {
    let mut text = String::new();
    for line in 0..lines {
        match line % apart {
            10 => writeln!(text, "line {line} {said}"),
            30 => writeln!(text, "line {line} {other}"),
            _ => writeln!(text, "line {line} of a text that goes on for a while"),
        }
        .unwrap();
    }
    text
}

/// Returns the program with Alice's save in flight, and the event of its 412.
pub(crate) fn before_the_412(lines: usize, apart: usize) -> (TestApp, Event) {
    let text = |said, other| text_apart(lines, apart, said, other);
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    let base = play.server.saved_by("Carol", &text("once", "once"));
    play.event(base).f(5);
    let event = Event::Terminal(TerminalEvent::Pasted(text("as Alice has it", "once")));
    play.ctrl('a').event(event);
    play.server.saved_by("Bob", &text("as Bob has it", "twice"));
    let effects = tui::update(&mut play.state, Event::Terminal(TerminalEvent::Key(Key::ctrl('s'))));
    let answer = effects.iter().find_map(|effect| match effect {
        Effect::Ask { work, request, .. } => {
            let document =
                contract::Document { title: "Bread".to_owned(), content: text("as Bob has it", "twice"), parent: None };
            let current = Snapshot { etag: play.server.etag(), author: Some(author("Bob")), at: None, document };
            let outcome = ResponseOutcome::Failed(Box::new(PreconditionFailure {
                current: Some(current),
                ..PreconditionFailure::default()
            }));
            Some(Event::Answered { work: *work, request: *request, outcome, merge_by: None })
        }
        _ => None,
    });
    (play, answer.expect("a save was sent"))
}

/// The times of keys, each with its frame: the median and the slowest.
struct Times(Duration, Duration);

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1?} ({:.1?})", self.0, self.1)
    }
}

fn timed(play: &mut TestApp, keys: &[Key]) -> Times {
    let one = |key: &Key| {
        let before = Instant::now();
        play.press(*key);
        play.screen(120, 40);
        before.elapsed()
    };
    let mut times: Vec<Duration> = keys.iter().map(one).collect();
    times.sort_unstable();
    Times(times[times.len() / 2], times[times.len() - 1])
}

#[test]
#[ignore = "measures times, which mean nothing on a busy machine"]
fn large_merges_are_drawn_in_time() {
    for lines in [1_000, 10_000, 100_000] {
        let (mut play, answer) = before_the_412(lines, APART);
        let before = Instant::now();
        play.event(answer);
        play.screen(120, 40);
        let seen = before.elapsed();
        let open = lines / APART;
        play.shows(120, 40, &format!("conflict 1 of {open}, {open} open"));
        let steps: Vec<Key> = (0..100).map(|_| Key::char('n')).collect();
        let pages: Vec<Key> = (0..100).map(|_| Key::plain(KeyCode::PageDown)).collect();
        let ends = [KeyCode::End, KeyCode::Home, KeyCode::End].map(Key::plain);
        let decisions: Vec<Key> = "mtbsu".chars().cycle().take(50).map(Key::char).collect();
        let [step, page, end, decision] =
            [&steps[..], &pages[..], &ends[..], &decisions[..]].map(|keys| timed(&mut play, keys));
        println!(
            "{lines} lines, {open} conflicts: seen in {seen:.1?}; a step {step}, a page {page}, an end {end}, a decision {decision}"
        );
    }
}

/// Returns the keys of a writer in the middle of a text.
///
/// They type words, begin and delete lines, and move up and down.
pub(crate) fn keys_of_a_writer() -> Vec<Key> {
    let word = "a word or two".chars().map(Key::char);
    let ways = [KeyCode::Enter, KeyCode::Up, KeyCode::End, KeyCode::Enter, KeyCode::Backspace, KeyCode::Delete];
    let more = [KeyCode::PageDown, KeyCode::Home, KeyCode::Down, KeyCode::PageUp, KeyCode::Left].map(Key::plain);
    let undone = [Key::ctrl('z'), Key::ctrl('y')];
    let round: Vec<Key> = word.chain(ways.map(Key::plain)).chain(more).chain(undone).collect();
    round.iter().copied().cycle().take(40 * round.len()).collect()
}

#[test]
#[ignore = "measures times, which mean nothing on a busy machine"]
fn keys_in_a_large_text_are_drawn_in_time() {
    println!("from a key press to its frame: the median, the 99th percentile, the slowest");
    for lines in [100, 10_000, 100_000] {
        let mut play = TestApp::single(Some("welcome"), 120, 40);
        let long = play.server.saved_by("Carol", &text(lines, "once", "once"));
        play.event(long).f(5);
        for _ in 0..lines.min(1000) / 50 {
            play.code(KeyCode::PageDown);
        }
        let mut times: Vec<(Duration, Key)> = keys_of_a_writer()
            .into_iter()
            .map(|key| {
                let before = Instant::now();
                play.press(key);
                play.screen(120, 40);
                (before.elapsed(), key)
            })
            .collect();
        times.sort_unstable_by_key(|(time, _)| *time);
        let [median, rare, slowest] = [times.len() / 2, times.len() * 99 / 100, times.len() - 1].map(|at| times[at]);
        println!("{lines} lines: {:.1?}, {:.1?}, {:.1?} ({:?})", median.0, rare.0, slowest.0, slowest.1);
        play.shows(120, 40, "a word or two");
    }
}
