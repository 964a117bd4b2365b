//! Plays the level of a lesson in several ways, and reports whether they reach its goal as they should.

use std::fmt;
use std::sync::Arc;

use lesson::player::LevelAttempt;
use lesson::run_log::CheckResult;
use lesson::script::requests_in_words;
use lesson::{Lesson, LevelWay};
use traffic::visible;

use super::error::LessonError;
use crate::lesson_server;

/// The results of playing a level in every way.
#[derive(Debug)]
pub(super) struct LevelReport {
    /// The line of the level in the lesson's file.
    line: usize,
    par: usize,
    solution: LevelAttempt,
    wrong_path: LevelAttempt,
    lesson_again: LevelAttempt,
}

/// Plays the level of a lesson, each way on a server of its own.
///
/// Returns `None` if the lesson has no level.
pub(super) async fn play(lesson: &Arc<Lesson>) -> Result<Option<LevelReport>, LessonError> {
    let (Some(level), Some(step)) = (lesson.level(), lesson.steps.last()) else { return Ok(None) };
    let (line, par) = (step.line, level.par);
    let mut attempts = Vec::new();
    for way in [LevelWay::Solution, LevelWay::WrongPath, LevelWay::LessonAgain] {
        let open = lesson_server::open().await?;
        let played = lesson::play_level(Arc::clone(lesson), way, open.at.clone()).await;
        open.close().await?;
        attempts.extend(played?);
    }
    let Ok([solution, wrong_path, lesson_again]) = <[LevelAttempt; 3]>::try_from(attempts) else { return Ok(None) };
    Ok(Some(LevelReport { line, par, solution, wrong_path, lesson_again }))
}

impl LevelReport {
    /// Returns what is wrong with the level, in words, each with its line in the lesson's file.
    ///
    /// A step that cannot be carried out has its own line; all other faults are in the line of the level.
    pub(super) fn faults(&self) -> Vec<(usize, String)> {
        let of_level = self.faults_of_level().into_iter().map(|fault| (self.line, fault));
        let of_steps =
            [("solution", &self.solution), ("wrong path", &self.wrong_path)].into_iter().flat_map(|(way, attempt)| {
                let words = move |why: &str| format!("a step of the {way} cannot be carried out: {}", visible(why));
                attempt.problems().iter().map(move |problem| (problem.line, words(&problem.why)))
            });
        of_level.chain(of_steps).collect()
    }

    fn faults_of_level(&self) -> Vec<String> {
        let mut faults: Vec<String> = Vec::new();
        match self.solution.reached() {
            Some(0) => faults.push("the goal holds before the learner does anything".to_owned()),
            Some(requests) if requests > self.par => faults.push(format!(
                "the solution needs {}, which is more than its par of {}",
                requests_in_words(requests),
                self.par
            )),
            Some(_) => {}
            None => {
                let open = self.solution.goal().iter().flat_map(CheckResult::failures);
                let open = open.map(|(claim, came)| format!("claimed: {}; came: {}", visible(claim), visible(came)));
                faults.push(format!("the solution does not reach the goal: {}", open.collect::<Vec<_>>().join("; ")));
            }
        }
        for (way, attempt) in
            [("the wrong path reaches", &self.wrong_path), ("the lesson's own actions reach", &self.lesson_again)]
        {
            if let Some(requests) = attempt.reached().filter(|requests| *requests > 0) {
                faults.push(format!("{way} the goal in {}", requests_in_words(requests)));
            }
        }
        faults
    }
}

impl fmt::Display for LevelReport {
    /// Writes a sound level in a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = requests_in_words(self.solution.reached().unwrap_or_default());
        write!(f, "the solution reaches the goal in {requests} (par {}); the wrong path does not", self.par)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = r#"
title = "Mine"
goal = "G"
minutes = 5
[documents.a]
content = "one\n"
[[step]]
who = "Alice"
does = "type"
append = "two\n"
[[step]]
who = "Alice"
does = "save"
[[step]]
your_turn = "Have Alice save twice, without Bob seeing an error."
goal = [ { document = "a", versions = 2, overwritten = 0, has = "four" }, { expect = "Alice", status = 200 } ]
par = 2
hint = "Save."
wrong_because = "It is one save."
[[step.solution]]
who = "Alice"
does = "type"
append = "three\n"
[[step.solution]]
who = "Alice"
does = "save"
[[step.solution]]
who = "Alice"
does = "type"
append = "four\n"
[[step.solution]]
who = "Alice"
does = "save"
[[step.wrong_path]]
who = "Alice"
does = "type"
append = "four\n"
[[step.wrong_path]]
who = "Alice"
does = "save"
"#;

