//! A level of a lesson in plain mode: its commands, its hints and its solution.

use std::fs;

use crate::room::{FinishedSession, home, run};

const LESSON: &str = r#"title = "Mine"
goal = "G"
minutes = 5
[documents.a]
content = "one\n\nthree\n"
[[step]]
who = "Alice"
does = "type"
replace = "one"
with = "Alice's"
[[step]]
who = "Alice"
does = "save"
[[step]]
your_turn = "Get both into the document."
goal = [{ document = "a", has = ["Alice's", "Bob's"], caption = "both are in it" }]
par = 2
hint = ["What does a 412 bring with it?"]
reached = "A merge keeps both."
wrong_because = "Bob's own save is refused."
[[step.offers]]
who = "Dora"
sends = "GET /api/documents/a"
caption = "Dora reads it"
[[step.solution]]
who = "Bob"
does = "type"
append = "Bob's\n"
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

/// Plays the lesson with these lines as input, after those that lead to the level.
fn play(lines: &[&str]) -> FinishedSession {
    play_lesson(LESSON, lines)
}

fn play_lesson(lesson: &str, lines: &[&str]) -> FinishedSession {
    let home = home();
    fs::write(home.path().join("mine.toml"), lesson).expect("a temporary folder can be written to");
    let lines = [&["", "", ""], lines].concat();
    run(&home, &["lesson", "mine", "--lessons", "mine.toml", "--ask"], &lines)
}

#[test]
fn level_has_a_goal_hints_and_offers() {
    let ran = play(&["goal", "hint", "hint", "send 1", "send 2", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "Get both into the document.",
        "Of the goal, nothing holds yet. 0 requests so far, par 2.",
        "> goal\nThe task: Get both into the document.\n   both are in it: not yet\n'send 1': Dora reads it.\n",
        "> hint\nHint: What does a 412 bring with it?",
        "> hint\nNot now: there are no more hints.",
        "> send 1\n",
        "1 request so far, par 2.",
        "> send 2\nNot now: there is no request 2.",
        "> quit\n",
    ]);
}

#[test]
fn level_is_solved_line_by_line() {
    let ran = play(&["as Bob", "add Bob's", "save", "save", "save", "", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "> as Bob\n",
        "The goal is reached with 2 requests; par is 2.",
        "A merge keeps both.",
        "The lesson is over.",
    ]);
}

#[test]
fn solution_is_played_line_by_line_after_a_new_start() {
    let ran = play(&["send 1", "solution", "solution", "solution", "solution", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "> solution\nBack: the last step was",
        "The solution has 3 steps.",
        "The solution, step 1 of 3: Bob adds",
        "The solution, step 2 of 3: Bob saves.",
        "The solution reaches the goal with 2 requests.",
    ]);
}

#[test]
fn again_starts_the_level_over_and_skip_tells_the_solution() {
    let ran = play(&["send 1", "again", "skip", "", "goal", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "1 request so far, par 2.",
        "> again\nBack: the last step was",
        "0 requests so far, par 2.",
        "> skip\nSkipped. With 2 requests: Bob adds",
        "The lesson is over.",
        "> goal\nNot now: 'goal' does not apply here",
    ]);
}

#[test]
fn each_claim_of_the_goal_is_read_with_its_own_state() {
    let goal = r#"[{ document = "a", has = ["Alice's", "Bob's"], versions = 1 }]"#;
    let old = r#"[{ document = "a", has = ["Alice's", "Bob's"], caption = "both are in it" }]"#;
    assert!(LESSON.contains(old));
    let lines = ["goal", "as Alice", "line 1 Carol's", "save", "goal", "quit"];
    let ran = play_lesson(&LESSON.replace(old, goal), &lines);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "   'a' has \"Alice's\": holds\n   'a' has \"Bob's\": not yet\n   'a' has 1 new version: not yet\n",
        "This can no longer hold: 'a' has \"Alice's\"; 'a' has \"Bob's\"; 'again' starts the level over.",
        "   'a' has \"Alice's\": can no longer hold\n   'a' has \"Bob's\": can no longer hold\n   'a' has 1 new version: \
         holds\n",
    ]);
}

#[test]
fn judged_writes_are_held_in_a_level_with_two_steps() {
    let apart = LESSON.replacen("minutes = 5", "minutes = 5\npolicy = { judging = \"apart\" }", 1);
    let ran = play_lesson(&apart, &["hold judged", "as Bob", "add Bob's", "save", "release", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&["> hold judged\nEach save is now held after it was compared", "> save\n", "> release\n"]);
    let ran = play(&["hold judged", "quit"]);
    ran.says(&["> hold judged\nNot now: only a level whose server evaluates and writes in two steps"]);
}
