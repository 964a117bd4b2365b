//! The lessons that are built into the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lesson::Lesson;
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
fn every_lesson_has_a_part_a_level_and_8_to_14_steps() {
    for (file, text) in FILES {
        let lesson = lesson::read(file, text).unwrap();
        assert!(lesson.part.is_some(), "{file} has no part");
        assert!(lesson.level().is_some(), "{file} has no level");
        assert!((8..=14).contains(&lesson.steps.len()), "{file} has {} steps", lesson.steps.len());
    }
}

/// Returns the words of a text that are a person or a document in one of these lists.
fn named<'a>(text: &str, known: &'a BTreeSet<String>) -> Vec<&'a String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    known.iter().filter(|name| words.contains(&name.as_str())).collect()
}

#[test]
fn level_names_only_people_and_documents_of_its_lesson() {
    let lessons: Vec<Lesson> = FILES.iter().map(|(file, text)| lesson::read(file, text).unwrap()).collect();
    let people = |lesson: &Lesson| lesson.senders().iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let documents = |lesson: &Lesson| {
        let created = lesson.documents.iter().map(|(id, _)| id).chain([&lesson.opens]);
        created.map(|id| format!("'{id}'")).collect::<BTreeSet<_>>()
    };
    let all_people: BTreeSet<String> = lessons.iter().flat_map(people).collect();
    let all_documents: BTreeSet<String> = lessons.iter().flat_map(documents).collect();
    assert!(all_people.len() > 4 && all_documents.len() > 4, "{all_people:?}, {all_documents:?}");
    for lesson in &lessons {
        let level = lesson.level().unwrap();
        let captions = level.offers.iter().map(lesson::script::Offer::caption);
        let texts = [&level.task, &level.wrong_because].into_iter().chain(&level.hints).chain(&level.reached).cloned();
        for text in texts.chain(captions) {
            for name in named(&text, &all_people) {
                assert!(people(lesson).contains(name), "{}: there is no {name} in this lesson: {text}", lesson.name);
            }
            for id in all_documents.iter().filter(|id| text.contains(*id)) {
                assert!(documents(lesson).contains(id), "{}: there is no {id} in this lesson: {text}", lesson.name);
            }
        }
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

/// Returns the numbers in a text.
fn numbers(text: &str) -> BTreeSet<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// A lesson with simulated writers claims figures only by quoting them.
///
/// Any other number in its words is one of its plan, of the protocol, or of arithmetic. Numbers in words are not found.
#[test]
fn words_about_crowds_have_no_figures_of_their_own() {
    // Statuses; v1; clauses of RFC 9110 and 7240; the bounds of full jitter; the rounds of three and of 64 writers.
    let known = [200, 412, 9110, 10, 2, 3, 7240, 1, 20, 100, 2080];
    for (file, text) in FILES {
        let lesson = lesson::read(file, text).unwrap();
        let Some(first) = lesson.steps.iter().position(|step| matches!(step.kind, StepKind::Swarm(_))) else {
            continue;
        };
        let runs = lesson.steps.iter().filter_map(|step| match &step.kind {
            StepKind::Swarm(tasks) => Some(tasks),
            _ => None,
        });
        let planned = runs.flatten().flat_map(|task| [task.writers, task.edits]).map(|number| number as u64);
        let allowed: BTreeSet<u64> = planned.chain(known).collect();
        // The question before the first run predicts it.
        for step in
            lesson.steps.iter().skip(first.saturating_sub(1)).filter(|step| !matches!(step.kind, StepKind::Level(_)))
        {
            let quiz = match &step.kind {
                StepKind::Ask(quiz) => quiz.choices.iter().flat_map(|choice| [&choice.text, &choice.why]).collect(),
                _ => Vec::new(),
            };
            let captions = step.checks.iter().filter_map(|check| check.caption.as_ref());
            let words = [&step.caption()].into_iter().chain(quiz).chain(captions).cloned().collect::<Vec<_>>();
            for words in words {
                let figures: Vec<_> = numbers(&words).difference(&allowed).copied().collect();
                assert!(figures.is_empty(), "{file}: quote {figures:?} with {{of}}, {{than}} or {{times}}: {words}");
            }
        }
        for crowd in lesson.steps.iter().filter(|step| matches!(step.kind, StepKind::Swarm(_))) {
            let has_claim = crowd.checks.iter().any(|check| matches!(check.claim, Claim::Swarm(_)));
            assert!(has_claim, "{file}: no claim is about the crowd of '{}'", crowd.caption());
        }
    }
}

#[test]
fn handbook_explains_each_word_of_hides() {
    let handbook = include_str!("../../../../demo/lessons/README.md");
    for (_, word) in lesson::script::HiddenArea::ALL {
        assert!(handbook.contains(&format!("| `{word}` |")), "{word}");
    }
}
