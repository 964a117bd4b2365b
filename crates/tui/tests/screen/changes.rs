//! The changes of a text against its base: their signs, the view of one change, and its reversal.

use crossterm::event::KeyCode;
use ratatui::style::Style;
use terminal::key::Key;
use tui::Effect;

use crate::harness::{Screen, TEXT, TestApp};

/// The sizes at which the signs must be right.
const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// Checks the signs beside the lines of the text that are in sight: one for each line, at least three.
#[track_caller]
fn check_signs(play: &TestApp, (width, height): (u16, u16), expected: &str) {
    let screen = play.screen(width, height);
    let symbol = |column: u16, line: u16| screen.0[(column, top(&screen) + line)].symbol().to_owned();
    let is_in_sight = |line: &u16| symbol(2, *line) == (line + 1).to_string();
    let signs: String = (0..5).take_while(is_in_sight).map(|line| symbol(1, line)).collect();
    let is_right = expected.starts_with(&signs) && signs.chars().count() >= 3;
    assert!(is_right, "{signs:?} instead of {expected:?}:\n{}", screen.text());
}

/// Returns the row of the first line of the text: it is below the border with the user's name.
fn top(screen: &Screen) -> u16 {
    screen.places_of("● Alice")[0].1 + 1
}

/// Returns the style of the sign beside a line, counted from 0.
fn style(play: &TestApp, (width, height): (u16, u16), line: u16) -> Style {
    let screen = play.screen(width, height);
    screen.0[(1, top(&screen) + line)].style()
}

/// Returns Alice's editor with a changed line, after Bob has saved a text.
fn after_bob(size: (u16, u16), bob: &str) -> TestApp {
    let mut play = TestApp::marking_others(size.0, size.1);
    play.code(KeyCode::Down).code(KeyCode::Down).types("rye ");
    let saved = play.server.saved_by("Bob", bob);
    play.event(saved);
    play
}

#[test]
fn sign_says_what_the_user_did_to_a_line() {
    for size in SIZES {
        let mut play = TestApp::single(Some("welcome"), size.0, size.1);
        check_signs(&play, size, "     ");
        play.code(KeyCode::Down).code(KeyCode::Down).types("rye ");
        check_signs(&play, size, "  ~  ");
        play.code(KeyCode::End).code(KeyCode::Enter).types("milk");
        check_signs(&play, size, "  ~+ ");
        play.ctrl('z').ctrl('z').ctrl('z').ctrl('z').ctrl('z');
        check_signs(&play, size, "     ");
        play.shows(size.0, size.1, "clean");
    }
}

#[test]
fn deleted_lines_are_marked_beside_the_line_above() {
    let size = SIZES[1];
    let mut play = TestApp::single(Some("welcome"), size.0, size.1);
    play.press(Key::shift(KeyCode::Down)).code(KeyCode::Delete);
    check_signs(&play, size, "‾    ");
    play.ctrl('z').code(KeyCode::Right).code(KeyCode::Down);
    check_signs(&play, size, "     ");
    play.press(Key::shift(KeyCode::Down)).code(KeyCode::Delete);
    check_signs(&play, size, " _   ");
}

#[test]
fn changes_of_others_are_marked_before_any_save() {
    for size in SIZES {
        let play = after_bob(size, &TEXT.replace("salt", "sea salt"));
        check_signs(&play, size, "  ~ ◆");
        assert_ne!(style(&play, size, 2), style(&play, size, 4), "each person has a colour");
        play.shows(size.0, size.1, "stale");
        play.hides(size.0, size.1, "is coming");
        let sent = play.effects.iter().filter(|effect| matches!(effect, Effect::Prefetch { .. })).count();
        assert_eq!(sent, 1);
    }
}

#[test]
fn coming_conflict_has_its_own_sign_and_word() {
    for size in SIZES {
        let mut play = after_bob(size, &TEXT.replace("flour", "spelt flour"));
        check_signs(&play, size, "  !  ");
        play.shows(size.0, size.1, "! 1 conflict is coming");
        play.ctrl('z').ctrl('z');
        check_signs(&play, size, "  ◆  ");
        play.hides(size.0, size.1, "is coming");
    }
}

