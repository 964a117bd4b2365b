//! A level of a lesson: the learner plays, with hints, a solution, and a count of requests.

use std::sync::Arc;

use crossterm::event::KeyCode;
use lesson::player::InstructorTask;
use precondition::policy::Preconditions;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::Context;
use tui::progress::Achievement;
use tui::{Effect, LessonRun, SessionEnd, StageNext, State};

use crate::harness::{TestApp, author};

/// Alice's rye is saved; Bob's spelt has to come beside it.
pub(crate) const LESSON: &str = r#"
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
who = "Alice"
does = "save"
[[step]]
your_turn = "Get Bob's spelt into the document, beside Alice's rye."
goal = [{ document = "welcome", has = ["rye", "spelt"], caption = "both are in the document" }]
par = 2
hint = ["What does Bob's 412 bring with it?", "A merge is saved like any text."]
reached = "A merge keeps both."
wrong_because = "A careless save is a 428."
[[step.offers]]
who = "Dora"
sends = "GET /api/documents/welcome"
caption = "Dora reads the document"
[[step.solution]]
who = "Bob"
does = "type"
append = "spelt"
[[step.solution]]
who = "Bob"
does = "save"
[[step.solution]]
who = "Bob"
does = "save"
[[step.wrong_path]]
who = "Bob"
does = "save-carelessly"
"#;

/// Returns the lesson in its level.
pub(crate) fn in_level((width, height): (u16, u16)) -> TestApp {
    begun(LessonRun::of(0), (width, height))
}

fn begun(run: LessonRun, (width, height): (u16, u16)) -> TestApp {
    let lesson = lesson::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}"));
    let lessons = [Arc::new(lesson)];
    let state = State::lesson(&lessons, run, "http://127.0.0.1:4280".to_owned(), Theme::default()).unwrap();
    let mut play = TestApp::begin(state, vec![author("Alice"), author("Bob")], width, height);
    for _ in 0..4 {
        if play.state.context() != Context::Level {
            play.types(" ");
        }
    }
    assert_eq!(play.state.context(), Context::Level);
    play
}

const SIZE: (u16, u16) = (120, 40);

fn play() -> TestApp {
    in_level(SIZE)
}

fn shows(play: &TestApp, text: &str) {
    play.shows(SIZE.0, SIZE.1, text);
}

/// Returns what was kept of the learner's progress.
fn kept(play: &TestApp) -> Vec<Achievement> {
    let kept = play.effects.iter().filter_map(|effect| match effect {
        Effect::KeepProgress { lesson, achievement } if lesson == "mine" => Some(*achievement),
        _ => None,
    });
    kept.collect()
}

/// Returns the run of the lesson that follows, if one does.
fn next_run(play: &TestApp) -> Option<LessonRun> {
    match play.ended()? {
        SessionEnd::Next(StageNext::Lesson(run)) => Some(*run),
        _ => None,
    }
}

#[test]
fn level_says_its_task_its_goal_and_par() {
    let play = play();
    shows(&play, "Two breads · your turn");
    shows(&play, "Get Bob's spelt into the document, beside Alice's rye.");
    shows(&play, "○ both are in the document");
    shows(&play, "0 requests so far, par 2");
    shows(&play, "1 Dora reads the document");
    shows(&play, "Enter play h hint 1 send H solution Space skip level");
}

#[test]
fn level_fits_a_small_terminal_while_it_has_the_keys() {
    let mut play = in_level((40, 12));
    play.types("h").shows(40, 12, "Hint: What does Bob's 412 bring");
    play.shows(40, 12, "0 requests so far, par 2");
}

#[test]
fn typing_in_a_level_takes_nothing_over() {
    let mut play = play();
    play.alt('2').types("spelt ").shows(120, 40, "spelt # Bread");
    play.code(KeyCode::Esc);
    assert_eq!(play.state.context(), Context::Level, "Esc gives the keys to the level");
    play.hides(120, 40, "taken over");
    // The text belongs to the level, so nothing is asked.
    play.code(KeyCode::Esc);
    assert_eq!(play.ended(), Some(&SessionEnd::Next(StageNext::Menu(0))));
}

#[test]
fn enter_gives_the_keys_to_the_editor() {
    let mut play = play();
    play.code(KeyCode::Enter);
    assert_eq!(play.state.context(), Context::Text);
}

#[test]
fn hints_are_shown_one_after_the_other() {
    let mut play = play();
    play.hides(120, 40, "Hint:");
    play.types("h").shows(120, 40, "Hint: What does Bob's 412 bring with it?");
    play.hides(120, 40, "Hint: A merge is saved like any text.");
    play.types("h").shows(120, 40, "Hint: A merge is saved like any text.");
    play.types("h").shows(120, 40, "not now: there are no more hints");
}

