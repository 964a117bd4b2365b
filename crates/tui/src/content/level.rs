//! A level in lines: its task, its goal, the requests against par, the offers, the hints, its end.

use lesson::player::LevelAttempt;
use lesson::run_log::CheckResult;
use lesson::script::{LessonStep, Level, Offer, requests_in_words};
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::action::{Action, Context};
use crate::lesson_session::{LessonSession, LevelEnd, LevelSession};
use crate::state::{Focus, State};

/// Returns the lines of a level for a given width.
pub(crate) fn lines(state: &State, course: &LessonSession, level: &LevelSession, width: usize) -> Vec<Line<'static>> {
    let say = |words: &str, role| text::paragraph(&sanitize(words), width, state.theme.style(role));
    let mut all = say(&level.level.task, Role::Title);
    all.extend(goal(state, goal_of(course), width));
    match level.end {
        None => all.extend(help(state, course, level, width)),
        Some(end) => {
            let (words, role) = end_words(state, course, &level.level, end);
            for words in words {
                all.extend(say(&words, role));
            }
        }
    }
    all
}

/// Returns the claims of the goal as they were judged last.
pub(crate) fn goal_of(course: &LessonSession) -> &[CheckResult] {
    course.player().attempt().map_or(&[], LevelAttempt::goal)
}

/// Returns the number of requests since the level began.
fn requests(course: &LessonSession) -> usize {
    course.player().attempt().map_or(0, LevelAttempt::requests)
}

/// Returns the claims of the goal, each with a mark, as many on a line as fit.
fn goal(state: &State, checks: &[CheckResult], width: usize) -> Vec<Line<'static>> {
    let claim = |check: &CheckResult| {
        let (sign, role) =
            if check.holds() { (state.theme.glyphs.good, Role::Good) } else { (state.theme.glyphs.open, Role::Text) };
        vec![Span::styled(format!("{sign} {}", sanitize(&check.caption)), state.theme.style(role))]
    };
    text::flow_spans(checks.iter().map(claim).collect(), width, state.theme.glyphs.more)
}

/// Returns the requests against par, the solution's step or the offers, and the hints.
fn help(state: &State, course: &LessonSession, level: &LevelSession, width: usize) -> Vec<Line<'static>> {
    let say = |words: &str, role| text::paragraph(&sanitize(words), width, state.theme.style(role));
    let mut lines = say(&score(state, course, &level.level), Role::Info);
    if let Some(words) = solution_words(state, course, level) {
        lines.extend(say(&words, Role::Text));
    }
    if state.people.focus == Focus::Lesson {
        lines.extend(offers(state, &level.level.offers, width));
    }
    lines.extend(level.shown_hints().iter().flat_map(|hint| say(&format!("Hint: {hint}"), Role::Warning)));
    lines
}

/// Returns the requests so far, par, and the learner's best solution.
pub(crate) fn score(state: &State, course: &LessonSession, level: &Level) -> String {
    let best = state.lesson.progress.of(&course.player().lesson().name).best;
    let best = best.map(|best| format!(", your best {}", best.requests)).unwrap_or_default();
    format!("{} so far, par {}{best}", requests_in_words(requests(course)), level.par)
}

/// Returns the step of the solution that was played last, or `None` if the solution is not played.
pub(crate) fn solution_words(state: &State, course: &LessonSession, level: &LevelSession) -> Option<String> {
    let steps = level.plays_solution.then_some(&level.level.solution)?;
    let left = course.stepping.level_steps_left();
    let begun = steps.len().saturating_sub(left);
    let key = state.hint_for(Action::Solution, Context::Level);
    let next = if left > 0 { format!(" {key}: the next step.") } else { String::new() };
    Some(match begun.checked_sub(1).and_then(|at| steps.get(at)).map(LessonStep::caption) {
        Some(last) => format!("The solution, step {begun} of {}: {last}.{next}", steps.len()),
        None => format!("The solution has {} steps.{next}", steps.len()),
    })
}

/// Returns the requests on offer, each with its key; as many on a line as fit.
fn offers(state: &State, offers: &[Offer], width: usize) -> Vec<Line<'static>> {
    let piece = |(number, offer): (u8, &Offer)| {
        let key = state.keys.label(Action::SendOffer(number), Context::Level);
        let key = Span::styled(key, state.theme.style(Role::Key));
        vec![key, Span::raw(format!(" {}", sanitize(&offer.caption())))]
    };
    text::flow_spans((0..).zip(offers).map(piece).collect(), width, state.theme.glyphs.more)
}

/// Returns how the level ended, in sentences, and their role.
pub(crate) fn end_words(state: &State, course: &LessonSession, level: &Level, end: LevelEnd) -> (Vec<String>, Role) {
    let good = state.theme.glyphs.good;
    let par = level.par;
    let steps = || level.solution.iter().map(LessonStep::caption).collect::<Vec<_>>().join(" · ");
    let reached = level.reached.iter().cloned();
    match end {
        LevelEnd::Reached { requests } => {
            let sent = requests_in_words(requests);
            let best = state.lesson.progress.of(&course.player().lesson().name).best;
            let compared = match best {
                Some(best) if requests < best.requests => format!(" Your best so far was {}.", best.requests),
                Some(best) if requests > best.requests => format!(" Your best is {}.", best.requests),
                Some(_) | None => String::new(),
            };
            let first = format!("{good} The goal is reached with {sent}; par is {par}.{compared}");
            let shorter = (requests > par).then(|| format!("With {}: {}", requests_in_words(par), steps()));
            ([first].into_iter().chain(shorter).chain(reached).collect(), Role::Good)
        }
        LevelEnd::Shown => {
            let sent = requests_in_words(requests(course));
            let first = format!("{good} The solution reaches the goal with {sent}.");
            ([first].into_iter().chain(reached).collect(), Role::Good)
        }
        LevelEnd::Skipped => {
            let first = format!("Skipped. With {}: {}", requests_in_words(par), steps());
            ([first].into_iter().chain(reached).collect(), Role::Text)
        }
    }
}
