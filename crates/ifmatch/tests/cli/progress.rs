//! The user's progress in the lessons, on the command line.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{Ended, TestFolder, program};

/// Plays a lesson in a folder with lines from a pipe.
fn play(folder: &TestFolder, lesson: &str, lines: &[&str]) -> Ended {
    let mut child = program(folder.path())
        .args(["lesson", lesson, "--ask"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

/// Asserts the exit code, and that the output has each of these texts.
#[track_caller]
fn expect(ended: &Ended, code: i32, texts: &[&str]) {
    assert_eq!(ended.code, Some(code), "{ended}");
    for text in texts {
        assert!(ended.to_string().contains(text), "{text:?} is missing: {ended}");
    }
}

/// More empty lines than a lesson has steps and questions; the last one leads to the next lesson.
fn to_the_end() -> Vec<&'static str> {
    let mut lines = vec![""; 20];
    lines.push("quit");
    lines
}

#[test]
fn lesson_played_with_ask_is_progress_until_it_is_forgotten() {
    let folder = TestFolder::new();
    expect(&folder.run(&["lesson", "--forget"]), 0, &["There is no progress to forget"]);
    expect(&folder.run(&["lesson", "--progress"]), 0, &["lost-update            not done", "\n0 of "]);
    expect(
        &play(&folder, "lost-update", &to_the_end()),
        0,
        &["Answer with a number from 1 to ", "The lesson is over."],
    );
    expect(&folder.run(&["lesson", "--progress"]), 0, &["lost-update            done 20", "\n1 of ", "progress.json"]);
    assert!(folder.read("data/progress.json").contains("\"lost-update\": {\n      \"done\": \"20"));
    expect(&folder.run(&["lesson", "--forget"]), 0, &["Removed your progress in 1 lesson:", "progress.json"]);
    assert!(!folder.file("data/progress.json").exists());
}

#[test]
fn damaged_progress_is_named_and_kept() {
    let folder = TestFolder::new();
    std::fs::create_dir(folder.file("data")).unwrap();
    folder.write("data/progress.json", "{\"version\": 1, \"less");
    expect(&folder.run(&["lesson", "--progress"]), 74, &["progress.json was damaged", "progress.damaged-1.json"]);
    expect(&folder.run(&["lesson", "--progress"]), 0, &["0 of "]);
    assert_eq!(folder.read("data/progress.damaged-1.json"), "{\"version\": 1, \"less");
}

#[test]
fn ask_needs_a_lesson() {
    expect(&TestFolder::new().run(&["lesson", "--ask"]), 2, &["--ask needs the name of a lesson"]);
}
