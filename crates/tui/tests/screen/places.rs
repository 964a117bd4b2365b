//! The focus, and the views that cover the editors: help, documents, questions.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::event::{Mouse, MouseKind, StopReason, TerminalEvent};
use terminal::key::Key;
use tui::{Effect, Event, SessionEnd, update};

use crate::harness::TestApp;

#[test]
fn focus_is_visible_without_colour() {
    let mut play = TestApp::stage(120, 40);
    let screen = play.shows(120, 40, "▶ ● Alice has the keys");
    assert!(screen.style_of("▶ ● Alice").add_modifier.contains(Modifier::REVERSED));
    assert!(!screen.style_of("◆ Bob").add_modifier.contains(Modifier::REVERSED));
    play.ctrl('w');
    play.shows(120, 40, "▶ ◆ Bob has the keys");
    play.ctrl('w');
    play.shows(120, 40, "▶ ● Alice has the keys");
    play.alt('2').types("x");
    play.shows(120, 40, "▶ ◆ Bob has the keys");
    play.alt('1').types("y");
    let rows = play.screen(120, 40).rows();
    assert!(
        rows.iter().any(|row| row.contains("1 y# Bread") && row.contains("1 x# Bread")),
        "Alice and Bob each typed into their own text"
    );
}

#[test]
fn a_click_moves_the_focus() {
    let mut play = TestApp::stage(120, 40);
    let (column, row) = play.screen(120, 40).places_of("water")[1];
    let mouse = |kind| Event::Terminal(TerminalEvent::Mouse(Mouse { kind, column: column + 2, row }));
    play.event(mouse(MouseKind::Click)).types("X");
    play.shows(120, 40, "▶ ◆ Bob has the keys");
    play.shows(120, 40, "4 waXter");
}

#[test]
fn mouse_selects_in_the_text_where_it_was_pressed() {
    let mut play = TestApp::stage(120, 40);
    let (column, row) = play.screen(120, 40).places_of("water")[0];
    let mouse = |kind, column| Event::Terminal(TerminalEvent::Mouse(Mouse { kind, column, row }));
    play.event(mouse(MouseKind::DoubleClick, column + 2)).types("X");
    play.shows(120, 40, "4 X");
    play.event(mouse(MouseKind::Click, column)).event(mouse(MouseKind::Drag, 110)).types("Y");
    play.shows(120, 40, "4 Y");
    play.shows(120, 40, "▶ ● Alice has the keys");
    let bob = play.screen(120, 40).places_of("water")[0];
    assert!(bob.0 > 60, "the drag over Bob's text has selected none of it");
}

#[test]
fn long_lines_are_wrapped_until_alt_z() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.types(&"word ".repeat(20)).types("end ");
    play.shows(80, 24, "end # Bread");
    play.alt('z');
    play.shows(80, 24, "each line has one row");
    play.shows(80, 24, "…rd word word");
    play.alt('z');
    play.shows(80, 24, "long lines are wrapped");
}

#[test]
fn help_of_a_context_says_why_an_action_is_off() {
    let mut play = TestApp::stage(120, 40);
    play.f(1);
    play.shows(120, 40, "Keys in a text");
    play.shows(120, 40, "nothing waits for a decision)");
    play.code(KeyCode::Esc).types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9).ctrl('g');
    play.shows(120, 40, "Keys in the merge");
    play.shows(120, 40, "Takes mine");
    play.ctrl('g');
    play.hides(120, 40, "Keys in the merge");
}

#[test]
fn help_begins_with_present_keys_and_names_no_missing_key() {
    let mut play = TestApp::single(Some("welcome"), 120, 60);
    let screen = play.f(1).screen(120, 60).text();
    let at = |word: &str| screen.find(word).unwrap_or_else(|| panic!("{word}:\n{screen}"));
    let places =
        ["Keys in a text", "Ctrl-S", "Alt-z", "base  ", "stale  ", "412  ", "428  ", "Keys everywhere"].map(at);
    assert!(places.is_sorted(), "{screen}");
    assert!(!screen.contains("only on the stage") && !screen.contains("F7"), "{screen}");
    let mut play = TestApp::stage(80, 24);
    let rows = play.f(1).screen(80, 24).rows();
    assert!(rows[1].starts_with("┃Keys in a text") && rows[2].starts_with("┃Ctrl-S"), "{rows:?}");
    let mut small = TestApp::stage(40, 12);
    small.f(1).shows(40, 12, "Ctrl-S");
    play.code(KeyCode::End);
    play.shows(80, 24, "F7");
}

#[test]
fn long_help_can_be_scrolled_to_its_end_and_no_further() {
    let mut play = TestApp::stage(40, 12);
    play.f(1);
    for _ in 0..20 {
        play.code(KeyCode::PageDown);
    }
    play.shows(40, 12, "Ctrl-Q");
    let end = play.screen(40, 12).text();
    play.code(KeyCode::Down);
    assert_eq!(play.screen(40, 12).text(), end);
    play.code(KeyCode::Up);
    assert_ne!(play.screen(40, 12).text(), end, "a single press scrolls back");
}

