//! `demo/README.md`, the page for leaders, agrees with the files of the lessons.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::NAMES;
use crate::program::said;

/// Returns the page.
fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/README.md");
    fs::read_to_string(path).expect("the page exists")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a run of a lesson as JSON lines: the lesson's head first, then the moments of the run.
fn moments(name: &str) -> Vec<Value> {
    let lines = said(&["lesson", name, "--transcript", "jsonl"]);
    lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// Returns the section of the page with this title, with each run of white space as one space.
fn section(page: &str, title: &str) -> String {
    let begin = format!("\n### {title}\n");
    let (_, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("demo/README.md has no section '{title}'"));
    one_line(rest.split("\n#").next().unwrap_or(rest))
}

#[test]
fn every_lesson_has_a_section_with_its_questions() {
    let page = page();
    for name in NAMES {
        let moments = moments(name);
        let head = &moments[0];
        let text = |value: &Value| one_line(value.as_str().expect("the value is a string"));
        let section = section(&page, &text(&head["title"]));
        let mut parts = vec![
            format!("`{name}` · {} minutes", head["minutes"]),
            format!("**Goal.** {}", text(&head["goal"])),
            format!("(figures/{name}.svg)"),
            "**Point at** ".to_owned(),
            "**Let them try:** ".to_owned(),
        ];
        for question in moments.iter().filter(|moment| moment["moment"] == "asked").map(|moment| &moment["question"]) {
            parts.push(text(&question["text"]));
            for choice in question["choices"].as_array().expect("there are choices") {
                parts.push(text(&choice["text"]));
            }
        }
        for part in parts {
            assert!(section.contains(&part), "the section about {name} in demo/README.md lacks: {part}");
        }
    }
}

#[test]
fn plans_take_as_long_as_they_say() {
    let page = page();
    for minutes in [45, 90] {
        let (_, rest) = page.split_once(&format!("\n## In {minutes} minutes\n")).expect("the page has the plan");
        let plan = rest.split("\n#").next().unwrap_or(rest);
        let mut all = 0;
        for row in plan.lines().filter_map(|line| line.strip_prefix("| ")) {
            let Some((Ok(taken), what)) = row.split_once(" | ").map(|(taken, what)| (taken.parse::<u64>(), what))
            else {
                continue;
            };
            all += taken;
            if let Some(name) = NAMES.iter().find(|name| what.starts_with(&format!("`{name}`"))) {
                assert_eq!(moments(name)[0]["minutes"], taken, "{name}, in the plan of {minutes} minutes");
            }
        }
        assert_eq!(all, minutes);
    }
}
