//! Ctrl-S always means save: what it sends, and when it sends nothing and says why.

use crossterm::event::KeyCode;
use terminal::key::Key;
use tui::Event;
use tui::action::Context;

use crate::harness::TestApp;
use crate::typist::{NOON, bob_saves, draft, reads, refused, respond, send, writes};

#[test]
fn open_conflicts_keep_a_save_from_being_sent() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = refused(width, height);
        let before = writes(&play);
        play.ctrl('s').shows(width, height, "1 conflict to decide: F9");
        play.f(9).ctrl('s').shows(width, height, "not saved: 1 conflict");
        assert_eq!((writes(&play), play.state.context()), (before, Context::Merge));
    }
}

/// Alice's save has met a version of Bob's that merges cleanly with her text.
fn fits(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    play.types("Alice ");
    bob_saves(&mut play, "# Bread\n\nflour\nwater\nsalt\npepper\noil\n");
    play.ctrl('s');
    play
}

/// The first press of the key says what the second one sends, so the hints differ before and after it.
#[test]
fn hints_of_a_decided_merge_say_what_the_save_key_does() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = fits(width, height);
        play.shows(width, height, "Ctrl-S previews the save");
        play.hides(width, height, "Ctrl-S saves");
        play.ctrl('s').hides(width, height, "previews the save");
    }
    let mut play = fits(120, 40);
    play.ctrl('s').shows(120, 40, "Ctrl-S saves it, F9 enters");
}

#[test]
fn first_save_after_a_412_says_what_the_next_one_sends() {
    let mut play = fits(120, 40);
    let before = writes(&play);
    play.ctrl('s').shows(120, 40, "your text with 2 lines of Bob's; Ctrl-S again saves it under v2");
    assert_eq!(writes(&play), before);
    // The user's own typing does not have to be announced.
    play.types("and I ").ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice and I # Bread\n\nflour\nwater\nsalt\npepper\noil\n");
}

#[test]
fn entering_a_merge_counts_as_having_looked() {
    let mut play = fits(120, 40);
    play.f(9).code(KeyCode::Esc).ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\npepper\noil\n");
}

#[test]
fn first_save_in_a_merge_after_a_newer_version_sends_nothing() {
    let mut play = fits(120, 40);
    play.f(9);
    bob_saves(&mut play, "# Bread\n\nflour\nwater\nsalt\npepper\n");
    play.f(5);
    let before = writes(&play);
    play.ctrl('s').shows(120, 40, "your text with 1 line of Bob's; Ctrl-S again saves it under v3");
    assert_eq!((writes(&play), play.state.context()), (before, Context::Merge));
    play.ctrl('s').shows(120, 40, "✓ clean");
    assert_eq!(play.server.content(), "Alice # Bread\n\nflour\nwater\nsalt\npepper\n");
}

#[test]
fn save_and_leave_stays_while_a_hand_text_is_open() {
    let mut play = refused(120, 40);
    play.f(9).types("e").types("by hand ").ctrl('q').types("s");
    assert_eq!(play.ended(), None);
    play.shows(120, 40, "not saved: the text that you are writing in the merge is not accepted yet");
    play.shows(120, 40, "by hand meet at noon. Bring cake.");
}

#[test]
fn save_and_leave_sends_nothing_unseen() {
    let mut play = fits(120, 40);
    let before = writes(&play);
    play.ctrl('q').types("s");
    assert_eq!((writes(&play), play.ended()), (before, None));
    play.shows(120, 40, "your text with 2 lines of Bob's");
    play.ctrl('q').types("s");
    assert!(play.ended().is_some() && play.server.content().contains("Alice"));
}

#[test]
fn save_in_a_428_is_the_save_done_right() {
    for enters in [false, true] {
        let mut play = reads(NOON, 120, 40);
        play.types("x").f(6);
        if enters {
            play.f(9);
        }
        play.ctrl('s').shows(120, 40, "✓ clean");
        assert_eq!(play.server.content(), "meet at noon.x");
        assert_eq!(play.types("y").state.context(), Context::Text);
    }
}

