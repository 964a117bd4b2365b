//! The footer: the keys that are available and matter most, in every size.

use crossterm::event::KeyCode;
use terminal::key::Key;
use tui::action::{Context, KeyMap};

use crate::harness::TestApp;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Returns the last row, with one blank between its hints.
fn footer(play: &TestApp, width: u16, height: u16) -> String {
    play.screen(width, height).rows().pop().unwrap().replace("  ", " ")
}

/// Bob's save was refused because of Alice's: a merge is open, and Bob's text has the focus.
fn refused(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

#[test]
fn footer_comes_from_the_table_of_actions() {
    let play = TestApp::stage(120, 40);
    let footer = footer(&play, 120, 40);
    let keys = KeyMap::default();
    let save = keys.actions(Context::Text).iter().find(|bound| bound.row.hint == "save").unwrap();
    assert!(footer.starts_with(&format!("{} {}", save.key().unwrap(), save.row.hint)), "{footer}");
    let off = keys.actions(Context::Text).iter().find(|bound| bound.row.hint == "decide").unwrap();
    assert!(!footer.contains(&format!("{} {}", off.key().unwrap(), off.row.hint)), "nothing has opened: {footer}");
}

#[test]
fn footer_beside_an_open_merge_names_the_key_to_enter() {
    for (width, height) in SIZES {
        let mut play = refused(width, height);
        let beside = footer(&play, width, height);
        // A merge view of one line cannot be folded.
        let folds = if height < 32 { "F9 decide" } else { "F9 decide Esc fold" };
        assert!(beside.starts_with(folds), "{beside}");
        assert!(!beside.contains("m mine") && !beside.contains("Ctrl-S save"), "{beside}");
        play.code(KeyCode::Esc);
        let folded = footer(&play, width, height);
        assert!(folded.starts_with("F9 decide") && !folded.contains("fold"), "{folded}");
    }
}

#[test]
fn footer_names_the_key_of_a_hidden_wire() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    assert!(!footer(&play, 120, 40).contains("F4"), "the border of the panel names it");
    play.f(4).f(4);
    assert!(footer(&play, 120, 40).contains("F4 wire"), "{}", footer(&play, 120, 40));
}

#[test]
fn footer_of_a_text_by_hand_names_both_ways_out() {
    for (width, height) in SIZES {
        let mut play = refused(width, height);
        play.f(9).types("e");
        let writing = footer(&play, width, height);
        assert!(writing.starts_with("Ctrl-S take it Esc leave it"), "{writing}");
        assert!(writing.contains("F1 help"), "{writing}");
    }
}

#[test]
fn footer_of_a_merge_names_decisions_and_the_way_out() {
    for (width, height) in SIZES {
        let mut play = refused(width, height);
        play.f(9);
        let open = footer(&play, width, height);
        for hint in ["m mine", "t theirs", "b both", "Esc my text"] {
            assert!(open.contains(hint), "{hint}: {open}");
        }
        assert!(!open.contains("n next"), "there is only one conflict: {open}");
        play.types("m");
        let decided = footer(&play, width, height);
        assert!(decided.starts_with("Ctrl-S save"), "{decided}");
        for hint in ["Esc my text", "u undo"] {
            assert!(decided.contains(hint), "{hint}: {decided}");
        }
    }
}

#[test]
fn footer_names_the_next_conflict_if_two_are_open() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.types("a").code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::Down).types("a");
    let event = play.server.saved_by("Bob", "b# Bread\n\nflour\nbwater\nsalt\n");
    play.event(event).ctrl('s').f(9);
    play.shows(80, 24, "2 open");
    assert!(footer(&play, 80, 24).contains("n next"));
    play.types("m");
    assert!(!footer(&play, 80, 24).contains("n next"));
}

#[test]
fn footer_offers_a_suggestion_only_if_there_is_one() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice's ");
    let event = play.server.saved_by("Bob", "# Bread with seeds\n\nflour\nwater\nsalt\n");
    play.event(event).ctrl('s').f(9);
    play.shows(120, 40, "s takes the suggestion");
    assert!(footer(&play, 120, 40).contains("s suggestion"), "{}", footer(&play, 120, 40));
    let mut play = refused(120, 40);
    play.f(9);
    assert!(!footer(&play, 120, 40).contains("s suggestion"), "{}", footer(&play, 120, 40));
}

#[test]
fn footer_of_a_title_in_conflict_has_no_both() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.ctrl('t').types("mine").code(KeyCode::Enter);
    play.server.retitled_by("Bob", "theirs");
    play.ctrl('s').f(9).shows(120, 40, "title: you and Bob both changed it");
    let open = footer(&play, 120, 40);
    assert!(open.starts_with("m mine t theirs Esc my text") && !open.contains("both"), "{open}");
}

