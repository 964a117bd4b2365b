//! The exercises of the coach, with the keys it names: a save, a 412, a merge, a 428, a lost update.

use crossterm::event::KeyCode;
use tui::Event;

use crate::harness::TestApp;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Alice has saved, and Bob has edited the same line.
fn both_typed(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ");
    play
}

#[test]
fn a_save_names_the_version_it_replaces() {
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        play.shows(width, height, "✓ clean");
        play.shows(width, height, "next: type a word or two as Alice");
        play.types("Alice ");
        play.shows(width, height, "✎ edited");
        play.shows(width, height, "next: Ctrl-S");
        play.ctrl('s');
        play.shows(width, height, "✓ clean");
        play.shows(width, height, "base v2");
        assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\n");
        play.shows(width, height, "next: Ctrl-W or Alt-2");
    }
}

#[test]
fn merge_after_412_is_saved_under_the_new_tag() {
    for (width, height) in SIZES {
        let mut play = both_typed(width, height);
        play.shows(width, height, "! stale");
        play.ctrl('s');
        play.shows(width, height, "! merging");
        play.shows(width, height, "1 open");
        assert!(!play.server.content().contains("Bob"), "a 412 writes nothing");
        play.ctrl('s');
        play.shows(width, height, "1 conflict to decide: F9");
        play.f(9).ctrl('s');
        play.shows(width, height, "not saved: 1 conflict");
        play.types("m");
        play.shows(width, height, "all decided");
        play.ctrl('s');
        play.shows(width, height, "✓ clean");
        assert_eq!(play.server.content(), "Bob # Bread\n\nflour\nwater\nsalt\n");
        assert_eq!(play.server.etag().to_string(), "\"v3-00000003\"");
    }
}

#[test]
fn keys_of_the_merge_decide_and_undo() {
    let mut play = both_typed(120, 40);
    play.ctrl('s').f(9);
    play.types("t");
    play.shows(120, 40, "all decided");
    play.types("t");
    play.shows(120, 40, "1 open");
    play.types("b");
    play.shows(120, 40, "all decided");
    play.types("u");
    play.shows(120, 40, "1 open");
    play.types("U").ctrl('s');
    assert_eq!(play.server.content(), "Bob # Bread\nAlice # Bread\n\nflour\nwater\nsalt\n");
}

#[test]
fn left_merge_stays_open_and_is_entered_again() {
    let mut play = both_typed(120, 40);
    play.ctrl('s').f(9).types("m").code(KeyCode::Esc);
    play.shows(120, 40, "! merging, all decided");
    play.types("and more ");
    play.shows(120, 40, "1 Bob and more # Bread");
    play.shows(120, 40, "! merging, 1 open");
    play.f(9).types("m").ctrl('s');
    assert_eq!(play.server.content(), "Bob and more # Bread\n\nflour\nwater\nsalt\n");
}

#[test]
fn left_hand_text_can_be_pasted_after_the_merge_is_saved() {
    let mut play = both_typed(120, 40);
    play.ctrl('s').f(9).types("eby hand ").code(KeyCode::Esc).types("m");
    play.server.down = true;
    play.ctrl('s');
    play.shows(120, 40, "offline");
    play.shows(120, 40, "Ctrl-V pastes the text that you wrote by hand");
    play.server.down = false;
    play.event(Event::Connected { seat: 1 });
    play.shows(120, 40, "✓ clean");
    play.ctrl('v');
    play.shows(120, 40, "by hand");
}

#[test]
fn left_hand_text_comes_back_with_its_merge() {
    let mut play = both_typed(120, 40);
    play.ctrl('s').f(9).types("eby hand ").code(KeyCode::Esc).code(KeyCode::Esc);
    play.types("Bob types on ");
    play.f(9).types("e");
    play.shows(120, 40, "by hand Bob # Bread");
}

#[test]
fn another_save_while_merging_is_merged_again() {
    let mut play = both_typed(120, 40);
    play.ctrl('s').f(9).types("m").alt('1').types("again ").ctrl('s').alt('2').ctrl('s');
    play.shows(120, 40, "Alice saved v3 meanwhile: reopened 1");
    play.hides(120, 40, "kept 0");
    play.shows(120, 40, "! merging, 1 open");
    play.types("t");
    play.shows(120, 40, "1 Bob t# Bread");
    play.code(KeyCode::Backspace).f(9).types("t").ctrl('s');
    assert!(play.server.content().starts_with("Alice again # Bread"), "{}", play.server.content());
}

