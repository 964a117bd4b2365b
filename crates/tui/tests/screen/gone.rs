//! What is gone when nothing stops anybody: the lines themselves, and only where they are known.

use crossterm::event::KeyCode;
use precondition::policy::Preconditions;
use terminal::key::Key;

use crate::harness::TestApp;

/// Bob's save has buried Alice's, because the server ignores what both of them named.
fn buried(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::stage(width, height);
    play.f(7).f(7).types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s');
    play
}

#[test]
fn whoever_buried_a_line_is_told_which_and_whose() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let play = buried(width, height);
        play.shows(width, height, "gone: 1 line that Alice wrote");
        play.shows(width, height, "‘Alice # Bread’");
    }
}

#[test]
fn the_wire_lists_what_is_gone_and_the_whole_exchange_too() {
    let mut play = buried(120, 40);
    let gone = "gone: 1 line that Alice wrote: ‘Alice # Bread’";
    assert!(play.screen(120, 40).rows().iter().any(|row| row.contains(&format!("│     {gone}"))), "on the wire");
    play.press(Key::shift(KeyCode::Tab)).code(KeyCode::Enter);
    play.shows(120, 40, "What is gone since");
    play.shows(120, 40, "Alice # Bread");
}

#[test]
fn whoever_reads_again_is_told_what_is_not_there_of_her_own() {
    let mut play = buried(120, 40);
    play.alt('1').f(5);
    play.shows(120, 40, "by Bob; not in it: 1");
    play.shows(120, 40, "I wrote in my last save, \"v2-00000002\": ‘Alice");
}

#[test]
fn what_is_not_known_is_not_said() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.server.policy.preconditions = Preconditions::Ignored;
    play.types("Alice ");
    let event = play.server.saved_by("Bob", "Bob # Bread\n");
    play.event(event).ctrl('s');
    play.shows(120, 40, "buried \"v2-00000002\"");
    play.hides(120, 40, "gone:");
}

#[test]
fn a_save_that_took_over_what_it_saw_leaves_nothing_gone() {
    let mut play = TestApp::stage(120, 40);
    play.types("Alice ").ctrl('s').alt('2').types("Bob ").ctrl('s').f(9).types("b").ctrl('s');
    play.alt('1').f(5);
    play.shows(120, 40, "by Bob");
    play.hides(120, 40, "not in it");
    play.hides(120, 40, "gone:");
}
