//! A lesson while a user types: neither its views nor its script change the meaning of the user's keys.

use std::sync::Arc;

use crossterm::event::KeyCode;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::Context;
use tui::{Effect, Event, LessonRun, State, update};

use crate::harness::{TestApp, author};

/// Bob's save meets Alice's, and Alice saves again.
const LESSON: &str = r#"
title = "Two breads"
goal = "You have seen two."
minutes = 1
[documents.welcome]
title = "Bread"
content = """
# Bread

flour
water
salt
"""
[[step]]
who = "Alice"
does = "type"
replace = "flour"
with = "rye"
[[step]]
who = "Bob"
does = "type"
replace = "flour"
with = "spelt"
[[step]]
who = "Alice"
does = "save"
[[step]]
who = "Bob"
does = "save"
[[step]]
who = "Alice"
does = "type"
replace = "salt"
with = "sea salt"
[[step]]
who = "Alice"
does = "save"
"#;

/// A further step: a question.
const ASKS: &str = r#"
[[step]]
ask = "Which one was it?"
right = "the rye"
because = "Alice was first."
wrong = { "the spelt" = "That one came second." }
"#;

/// A further step: Bob's decision in the merge.
const DECIDES: &str = r#"
[[step]]
who = "Bob"
does = "decide"
take = "mine"
"#;

/// A further step: Bob's save.
const SAVES: &str = r#"
[[step]]
who = "Bob"
does = "save"
"#;

/// Plays the first of two equal lessons up to a step, whose request stays in flight.
fn stepped(step: usize, then: &str) -> (TestApp, Vec<Effect>) {
    let lesson = lesson::read("mine.toml", &format!("{LESSON}{then}")).unwrap_or_else(|faults| panic!("{faults}"));
    let server = "http://127.0.0.1:4280".to_owned();
    let lesson = Arc::new(lesson);
    let state = State::lesson(&[Arc::clone(&lesson), lesson], LessonRun::of(0), server, Theme::default()).unwrap();
    let mut play = TestApp::begin(state, vec![author("Alice"), author("Bob")], 120, 40);
    for _ in 1..step {
        play.types(".");
    }
    let effects = update(&mut play.state, Event::Terminal(TerminalEvent::Key(Key::char('.'))));
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Ask { .. })),
        "step {step} sends something: {effects:?}"
    );
    (play, effects)
}

/// Alice's text has the focus when the question opens.
fn asked() -> TestApp {
    let (mut play, effects) = stepped(6, ASKS);
    play.types(".").alt('1').code(KeyCode::Home).types("I ").hides(120, 40, "Which one was it?");
    play.carry_out(effects).shows(120, 40, "Which one was it?");
    play
}

#[test]
fn question_opening_beside_a_text_takes_no_key() {
    let mut play = asked();
    play.types("1 a").code(KeyCode::Enter);
    assert_eq!(play.state.context(), Context::Text);
    play.shows(120, 40, "I 1 a");
    play.hides(120, 40, "Alice was first.");
    assert_eq!(play.f(9).state.context(), Context::Quiz);
    play.types("1").shows(120, 40, "Alice was first.");
}

#[test]
fn esc_returns_from_an_entered_question_to_the_text() {
    for answers in [false, true] {
        let mut play = asked();
        play.f(9);
        assert!(play.screen(120, 40).rows().pop().unwrap().contains("Esc my text"));
        if answers {
            play.types("1");
        }
        play.code(KeyCode::Esc);
        assert_eq!((play.state.context(), play.ended()), (Context::Text, None));
        play.types("x").shows(120, 40, "I x");
        // From the lesson itself, Esc leads to the menu.
        play.code(KeyCode::Esc);
        assert_ne!(play.state.context(), Context::Text);
        play.code(KeyCode::Esc).shows(120, 40, "Not saved: welcome (Alice)");
        assert!(play.types("l").ended().is_some());
    }
}

