//! A lesson step by step, by lines: questions are asked before they are answered.

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
ask = "What comes back to a save?"
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

/// Says these lines to the lesson.
fn hear(text: &str, lines: &[&str]) -> crate::room::Ran {
    let home = home();
    fs::write(home.path().join("mine.toml"), text).expect("a temporary folder can be written to");
    run(&home, &["lesson", "mine", "--lessons", "mine.toml", "--plain"], lines)
}

#[test]
fn a_question_is_answered_wrong_and_then_right_and_only_then_it_goes_on() {
    let ran = hear(LESSON, &["", "", "", "2", "1", "", "", "quit"]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.said);
    ran.says(&[
        "0. Everybody opens 'a'",
        "An empty line goes on",
        "1. Alice adds 'two' at the end",
        "2. What comes back to a save?\n   1: 200\n   2: 412\nAnswer with a number from 1 to 2.\n",
        "> \nAnswer with a number from 1 to 2 first",
        "> 2\nWrong: That takes somebody who was faster.",
        "> 1\nRight: Nobody was faster.",
        "3. Alice saves",
        "The answer to Alice: 200",
        "4. What came back to Alice",
        "True: Alice gets 200.",
    ]);
    let asked = ran.said.find("What comes back").expect("it is asked");
    let told = ran.said.find("Nobody was faster").expect("it is answered");
    assert!(ran.said[asked..told].contains("> 2"), "the answer is told before it was given: {}", ran.said);
}

#[test]
fn a_step_is_taken_back_and_all_of_it_again() {
    let ran = hear(LESSON, &["", "", "skip", "", "back", "", "again", "", "back", "back", "back"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "Right is 1: 200. Nobody was faster.",
        "3. Alice saves",
        "saved as \"v2-",
        "> back\nBack: the last step was 'What comes back to a save?'.",
        "3. Alice saves",
        "saved as \"v2-",
        "> again\nMine\nG\n",
        "1. Alice adds",
        "> back\nBack: the last step was 'Everybody opens 'a''.",
        "> back\nBack: the last step was 'Everybody opens 'a''.",
    ]);
}

#[test]
fn a_claim_that_does_not_hold_is_said_and_is_the_exit_code() {
    let ran = hear(&LESSON.replace("status = 200", "status = 412"), &["", "", "1", "", "", "", ""]);
    assert_eq!(ran.code, 1);
    ran.says(&["FALSE: Alice gets 412. What came: 200.", "The lesson is over."]);
}

#[test]
fn a_lesson_is_chosen_by_its_number() {
    let ran = run(&home(), &["lesson", "--plain"], &["nonsense", "1", "", "quit"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&[
        "1: lost-update.",
        "Say the number",
        "> nonsense\nthere is no lesson 'nonsense'",
        "> 1\nThe lost update\n",
    ]);
}

#[test]
fn every_lesson_can_be_heard_to_its_end() {
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
fn a_lesson_that_the_stage_is_asked_for_is_heard_too() {
    let ran = run(&home(), &["--plain", "--lesson", "lost-update"], &["", "quit"]);
    assert_eq!(ran.code, 0, "{}", ran.errors);
    ran.says(&["The lost update\n", "0. Everybody opens", "> \n\n1. "]);
}
