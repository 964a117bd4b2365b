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

use program::{run, said};

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
    changed_tag = "changed-tag",
    lost_response = "lost-response",
    contention = "contention",
}

#[test]
fn every_lesson_has_a_test() {
    let list = said(&["lesson", "--list"]);
    let names = list.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    assert_eq!(names.collect::<Vec<_>>(), NAMES);
}
