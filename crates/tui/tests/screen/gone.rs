//! Lost updates while preconditions are ignored: the screen quotes the lost lines, if they are known.

use crossterm::event::KeyCode;
use precondition::policy::Preconditions;
use terminal::key::Key;

use crate::harness::TestApp;

/// Bob's save has overwritten Alice's, since the server ignores the tags that both of them sent.
fn lost_update(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.f(7).f(7).types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

#[test]
fn overwriting_author_sees_the_lost_lines_and_their_author() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let play = lost_update(width, height);
        play.shows(width, height, "gone: 1 line that Alice wrote");
        play.shows(width, height, "‘Alice # Bread’");
    }
}

#[test]
fn wire_and_exchange_list_the_lost_lines() {
    let mut play = lost_update(120, 40);
    let gone = "gone: 1 line that Alice wrote: ‘Alice # Bread’";
    assert!(play.screen(120, 40).rows().iter().any(|row| row.contains(&format!("│     {gone}"))), "on the wire");
    play.press(Key::alt('w')).code(KeyCode::Enter);
    play.shows(120, 40, "Lost by this save");
    play.shows(120, 40, "Alice # Bread");
}

#[test]
fn author_who_reads_again_sees_their_lost_lines() {
    let mut play = lost_update(120, 40);
    play.alt('1').f(5);
    play.shows(120, 40, "by Bob; not in it: 1");
    play.shows(120, 40, "in my last save, v2: ‘Alice # Bread’");
}

#[test]
fn unknown_lines_are_not_claimed_as_lost() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.server.policy.preconditions = Preconditions::Ignored;
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n");
    play.event(event).ctrl('s');
    play.shows(120, 40, "overwrote \"v2-00000002\"");
    play.hides(120, 40, "gone:");
}

#[test]
fn merged_save_loses_no_lines() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9).types("b").ctrl('s');
    play.alt('1').f(5);
    play.shows(120, 40, "by Bob");
    play.hides(120, 40, "not in it");
    play.hides(120, 40, "gone:");
}