#[test]
fn goal_that_is_reached_is_compared_with_par_and_kept() {
    let mut play = play();
    play.alt('2').ctrl('c').code(KeyCode::End).types(" of spelt").ctrl('s');
    shows(&play, "1 request so far, par 2");
    play.ctrl('s').ctrl('s');
    shows(&play, "✓ both are in the document");
    shows(&play, "✓ The goal is reached with 2 requests; par is 2.");
    shows(&play, "A merge keeps both.");
    play.hides(120, 40, "With 2 requests:");
    assert_eq!(kept(&play), [Achievement::Solved { requests: 2 }]);
    assert_eq!(play.state.context(), Context::Lesson, "the lesson has the keys");
    play.types(" ");
    shows(&play, "The end");
    assert_eq!(kept(&play), [Achievement::Solved { requests: 2 }, Achievement::Played]);
}

#[test]
fn more_requests_than_par_are_answered_with_the_solution() {
    let mut play = play();
    play.types("1").alt('2').code(KeyCode::End).types(" of spelt").f(5).ctrl('s').ctrl('s').ctrl('s');
    shows(&play, "The goal is reached with 3 requests; par is 2.");
    shows(&play, "With 2 requests: Bob adds 'spelt' at the end · Bob saves · Bob saves");
}

#[test]
fn first_space_says_that_it_skips_and_the_second_skips() {
    let mut play = play();
    play.types(" ").shows(120, 40, "not solved yet: Space again skips the level; h shows a hint");
    assert_eq!(play.state.context(), Context::Level);
    play.types("h ");
    assert_eq!(play.state.context(), Context::Level, "a hint resets the warning");
    play.types(" ").shows(120, 40, "Skipped. With 2 requests: Bob adds 'spelt' at the end · Bob saves · Bob saves");
    play.types(" ").shows(120, 40, "The end");
    assert_eq!(kept(&play), [Achievement::Played], "a skipped level is not solved");
}

#[test]
fn solution_is_played_a_step_at_a_time_and_is_not_the_learners() {
    let mut play = play();
    play.types("H").shows(120, 40, "The solution, step 1 of 3: Bob adds 'spelt' at the end. H: the next step.");
    play.types("H").shows(120, 40, "The solution, step 2 of 3: Bob saves. H: the next step.");
    play.types("H").shows(120, 40, "✓ The solution reaches the goal with 2 requests.");
    assert_eq!(kept(&play), []);
}

#[test]
fn solution_after_something_was_done_starts_the_level_over() {
    let mut play = play();
    play.alt('2').types("x").code(KeyCode::Esc).types("H");
    let run = next_run(&play).expect("the lesson is played again up to the level");
    assert_eq!((run.scenes, run.solution), (4, true));
    let again = begun(run, SIZE);
    shows(&again, "The solution has 3 steps. H: the next step.");
}

#[test]
fn r_starts_the_level_over_and_not_the_lesson() {
    let mut play = play();
    play.types("r");
    let run = next_run(&play).expect("the lesson is played again up to the level");
    assert_eq!((run.scenes, run.solution), (4, false));
    let again = begun(run, SIZE);
    shows(&again, "0 requests so far, par 2");
}

#[test]
fn policy_and_gate_are_the_learners_in_a_level_only() {
    let lesson = Arc::new(lesson::read("mine.toml", LESSON).unwrap());
    let state = State::lesson(&[lesson], LessonRun::of(0), String::new(), Theme::default()).unwrap();
    let mut before = TestApp::begin(state, vec![author("Alice"), author("Bob")], 120, 40);
    before.f(7).shows(120, 40, "the lesson sets the policy itself");
    let mut play = play();
    play.f(7);
    let is_set = |effect: &Effect| {
        matches!(effect, Effect::Instruct(InstructorTask::SetPolicy(policy))
            if policy.preconditions == Preconditions::Optional)
    };
    assert!(play.effects.iter().any(is_set), "{:?}", play.effects.last());
    shows(&play, "policy ! optional");
    play.press(Key::shift(KeyCode::Tab)).types("i");
    assert!(play.effects.iter().any(|effect| matches!(effect, Effect::Instruct(InstructorTask::Hold(_)))));
    shows(&play, "the gate now holds every save");
}

#[test]
fn help_lists_the_keys_of_a_level() {
    let mut play = play();
    play.types("?");
    for text in ["Keys in a level", "Shows a hint", "Skips the level and tells its solution"] {
        shows(&play, text);
    }
}
