//! The lessons, played by the program itself: what each of them claims holds, and is told the same way each time.
//!
//! Each lesson is a test of its own, so that they run beside each other, and one that fails is called by its name.

mod command;
mod handbook;
mod leaders;
mod made;
mod program;
mod recordings;

use program::{run, said};

/// A test for each lesson: it is played twice. All that it claims holds, and both runs are the same to the byte.
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
                assert_eq!(first.output, second.output, "the lesson takes another course each time");
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
    dates = "dates",
    aba = "aba",
    weak_etags = "weak-etags",
    lost_response = "lost-response",
    contention = "contention",
}

#[test]
fn each_lesson_has_its_test_here() {
    let list = said(&["lesson", "--list"]);
    let names = list.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    assert_eq!(names.collect::<Vec<_>>(), NAMES);
}
