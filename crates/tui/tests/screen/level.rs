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
wrong_because = "A blind save is a 428."
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
does = "save-unconditionally"
"#;

/// Returns the lesson in its level.
pub(crate) fn in_level((width, height): (u16, u16)) -> TestApp {
    begun(LessonRun::of(0), (width, height))
}

/// Returns this lesson in its level.
fn in_level_of(lesson: &str, size: (u16, u16)) -> TestApp {
    begun_of(lesson, LessonRun::of(0), size)
}

fn begun(run: LessonRun, size: (u16, u16)) -> TestApp {
    begun_of(LESSON, run, size)
}

fn begun_of(lesson: &str, run: LessonRun, (width, height): (u16, u16)) -> TestApp {
    let lesson = lesson::read("mine.toml", lesson).unwrap_or_else(|faults| panic!("{faults}"));
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
    play.press(Key::alt('w')).types("i");
    assert!(play.effects.iter().any(|effect| matches!(effect, Effect::Instruct(InstructorTask::Hold(_)))));
    shows(&play, "the gate now holds every save");
}

/// The goal of the test lesson with a title and counts: one new version is allowed.
fn counted() -> String {
    let goal = r#"goal = [{ document = "welcome", has = ["rye", "spelt"], title = "Bread", versions = 1 }]"#;
    let old = r#"goal = [{ document = "welcome", has = ["rye", "spelt"], caption = "both are in the document" }]"#;
    assert!(LESSON.contains(old));
    LESSON.replace(old, goal)
}

#[test]
fn each_claim_of_the_goal_has_its_own_mark() {
    let play = in_level_of(&counted(), SIZE);
    shows(&play, "'welcome': ✓ has \"rye\"  ○ has \"spelt\"  ✓ the title is \"Bread\"  ○ 1 new version");
}

#[test]
fn dead_end_is_told_where_it_begins() {
    for (size, note) in [
        (SIZE, "! the goal is out of reach now; Esc, then r: start the level over"),
        ((40, 12), "! out of reach; Esc, then r: start over"),
    ] {
        let mut play = in_level_of(&counted(), size);
        // The only version that the goal allows has no spelt.
        play.alt('1').types("oats ").ctrl('s').shows(size.0, size.1, note);
        play.code(KeyCode::Esc);
        play.shows(size.0, size.1, "✗ has \"spelt\"");
        play.hides(size.0, size.1, "Esc, then r");
    }
    let mut play = in_level_of(&counted(), SIZE);
    play.alt('2').ctrl('c').code(KeyCode::End).types(" of spelt").ctrl('s').ctrl('s').ctrl('s');
    play.hides(SIZE.0, SIZE.1, "out of reach");
    shows(&play, "The goal is reached");
}

#[test]
fn long_claim_is_wrapped_and_not_cut() {
    let long = "rye bread, spelt bread, oat bread, white bread and all of the crispbread from the cellar";
    let goal = LESSON
        .replace("has = [\"rye\", \"spelt\"], caption = \"both are in the document\"", &format!("has = \"{long}\""));
    let play = in_level_of(&goal, (80, 24));
    play.shows(80, 24, "○ has \"rye bread, spelt bread, oat bread, white bread and all of the");
    play.shows(80, 24, "crispbread from the cellar\"");
}

#[test]
fn offers_stay_in_view_while_an_editor_has_the_keys() {
    let mut play = play();
    play.code(KeyCode::Enter);
    shows(&play, "0 requests so far, par 2  Esc, then 1: send");
    shows(&play, "1 Dora reads the document");
    for size in [(120, 40), (80, 24), (40, 12)] {
        let mut play = in_level(size);
        play.hides(size.0, size.1, "then 1: send");
        play.code(KeyCode::Enter).shows(size.0, size.1, "Esc then 1: send");
    }
    let offers = |count: usize| {
        let offer = "[[step.offers]]\nwho = \"Dora\"\nsends = \"GET /api/documents/welcome\"\n";
        LESSON.replacen("[[step.solution]]", &format!("{}[[step.solution]]", offer.repeat(count)), 1)
    };
    let mut play = in_level_of(&offers(2), (80, 24));
    play.code(KeyCode::Enter).shows(80, 24, "Esc then 1–3: send");
}

#[test]
fn level_with_more_lines_than_rows_is_scrolled() {
    let offer = |number: usize| {
        format!(
            "[[step.offers]]\nwho = \"Dora\"\nsends = \"GET /api/documents/welcome\"\ncaption = \"Dora reads it for the {number}th time, from the top\"\n"
        )
    };
    let many =
        LESSON.replacen("[[step.solution]]", &format!("{}[[step.solution]]", (2..6).map(offer).collect::<String>()), 1);
    let mut play = in_level_of(&many, (40, 12));
    play.shows(40, 12, "Get Bob's spelt into the document,");
    play.shows(40, 12, " ↑↓ 1–8 of 13 ");
    play.code(KeyCode::Up).shows(40, 12, " ↑↓ 1–8 of 13 ");
    for _ in 0..9 {
        play.code(KeyCode::Down);
    }
    play.shows(40, 12, " ↑↓ 6–13 of 13 ");
    play.shows(40, 12, "5 Dora reads it for the 5th time");
    play.code(KeyCode::Up).shows(40, 12, " ↑↓ 5–12 of 13 ");
    play.types("h").shows(40, 12, "Hint: What does Bob's 412 bring");
}

#[test]
fn wrong_path_is_explained_after_the_solution() {
    let mut play = play();
    play.hides(SIZE.0, SIZE.1, "A wrong path");
    play.types("HHH");
    shows(&play, "A wrong path: A blind save is a 428.");
    let mut play = self::play();
    play.types("  ");
    shows(&play, "A wrong path: A blind save is a 428.");
    let mut play = self::play();
    play.alt('2').ctrl('c').code(KeyCode::End).types(" of spelt").ctrl('s').ctrl('s').ctrl('s');
    shows(&play, "The goal is reached");
    play.hides(SIZE.0, SIZE.1, "A wrong path");
}

/// Returns a lesson whose level is about another document, and whose solution needs Alice's editor.
fn elsewhere() -> String {
    let (before, level) = LESSON.split_once("[[step]]\nyour_turn").unwrap();
    let goal = ("document = \"welcome\", has = [\"rye\", \"spelt\"]", "document = \"menu\", has = \"stew\"");
    let level = level.replace(goal.0, goal.1).replace("who = \"Bob\"", "who = \"Alice\"");
    let menu = "[documents.menu]\ntitle = \"Menu\"\ncontent = \"soup\\n\"\n[[step]]";
    format!("opens = \"welcome\"\n{}[[step]]\nyour_turn{level}", before.replacen("[[step]]", menu, 1))
}

#[test]
fn level_begins_with_its_own_document_in_the_panes() {
    for size in [(120, 40), (80, 24)] {
        let play = in_level_of(&elsewhere(), size);
        play.shows(size.0, size.1, "─ menu ┐");
        play.shows(size.0, size.1, "┌ the server · menu");
        let looks =
            |effect: &Effect| matches!(effect, Effect::LookAtServer { document } if document.as_str() == "menu");
        assert!(play.effects.iter().any(looks));
        // Alice acts in the solution, so her editor still has the lesson's document.
        play.shows(size.0, size.1, "rye");
        play.shows(size.0, size.1, "0 requests so far, par 2");
    }
}

#[test]
fn help_lists_the_keys_of_a_level() {
    let mut play = play();
    play.types("?");
    for text in ["Keys in a level", "Shows a hint", "Skips the level and tells its solution"] {
        shows(&play, text);
    }
}
