//! Typing while a merge is open: when the merge is made again, and which decisions it keeps.

use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use tui::action::Context;
use tui::{DocumentKey, Effect, Event, update};

use crate::harness::TestApp;
use crate::typist::{bob_saves, reads};

/// Types without a pause, and returns the documents for which the program awaits a pause.
fn type_on(play: &mut TestApp, text: &str) -> Vec<DocumentKey> {
    let keys = text.chars().flat_map(|c| match c {
        '\n' => vec![Key::plain(KeyCode::Down), Key::plain(KeyCode::End)],
        c => vec![Key::char(c)],
    });
    let effects: Vec<Effect> =
        keys.flat_map(|key| update(&mut play.state, Event::Terminal(TerminalEvent::Key(key)))).collect();
    let awaited = |effect| if let Effect::AwaitPause { work } = effect { Some(work) } else { None };
    effects.into_iter().filter_map(awaited).collect()
}

/// The first lines conflict. The text typed in the last line conflicts once the merge is made again.
fn typing_on() -> (TestApp, Vec<DocumentKey>) {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').shows(120, 40, "merging, 1 open");
    let awaited = type_on(&mut play, "\n\nab");
    assert_eq!(awaited.len(), 1, "the program awaits one pause, however much is typed");
    (play, awaited)
}

#[test]
fn merge_is_made_again_when_typing_pauses() {
    let (mut play, awaited) = typing_on();
    play.shows(120, 40, "merging, 1 open");
    type_on(&mut play, "c");
    // The user has typed since the timer was set, so it is set again.
    let effects = update(&mut play.state, Event::Paused { work: awaited[0], merge_by: None });
    assert_eq!(effects, [Effect::AwaitPause { work: awaited[0] }]);
    play.shows(120, 40, "merging, 1 open");
    play.event(Event::Paused { work: awaited[0], merge_by: None });
    play.shows(120, 40, "merging, 2 open");
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn merge_is_made_again_before_it_is_entered_or_saved() {
    let (mut play, _) = typing_on();
    play.ctrl('s').shows(120, 40, "2 conflicts to decide: F9");
    let (mut play, _) = typing_on();
    play.f(9).shows(120, 40, "merging, 2 open");
    play.types("mnm").ctrl('s');
    assert_eq!(play.server.content(), "one a\ntwo\nthreeab\n");
}

#[test]
fn decision_outlives_typing_elsewhere() {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a").code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::End).types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').f(9).types("t").code(KeyCode::Esc);
    play.types("!").shows(120, 40, "merging, 1 open");
    play.f(9).types("nm").ctrl('s');
    assert_eq!(play.server.content(), "one b\ntwo\nthree a!\n");
}

#[test]
fn kept_file_holds_what_was_typed_last() {
    let (mut play, _) = typing_on();
    play.alt('k');
    let kept = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepFile { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(kept, Some("one a\ntwo\nthreeab\n"));
}

#[test]
fn no_conflict_is_not_claimed_before_the_merge_is_made() {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types("a ");
    bob_saves(&mut play, "one\ntwo\nthree b\n");
    play.ctrl('s').code(KeyCode::Esc);
    play.shows(120, 40, "nothing to decide");
    let awaited = type_on(&mut play, "\n\nab");
    play.hides(120, 40, "nothing to decide");
    play.shows(120, 40, "merged again when you pause");
    play.event(Event::Paused { work: awaited[0], merge_by: None });
    play.shows(120, 40, "1 conflict · F9 decides");

    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types("a ");
    bob_saves(&mut play, "one\ntwo\nthree b\n");
    play.ctrl('s').code(KeyCode::Esc);
    let heard = play.server.saved_by("Bob", "one b\ntwo\nthree b\n");
    play.event(heard);
    play.hides(120, 40, "nothing to decide");
    play.shows(120, 40, "a newer version has arrived");
}
