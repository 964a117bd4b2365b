//! Recordings and pictures of lessons on the stage, made without a terminal.

use std::num::NonZeroU16;

use serde_json::Value;
use vt100::Parser;

use crate::NAMES;
use crate::program::{file, run, said};

/// Returns the first line of a recording, and its events.
fn recording(text: &str) -> (Value, Vec<(f64, String, String)>) {
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let head = lines.next().expect("there is a first line");
    let text = |value: &Value| value.as_str().expect("the value is a string").to_owned();
    let events = lines.map(|event| (event[0].as_f64().expect("the value is a time"), text(&event[1]), text(&event[2])));
    (head, events.collect())
}

/// Returns the contents of a terminal of this size before each marker and at the end.
fn screens(events: &[(f64, String, String)], (columns, rows): (u16, u16)) -> Vec<String> {
    let size = |number| NonZeroU16::new(number).expect("a terminal has a size");
    let mut parser = Parser::new(size(rows), size(columns), 0);
    let mut screens = Vec::new();
    for (_, kind, data) in events {
        match kind.as_str() {
            "m" => screens.push(parser.screen().contents()),
            _ => parser.process(data.as_bytes()),
        }
    }
    screens.push(parser.screen().contents());
    screens
}

#[test]
fn every_lesson_is_recorded_the_same_each_time() {
    for name in NAMES {
        let arguments = ["lesson", name, "--transcript", "asciicast"];
        let text = said(&arguments);
        assert_eq!(text, said(&arguments), "{name}: both recordings are the same");
        let (head, events) = recording(&text);
        assert_eq!((&head["version"], &head["width"], &head["height"]), (&2.into(), &120.into(), &40.into()));
        let screens = screens(&events, (120, 40));
        let last = &screens[screens.len() - 1];
        assert!(last.contains("of this lesson hold"), "{name}: the last screen:\n{last}");
        assert!(!text.contains("127.0.0.1"), "the address differs from run to run: {name}");
        let mut frames = events.windows(2).map(|two| two[1].0 - two[0].0);
        assert!(frames.all(|stays| (0.0..=12.001).contains(&stays)), "{name}: no frame stays longer");
    }
}

#[test]
fn recording_has_step_markers_and_open_quiz_frames() {
    let (_, events) = recording(&said(&["lesson", "lost-update", "--transcript", "asciicast"]));
    let markers: Vec<&str> = events.iter().filter(|event| event.1 == "m").map(|event| event.2.as_str()).collect();
    // The opening, thirteen steps, and the end.
    assert_eq!(markers.len(), 15, "{markers:?}");
    assert_eq!((markers[0], markers[2]), ("Everyone opens 'party'", "Alice moves the party to Sunday"));
    let mut parser = Parser::new(NonZeroU16::new(40).unwrap(), NonZeroU16::new(120).unwrap(), 0);
    let mut seen = Vec::new();
    for (_, _, data) in events.iter().filter(|event| event.1 == "o") {
        parser.process(data.as_bytes());
        let screen = parser.screen().contents();
        if screen.contains("What does the document say afterwards?") {
            let told = |words| screen.contains(words);
            seen.push((told("That was Alice's version."), told("because he never saw Sunday.")));
        }
    }
    assert_eq!(seen, [(false, false), (true, false), (false, true)], "asked, answered wrong, answered right");
}

#[test]
fn recording_has_the_requested_size() {
    let text = said(&["lesson", "second-412", "--transcript", "asciicast", "--size", "80x24"]);
    let (head, events) = recording(&text);
    assert_eq!((&head["width"], &head["height"]), (&80.into(), &24.into()));
    assert!(screens(&events, (80, 24)).iter().any(|screen| screen.contains("412 again")));
    let ran = run(&["lesson", "merge", "--transcript", "asciicast", "--size", "80"]);
    assert!(ran.code == 2 && ran.errors.contains("such as 120x40"), "{}", ran.errors);
}

#[test]
fn recorded_lesson_with_a_false_claim_exits_1() {
    let text = "title = \"Mine\"\ngoal = \"G\"\nminutes = 5\n[documents.a]\ncontent = \"one\\n\"\n\
        [[step]]\nwho = \"Alice\"\ndoes = \"save-unconditionally\"\n[[step]]\nexpect = \"Alice\"\nstatus = 200\n";
    let (_folder, path) = file("mine.toml", text);
    let path = path.display().to_string();
    let ran = run(&["lesson", "--lessons", &path, "--transcript", "asciicast"]);
    assert_eq!(ran.code, 1);
    assert!(ran.errors.contains(&format!("{path}:9: claimed: Alice gets 200; came: 428")), "{}", ran.errors);
    assert!(ran.output.starts_with("{\"version\": 2"), "the recording is written all the same");
}

#[test]
fn lesson_is_recorded_under_another_policy() {
    let text = said(&["lesson", "lost-update", "--transcript", "asciicast", "--preconditions", "required"]);
    let (_, events) = recording(&text);
    assert!(screens(&events, (120, 40)).iter().any(|screen| screen.contains("412 Precondition Failed")));
}

#[test]
fn picture_shows_one_step() {
    let picture = |step| said(&["lesson", "lost-update", "--transcript", "stage", "--at", step]);
    let held = picture("5");
    assert!(held.starts_with("<svg ") && held.contains("step 5 of ") && held.contains(">held<"), "{held}");
    let asked = picture("6");
    assert!(asked.contains("Saturday, in the barn") && !asked.contains("because he never saw Sunday"), "{asked}");
    let ran = run(&["lesson", "lost-update", "--transcript", "stage", "--at", "40"]);
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("there is no step 40; the last one is 14"), "{}", ran.errors);
}
