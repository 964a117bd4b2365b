//! The keyboard: only the user's own clicks and keys that are not text change the meaning of keys.
//!
//! Responses, events and timers open and end views beside a text. These tests let them happen at any moment while a
//! user types, and check which view the keys reach. Other tests cover the content of each view.

use contract::EventKind;
use crossterm::event::KeyCode;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;
use tui::action::Context;
use tui::{Effect, Event};

use crate::harness::TestApp;
use crate::typist::{NOON, bob_saves, draft, reads, refused, respond, send, writes};

/// Every letter that decides something in some view.
const DECISIONS: &str = "mtboBeEnpNPsSaOkucdwFf";

fn click(play: &mut TestApp, (column, row): (u16, u16)) {
    play.event(TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row }));
}

#[test]
fn letters_typed_around_a_412_are_text() {
    let typed = " to most but not all";
    // The response comes before each of the letters, and after the last one.
    for arrives in 0..=typed.len() {
        let mut play = reads(NOON, 120, 40);
        play.types(" Bring cake.");
        bob_saves(&mut play, "meet at TEN.");
        let asked = send(&mut play, Key::ctrl('s'));
        play.types(&typed[..arrives]);
        respond(&mut play, &asked);
        play.types(&typed[arrives..]).ctrl('s');
        let text = "meet at noon. Bring cake. to most but not all";
        play.shows(120, 40, &format!("1 {text}"));
        play.shows(120, 40, "1 conflict to decide: F9");
        assert_eq!((play.server.content(), draft(&play).as_str()), ("meet at TEN.", text), "after {arrives}");
        play.f(9).types("m").ctrl('s');
        assert_eq!(play.server.content(), text);
    }
}

#[test]
fn letters_stay_text_when_a_view_opens_by_itself() {
    type Opens = fn(&mut TestApp);
    let views: [(&str, Opens); 6] = [
        ("a 412", |play| {
            bob_saves(play, "meet at TEN.");
            play.ctrl('s');
        }),
        ("a reload", |play| {
            bob_saves(play, "meet at TEN.");
            play.f(5);
        }),
        ("a reconnect", |play| {
            bob_saves(play, "meet at TEN.");
            play.event(Event::Disconnected { seat: 0 }).event(Event::Connected { seat: 0 });
        }),
        ("a 428", |play| {
            play.f(6);
        }),
        ("an event of a delete", |play| {
            let event = play.server.deleted_by("Bob");
            play.event(event);
        }),
        ("a save that meets a delete", |play| {
            drop(play.server.deleted_by("Bob"));
            play.ctrl('s');
        }),
    ];
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        for (name, opens) in views {
            let mut play = reads(NOON, width, height);
            play.types(" ");
            opens(&mut play);
            play.shows(width, height, "F9");
            let (before, saved) = (play.effects.len(), play.server.content().to_owned());
            play.types(DECISIONS).code(KeyCode::Enter).types("1");
            let text = format!("meet at noon. {DECISIONS}\n1");
            assert_eq!(draft(&play), text, "{name} at {width}×{height}");
            let drafts = |effect: &Effect| matches!(effect, Effect::KeepDraft { .. } | Effect::AwaitPause { .. });
            assert!(play.effects[before..].iter().all(drafts), "{name}: {:?}", &play.effects[before..]);
            assert_eq!(play.server.content(), saved, "{name}");
            assert_eq!(play.state.context(), Context::Text, "{name}");
        }
    }
}

#[test]
fn open_merge_leaves_eight_rows_of_text_or_is_one_line() {
    let lines: Vec<String> = (1..=60).map(|number| format!("line {number}")).collect();
    let (base, theirs) = (lines.join("\n"), lines.join("\n").replacen("line 1\n", "LINE\n", 1));
    let mut seen = [false; 2];
    for width in [40, 80, 120, 200] {
        for height in 12..60 {
            let mut play = reads(&base, width, height);
            play.types("!");
            bob_saves(&mut play, &theirs);
            play.ctrl('s');
            let screen = play.shows(width, height, "F9 decides");
            let is_text = |row: &String| {
                // A line that was changed has a sign in front of its number.
                let numbered = |text: &str| text.trim_start_matches(['~', ' ']).starts_with(char::is_numeric);
                row.split_once('┃').is_some_and(|(_, text)| numbered(text))
            };
            let text = screen.rows().iter().filter(|row| is_text(row)).count();
            let unfolded = screen.text().contains("the result");
            assert!(!unfolded || text >= 8, "{text} rows at {width}×{height}:\n{}", screen.text());
            assert!(unfolded || screen.text().contains("1 conflict · F9 decides"), "{}", screen.text());
            seen[usize::from(unfolded)] = true;
        }
    }
    assert_eq!(seen, [true; 2], "both forms of the merge view were seen");
}

