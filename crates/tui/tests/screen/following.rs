//! An editor that follows the saves of others: the switch, the text, the cursor and the highlight.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::key::Key;
use tui::{Effect, Event};

use crate::harness::{TEXT, TestApp};

/// Returns the editor of Alice, which follows.
fn following() -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 100, 24);
    play.press(Key::alt('l'));
    play.shows(100, 24, "follows saves by others while it has no edits; Alt-l turns that off");
    play.shows(100, 24, "follows saves");
    play
}

/// Returns the lines of the screen that are underlined, as the lines are that a save has just changed.
fn fresh(play: &TestApp) -> Vec<String> {
    let screen = play.screen(100, 24).0;
    let is_fresh = |y: &u16| (10..16).all(|x| screen[(x, *y)].modifier.contains(Modifier::UNDERLINED));
    let line = |y: u16| (0..60).map(|x| screen[(x, y)].symbol()).collect::<String>();
    (0..24).filter(is_fresh).map(|y| line(y).trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn save_of_another_user_appears_and_is_highlighted_until_a_key() {
    let mut play = following();
    for _ in 0..3 {
        play.code(KeyCode::Down);
    }
    let saved = play.server.saved_by("Bob", &TEXT.replace("flour\n", "rye\nflour\n"));
    play.event(saved);
    play.shows(100, 24, "✓ clean");
    play.shows(100, 24, "rye");
    let marked = fresh(&play);
    assert!(marked.len() == 1 && marked[0].ends_with("3 rye"), "{marked:?}");
    play.types("X");
    assert_eq!(fresh(&play), [""; 0], "a key ends the highlight");
    assert!(play.screen(100, 24).text().contains("Xwater"), "the cursor stays with its text");
    play.shows(100, 24, "follows saves once it is clean");
}

#[test]
fn lines_added_above_do_not_move_what_is_in_sight() {
    let mut play = following();
    let long = (1..=200).map(|line| format!("line {line} of many")).collect::<Vec<_>>().join("\n");
    let saved = play.server.saved_by("Carol", &long);
    play.event(saved);
    for _ in 0..5 {
        play.screen(100, 24);
        play.code(KeyCode::PageDown);
    }
    let words = |play: &TestApp| {
        let rows = play.screen(100, 24).rows();
        rows[2..10].iter().map(|row| row.split("line").nth(1).map(str::to_owned)).collect::<Vec<_>>()
    };
    let before = words(&play);
    assert!(before[0].is_some() && before[0] != Some(" 1 of many".to_owned()), "{before:?}");
    let saved = play.server.saved_by("Bob", &format!("one\ntwo\nthree\n{long}"));
    play.event(saved);
    play.shows(100, 24, "by Bob");
    assert_eq!(words(&play), before);
}

#[test]
fn highlight_ends_after_a_moment() {
    let mut play = following();
    let saved = play.server.saved_by("Bob", &TEXT.replace("salt", "salt, yeast"));
    play.event(saved);
    assert_eq!(fresh(&play).len(), 1);
    let shown = play.effects.iter().find_map(|effect| match effect {
        Effect::ShowFreshLines { work, highlight } => Some((*work, *highlight)),
        _ => None,
    });
    let (work, highlight) = shown.expect("a timer is set");
    play.event(Event::FreshLinesShown { work, highlight: highlight - 1 });
    assert_eq!(fresh(&play).len(), 1, "a timer of an earlier highlight");
    play.event(Event::FreshLinesShown { work, highlight });
    assert_eq!(fresh(&play).len(), 0);
}

/// The undo of a followed save would be an edit that takes another user's work back.
#[test]
fn followed_save_cannot_be_undone() {
    let mut play = following();
    let text = TEXT.replace("salt", "salt, yeast");
    let saved = play.server.saved_by("Bob", &text);
    play.event(saved);
    play.ctrl('z');
    play.shows(100, 24, "salt, yeast");
    play.shows(100, 24, "✓ clean");
}

#[test]
fn edited_text_and_an_editor_that_does_not_follow_become_stale() {
    let mut play = following();
    play.types("X");
    let saved = play.server.saved_by("Bob", &TEXT.replace("salt", "salt, yeast"));
    play.event(saved);
    play.shows(100, 24, "stale");
    play.hides(100, 24, "yeast");
    let mut play = following();
    play.press(Key::alt('l'));
    play.shows(100, 24, "does not follow saves by others any more");
    let saved = play.server.saved_by("Bob", &TEXT.replace("salt", "salt, yeast"));
    play.event(saved);
    play.shows(100, 24, "stale");
}

#[test]
fn stage_does_not_follow() {
    let mut play = TestApp::stage(120, 40);
    play.press(Key::alt('l'));
    play.shows(120, 40, "only outside of the stage");
}
