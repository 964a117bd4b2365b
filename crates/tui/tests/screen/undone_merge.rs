//! The lasting sign after a merge that has been saved is taken back in the text.

use crossterm::event::KeyCode;

use crate::harness::TestApp;

/// Bob adds a line, Alice changes another one; her save is merged, and the merge is saved.
fn merged() -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    drop(play.server.saved_by("Bob", "# Bread\n\nflour\nwater\nsalt\nBob's yeast\n"));
    play.types("Alice's ").ctrl('s').f(9).ctrl('s');
    assert_eq!(play.server.content(), "Alice's # Bread\n\nflour\nwater\nsalt\nBob's yeast\n");
    play
}

#[test]
fn undone_merge_leaves_a_sign_until_its_lines_are_back() {
    let mut play = merged();
    play.hides(120, 40, "undone merge");
    play.ctrl('z');
    play.hides(120, 40, "Bob's yeast");
    play.shows(120, 40, "lacks Bob's lines: undone merge");
    play.types("x");
    play.shows(120, 40, "lacks Bob's lines: undone merge");
    // The lines may come back by hand.
    play.code(KeyCode::Backspace);
    play.types("Bob's yeas").shows(120, 40, "undone merge");
    play.types("t");
    play.hides(120, 40, "undone merge");
}

#[test]
fn saving_without_the_lines_ends_the_sign() {
    let mut play = merged();
    play.ctrl('z').ctrl('s');
    assert_eq!(play.server.content(), "Alice's # Bread\n\nflour\nwater\nsalt\n");
    play.hides(120, 40, "undone merge");
}

#[test]
fn redo_ends_the_sign() {
    let mut play = merged();
    play.ctrl('z').ctrl('y');
    play.shows(120, 40, "Bob's yeast");
    play.hides(120, 40, "undone merge");
}

#[test]
fn undone_version_of_my_choice_leaves_no_sign() {
    let mut play = merged();
    play.f(3).code(KeyCode::End).code(KeyCode::Enter).types("b").ctrl('z');
    play.hides(120, 40, "undone merge");
}

#[test]
fn my_own_restore_does_not_hide_whose_lines_are_lacking() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("x").ctrl('s').f(3).code(KeyCode::End).types("s").code(KeyCode::Esc);
    drop(play.server.saved_by("Bob", "# Bread\n\nflour\nwater\nsalt\nBob's yeast\n"));
    play.types("Alice's ").ctrl('s').f(9).ctrl('s').ctrl('z');
    play.shows(120, 40, "lacks Bob's lines: undone merge");
}
