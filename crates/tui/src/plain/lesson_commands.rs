//! A lesson in plain mode, and the menu: new entries of the run log, questions, answers, the next step.
//!
//! While the lesson plays, its run log is printed. Once the user has taken the lesson over, the changes of the editors
//! are printed, as in free play.

use lesson::Lesson;
use lesson::player::GoalClaimState;
use lesson::run_log::LogEntry;
use lesson::script::{Quiz, minutes_in_words};
use lesson::transcript::lines_so_far;

use super::announced::AnnouncedLesson;
use crate::content;
use crate::lesson_session::{LessonSession, OpenQuestion};
use crate::progress::day;
use crate::state::{Focus, State};

/// Returns the menu: the lessons, each with its number, and free play.
pub(crate) fn menu(state: &State) -> Vec<String> {
    let mut part = None;
    let listed = (1..).zip(&state.lesson.menu.lessons).flat_map(|(number, lesson)| {
        let Lesson { name, title, goal, minutes, .. } = &**lesson;
        let heading = lesson.part.filter(|_| lesson.part != part).map(|part| format!("Lessons on {}:", part.title()));
        part = lesson.part;
        let stop = if title.ends_with(['.', '?', '!']) { "" } else { "." };
        let progress = state.lesson.progress.of(name);
        let done = progress.done.map(|done| format!(" Done on {}.", day(done))).unwrap_or_default();
        let (level, _) = content::menu::level_progress(lesson, progress);
        let level = level.map(|words| format!(" {}.", content::menu::capitalized(&words))).unwrap_or_default();
        let row = format!("{number}: {name}. {title}{stop} {}. {goal}{done}{level}", minutes_in_words(*minutes));
        heading.into_iter().chain([row])
    });
    let listed: Vec<String> = listed.collect();
    let free =
        format!("{}: free. Free play: two editors and a server, and no lesson.", state.lesson.menu.lessons.len() + 1);
    let how = "Say a number or a name from this list, or 'quit'.".to_owned();
    listed.into_iter().chain([free, how]).collect()
}

/// Returns whether the run log is printed, and not the changes of the editors.
pub(crate) fn is_lesson_current(state: &State) -> bool {
    let tells =
        |course: &LessonSession| state.people.focus == Focus::Lesson || (!course.is_taken_over() && course.is_busy());
    state.lesson.course.as_ref().is_some_and(tells)
}

/// Returns the state of the lesson to print, and the lines that are new since `told`.
pub(crate) fn changes_since(state: &State, told: &AnnouncedLesson) -> (AnnouncedLesson, Vec<String>) {
    let Some(course) = &state.lesson.course else { return Default::default() };
    let log = lines_so_far(course.player().run_log());
    let mut lines = Vec::new();
    let mut withheld = told.withheld.clone();
    withheld.retain(|at| {
        let Some(line) = log.get(*at).filter(|line| !state.hides_any(&line.shows)) else { return true };
        if lines.is_empty() {
            lines.push(HIDDEN_UNTIL_NOW.to_owned());
        }
        lines.push(line.text.clone());
        false
    });
    let mut tell = |from: usize, lines: &mut Vec<String>| {
        for (at, line) in log.iter().enumerate().skip(from) {
            if state.hides_any(&line.shows) {
                let goes_on = withheld.last().is_some_and(|last| last + 1 == at);
                lines.extend((!goes_on).then(|| HIDDEN_LINE.to_owned()));
                withheld.push(at);
            } else {
                lines.push(line.text.clone());
            }
        }
    };
    match told.lines {
        None if told.went_back => {
            lines.push(format!("Back: the last step was '{}'.", caption(course)));
            let asked = course.asked.iter().flat_map(|asked| question(&asked.question));
            lines.extend(asked.filter(|line| line != caption(course)));
        }
        None => {
            tell(0, &mut lines);
            lines.push(CONTINUES.to_owned());
        }
        Some(before) if state.people.focus == Focus::Lesson || !(course.is_taken_over() || course.is_in_level()) => {
            tell(before, &mut lines);
        }
        Some(_) => {}
    }
    let status = status_lines(state, course);
    lines.extend(status.iter().filter(|line| !told.status.contains(line)).cloned());
    (AnnouncedLesson { lines: Some(log.len()), went_back: false, withheld, status }, lines)
}

/// The line in place of lines that the question hides.
const HIDDEN_LINE: &str = "   (Hidden until the question is answered.)";
/// The line before those lines, once the question is answered.
const HIDDEN_UNTIL_NOW: &str = "Hidden until now:";

const CONTINUES: &str = "An empty line goes on; 'back', 'again', 'menu', 'help' and 'quit' work here. 'as' and a name takes \
                       over that person's editor.";
const TAKEN_OVER: &str =
    "The lesson was taken over: its claims are no longer checked. 'lesson' goes on with it, 'again' starts it over.";

/// Returns a line each if the lesson was taken over, cannot go on, or is over.
///
/// The lines of its level are among them.
fn status_lines(state: &State, course: &LessonSession) -> Vec<String> {
    let taken_over = course.is_taken_over().then(|| TAKEN_OVER.to_owned());
    let broken = course.broken.as_ref().map(|why| format!("The lesson cannot go on: {why}. 'again' starts it over."));
    let over = course.is_over().then(|| end(course));
    taken_over.into_iter().chain(broken).chain(level_lines(state, course)).chain(over).collect()
}

const LEVEL_COMMANDS: &str = "'as' and a name sends your lines to that person's editor. 'goal', 'hint', 'solution', \
                              'again' and 'skip' are about the level; 'hold', 'release' and 'policy' operate the server.";