#[test]
fn save_in_a_view_returns_the_focus_at_that_press() {
    let mut play = refused(120, 40);
    play.f(9).types("t");
    let asked = send(&mut play, Key::ctrl('s'));
    assert_eq!(play.state.context(), Context::Text, "the response is not here yet");
    play.types("mt").shows(120, 40, "1 meet at TEN.mt");
    respond(&mut play, &asked);
    play.shows(120, 40, "1 meet at TEN.mt").text();
    play.shows(120, 40, "✎ edited");
    assert_eq!((play.server.content(), draft(&play).as_str()), ("meet at TEN.", "meet at TEN.mt"));
}

#[test]
fn second_412_opens_the_view_around_the_result() {
    let mut play = reads("one\ntwo\nthree\n", 120, 40);
    play.types(" a").code(KeyCode::Down).code(KeyCode::Down).code(KeyCode::End).types(" a");
    bob_saves(&mut play, "one b\ntwo\nthree b\n");
    play.ctrl('s').f(9).types("mnm");
    play.shows(120, 40, "all decided");
    bob_saves(&mut play, "one b\ntwo\nthree c\n");
    let asked = send(&mut play, Key::ctrl('s'));
    respond(&mut play, &asked);
    assert_eq!(play.state.context(), Context::Text);
    play.shows(120, 40, "reopened 1");
    play.types("!").shows(120, 40, "merging, 1 open");
    play.f(9).types("m").ctrl('s');
    let content = play.server.content();
    assert!(content.starts_with("one a\ntwo\n") && content.contains("three a"), "{content}");
}

#[test]
fn second_save_during_a_save_saves_what_was_typed_since() {
    let mut play = reads(NOON, 80, 24);
    play.types("1");
    let asked = send(&mut play, Key::ctrl('s'));
    play.types("2").ctrl('s');
    play.shows(80, 24, "a request is in flight; what you have typed since is saved after it");
    play.types("3");
    respond(&mut play, &asked);
    assert_eq!(play.server.content(), "meet at noon.123");
    play.shows(80, 24, "✓ clean");
}

#[test]
fn second_save_during_a_save_outlives_a_lost_response() {
    let mut play = reads(NOON, 80, 24);
    play.types("1");
    let asked = send(&mut play, Key::ctrl('s'));
    play.types("2").ctrl('s');
    play.server.down = true;
    respond(&mut play, &asked);
    play.shows(80, 24, "offline");
    play.server.down = false;
    play.event(Event::Connected { seat: 0 });
    assert_eq!(play.server.content(), "meet at noon.12");
}

#[test]
fn second_save_during_a_save_that_is_refused_sends_nothing() {
    // Bob's version, which Alice has not seen, conflicts with her text or merges cleanly.
    for (theirs, shown) in
        [("meet at TEN.\n\nAll.", "merging, 1 open"), ("meet at noon.\n\nAll. Bob", "merging, all decided")]
    {
        let mut play = reads("meet at noon.\n\nAll.", 80, 24);
        play.types(" Bring cake.");
        bob_saves(&mut play, theirs);
        let asked = send(&mut play, Key::ctrl('s'));
        play.types("2").ctrl('s');
        respond(&mut play, &asked);
        assert_eq!((play.server.content(), writes(&play)), (theirs, 1), "only the first save was sent");
        play.shows(80, 24, shown);
    }
}

#[test]
fn save_during_an_edit_by_hand_accepts_it_and_says_so() {
    let mut play = refused(120, 40);
    let before = writes(&play);
    play.f(9).types("e").types("by hand ").ctrl('s').shows(120, 40, "Ctrl-S again saves it under v3");
    assert_eq!((writes(&play), play.state.context()), (before, Context::Merge));
    play.ctrl('s').shows(120, 40, "✓ clean");
    assert!(play.server.content().contains("by hand"), "{}", play.server.content());
}
