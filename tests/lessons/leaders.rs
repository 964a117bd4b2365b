//! What `demo/README.md` tells leaders is what the lessons' files say.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::NAMES;
use crate::program::said;

/// The page, with one blank for each gap, so that nobody has to care where its lines end.
fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/README.md");
    fs::read_to_string(path).expect("the page is there")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A lesson as it tells itself: its head first, then what happened.
fn told(name: &str) -> Vec<Value> {
    let lines = said(&["lesson", name, "--transcript", "jsonl"]);
    lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// The section of the page that is called so.
fn section(page: &str, title: &str) -> String {
    let begin = format!("\n### {title}\n");
    let (_, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("demo/README.md has no section '{title}'"));
    one_line(rest.split("\n#").next().unwrap_or(rest))
}

#[test]
fn every_lesson_has_its_section_with_all_that_it_asks() {
    let page = page();
    for name in NAMES {
        let told = told(name);
        let head = &told[0];
        let text = |value: &Value| one_line(value.as_str().expect("this is a text"));
        let section = section(&page, &text(&head["title"]));
        let mut parts = vec![
            format!("`{name}` · {} minutes", head["minutes"]),
            format!("**Goal.** {}", text(&head["goal"])),
            format!("(figures/{name}.svg)"),
            "**Point at** ".to_owned(),
            "**Let them try:** ".to_owned(),
        ];
        for question in told.iter().filter(|moment| moment["moment"] == "asked").map(|moment| &moment["question"]) {
            parts.push(text(&question["text"]));
            for choice in question["choices"].as_array().expect("there are choices") {
                parts.push(text(&choice["text"]));
            }
        }
        for part in parts {
            assert!(section.contains(&part), "demo/README.md does not say of {name}: {part}");
        }
    }
}

#[test]
fn the_plans_take_as_long_as_they_say() {
    let page = page();
    for minutes in [45, 90] {
        let (_, rest) = page.split_once(&format!("\n## In {minutes} minutes\n")).expect("there is such a plan");
        let plan = rest.split("\n#").next().unwrap_or(rest);
        let mut all = 0;
        for row in plan.lines().filter_map(|line| line.strip_prefix("| ")) {
            let Some((Ok(taken), what)) = row.split_once(" | ").map(|(taken, what)| (taken.parse::<u64>(), what))
            else {
                continue;
            };
            all += taken;
            if let Some(name) = NAMES.iter().find(|name| what.starts_with(&format!("`{name}`"))) {
                assert_eq!(told(name)[0]["minutes"], taken, "{name}, in the plan of {minutes} minutes");
            }
        }
        assert_eq!(all, minutes);
    }
}