#[test]
fn documents_are_chosen_or_named() {
    let mut play = TestApp::single(None, 80, 24);
    play.shows(80, 24, "welcome");
    play.types("bread-2");
    play.shows(80, 24, "create bread-2");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "bread-2");
    play.shows(80, 24, "a new document");
    play.types("text").f(2).code(KeyCode::Enter);
    play.shows(80, 24, "welcome: Bread");
    play.f(2).types("bread-2").code(KeyCode::Enter);
    play.shows(80, 24, "1 text");
    let opened = |name: &str| {
        play.effects.iter().filter(|e| matches!(e, Effect::Open { document, .. } if document.as_str() == name)).count()
    };
    assert_eq!(opened("bread-2"), 1, "a document that is open is not opened again");
}

#[test]
fn failed_lists_are_fetched_again_when_the_server_is_back() {
    let mut play = TestApp::offline(None, 80, 24);
    play.shows(80, 24, "the list is not known");
    play.shows(80, 24, "the policy is not known");
    play.server.down = false;
    let mut play = play.connected();
    play.shows(80, 24, "welcome");
    play.hides(80, 24, "is not known");
    play.shows(80, 24, "Ctrl-Q quit");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "policy ✓ required");
}

#[test]
fn document_list_in_a_merge_takes_typed_names() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n");
    play.event(event).ctrl('s').f(2).types("mt");
    play.shows(80, 24, "create mt");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "a new document");
    play.f(2).code(KeyCode::Enter);
    play.shows(80, 24, "merging, 1 open");
}

#[test]
fn typing_without_a_document_says_how_to_open_one() {
    let mut play = TestApp::single(None, 80, 24);
    play.code(KeyCode::Esc).types("x").shows(80, 24, "no document is open; F2 opens one or creates one");
}

#[test]
fn too_long_title_is_reported() {
    let mut play = TestApp::single(None, 80, 24);
    play.types(&"No Name ".repeat(129)).code(KeyCode::Enter);
    play.shows(80, 24, "a title has at most 1024 bytes");
    assert!(!play.effects.iter().any(|effect| matches!(effect, Effect::Open { .. })));
}

#[test]
fn leaving_asks_only_if_something_is_unsaved() {
    let mut play = TestApp::stage(80, 24);
    play.ctrl('q');
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));

    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").ctrl('q');
    assert_eq!(play.ended(), None);
    play.shows(80, 24, "Not saved: welcome (Alice)");
    play.code(KeyCode::Esc).types("still here ");
    play.shows(80, 24, "Alice still here");
    play.ctrl('q').types("l");
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));
    assert!(!play.server.content().contains("Alice"));
}

#[test]
fn leaving_unsaved_text_says_what_becomes_of_it() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('q');
    play.shows(120, 40, "With l the text is lost");
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice ").ctrl('q');
    play.shows(120, 40, "With l the text is kept as a draft");
}

#[test]
fn save_and_leave_leaves_once_the_server_has_it() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").ctrl('q').types("s");
    assert_eq!(play.ended(), Some(&SessionEnd::Quit));
    assert!(play.server.content().contains("Alice"));
}

#[test]
fn save_and_leave_stays_if_a_save_fails() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('q').types("s");
    assert_eq!(play.ended(), None, "the save met a 412");
    play.shows(80, 24, "! merging");
    play.shows(80, 24, "not everything could be saved");
}

#[test]
fn a_signal_ends_the_program_without_a_question() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").event(TerminalEvent::Stopped(StopReason::Terminate));
    assert_eq!(play.ended(), Some(&SessionEnd::Stopped(StopReason::Terminate)));
    let kept = play.effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { .. }));
    assert!(kept, "the typed text is in a draft");
}

#[test]
fn failed_task_ends_the_program_and_is_named() {
    let mut play = TestApp::stage(80, 24);
    play.event(TerminalEvent::TaskDied { name: "wire".into(), why: "seven".to_owned() });
    assert_eq!(play.ended(), Some(&SessionEnd::TaskDied { name: "wire".into(), why: "seven".to_owned() }));
}

#[test]
fn the_stage_has_keys_that_a_single_editor_lacks() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.f(7);
    play.shows(80, 24, "not now: only on the stage");
    play.hides(80, 24, "next:");
    assert_eq!(play.server.policy, precondition::Policy::default());
}

#[test]
fn fast_double_policy_switch_is_applied_twice() {
    let mut play = TestApp::stage(120, 40);
    // Both keys come before the first response.
    let mut effects = update(&mut play.state, Event::Terminal(TerminalEvent::Key(Key::f(7))));
    effects.extend(update(&mut play.state, Event::Terminal(TerminalEvent::Key(Key::f(7)))));
    assert_eq!(effects.len(), 1, "one change at a time: {effects:?}");
    let asked = play.server.answer(&effects[0], &[]);
    for event in asked {
        play.event(event);
    }
    play.shows(120, 40, "policy ✗ ignored");
    play.f(7);
    play.shows(120, 40, "policy ✓ required");
}