#[test]
fn f9_without_a_view_says_so_and_changes_nothing() {
    let mut play = reads(NOON, 120, 40);
    play.f(9).shows(120, 40, "not now: nothing waits for a decision");
    play.types("x").shows(120, 40, "1 meet at noon.x");
}

#[test]
fn f9_enters_and_esc_leaves_then_folds_then_dismisses() {
    let mut play = refused(120, 40);
    assert_eq!(play.state.context(), Context::Text);
    play.f(9);
    assert_eq!(play.state.context(), Context::Merge);
    play.code(KeyCode::Esc).shows(120, 40, "the result");
    assert_eq!(play.state.context(), Context::Text);
    play.code(KeyCode::Esc).hides(120, 40, "the result");
    play.shows(120, 40, "412 failed: Bob saved v3 · 1 conflict · F9 decides");
    play.ctrl('s').shows(120, 40, "1 conflict to decide: F9");
    play.code(KeyCode::Esc).hides(120, 40, "1 conflict to decide: F9");
    play.types("x").shows(120, 40, "1 meet at noon. Bring cake.x");
    assert_eq!(play.f(9).state.context(), Context::Merge, "the merge is still open");

    let mut play = reads(NOON, 120, 40);
    play.types("x").f(6).shows(120, 40, "428 Precondition Required ──");
    assert_eq!(play.f(9).state.context(), Context::Required);
    assert_eq!(play.code(KeyCode::Esc).state.context(), Context::Text);
    play.shows(120, 40, "428 Precondition Required ──");
    play.code(KeyCode::Esc).hides(120, 40, "428 Precondition Required ──");
    play.shows(120, 40, "✗ 428: the server wants to know which version");
    play.code(KeyCode::Esc).hides(120, 40, "✗ 428: the server wants to know");

    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event).shows(120, 40, "the document is gone");
    assert_eq!(play.f(9).state.context(), Context::Deleted);
    play.code(KeyCode::Esc).shows(120, 40, "the document is gone");
    play.code(KeyCode::Esc).hides(120, 40, "the document is gone");
    play.shows(120, 40, "Bob deleted this document");
    play.code(KeyCode::Esc).hides(120, 40, "Bob deleted this document");
    assert_eq!(play.f(9).state.context(), Context::Deleted, "the choice is still open");
}

#[test]
fn newer_version_unfolds_a_folded_merge() {
    let mut play = refused(120, 40);
    play.code(KeyCode::Esc).hides(120, 40, "the result");
    play.types("x").hides(120, 40, "the result");
    bob_saves(&mut play, "meet at ELEVEN.");
    play.f(5).shows(120, 40, "the result");
    play.shows(120, 40, "meet at ELEVEN.");
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn click_enters_a_view_and_a_click_on_the_text_leaves_it() {
    for (width, height, at) in [(120, 40, "the result"), (80, 24, "412 failed: Bob saved")] {
        let mut play = refused(width, height);
        let view = play.screen(width, height).places_of(at)[0];
        click(&mut play, view);
        assert_eq!(play.state.context(), Context::Merge, "{at}");
    }
    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event);
    let screen = play.screen(120, 40);
    click(&mut play, screen.places_of("My text is still here")[0]);
    assert_eq!(play.state.context(), Context::Deleted);
    click(&mut play, screen.places_of("noon")[0]);
    play.types("high ").shows(120, 40, "1 meet at high noon.x");

    // The panel of a narrow editor covers its neighbour.
    let mut play = TestApp::stage(80, 40);
    play.types("x").f(6);
    let (_, row) = play.shows(80, 40, "F9 enters").places_of("F9 enters")[0];
    click(&mut play, (70, row));
    assert_eq!(play.state.context(), Context::Required);
    play.code(KeyCode::Enter);
    assert!(play.server.content().starts_with('x'), "the click entered Alice's panel");
}

