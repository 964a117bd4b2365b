//! A lesson in plain mode, and the menu of lessons: new entries of the run log, questions, answers, and the next step.
//!
//! While the lesson plays, it prints all that happens. Once the user has taken over an editor, that editor does, as in
//! free play.

use lesson::Lesson;
use lesson::run_log::LogEntry;
use lesson::script::Quiz;
use lesson::transcript::lines_so_far;

use super::announced::AnnouncedLesson;
use crate::lesson_session::{LessonSession, OpenQuestion};
use crate::state::{Focus, State};

/// The lessons to choose from, each with its number, and free play.
pub(crate) fn menu(state: &State) -> Vec<String> {
    let listed = (1..).zip(&state.lesson.menu.lessons).map(|(number, lesson)| {
        let Lesson { name, title, goal, minutes, .. } = &**lesson;
        let stop = if title.ends_with(['.', '?', '!']) { "" } else { "." };
        format!("{number}: {name}. {title}{stop} {minutes} minutes. {goal}")
    });
    let free =
        format!("{}: free. Free play: two editors and a server, and no lesson.", state.lesson.menu.lessons.len() + 1);
    let how = "Say the number or the name of one of these, or 'quit'.".to_owned();
    listed.chain([free, how]).collect()
}

/// Whether the lesson itself says what happens, and no editor does.
pub(crate) fn is_lesson_current(state: &State) -> bool {
    let tells =
        |course: &LessonSession| state.people.focus == Focus::Lesson || (!course.is_taken_over() && course.is_busy());
    state.lesson.course.as_ref().is_some_and(tells)
}

/// Returns what is to be told of it, and what has been told once that is said.
pub(crate) fn changes_since(state: &State, told: &AnnouncedLesson) -> (AnnouncedLesson, Vec<String>) {
    let Some(course) = &state.lesson.course else { return Default::default() };
    let log = lines_so_far(course.player().run_log());
    let mut lines = Vec::new();
    match told.lines {
        None if told.went_back => {
            lines.push(format!("Back: the last step was '{}'.", caption(course)));
            let asked = course.asked.iter().flat_map(|asked| question(&asked.question));
            lines.extend(asked.filter(|line| line != caption(course)));
        }
        None => {
            lines.extend(log.iter().cloned());
            lines.push(CONTINUES.to_owned());
        }
        Some(before) if state.people.focus == Focus::Lesson || !course.is_taken_over() => {
            lines.extend(log.iter().skip(before).cloned());
        }
        Some(_) => {}
    }
    let stands = status_lines(course);
    lines.extend(stands.iter().filter(|line| !told.stands.contains(line)).cloned());
    (AnnouncedLesson { lines: Some(log.len()), went_back: false, stands }, lines)
}

const CONTINUES: &str = "An empty line goes on; 'back', 'again', 'menu', 'help' and 'quit' are words here. 'as' and a name gives \
                       you that person's editor.";
const TAKEN_OVER: &str = "This is your course now: nothing is claimed any more. 'lesson' gives it the word again, 'again' brings it back as it was.";

/// Returns whose course it is, why it cannot go on, and that it is over, as far as that is so.
fn status_lines(course: &LessonSession) -> Vec<String> {
    let taken_over = course.is_taken_over().then(|| TAKEN_OVER.to_owned());
    let broken = course.broken.as_ref().map(|why| format!("The lesson cannot go on: {why}. 'again' begins it anew."));
    let over = course.is_over().then(|| end(course));
    taken_over.into_iter().chain(broken).chain(over).collect()
}

/// How the claims fared, and what can be done at the end.
fn end(course: &LessonSession) -> String {
    let log = course.player().run_log();
    let (claims, failed) = (log.verdicts().count(), log.failures().count());
    let fared = match (claims, failed) {
        (0, _) => "Nothing was claimed.".to_owned(),
        (_, 0) => format!("All {claims} claims hold."),
        _ => format!("{failed} of {claims} claims do not hold."),
    };
    let next = if course.has_next() { "'next lesson' begins the one after it, " } else { "" };
    format!(
        "The lesson is over. {fared} {next}'again' begins it anew, 'policies' tells what becomes of it under the others, \
         'menu' tells the lessons."
    )
}

/// Which step this is, and how it goes on.
pub(crate) fn full_narration(state: &State) -> Vec<String> {
    let Some(course) = &state.lesson.course else { return Vec::new() };
    let log = course.player().run_log();
    let (at, steps) = (course.player().position().saturating_sub(1), course.player().scenes() - 2);
    let step = match at {
        0 => "the opening".to_owned(),
        at if at > steps => "the end".to_owned(),
        at => format!("step {at} of {steps}, '{}'", caption(course)),
    };
    let mut lines = vec![format!("'{}': {step}.", log.title)];
    lines.extend(status_lines(course));
    match course.asked.as_ref().filter(|asked| asked.is_open()) {
        Some(asked) => lines.extend(question(&asked.question)),
        None if course.is_over() || course.broken.is_some() => {}
        None => lines.push(CONTINUES.to_owned()),
    }
    lines
}

/// How the question that is open is answered.
pub(crate) fn pending_lines(state: &State) -> Vec<String> {
    open(state).map(|asked| format!("{}.", how_to_answer(asked))).into_iter().collect()
}

/// Returns that the question comes before the next step.
pub(crate) fn not_answered(state: &State) -> Vec<String> {
    let first = |asked| format!("{} first, or say 'skip'; one more empty line does that, too.", how_to_answer(asked));
    open(state).map(first).into_iter().collect()
}

/// Returns whether that answer was right, the choice counted from 0.
pub(crate) fn worth(state: &State, at: usize) -> Vec<String> {
    let asked = state.lesson.course.as_ref().and_then(|course| course.asked.as_ref());
    match asked.and_then(|asked| asked.question.choices.get(at)) {
        Some(choice) if choice.right => vec![format!("Right: {}", choice.why)],
        Some(choice) => vec![format!("Wrong: {}", choice.why), "Try another one, or say 'skip'.".to_owned()],
        None => open(state).map(|asked| format!("That is no answer. {}.", how_to_answer(asked))).into_iter().collect(),
    }
}

/// The right answer, which was given away.
pub(crate) fn given_away(state: &State) -> Vec<String> {
    let asked = state.lesson.course.as_ref().and_then(|course| course.asked.as_ref()).filter(|asked| asked.given_away);
    let choices = asked.into_iter().flat_map(|asked| (1..).zip(&asked.question.choices));
    let right = choices.filter(|(_, choice)| choice.right);
    right.map(|(number, choice)| format!("Right is {number}: {}. {}", choice.text, choice.why)).collect()
}

fn open(state: &State) -> Option<&OpenQuestion> {
    state.lesson.course.as_ref()?.asked.as_ref().filter(|asked| asked.is_open())
}

fn how_to_answer(asked: &OpenQuestion) -> String {
    format!("Answer with a number from 1 to {}", asked.question.choices.len())
}

/// A question with its numbered choices.
fn question(question: &Quiz) -> Vec<String> {
    let choices = (1..).zip(&question.choices).map(|(number, choice)| format!("{number}: {}", choice.text));
    std::iter::once(question.text.clone()).chain(choices).collect()
}

/// Returns the caption of the last step.
fn caption(course: &LessonSession) -> &str {
    match course.log_entries().first() {
        Some(LogEntry::Step { caption, .. }) => caption,
        _ => "",
    }
}
