//! The lessons that are built into the program.

use std::fs;
use std::path::Path;

use lesson::built_in::FILES;
use lesson::script::{Claim, StepKind};

#[test]
fn every_lesson_of_the_folder_is_built_in_and_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/lessons");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_lesson = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "toml");
    let mut there: Vec<String> = entries.filter(is_lesson).collect();
    let mut built: Vec<&str> = FILES.iter().map(|(file, _)| file.rsplit('/').next().unwrap()).collect();
    there.sort();
    built.sort_unstable();
    assert_eq!(there, built);
    for (file, text) in FILES {
        if let Err(faults) = lesson::read(file, text) {
            panic!("{faults}");
        }
    }
}

#[test]
fn every_lesson_claims_responses_documents_and_has_a_quiz() {
    for (file, text) in FILES {
        let lesson = lesson::read(file, text).unwrap();
        let claims = |wanted: fn(&Claim) -> bool| {
            lesson.steps.iter().flat_map(|step| &step.checks).any(|check| wanted(&check.claim))
        };
        assert!(claims(|claim| matches!(claim, Claim::Expect { .. })), "{file} expects no answer");
        assert!(claims(|claim| matches!(claim, Claim::Document { .. })), "{file} claims nothing about its document");
        assert!(lesson.steps.iter().any(|step| matches!(step.kind, StepKind::Ask(_))), "{file} asks nothing");
        assert!((1..=15).contains(&lesson.minutes), "{file} takes {} minutes", lesson.minutes);
    }
}

#[test]
fn question_has_one_right_answer_and_a_reason_for_each() {
    for (file, text) in FILES {
        for step in lesson::read(file, text).unwrap().steps {
            let StepKind::Ask(question) = step.kind else { continue };
            assert_eq!(question.choices.iter().filter(|choice| choice.right).count(), 1, "{file}:{}", step.line);
            assert!(question.choices.len() >= 2, "{file}:{}", step.line);
            for choice in question.choices {
                assert!(choice.why.len() > 15, "{file}:{}: why is '{}' right or wrong?", step.line, choice.text);
            }
        }
    }
}

#[test]
fn right_answer_is_at_each_position_about_equally_often() {
    // For each position, how often it has the right answer, and how often it would by chance.
    let mut places = [(0, 0.0); 6];
    for (file, text) in FILES {
        for step in lesson::read(file, text).unwrap().steps {
            let StepKind::Ask(question) = step.kind else { continue };
            let count = question.choices.len();
            places[question.choices.iter().position(|choice| choice.right).unwrap()].0 += 1;
            places[..count].iter_mut().for_each(|place| place.1 += 1.0 / f64::from(u32::try_from(count).unwrap()));
        }
    }
    for (came, fair) in places {
        assert!((f64::from(came) - fair).abs() <= 2.0, "{places:?}");
    }
    let asked = |wrong: &str| {
        let head = "title = \"T\"\ngoal = \"G\"\nminutes = 1\n[documents.a]\ncontent = \"x\"\n";
        let ask = format!("[[step]]\nask = \"Which?\"\nright = \"a\"\nbecause = \"So.\"\nwrong = {{ {wrong} }}\n");
        lesson::read("t.toml", &format!("{head}{ask}")).unwrap().steps
    };
    assert_eq!(asked("b = \"1\", c = \"2\", d = \"3\""), asked("d = \"3\", b = \"1\", c = \"2\""));
}