/// Returns the lines about the level: its goal, its hints, or how it ended; none without a level.
fn level_lines(state: &State, course: &LessonSession) -> Vec<String> {
    let Some(level) = &course.level else { return Vec::new() };
    if let Some(end) = level.end {
        return content::level::end_words(state, course, &level.level, end).0;
    }
    let claims = content::level::claims_of(course);
    let of_state = |state| claims.iter().filter(move |claim| claim.state == state);
    let words = |state| of_state(state).map(|claim| claim.full_words.as_str()).collect::<Vec<_>>().join("; ");
    let score = content::level::score(state, course, &level.level);
    let open = match (of_state(GoalClaimState::Met).count(), of_state(GoalClaimState::Open).count()) {
        (0, _) => "Of the goal, nothing holds yet.".to_owned(),
        (_, 0) => String::new(),
        _ => format!("Of the goal, this does not hold yet: {}.", words(GoalClaimState::Open)),
    };
    let out_of_reach = match of_state(GoalClaimState::OutOfReach).count() {
        0 => String::new(),
        _ => format!("This can no longer hold: {}; 'again' starts the level over.", words(GoalClaimState::OutOfReach)),
    };
    let goal = [open, out_of_reach, format!("{score}.")].into_iter().filter(|part| !part.is_empty());
    let goal = goal.collect::<Vec<_>>().join(" ");
    let hints = level.shown_hints().iter().map(|hint| format!("Hint: {hint}"));
    let solution = content::level::solution_words(state, course, level);
    [goal, LEVEL_COMMANDS.to_owned()].into_iter().chain(hints).chain(solution).collect()
}

/// Returns the task of the level, its goal, its offers, and the lines about it.
///
/// There are none if no level is played.
pub(crate) fn level_narration(state: &State) -> Vec<String> {
    let course = state.lesson.course.as_ref();
    let Some((course, level)) = course.and_then(|course| Some((course, course.open_level()?))) else {
        return Vec::new();
    };
    let claims = content::level::claims_of(course).iter().map(|claim| {
        let mark = match claim.state {
            GoalClaimState::Met => "holds",
            GoalClaimState::Open => "not yet",
            GoalClaimState::OutOfReach => "can no longer hold",
        };
        format!("   {}: {mark}", claim.full_words)
    });
    let offers = (1..).zip(&level.level.offers).map(|(number, offer)| format!("'send {number}': {}.", offer.caption()));
    let task = format!("The task: {}", level.level.task);
    [task].into_iter().chain(claims).chain(offers).chain(level_lines(state, course)).collect()
}

/// Returns how many claims hold, and the commands at the end.
fn end(course: &LessonSession) -> String {
    let log = course.player().run_log();
    let (claims, failed) = (log.verdicts().count(), log.failures().count());
    let fared = match (claims, failed) {
        (0, _) => "No claims were checked.".to_owned(),
        (_, 0) => format!("All {claims} claims hold."),
        _ => format!("{failed} of {claims} claims do not hold."),
    };
    let next = if course.has_next() { "An empty line begins the next one" } else { "An empty line leads to the menu" };
    format!(
        "The lesson is over. {fared} {next}, 'again' starts it over, 'policies' compares it under all policies, \
         'menu' lists the lessons."
    )
}

/// Returns the current step, and how to go on.
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
    lines.extend(status_lines(state, course));
    match course.asked.as_ref().filter(|asked| asked.is_open()) {
        Some(asked) => lines.extend(question(&asked.question)),
        None if course.is_in_level() => lines = level_narration(state),
        None if course.is_over() || course.broken.is_some() => {}
        None => lines.push(CONTINUES.to_owned()),
    }
    lines
}

/// Returns how to answer the open question.
pub(crate) fn pending_lines(state: &State) -> Vec<String> {
    open(state).map(|asked| format!("{}.", how_to_answer(asked))).into_iter().collect()
}

/// Returns that the question has to be answered before the next step.
pub(crate) fn not_answered(state: &State) -> Vec<String> {
    let first = |asked| format!("{} first, or say 'skip'; another empty line skips it, too.", how_to_answer(asked));
    open(state).map(first).into_iter().collect()
}

/// Returns whether a choice, counted from 0, is right, and why.
pub(crate) fn worth(state: &State, at: usize) -> Vec<String> {
    let Some(asked) = state.question() else { return vec!["No question is open.".to_owned()] };
    match asked.question.choices.get(at) {
        Some(choice) if choice.right => vec![format!("Right: {}", choice.why)],
        Some(choice) if asked.is_open() => {
            vec![format!("Wrong: {}", choice.why), "Try again, or say 'skip'.".to_owned()]
        }
        Some(choice) => vec![format!("Wrong: {}", choice.why)],
        None => vec![format!("That is not one of the choices. {}.", how_to_answer(asked))],
    }
}

/// Returns the right answer if it was given away.
pub(crate) fn given_away(state: &State) -> Vec<String> {
    let asked = state.question().filter(|asked| asked.given_away);
    let choices = asked.into_iter().flat_map(|asked| (1..).zip(&asked.question.choices));
    let right = choices.filter(|(_, choice)| choice.right);
    right.map(|(number, choice)| format!("The right answer is {number}: {}. {}", choice.text, choice.why)).collect()
}

fn open(state: &State) -> Option<&OpenQuestion> {
    state.question().filter(|asked| asked.is_open())
}

fn how_to_answer(asked: &OpenQuestion) -> String {
    format!("Answer with a number from 1 to {}", asked.question.choices.len())
}

/// Returns a question with its numbered choices.
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