#[test]
fn leaving_a_lesson_asks_about_typed_text() {
    type Leaves = fn(&mut TestApp);
    let ways: [(&str, Leaves); 6] = [
        ("quit", |play| {
            play.ctrl('q');
        }),
        ("quit from the lesson", |play| {
            play.code(KeyCode::Esc).ctrl('q');
        }),
        ("the menu", |play| {
            play.code(KeyCode::Esc).code(KeyCode::Esc);
        }),
        ("back", |play| {
            play.code(KeyCode::Esc).code(KeyCode::Left);
        }),
        ("again", |play| {
            play.code(KeyCode::Esc).types("r");
        }),
        ("another take", |play| {
            play.code(KeyCode::Esc).types("t").code(KeyCode::Enter).types("i");
        }),
    ];
    for (name, leaves) in ways {
        let (mut play, effects) = stepped(3, "");
        play.carry_out(effects);
        // The user has not changed any text of the lesson yet.
        let untouched = play.state.clone();
        play.alt('1').types("MINE ");
        leaves(&mut play);
        assert_eq!((play.state.context(), play.ended()), (Context::Unsaved, None), "{name}");
        play.shows(120, 40, "Not saved: welcome (Alice)");
        play.types("l");
        assert!(play.ended().is_some(), "{name}");
        play.state = untouched;
        leaves(&mut play);
        assert!(play.ended().is_some(), "{name}: the lesson's own text is not the user's");
    }
}

#[test]
fn click_on_a_question_enters_it() {
    let mut play = asked();
    let (column, row) = play.screen(120, 40).places_of("Which one was it?")[0];
    play.event(TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row }));
    assert_eq!(play.state.context(), Context::Quiz);
}

#[test]
fn paste_in_a_lesson_is_kept_and_announced() {
    for step in [1, 7] {
        let (mut play, effects) = stepped(3, ASKS);
        play.carry_out(effects);
        for _ in 3..step {
            play.types(".");
        }
        let context = play.state.context();
        play.event(TerminalEvent::Pasted("12 and more".to_owned()));
        play.shows(
            120,
            40,
            &format!("not pasted {}; it is kept, and Ctrl-V pastes it in a text", context.place_name()),
        );
        assert_eq!(play.state.context(), context);
        play.alt('1').ctrl('v').shows(120, 40, "12 and more");
    }
}

#[test]
fn script_keeps_the_focus_in_an_entered_view() {
    let (mut play, effects) = stepped(6, DECIDES);
    play.types(".").alt('2').f(9);
    assert_eq!(play.state.context(), Context::Merge);
    play.shows(120, 40, "merging, 1 open");
    play.carry_out(effects);
    play.shows(120, 40, "merging, all decided");
    assert_eq!(play.state.context(), Context::Merge);
    // The user's own keys go on as before.
    play.types("u").shows(120, 40, "merging, 1 open");
}

#[test]
fn view_ended_by_a_script_takes_no_decision() {
    let (mut play, effects) = stepped(6, SAVES);
    play.types(".").alt('2').f(9).types("m");
    play.shows(120, 40, "merging, all decided");
    play.carry_out(effects);
    play.shows(120, 40, "this merge is over; Esc goes back to your text");
    assert_eq!(play.state.context(), Context::Ended);
    play.types("tm").code(KeyCode::Esc).types("x");
    play.shows(120, 40, "x# Bread");
    play.hides(120, 40, "tm");
}

#[test]
fn question_about_unsaved_text_says_what_comes_next() {
    let over = "The lesson starts over with its own texts. Not saved: ";
    let back = "The lesson is played again with its own texts, up to the step before. Not saved: ";
    for (key, title, words, answer) in [
        (Key::char('r'), "start the lesson over?", over, "s save and start over  l start over"),
        (Key::plain(KeyCode::PageUp), "go back a step?", back, "s save and go back  l go back"),
        (Key::plain(KeyCode::Esc), "go to the menu?", "┃Not saved: ", "l go to the menu"),
        (Key::ctrl('q'), "▶ leave?", "┃Not saved: ", "s save and leave  l leave"),
    ] {
        let mut play = asked();
        play.code(KeyCode::Esc).press(key);
        assert_eq!(play.state.context(), Context::Unsaved, "{title}");
        for shown in [title, words, answer] {
            play.shows(120, 40, shown);
        }
    }
}

#[test]
fn question_about_unsaved_text_names_the_next_lesson() {
    let (mut play, effects) = stepped(6, "");
    play.carry_out(effects).types(".").shows(120, 40, "Space: the next lesson");
    play.alt('1').types("MINE ").code(KeyCode::Esc).types("n");
    for shown in [
        "begin the next lesson?",
        "The next lesson begins with its own texts. Not saved: ",
        "s save and begin it  l begin it",
    ] {
        play.shows(120, 40, shown);
    }
}