#[test]
fn coming_conflict_about_the_title_is_named() {
    for size in SIZES {
        let retitled = |play: &mut TestApp, text: &str| {
            play.server.retitled_by("Bob", "Bob's bread");
            let saved = play.server.saved_by("Bob", text);
            play.event(saved);
        };
        let mut play = TestApp::marking_others(size.0, size.1);
        play.ctrl('t').types("Rye bread").code(KeyCode::Enter);
        retitled(&mut play, TEXT);
        // The next key removes the message about the title, which may cover the status.
        play.code(KeyCode::Down).shows(size.0, size.1, "! title conflict is coming");
        play.ctrl('z').hides(size.0, size.1, "is coming");

        let mut play = TestApp::marking_others(size.0, size.1);
        play.ctrl('t').types("Rye bread").code(KeyCode::Enter);
        play.code(KeyCode::Down).code(KeyCode::Down).types("rye ");
        retitled(&mut play, &TEXT.replace("flour", "spelt flour"));
        play.shows(size.0, size.1, "! 1 conflict is coming");
        if size.0 > 40 {
            play.shows(size.0, size.1, "! title conflict is coming");
        }
    }
}

/// The text is here already, so neither the 412 nor another read brings it again.
#[test]
fn refused_save_merges_the_version_that_is_here() {
    let mut play = after_bob((120, 40), &TEXT.replace("salt", "sea salt"));
    play.ctrl('s');
    play.shows(120, 40, "merging");
    play.shows(120, 40, "sea salt");
    let reads = play.effects.iter().filter(|effect| {
        matches!(effect, Effect::Ask { ask: editor::EditorRequest::Read { .. }, .. } | Effect::Prefetch { .. })
    });
    assert_eq!(reads.count(), 2, "the first read, and the one in the background");
    play.ctrl('s').ctrl('s');
    play.shows(120, 40, "clean");
    check_signs(&play, (120, 40), "     ");
}

#[test]
fn view_shows_base_mine_and_theirs() {
    for size in SIZES {
        let mut play = after_bob(size, &TEXT.replace("flour", "spelt flour"));
        play.alt('h');
        for words in ["change at line 3", "A conflict is coming: Bob changed the", "base", "│ flour", "rye flour"] {
            play.shows(size.0, size.1, words);
        }
        play.shows(size.0, size.1, "◆ Bob");
        play.types("r");
        play.shows(size.0, size.1, "as in the base again");
        check_signs(&play, size, "  ◆  ");
        play.ctrl('z');
        check_signs(&play, size, "  !  ");
    }
}

#[test]
fn keys_go_from_change_to_change() {
    let size = SIZES[1];
    let mut play = after_bob(size, &TEXT.replace("salt", "sea salt"));
    play.code(KeyCode::Up).alt('.').types("X");
    play.shows(size.0, size.1, "Xrye flour");
    play.ctrl('z').alt('.').alt('h');
    play.shows(size.0, size.1, "change at line 5");
    play.types("r");
    play.shows(size.0, size.1, "not now: I have not changed this line");
    play.types("n");
    play.shows(size.0, size.1, "change at line 3");
    play.types("p");
    play.shows(size.0, size.1, "change at line 5");
    play.code(KeyCode::Esc).code(KeyCode::Up).alt('h');
    play.shows(size.0, size.1, "not now: the line of the cursor is as in the base");
}

#[test]
fn reading_in_the_background_is_switched_off_and_on() {
    let size = SIZES[1];
    let mut play = TestApp::marking_others(size.0, size.1);
    let switch = |play: &mut TestApp| {
        play.ctrl('p').types("mark-changes-of-others").code(KeyCode::Enter);
    };
    switch(&mut play);
    play.shows(size.0, size.1, "are not marked any more");
    let saved = play.server.saved_by("Bob", &TEXT.replace("salt", "sea salt"));
    play.event(saved);
    check_signs(&play, size, "     ");
    switch(&mut play);
    check_signs(&play, size, "    ◆");
}

#[test]
fn reads_in_the_background_are_one_line_of_the_wire() {
    let size = (120, 40);
    let mut play = TestApp::marking_others(size.0, size.1);
    for salt in ["sea salt", "rock salt", "no salt"] {
        let saved = play.server.saved_by("Bob", &TEXT.replace("salt", salt));
        play.event(saved);
    }
    play.shows(size.0, size.1, "in the background ×3");
    play.ctrl('p').types("focus-wire").code(KeyCode::Enter).code(KeyCode::Up).code(KeyCode::Up);
    play.hides(size.0, size.1, "×3");
    play.code(KeyCode::Enter);
    play.shows(size.0, size.1, "Sec-Purpose: prefetch");
}

#[test]
fn stage_has_no_signs_and_reads_nothing_in_the_background() {
    let mut play = TestApp::stage(120, 40);
    play.types("X");
    let saved = play.server.saved_by("Carol", TEXT);
    play.event(saved);
    assert!(!play.effects.iter().any(|effect| matches!(effect, Effect::Prefetch { .. })));
    play.alt('h');
    play.shows(120, 40, "only outside of the stage");
}
