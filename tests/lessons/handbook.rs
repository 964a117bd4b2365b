//! `demo/lessons/README.md`, the handbook for teachers, agrees with the program.

use std::fs;
use std::path::Path;

use crate::NAMES;
use crate::program::{file, run};

fn handbook() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/lessons/README.md");
    fs::read_to_string(path).expect("the handbook exists")
}

/// Returns the TOML blocks of the handbook.
fn examples(handbook: &str) -> Vec<&str> {
    let blocks = handbook.split("```toml\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).collect()
}

#[test]
fn first_example_can_be_played_as_it_is() {
    let handbook = handbook();
    let (_folder, path) = file("mine.toml", examples(&handbook)[0]);
    let ran = run(&["lesson", "--lessons", &path.display().to_string()]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, "mine: all 2 claims hold\n"));
    assert!(handbook.contains("It ends with `all 2 claims hold`"));
}

#[test]
fn other_examples_can_be_appended_to_the_first() {
    let handbook = handbook();
    let blocks = examples(&handbook);
    let (first, others) = blocks.split_first().expect("there are examples");
    assert!(!others.is_empty());
    for other in others {
        let (_folder, path) = file("mine.toml", &format!("{first}\n{other}"));
        let ran = run(&["lesson", "--check", &path.display().to_string()]);
        assert_eq!(ran.code, 0, "{}", ran.errors);
    }
}

#[test]
fn level_of_the_handbook_is_sound() {
    let handbook = handbook();
    let blocks = examples(&handbook);
    let level = blocks.iter().find(|block| block.contains("your_turn")).expect("there is a level");
    let (_folder, path) = file("mine.toml", &format!("{}\n{level}", blocks[0]));
    let ran = run(&["lesson", "--lessons", &path.display().to_string()]);
    let sound = "mine: level: the solution reaches the goal in 1 request (par 1); the wrong path does not\n";
    assert_eq!((ran.code, ran.errors.as_str()), (0, format!("mine: all 2 claims hold\n{sound}").as_str()));
}

#[test]
fn table_for_leaders_has_every_lesson() {
    let handbook = handbook();
    let (_, table) = handbook.split_once("## For leaders").expect("the handbook has the table");
    let rows = table.lines().filter_map(|row| row.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<&str> = rows.filter(|name| !["lesson", "---"].contains(name)).collect();
    assert_eq!(named, NAMES);
}

#[test]
fn table_for_leaders_quotes_each_first_question() {
    let handbook = handbook();
    for name in NAMES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../demo/lessons/{name}.toml"));
        let lesson = fs::read_to_string(path).expect("the lesson exists");
        let value = |key: &str| lesson.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        let (minutes, ask) = (value("minutes").unwrap_or_default(), value("ask").unwrap_or_default().trim_matches('"'));
        let row = format!("| {name} | {minutes} | {ask} |");
        assert!(handbook.contains(&row), "the table for leaders does not have the row: {row}");
    }
}

#[test]
fn every_key_and_action_is_explained() {
    let handbook = handbook();
    // If a lesson has an unknown word, the program lists all words that may be at that place.
    let head = "title = \"T\"\ngoal = \"G\"\nminutes = 1\nzzzzzzzzzzzzzzzz = 1\n[documents.a]\ncontent = \"x\"\nzzzzzzzzzzzzzzzz = 1\n";
    let kinds = [
        "say = \"x\"",
        "hold = \"none\"",
        "release = \"all\"",
        "expect = \"Bob\"\nstatus = 200",
        "expect = \"Bob\"\nreason = \"zzzzzzzzzzzzzzzz\"",
        "lose = 1",
        "clock = \"1 s\"",
        "who = \"Bob\"\ndoes = \"type\"\nappend = \"x\"",
        "who = \"D\"\nsends = \"GET /api/documents\"",
        "ask = \"x\"\nright = \"y\"\nbecause = \"z\"\nwrong = { a = \"b\" }",
        "document = \"a\"\nversions = 1",
        "swarm = \"b\"\nwriters = 1",
        "swarm = \"b\"\nwriters = 1\nstrategy = \"zzzzzzzzzzzzzzzz\"",
        "swarm = \"b\"\nwriters = 1\nbackoff = \"zzzzzzzzzzzzzzzz\"",
        "measure = \"lost\"\nof = { writers = 1, zzzzzzzzzzzzzzzz = 1 }\nat_most = 0",
        "measure = \"zzzzzzzzzzzzzzzz\"\nof = { writers = 1 }\nat_most = 0",
        "editor = \"Bob\"\nstate = \"clean\"",
        "policy = { zzzzzzzzzzzzzzzz = 1 }",
        "who = \"Bob\"\ndoes = \"zzzzzzzzzzzzzzzz\"",
    ];
    let steps: String = kinds.iter().flat_map(|kind| ["[[step]]\n", kind, "\nzzzzzzzzzzzzzzzz = 1\n"]).collect();
    let (_folder, path) = file("mine.toml", &format!("{head}{steps}"));
    let errors = run(&["lesson", "--check", &path.display().to_string()]).errors;
    let lists = errors.lines().filter_map(|line| line.split_once("; expected "));
    let words: Vec<&str> = lists.flat_map(|(_, list)| list.split('\'').skip(1).step_by(2)).collect();
    assert!(words.len() > 60, "{errors}");
    for word in words {
        // The handbook writes some words as a lesson's file does: `[documents.NAME]`, `[[step]]`.
        let forms = [format!("`{word}`"), format!("`\"{word}\"`"), format!("`[{word}."), format!("`[[{word}]]`")];
        assert!(forms.iter().any(|form| handbook.contains(form)), "the handbook does not explain '{word}'");
    }
}