#[test]
fn footer_of_the_replacement_names_the_way_back_to_the_search() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.ctrl('r').types("salt");
    assert!(footer(&play, 120, 40).contains("Tab replacement"), "{}", footer(&play, 120, 40));
    play.code(KeyCode::Tab);
    assert!(footer(&play, 120, 40).contains("Tab search"), "{}", footer(&play, 120, 40));
}

#[test]
fn narrow_footer_keeps_the_way_out() {
    let out = |play: &TestApp| {
        let footer = footer(play, 40, 12);
        assert!(footer.contains("Esc "), "{footer}");
    };
    let mut play = TestApp::single(Some("welcome"), 40, 12);
    play.types("x").ctrl('s').types("y").ctrl('s');
    out(play.f(3));
    out(play.code(KeyCode::Down).code(KeyCode::Enter));
    out(play.types("c"));
    out(play.code(KeyCode::Esc).code(KeyCode::Esc).code(KeyCode::Esc).ctrl('f'));
    out(play.ctrl('r'));
    out(play.code(KeyCode::Esc).press(Key::alt('w')));
}

/// The next key is often at the end of a message.
#[test]
fn long_message_covers_rows_above_the_footer_until_the_next_key() {
    for (width, height, rows) in [(120, 40, 2), (80, 24, 2), (40, 12, 3)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        drop(play.server.saved_by("Bob", "# Bread\n\nflour\nwater\nsalt\nyeast\n"));
        play.types("Alice's ").ctrl('s').f(9).ctrl('s');
        let before = play.screen(width, height).rows();
        play.ctrl('z');
        let screen = play.screen(width, height).rows();
        let message = screen[screen.len() - rows..].iter().map(|row| row.trim_end()).collect::<Vec<_>>().join(" ");
        assert!(message.starts_with("! a merge or another version is taken back"), "{message}");
        if width > 40 {
            assert!(message.ends_with("Ctrl-Y brings it again, Ctrl-S saves without it"), "{message}");
        } else {
            assert!(message.ends_with('…'), "three rows at most: {message}");
        }
        play.code(KeyCode::Left);
        let after = play.screen(width, height).rows();
        assert_eq!(after.last().map(|row| row.contains("F1")), before.last().map(|row| row.contains("F1")));
        assert!(!after.iter().any(|row| row.contains("is taken back")));
    }
}

#[test]
fn footer_of_an_overlay_begins_with_answers_and_back() {
    for (width, height) in SIZES {
        let starts = |play: &TestApp, hint: &str| {
            let footer = footer(play, width, height);
            assert!(footer.starts_with(hint), "{hint}: {footer}");
        };
        let mut play = TestApp::stage(width, height);
        starts(play.f(1), "Esc back");
        starts(play.f(1).f(2), "Enter open Esc back");
        starts(play.code(KeyCode::Esc).press(Key::alt('w')), "Enter open Esc back");
        starts(play.code(KeyCode::Enter), "Esc back");
        let folds = if height < 32 { "Ctrl-S save F9 decide F" } else { "Ctrl-S save F9 decide Esc fold" };
        starts(play.code(KeyCode::Esc).code(KeyCode::Esc).types("x").f(6), folds);
        starts(play.f(9), "Enter do it right Esc my text");
    }
}

#[test]
fn no_hint_is_ever_cut() {
    for width in 40..140 {
        let mut play = TestApp::stage(width, 24);
        for step in 0..4 {
            match step {
                1 => play.f(1),
                2 => play.f(1).types("x").f(6),
                3 => play.code(KeyCode::Esc).press(Key::alt('w')),
                _ => &mut play,
            };
            let footer = footer(&play, width, 24);
            assert!(!footer.contains('…') && footer.contains("F1 help"), "at {width}: {footer}");
        }
    }
}

#[test]
fn stage_footer_with_room_names_policy_and_palette() {
    let play = TestApp::stage(80, 24);
    let text = footer(&play, 80, 24);
    for key in ["Ctrl-S save", "F6 unchecked", "F7 policy", "Ctrl-W other", "F1 help", "Ctrl-P more", "Ctrl-Q quit"] {
        assert!(text.contains(key), "{key}: {text}");
    }
}

#[test]
fn footer_of_free_play_names_the_key_to_the_lessons() {
    let mut play = TestApp::stage(120, 40);
    let footer = play.screen(120, 40).rows().pop().unwrap();
    assert!(footer.contains("F10 lessons"), "{footer}");
    play.f(1).shows(80, 24, "base");
    let mut single = TestApp::single(Some("welcome"), 120, 40);
    let footer = single.press(Key::alt('w')).screen(120, 40).rows().pop().unwrap();
    assert!(!footer.contains("F10"), "a single editor has no lessons: {footer}");
}
