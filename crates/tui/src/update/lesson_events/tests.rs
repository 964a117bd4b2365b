//! Tests of a lesson's paces and timers, without a clock.

use std::time::Duration;

use contract::DocumentId;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::theme::Theme;

use super::*;
use crate::event::{DocumentLook, Event};
use crate::lesson_session::LessonRun;
use crate::update::update;

const LESSON: &str = r#"
title = "Three sentences"
goal = "You have heard three."
minutes = 1
[documents.note]
content = "one"
[[step]]
say = "the first"
[[step]]
ask = "Which one was it?"
right = "the first"
because = "Nothing else was said."
wrong = { "the second" = "That one comes later." }
[[step]]
say = "the last"
"#;

/// Returns a lesson whose people have read their document.
fn lesson() -> State {
    let lesson = lesson::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}"));
    let mut state = State::lesson(&[lesson.into()], LessonRun::of(0), String::new(), Theme::default()).unwrap();
    let effects = update(&mut state, Event::Begun);
    let looks = effects.iter().filter(|effect| matches!(effect, Effect::LookAtServer { .. })).count();
    assert_eq!(looks, 1, "the lesson waits for the view of the server");
    see_server(&mut state);
    for who in course(&state).player().lesson().people.clone() {
        state.lesson.course.as_mut().unwrap().stepping.on_ended(&who);
        go_on(&mut state);
    }
    assert!(!course(&state).stepping.is_in_step());
    state
}

/// Reports the document as the server has it: there is none.
fn see_server(state: &mut State) {
    let look = Ok(Box::new(DocumentLook { versions: Vec::new(), text: None, replaced: None }));
    update(state, Event::ServerSeen { document: "note".parse().unwrap(), look });
}

fn course(state: &State) -> &LessonSession {
    state.lesson.course.as_ref().unwrap()
}

fn timer(effects: &[Effect]) -> Option<(u64, Duration)> {
    effects.iter().find_map(|effect| match effect {
        Effect::ScheduleStep { turn, after } => Some((*turn, *after)),
        _ => None,
    })
}

#[test]
fn stepping_by_hand_sets_no_timer_and_each_pace_sets_one() {
    let mut state = lesson();
    assert_eq!(timer(&update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('.'))))), None, "by hand");
    let (turn, slow) = timer(&update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('+'))))).unwrap();
    let effects = update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('+'))));
    let (faster, steady) = timer(&effects).unwrap();
    assert!(faster > turn && steady < slow, "a new timer, and a shorter one");

    let before = course(&state).player().position();
    assert!(update(&mut state, Event::Paced { turn }).is_empty(), "the timer that was replaced does nothing");
    assert_eq!(course(&state).player().position(), before);
    update(&mut state, Event::Paced { turn: faster });
    assert_eq!(course(&state).player().position(), before + 1);

    assert!(course(&state).is_asking());
    let turn = course(&state).turn;
    update(&mut state, Event::Paced { turn });
    assert!(course(&state).is_asking(), "a question waits for an answer");
    let mut timers =
        ['1', '2'].map(|answer| timer(&update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char(answer))))));
    timers.sort_unstable();
    assert!(
        timers[0].is_none() && timers[1].is_some(),
        "after the right answer, the lesson goes on by itself: {timers:?}"
    );

    let slower = update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('-'))));
    assert_eq!(timer(&slower).map(|(_, after)| after), Some(slow));
    assert_eq!(timer(&update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('-'))))), None, "by hand again");
}

#[test]
fn lesson_does_not_go_on_by_itself_while_the_user_types() {
    let mut state = lesson();
    let (turn, _) = timer(&update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('+'))))).unwrap();
    update(&mut state, Event::Terminal(TerminalEvent::Key(Key::ctrl('w'))));
    let before = course(&state).player().position();
    let effects = update(&mut state, Event::Paced { turn });
    assert_eq!(course(&state).player().position(), before);
    assert!(timer(&effects).is_some(), "another timer is set");
}

#[test]
fn editor_timers_are_dropped_until_a_lesson_is_taken_over() {
    let mut state = lesson();
    let work = state.next_key();
    let draft =
        Effect::ForgetDraft { seat: 0, document: DocumentId::try_from("note".to_owned()).unwrap(), generation: 1 };
    let effects = [Effect::Wake { work, after: Duration::from_secs(1) }, draft];
    let mut left = effects.to_vec();
    drop_lesson_effects(&state, &mut left);
    assert_eq!(left, [], "the lesson's steps take the place of timers");
    fork(&mut state);
    let mut left = effects.to_vec();
    drop_lesson_effects(&state, &mut left);
    assert_eq!(left, effects[..1], "the timers run, and there are still no drafts");
}

#[test]
fn note_at_a_question_fits_a_narrow_terminal() {
    let mut state = lesson();
    state.size = (40, 12);
    update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('.'))));
    update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('.'))));
    assert!(course(&state).is_asking());
    update(&mut state, Event::Terminal(TerminalEvent::Key(Key::char('.'))));
    let words = &state.status.note.as_ref().unwrap().words;
    assert!(words.contains("again") && words.chars().count() <= 38, "{words}");
}
