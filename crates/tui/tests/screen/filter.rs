//! The filters of the wire panel: typed, shown in its title, applied to list, diagram and selection.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::event::TerminalEvent;
use terminal::key::Key;

use crate::harness::TestApp;

/// Both have read, Alice has saved, Bob was refused, and the wire has the focus.
fn refused(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').code(KeyCode::Esc);
    play.press(Key::alt('w'));
    play
}

#[test]
fn filter_shows_only_matching_exchanges() {
    let mut play = refused(120, 40);
    play.types("f").shows(120, 40, "show only:");
    play.shows(120, 40, "~m method  ~u target  ~c status");
    play.types("~m put ~c 412").shows(120, 40, "✓ 1 of 4");
    play.code(KeyCode::Enter);
    play.shows(120, 40, "▶ the wire, only ~m put & ~c 412: 1 of 4");
    play.shows(120, 40, "→ 412");
    play.hides(120, 40, "→ 200");
    play.code(KeyCode::Esc);
    play.shows(120, 40, "→ 200");
    play.shows(120, 40, "▶ the wire ");
    play.code(KeyCode::Esc);
    play.hides(120, 40, "▶ the wire");
}

#[test]
fn slash_opens_the_filter_prompt_with_the_active_filter() {
    let mut play = refused(120, 40);
    play.types("/~c 412").code(KeyCode::Enter).types("/").shows(120, 40, "show only: ~c 412");
    play.code(KeyCode::End).types(" | ~c 200").code(KeyCode::Enter);
    play.shows(120, 40, "only ~c 412 | ~c 200: 4 of 4");
    play.types("f").code(KeyCode::Delete).code(KeyCode::Enter);
    play.hides(120, 40, "only ~");
}

#[test]
fn invalid_filter_is_explained_and_stays_editable() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = refused(width, height);
        play.types("f~c").shows(width, height, "! column 3: expected a status");
        play.code(KeyCode::Enter).shows(width, height, "show only: ~c");
        play.types(" 412").code(KeyCode::Enter).shows(width, height, "only ~c 412: 1 of 4");
    }
}

#[test]
fn leaving_the_prompt_restores_the_previous_filter() {
    let mut play = refused(120, 40);
    play.types("f~c 412").code(KeyCode::Enter).types("f~c 200").code(KeyCode::Esc);
    play.shows(120, 40, "only ~c 412: 1 of 4");
}

#[test]
fn diagram_and_selection_follow_the_filter() {
    let mut play = refused(120, 40);
    play.f(4).types("f~m put & alice | ~m put ~h alice").code(KeyCode::Enter);
    play.shows(120, 40, "0 of 4");
    play.shows(120, 40, "no exchange matches; Esc shows all");
    play.code(KeyCode::Enter).shows(120, 40, "not now: the filter matches no exchange");
    play.types("f").types("~m put").code(KeyCode::Enter);
    play.shows(120, 40, "2 of 4");
    play.hides(120, 40, "GET");
    play.hides(120, 40, "event:");
    let reversed =
        |play: &TestApp, words: &str| play.screen(120, 40).style_of(words).add_modifier.contains(Modifier::REVERSED);
    assert!(reversed(&play, "412 Precondition"));
    play.code(KeyCode::Up);
    assert!(reversed(&play, "200 OK") && !reversed(&play, "412 Precondition"));
    play.code(KeyCode::Up).code(KeyCode::Up);
    assert!(reversed(&play, "200 OK"), "there is none before it");
}

#[test]
fn new_exchanges_are_filtered() {
    let mut play = refused(120, 40);
    play.types("f~m put").code(KeyCode::Enter);
    play.alt('1').f(5);
    play.shows(120, 40, "only ~m put: 2 of 5");
    play.types("x").ctrl('s');
    play.shows(120, 40, "only ~m put: 3 of 6");
}

#[test]
fn help_explains_the_filter_language() {
    let mut play = refused(120, 60);
    play.types("f").f(1);
    play.shows(120, 60, "~c 412: the response has this status");
    play.shows(120, 60, "it is not a pattern");
}

#[test]
fn pasted_lines_become_one_line_in_the_filter() {
    let mut play = refused(120, 40);
    play.types("f").event(TerminalEvent::Pasted("~m put\n~c 412".to_owned()));
    play.shows(120, 40, "show only: ~m put");
    play.shows(120, 40, "✓ 2 of 4");
}

#[test]
fn a_word_without_a_match_names_the_searched_fields() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut play = refused(width, height);
        play.types("f412").shows(width, height, "! 0 of 4. A bare word searches the address");
        play.shows(width, height, "use ~c 412 for a status");
        play.code(KeyCode::Enter).shows(width, height, "no exchange matches; Esc shows all. A bare word");
        play.f(4).shows(width, height, "no exchange matches; Esc shows all. A bare word");
    }
    let mut play = refused(40, 12);
    play.types("fBob").shows(40, 12, "! 0 of 4. A bare word searches the");
    play.shows(40, 12, "~c 412");
}

/// A terminal can shrink before the program hears of it.
#[test]
fn prompt_fits_a_frame_smaller_than_the_known_size() {
    let mut play = refused(120, 40);
    play.types("f").shows(60, 12, "show only:");
}