#[test]
fn decision_key_without_a_selection_does_nothing() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.types("Alice ");
    bob_saves(&mut play, "Bob # Bread\n\nflour\nwater\nsalt\npepper\n");
    play.ctrl('s').f(9).types("N").shows(120, 40, "Bob added this");
    bob_saves(&mut play, "Bob # Bread\n\nflour\nwater\nsalt\n");
    play.f(5).shows(120, 40, "merging, 1 open");
    for key in ["m", "t", "b", "o", "e"] {
        play.types(key).shows(120, 40, "nothing is selected: that change is gone");
        play.shows(120, 40, "merging, 1 open");
        assert_eq!(play.state.context(), Context::Merge);
    }
    play.types("nm").shows(120, 40, "merging, all decided");
}

/// The user is in a merge when a response reports that the document is deleted, which ends the merge.
fn ended() -> TestApp {
    let mut play = refused(120, 40);
    play.f(9);
    drop(play.server.deleted_by("Bob"));
    let asked = send(&mut play, Key::f(5));
    respond(&mut play, &asked);
    play
}

#[test]
fn merge_ended_by_a_response_takes_no_decision() {
    let mut play = ended();
    assert_eq!(play.state.context(), Context::Ended);
    play.shows(120, 40, "this merge is over; Esc goes back to your text");
    let before = play.effects.len();
    play.types(DECISIONS).code(KeyCode::Enter);
    assert_eq!(play.effects.len(), before, "nothing was done");
    play.hides(120, 40, "m mine");
    play.code(KeyCode::Esc).types("!").shows(120, 40, "1 meet at noon. Bring cake.!");
    // The keys of the choice that opened meanwhile decide only after the user enters it.
    let mut play = ended();
    assert_eq!(play.f(9).state.context(), Context::Deleted);
    play.types("c");
    assert_eq!(play.server.content(), "meet at noon. Bring cake.");
}

#[test]
fn panel_closed_by_a_response_takes_no_decision() {
    let mut play = reads(NOON, 120, 40);
    play.types("x").f(6).f(9);
    play.event(Event::Disconnected { seat: 0 });
    assert_eq!(play.state.context(), Context::Ended);
    play.shows(120, 40, "this choice is over; Esc goes back to your text");
    let before = writes(&play);
    play.code(KeyCode::Enter).types("x");
    assert_eq!((writes(&play), play.server.content()), (before, NOON));
    play.code(KeyCode::Esc).types("y").shows(120, 40, "1 meet at noon.xy");

    let mut play = reads(NOON, 120, 40);
    let event = play.server.deleted_by("Bob");
    play.types("x").event(event).f(9);
    let event = play.server.saved_by("Bob", "meet again.");
    play.event(event);
    assert_eq!(play.state.context(), Context::Ended);
    let before = play.effects.len();
    play.types("cd").code(KeyCode::Enter);
    assert_eq!((play.effects.len(), play.server.content()), (before, "meet again."));
    play.code(KeyCode::Esc).types("y").shows(120, 40, "1 meet at noon.xy");
}

#[test]
fn hand_text_of_an_ended_merge_can_be_pasted() {
    let mut play = refused(120, 40);
    play.f(9).types("eby ");
    drop(play.server.deleted_by("Bob"));
    let asked = send(&mut play, Key::f(3));
    assert!(asked.is_empty());
    play.code(KeyCode::Esc);
    // The event stream breaks off, and the response to the following read ends the merge.
    play.event(Event::Disconnected { seat: 0 });
    assert_eq!(play.state.context(), Context::MergeText, "letters still go into the edited result");
    play.types("hand ").code(KeyCode::Esc);
    assert_eq!(play.state.context(), Context::Ended);
    play.code(KeyCode::Esc).shows(120, 40, "Ctrl-V pastes the text that you wrote by hand");
    play.ctrl('v').shows(120, 40, "by hand meet at noon. Bring cake.");
}

#[test]
fn event_of_another_client_changes_no_key() {
    let mut play = refused(120, 40);
    play.f(9);
    let told = play.server.saved_by("Bob", "meet at ELEVEN.");
    let Event::Heard { kind: EventKind::Changed, .. } = &told else { panic!("{told:?}") };
    play.event(told);
    assert_eq!(play.state.context(), Context::Merge);
    play.types("t").shows(120, 40, "all decided");
    play.code(KeyCode::Esc);
    let event = play.server.deleted_by("Bob");
    play.event(event).types("cd").shows(120, 40, "1 meet at noon. Bring cake.cd");
}
