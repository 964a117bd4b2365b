//! A level in lines: its task, its goal, the requests against par, the offers, the hints, its end.

use lesson::player::{GoalClaim, GoalClaimState, LevelAttempt};
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
    all.extend(goal(state, claims_of(course), width));
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
pub(crate) fn claims_of(course: &LessonSession) -> &[GoalClaim] {
    course.player().attempt().map_or(&[], LevelAttempt::claims)
}

/// Returns the number of requests since the level began.
fn requests(course: &LessonSession) -> usize {
    course.player().attempt().map_or(0, LevelAttempt::requests)
}

/// Returns the claims of the goal, each with a mark, as many on a line as fit.
///
/// The name of a document is before the first claim about it.
fn goal(state: &State, claims: &[GoalClaim], width: usize) -> Vec<Line<'static>> {
    let glyphs = state.theme.glyphs;
    let mut about = None;
    let mut pieces = Vec::new();
    for claim in claims {
        let (sign, role) = match claim.state {
            GoalClaimState::Met => (glyphs.good, Role::Good),
            GoalClaimState::Open => (glyphs.open, Role::Text),
            GoalClaimState::OutOfReach => (glyphs.bad, Role::Bad),
        };
        let style = state.theme.style(role);
        let mut piece =
            vec![Span::styled(format!("{sign} "), style), Span::styled(sanitize(&claim.words).into_owned(), style)];
        if let Some(id) = claim.document.as_ref().filter(|id| about != Some(*id)) {
            let name = Span::raw(format!("'{id}': "));
            if name.width() + piece.iter().map(Span::width).sum::<usize>() <= width {
                piece.insert(0, name);
            } else {
                pieces.push(vec![name]);
            }
        }
        about = claim.document.as_ref();
        pieces.push(piece);
    }
    text::flow_wrapped(pieces, width)
}

/// Returns the lines that help: a dead end, the requests against par, the solution, offers and hints.
fn help(state: &State, course: &LessonSession, level: &LevelSession, width: usize) -> Vec<Line<'static>> {
    let say = |words: &str, role| text::paragraph(&sanitize(words), width, state.theme.style(role));
    let mut lines = Vec::new();
    if course.player().attempt().is_some_and(LevelAttempt::is_out_of_reach) {
        lines.extend(say(&format!("{} {}", state.theme.glyphs.bad, dead_end(state, width < ROOMY_COLUMNS)), Role::Bad));
    }
    let offers = &level.level.offers;
    let mut head = vec![vec![Span::styled(score(state, course, &level.level), state.theme.style(Role::Info))]];
    let has_keys = state.people.focus == Focus::Lesson;
    if !has_keys && !offers.is_empty() {
        let key = Span::styled(state.hint_for(Action::Dismiss, Context::Text), state.theme.style(Role::Key));
        head.push(vec![key, Span::raw(format!(", {}", then_send(state, &level.level)))]);
    }
    lines.extend(text::flow_wrapped(head, width));
    if let Some(words) = solution_words(state, course, level) {
        lines.extend(say(&words, Role::Text));
    }
    if has_keys || state.size.1 >= MIN_ROWS_FOR_OFFERS {
        lines.extend(offer_lines(state, offers, width));
    }
    lines.extend(level.shown_hints().iter().flat_map(|hint| say(&format!("Hint: {hint}"), Role::Warning)));
    lines
}

/// From this width on, there is room for whole sentences.
const ROOMY_COLUMNS: usize = 60;

/// From this height on, the offers are listed while an editor has the keys.
const MIN_ROWS_FOR_OFFERS: u16 = 32;

/// Returns how to send a request on offer after the key that gives the keys to the level.
pub(crate) fn then_send(state: &State, level: &Level) -> String {
    let key = |number: usize| {
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        state.hint_for(Action::SendOffer(number), Context::Level)
    };
    match level.offers.len() {
        0 | 1 => format!("then {}: send", key(0)),
        count => format!("then {}–{}: send", key(0), key(count - 1)),
    }
}

/// Returns that the goal cannot be reached any more, and the keys that start the level over.
pub(crate) fn dead_end(state: &State, is_short: bool) -> String {
    let key = state.hint_for(Action::Again, Context::Level);
    let leave = match state.people.focus {
        Focus::Lesson => String::new(),
        Focus::Editor | Focus::Wire => format!("{}, then ", state.hint_for(Action::Dismiss, Context::Text)),
    };
    if is_short {
        format!("out of reach; {leave}{key}: start over")
    } else {
        format!("out of reach now; {leave}{key}: start the level over")
    }
}

/// Returns the requests so far, par, and the learner's best solution.
pub(crate) fn score(state: &State, course: &LessonSession, level: &Level) -> String {
    let best = state.lesson.progress.of(&course.player().lesson().name).best;
    let best = best.map(|best| format!(", your best {}", best.requests)).unwrap_or_default();
    format!("{} so far, par {}{best}", requests_in_words(requests(course)), level.par)
}

/// Returns the step of the solution that was played last, or `None` if the solution is not played.
pub(crate) fn solution_words(state: &State, course: &LessonSession, level: &LevelSession) -> Option<String> {
    let steps = level.plays_solution().then_some(&level.level.solution)?;
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
fn offer_lines(state: &State, offers: &[Offer], width: usize) -> Vec<Line<'static>> {
    let piece = |(number, offer): (u8, &Offer)| {
        let key = state.keys.label(Action::SendOffer(number), Context::Level);
        let key = Span::styled(key, state.theme.style(Role::Key));
        vec![key, Span::raw(" "), Span::raw(sanitize(&offer.caption()).into_owned())]
    };
    if offers.is_empty() { Vec::new() } else { text::flow_wrapped((0..).zip(offers).map(piece).collect(), width) }
}

/// Returns how the level ended, in sentences, and their role.
pub(crate) fn end_words(state: &State, course: &LessonSession, level: &Level, end: LevelEnd) -> (Vec<String>, Role) {
    let good = state.theme.glyphs.good;
    let par = level.par;
    let steps = || level.solution.iter().map(LessonStep::caption).collect::<Vec<_>>().join(" · ");
    let reached = level.reached.iter().cloned();
    // A learner who has seen the solution compares it with what they would have tried.
    let wrong = format!("A wrong path: {}", level.wrong_because);
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
            ([first].into_iter().chain(reached).chain([wrong]).collect(), Role::Good)
        }
        LevelEnd::Skipped => {
            let first = format!("Skipped. With {}: {}", requests_in_words(par), steps());
            ([first].into_iter().chain(reached).chain([wrong]).collect(), Role::Text)
        }
    }
}
