//! A lesson in plain mode, step by step: a question waits for an answer before its explanation.

use std::fs;

use crate::room::{home, run};

const LESSON: &str = r#"title = "Mine"
goal = "G"
minutes = 5
[documents.a]
content = "one\n"
[[step]]
who = "Alice"
does = "type"
append = "two\n"
[[step]]
ask = "What comes back to her save?"
right = "200"
because = "Nobody was faster."
wrong = { "412" = "That takes somebody who was faster." }
[[step]]
who = "Alice"
does = "save"
[[step]]
expect = "Alice"
status = 200
"#;

/// Plays the lesson with these lines as input.
fn play(text: &str, lines: &[&str]) -> crate::room::FinishedSession {
    let home = home();
    fs::write(home.path().join("mine.toml"), text).expect("a temporary folder can be written to");
    run(&home, &["lesson", "mine", "--lessons", "mine.toml", "--plain"], lines)
}

#[test]
fn quiz_continues_only_after_the_right_answer() {
    let ran = play(LESSON, &["", "", "", "2", "1", "", "", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "0. Everyone opens 'a'",
        "An empty line goes on",
        "1. Alice adds 'two' at the end",
        "2. What comes back to her save?\n   1: 200\n   2: 412\nAnswer with a number from 1 to 2.\n",
        "> \nAnswer with a number from 1 to 2 first",
        "> 2\nWrong: That takes somebody who was faster.",
        "> 1\nRight: Nobody was faster.",
        "3. Alice saves",
        "The response to Alice: 200",
        "True: Alice gets 200.",
    ]);
    let asked = ran.said.find("What comes back").expect("the question is asked");
    let told = ran.said.find("Nobody was faster").expect("the question is answered");
    assert!(ran.said[asked..told].contains("> 2"), "the explanation comes before the answer: {}", ran.said);
}

#[test]
fn back_undoes_a_step_and_again_restarts() {
    let ran = play(LESSON, &["", "", "skip", "", "back", "1", "", "again", "", "back", "back"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "The right answer is 1: 200. Nobody was faster.",
        "3. Alice saves",
        "saved as \"v2-",
        "> back\nBack: the last step was 'What comes back to her save?'.\n1: 200\n2: 412\nAnswer with",
        "> 1\nRight: Nobody was faster.",
        "3. Alice saves",
        "saved as \"v2-",
        "> again\nMine\nG\n",
        "1. Alice adds",
        "> back\nBack: the last step was 'Everyone opens 'a''.",
        "> back\nNot now: this is the beginning.",
    ]);
    assert_eq!(
        ran.said.matches("\n1. Alice adds").count(),
        2,
        "the steps that are replayed to go back are not printed: {}",
        ran.said
    );
}

#[test]
fn false_claim_is_reported_and_exits_1() {
    let ran = play(&LESSON.replace("status = 200", "status = 412"), &["", "", "1", "", "", "", ""]);
    assert_eq!(ran.code, 1);
    ran.says(&["FALSE: Alice gets 412. What came: 200.", "The lesson is over."]);
}

#[test]
fn lesson_is_chosen_by_its_number() {
    let ran = run(&home(), &["lesson", "--plain"], &["nonsense", "1", "", "quit"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "1: lost-update.",
        "Say a number or a name",
        "> nonsense\nThere is no lesson 'nonsense'",
        "> 1\nThe lost update\n",
    ]);
}

#[test]
fn every_lesson_can_be_played_to_its_end() {
    let list = run(&home(), &["lesson", "--list"], &[]).said;
    let names: Vec<_> =
        list.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next()).collect();
    assert!(names.len() > 10, "{list}");
    for name in names {
        let lines = ["", "skip"].repeat(60);
        let ran = run(&home(), &["lesson", name, "--plain"], &lines);
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{name}: {}", ran.said);
        ran.says(&["The lesson is over."]);
        assert!(!ran.said.contains("FALSE"), "{name}: {}", ran.said);
    }
}

#[test]
fn plain_stage_plays_the_lesson_that_is_named() {
    let ran = run(&home(), &["--plain", "--lesson", "lost-update"], &["", "quit"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["The lost update\n", "0. Everyone opens", "> \n\n1. "]);
}

#[test]
fn lesson_goes_no_further_than_its_input() {
    let ran = play(LESSON, &["", "next"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["1. Alice adds", "> next\n\n2. What comes back", "Answer with a number from 1 to 2."]);
    assert!(!ran.said.contains("Nobody was faster") && !ran.said.contains("3. "), "{}", ran.said);
}

#[test]
fn taken_editor_pauses_the_lesson_until_it_is_restored() {
    let lines = [
        "",
        "save",
        "as Bob",
        "line 1 by Bob",
        "save",
        "lesson",
        "",
        "1",
        "",
        "as Alice",
        "mine",
        "save",
        "again",
        "leave",
        "",
    ];
    let ran = play(LESSON, &lines);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "> save\nNot now: 'save' does not apply here: your lines go to the lesson; 'as' and a name",
        "> as Bob\nYour lines go to Bob's editor now.\n'a', 1 line; 'show' reads it.\nBob: Clean.",
        "> line 1 by Bob\nThe lesson was taken over: its claims are no longer checked.",
        "Bob: Line 1: by Bob",
        "> save\n",
        "Bob: Saved as version \"v2-",
        "> lesson\nYour lines go to the lesson now.\n> \n\n2. What comes back",
        "> 1\nRight",
        "3. Alice saves",
        "The response to Alice: 412",
        "> as Alice\nYour lines go to Alice's editor now.",
        "> again\nYour lines go to the lesson now.\nThe lesson starts over with its own texts. Not saved: a (Alice). With 'leave' the text is lost: no draft is kept here.",
        "> leave\nMine\nG\n",
        "Alice's editor is 'clean'",
        "> \n\n1. Alice adds",
    ]);
    assert_eq!(
        ran.said.matches("Answer 3 to Bob").count() + ran.said.matches("The response to Bob: 200: saved").count(),
        1
    );
    assert_eq!(ran.said.matches("The lesson was taken over").count(), 1, "{}", ran.said);
}

#[test]
fn lesson_is_compared_and_played_under_another_policy() {
    let lines = ["policies", "yes", "take ignored", "", "", "skip", "", "", ""];
    let ran = run(&home(), &["lesson", "precondition-failed", "--plain"], &lines);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "> policies\nThis shows the outcome of every write in this lesson",
        "> yes\nThe same order of events under every policy.",
        "PUT. ignored: 200, lost update; optional: 412; required: 412.",
        "Say 'take' and a policy",
        "> take ignored\n",
        "The server's policy: preconditions = ignored.",
    ]);
}

#[test]
fn own_save_is_held_and_released_in_a_lesson() {
    let lines = ["as Alice", "line 1 mine", "hold writes", "save", "release", "menu", "quit"];
    let ran = play(LESSON, &lines);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["waits at the gate; 'release", "> release\n", "Alice: Saved as version", "> menu\n"]);
}