#[test]
fn unconditional_save_is_explained_and_offered_with_if_match() {
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        play.types("Alice ").f(6);
        play.shows(width, height, "428");
        play.f(9);
        play.shows(width, height, "428 Precondition Required");
        play.shows(width, height, "Enter do it right");
        assert!(!play.server.content().contains("Alice"), "a 428 writes nothing");
        play.code(KeyCode::Enter);
        play.shows(width, height, "✓ clean");
        assert!(play.server.content().starts_with("Alice "));
    }
}

#[test]
fn panel_of_428_scrolls_to_its_end_with_its_keys_visible() {
    for (width, height) in SIZES {
        let mut play = TestApp::stage(width, height);
        play.types("Alice ").f(6).f(9);
        let mut read = String::new();
        for step in 0..20 {
            let screen = play.shows(width, height, "Enter do it right  Esc my text");
            if step == 0 {
                assert!(screen.text().contains("This write names no version"), "{}", screen.text());
            }
            read.push_str(&screen.text());
            play.code(KeyCode::Down);
        }
        let end = play.screen(width, height).text();
        assert!(read.contains("If-Match: v1."), "the end, at {width}×{height}:\n{end}");
        play.code(KeyCode::PageUp).code(KeyCode::PageUp).code(KeyCode::PageUp);
        play.shows(width, height, "This write names no version");
        play.code(KeyCode::End);
        assert_eq!(play.screen(width, height).text(), end);
        play.code(KeyCode::Enter);
        play.shows(width, height, "✓ clean");
    }
}

#[test]
fn panel_of_428_fits_and_the_coach_advises_its_key() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").f(6).f(9);
    play.shows(80, 24, "Enter is the safe way");
    play.hides(80, 24, "▶ lost update");
    let refusal = play.screen(80, 24).text();
    let panel = refusal.split_once("the server").map_or(refusal.as_str(), |(above, _)| above);
    assert!(panel.contains("If-Match: v1.") && !panel.contains("1–"), "{refusal}");
}

#[test]
fn dismissing_a_428_leaves_the_text() {
    let mut play = TestApp::stage(80, 24);
    play.types("Alice ").f(6).f(9).code(KeyCode::Esc).code(KeyCode::Esc).code(KeyCode::Esc);
    play.hides(80, 24, "✗ 428");
    play.hides(80, 24, "does it right");
    play.shows(80, 24, "✎ edited");
    play.types("x");
    play.shows(80, 24, "Alice x# Bread");
}

#[test]
fn ignored_policy_loses_an_update_that_the_wire_names() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = TestApp::stage(width, height);
        play.shows(width, height, "policy ✓ required");
        play.f(7);
        play.shows(width, height, "policy ! optional");
        play.f(7);
        play.shows(width, height, "policy ✗ ignored");
        play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
        assert!(!play.server.content().contains("Alice"), "her line is gone");
        play.shows(width, height, "a lost update");
        play.shows(width, height, "overwrote");
        play.shows(width, height, "✓ lost update");
        play.f(7);
        play.shows(width, height, "policy ✓ required");
    }
}

#[test]
fn the_coach_leads_through_all_steps_by_its_keys() {
    let (width, height) = (120, 40);
    let mut play = TestApp::stage(width, height);
    let mut steps = 0;
    while !play.screen(width, height).text().contains("next: all done") {
        let screen = play.screen(width, height).text();
        let next = screen.lines().find_map(|line| line.split_once("next: ")).expect("the coach speaks").1.to_owned();
        follow(&mut play, &next, steps);
        steps += 1;
        assert!(steps < 60, "the coach goes round in circles at {next:?}:\n{screen}");
    }
    let screen = play.screen(width, height).text();
    for step in ["save", "412", "merge", "saved merge", "428", "lost update"] {
        assert!(screen.contains(&format!("✓ {step}")), "{step}:\n{screen}");
    }
}

/// Follows the coach's advice, like a user who reads only that line.
fn follow(play: &mut TestApp, advice: &str, step: usize) {
    if advice.starts_with("type") {
        play.types(&format!("word-{step} "));
    } else if advice.contains("takes mine") {
        play.types("m");
    } else if advice.starts_with("Ctrl-W") {
        play.ctrl('w');
    } else if advice.starts_with("Ctrl-S") {
        play.ctrl('s');
    } else if advice.starts_with("F6") {
        play.f(6);
    } else if advice.starts_with("F9") {
        play.f(9);
    } else if advice.starts_with("F7") {
        play.f(7);
    } else if advice.starts_with("Enter") {
        play.code(KeyCode::Enter);
    } else {
        panic!("what to do at {advice:?}?");
    }
}
