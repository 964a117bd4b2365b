//! Reports about saves: the words follow from the response, not from the intent.

use crossterm::event::KeyCode;

use crate::harness::TestApp;

#[test]
fn merge_equal_to_theirs_is_not_called_a_save() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9).types("t").ctrl('s');
    play.shows(120, 40, "nothing to save: my text equals version v2 by Alice");
    play.hides(120, 40, "saved as version v2\n");
    assert!(!play.screen(120, 40).text().contains("✓ saved merge"), "that exercise is still open");
    play.types("Bob ").ctrl('s').shows(120, 40, "saved as version v3");
}

#[test]
fn save_of_an_unchanged_text_is_not_called_a_save() {
    let mut play = TestApp::single(Some("welcome"), 100, 30);
    play.types("x").ctrl('s').ctrl('s');
    play.shows(100, 30, "nothing to save: my text equals version \"v2-00000002\", which the server has");
    play.types("y").hides(100, 30, "nothing to save");
    play.code(KeyCode::Backspace).ctrl('s').shows(100, 30, "nothing to save");
}
