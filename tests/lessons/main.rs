//! The lessons, played by the program itself: all claims hold, and every run is the same.
//!
//! Each lesson has a test of its own, so that they run in parallel and a failure names its lesson.

mod command;
mod handbook;
mod leaders;
mod made;
mod matrix;
mod program;
mod proxy;
mod recordings;

use program::{run, said, start_with_threads};
use serde_json::Value;

/// Defines a test per lesson, which plays it twice: all claims hold, and both runs have the same bytes.
macro_rules! lessons {
    ($($test:ident = $name:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                let arguments = ["lesson", $name, "--transcript", "jsonl"];
                let (first, second) = (run(&arguments), run(&arguments));
                assert_eq!(first.code, 0, "{}", first.errors);
                assert!(first.errors.contains("claims hold"), "{}", first.errors);
                assert!(first.output.lines().count() > 20, "{}", first.output);
                assert_eq!(first.output, second.output, "both runs are the same");
            }
        )*

        const NAMES: &[&str] = &[$($name),*];
    };
}

lessons! {
    lost_update = "lost-update",
    precondition_failed = "precondition-failed",
    precondition_required = "precondition-required",
    merge = "merge",
    second_412 = "second-412",
    blind_retry = "blind-retry",
    check_then_act = "check-then-act",
    delete_versus_edit = "delete-versus-edit",
    create_race = "create-race",
    a_412_versus_a_409 = "412-versus-409",
    patch_is_not_a_merge = "patch-is-not-a-merge",
    dates = "dates",
    aba = "aba",
    weak_etags = "weak-etags",
    find_the_hole = "find-the-hole",
    changed_tag = "changed-tag",
    lost_response = "lost-response",
    contention = "contention",
    backoff = "backoff",
}

/// Simulated writers send thousands of requests, whose order must not depend on threads.
///
/// Four runs at once, with 1 to 8 worker threads, also put the machine under load.
#[test]
fn crowd_is_the_same_with_any_number_of_threads() {
    let arguments = ["lesson", "contention", "--transcript", "jsonl"];
    let runs: Vec<_> = [1, 2, 4, 8].map(|threads| start_with_threads(&arguments, threads)).into();
    let outputs = runs.into_iter().map(|(run, _home)| run.wait_with_output().expect("the program ends").stdout);
    let outputs: Vec<Vec<u8>> = outputs.collect();
    let text = String::from_utf8(outputs[0].clone()).expect("the program writes UTF-8");
    assert!(text.contains("\"moment\":\"swarm\"") && text.contains("\"writers\":64"), "{text}");
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}

/// One thing happens per key press.
///
/// An editor may read again by itself after a response to a write: that is the same person's, and no second write. When
/// a level begins, editors read its document, as they do when the lesson opens.
#[test]
fn step_brings_one_response() {
    for name in NAMES {
        let (mut step, mut responses, mut is_level) = (String::new(), Vec::new(), false);
        let log = said(&["lesson", name, "--transcript", "jsonl"]);
        for moment in log.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON")) {
            if moment["moment"] == "step" {
                step = format!("{name}, step {}", moment["step"]);
                responses.clear();
            }
            is_level |= moment["moment"] == "your_turn";
            let reads = is_level && moment["exchange"]["method"] == "GET";
            if moment["moment"] == "ended" && !step.ends_with(" 0") && !reads {
                responses.push((moment["exchange"]["author"].clone(), moment["exchange"]["method"].clone()));
                assert!(responses.iter().all(|(author, _)| *author == responses[0].0), "{step}: {responses:?}");
                let writes = responses.iter().filter(|(_, method)| *method != "GET").count();
                assert!(writes <= 1 && responses.len() <= writes + 1, "{step}: {responses:?}");
            }
        }
    }
}

#[test]
fn every_lesson_has_a_test() {
    let list = said(&["lesson", "--list"]);
    let names = list.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    assert_eq!(names.collect::<Vec<_>>(), NAMES);
}