    async fn report(text: &str) -> LevelReport {
        let lesson = lesson::read("mine.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
        play(&Arc::new(lesson)).await.unwrap().expect("the lesson has a level")
    }

    /// Asserts that a lesson with this change has one fault, which contains these words.
    async fn one_fault(old: &str, new: &str, words: &str) {
        assert!(LESSON.contains(old), "{old}");
        let faults = report(&LESSON.replacen(old, new, 1)).await.faults();
        assert!(faults.len() == 1 && faults[0].1.contains(words), "{words}: {faults:?}");
    }

    #[tokio::test]
    async fn sound_level_is_reported_in_a_line() {
        let report = report(LESSON).await;
        assert_eq!(report.faults(), []);
        assert_eq!(report.to_string(), "the solution reaches the goal in 2 requests (par 2); the wrong path does not");
    }

    #[tokio::test]
    async fn each_fault_of_a_level_is_reported() {
        one_fault("par = 2", "par = 1", "the solution needs 2 requests, which is more than its par of 1").await;
        one_fault("has = \"four\"", "has = \"five\"", "came: the text is \"one\\ntwo\\nthree\\nfour\\n\"").await;
        one_fault("versions = 2, ", "", "the wrong path reaches the goal in 1 request").await;
        let wrong = "[[step.wrong_path]]\nwho = \"Alice\"\ndoes = \"save\"";
        one_fault(wrong, &wrong.replace("save", "undo"), "a step of the wrong path cannot be carried out").await;
        let goal = "versions = 2, overwritten = 0, has = \"four\" }, { expect = \"Alice\", status = 200 }";
        one_fault(goal, "has = \"two\" }", "the goal holds before the learner does anything").await;
        // The lesson's own steps append the second line once more.
        let twice = LESSON.replace("append = \"three\\n\"", "append = \"two\\n\"");
        let faults = report(&twice.replace(goal, "has = \"two\\ntwo\" }")).await.faults();
        assert_eq!(faults, [(14, "the lesson's own actions reach the goal in 1 request".to_owned())]);
    }

    #[tokio::test]
    async fn step_that_cannot_be_carried_out_has_its_own_line() {
        let (before, wrong) = LESSON.split_once("[[step.wrong_path]]").unwrap();
        let text = format!("{before}[[step.wrong_path]]{}", wrong.replace("does = \"save\"", "does = \"undo\""));
        let faults = report(&text).await.faults();
        let line = 1 + text[..text.rfind("[[step.wrong_path]]").unwrap()].matches('\n').count();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].0, line, "{faults:?}");
        // The steps of the solution that cannot be carried out do not change the line of the level's own faults.
        let text = LESSON.replacen("append = \"four\\n\"", "replace = \"nine\"\nwith = \"four\"", 1);
        let faults = report(&text).await.faults();
        let lines: Vec<usize> = faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [14, 27], "{faults:?}");
    }

    #[tokio::test]
    async fn levels_of_built_in_lessons_are_sound() {
        for (file, text) in lesson::built_in::FILES {
            let lesson = Arc::new(lesson::read(file, text).unwrap());
            let Some(report) = play(&lesson).await.unwrap() else { continue };
            assert_eq!(report.faults(), [], "{file}");
            let nothing = lesson_server::open().await.unwrap();
            let attempt = lesson::play_level(lesson, LevelWay::Nothing, nothing.at.clone()).await.unwrap().unwrap();
            nothing.close().await.unwrap();
            assert_eq!(attempt.reached(), None, "{file}: doing nothing reaches the goal");
        }
    }
}
