//! The narration of a lesson: its texts and questions, its last events, and whether its claims hold.

use contract::Exchange;
use lesson::run_log::{CheckResult, LogEntry, sender_name};
use lesson::script::HiddenArea;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::exchange_labels::{role_of, status_line};
use super::{level, question, stage_room, tags, text};
use crate::action::{Action, Context};
use crate::lesson_session::{LessonSession, OpenQuestion};
use crate::state::{Focus, State};

/// From this width on, each check that holds has its own line.
const ROOMY_COLUMNS: usize = 60;

/// The lines of the narration, and how many of them must be visible.
pub(crate) struct NarrationLines {
    pub(crate) all: Vec<Line<'static>>,
    /// How many lines, from the first, must fit.
    pub(crate) end: usize,
    /// The first line in view if the user has scrolled.
    scrolled: Option<usize>,
}

impl NarrationLines {
    /// Returns the index of the first line in view, if so many lines fit.
    pub(crate) fn first_in_view(&self, height: usize) -> usize {
        let first = self.scrolled.unwrap_or_else(|| self.end.saturating_sub(height));
        first.min(self.all.len().saturating_sub(height))
    }
}

/// Returns the lines of the narration for a given width, without the frame.
pub(crate) fn lines(state: &State, course: &LessonSession, width: u16) -> NarrationLines {
    let width = usize::from(width);
    let say = |words: &str, role| text::paragraph(&tags::shown(state, words), width, state.theme.style(role));
    let mut all = Vec::new();
    if course.is_taken_over() {
        let words = format!(
            "{} The lesson was taken over: its claims are no longer checked. {} starts it over.",
            state.theme.glyphs.warning,
            state.keys.label(Action::Again, Context::Lesson)
        );
        all.extend(say(&words, Role::Warning));
    }
    if let Some(words) = &course.player().run_log().policy_variant {
        all.extend(say(&format!("{} {words}", state.theme.glyphs.warning), Role::Warning));
    }
    if let Some(why) = &course.broken {
        all.extend(say(&format!("{} The lesson cannot go on: {why}", state.theme.glyphs.bad), Role::Bad));
    }
    if course.player().position() <= 1 {
        let log = course.player().run_log();
        all.extend(say(&format!("{} ({} min)", log.goal, log.minutes), Role::Title));
        all.extend(say(&format!("{} begins.", state.keys.label(Action::Step, Context::Lesson)), Role::Text));
    } else if let Some(level) = &course.level {
        all.extend(level::lines(state, course, level, width));
    } else {
        let worth = course.log_entries().iter().filter(|moment| !is_said_below(course, moment));
        all.extend(worth.flat_map(|moment| moment_lines(state, course, moment, width)));
    }
    if course.is_over() {
        all.extend(end(state, course, width));
    }
    let mut end = check_lines(state, course.stepping.verdicts(), width, &mut all);
    if course.is_busy() {
        all.extend(say(&format!("{} under way", state.theme.glyphs.waiting), Role::Info));
    }
    if let Some(level) = &course.level {
        // The task is first; the newest hint, and how the level ended, are last.
        end = if level.is_new() { 0 } else { all.len() };
    }
    if let Some(asked) = &course.asked {
        end = question_lines(state, asked, width, &mut all);
    }
    if let Some((words, role)) = stage_room::words(state) {
        all.extend(say(&words, role));
        end = if course.asked.is_some() { all.len() } else { end };
    }
    // While the user types, only the beginning of the narration is needed.
    let has_keys = state.people.focus == Focus::Lesson;
    let scrolled = course.open_level().and_then(|level| level.first_line).filter(|_| has_keys);
    NarrationLines { all, end: if has_keys { end } else { 0 }, scrolled }
}

/// Returns whether an entry is a caption that the step repeats as its text or its question.
fn is_said_below(course: &LessonSession, moment: &LogEntry) -> bool {
    let LogEntry::Step { caption, .. } = moment else { return false };
    let asked = course.asked.as_ref().is_some_and(|asked| asked.question.text == *caption);
    asked || course.log_entries().iter().any(|other| matches!(other, LogEntry::Said { text } if text == caption))
}

/// Returns the lines for an entry of this scene, or none if it is not shown.
fn moment_lines(state: &State, course: &LessonSession, moment: &LogEntry, width: usize) -> Vec<Line<'static>> {
    let glyphs = state.theme.glyphs;
    let say = |words: &str, role| text::paragraph(&tags::shown(state, words), width, state.theme.style(role));
    match moment {
        // These texts may be wrong under another policy.
        LogEntry::Step { caption: text, .. } | LogEntry::Said { text } if course.player().has_policy_override() => {
            say(text, Role::Dim)
        }
        LogEntry::Step { caption, .. } => say(caption, Role::Title),
        LogEntry::Said { text } => say(text, Role::Text),
        LogEntry::Held { who, judged, .. } => {
            let words = if *judged { "compared, and not written yet" } else { "held at the gate" };
            vec![beside(state, who.as_str(), &format!("{} {words}", glyphs.waiting), Role::Warning, width)]
        }
        LogEntry::Off { who, why } => {
            vec![beside(
                state,
                who.as_str(),
                &format!("{} cannot do that now: {why}", glyphs.warning),
                Role::Warning,
                width,
            )]
        }
        LogEntry::Ended { exchange } => vec![ended(state, exchange, width)],
        _ => Vec::new(),
    }
}

/// Returns how a request ended, in one line.
fn ended(state: &State, exchange: &Exchange, width: usize) -> Line<'static> {
    let (words, role) = match exchange.status {
        Some(_) if state.hides(HiddenArea::WireStatus) => (state.theme.mask(), Role::Text),
        Some(status) => (status_line(status), role_of(status)),
        None => ("the response is lost".to_owned(), Role::Bad),
    };
    let words = format!("{} {} {} {words}", state.theme.sign(role), exchange.method, state.theme.glyphs.arrow);
    beside(state, sender_name(exchange), &words, role, width)
}

/// Returns a person's name and words about that person, in one line.
fn beside(state: &State, who: &str, words: &str, role: Role, width: usize) -> Line<'static> {
    let (glyph, person) = state.sign_of(who.parse::<contract::Author>().ok().as_ref());
    let name = Span::styled(format!("{glyph} {} ", sanitize(who)), state.theme.style(person));
    let words = Span::styled(tags::shown(state, words), state.theme.style(role));
    text::clip(vec![name, words], width, state.theme.glyphs.more)
}

/// Adds the checks that hold, in one line if there is little room, and each claim that failed.
///
/// Returns the number of lines, from the first, that must be visible: up to the last claim that failed.
fn check_lines(state: &State, checks: &[CheckResult], width: usize, all: &mut Vec<Line<'static>>) -> usize {
    let glyphs = state.theme.glyphs;
    let say = |start: String, words: &str, role| {
        text::hanging_indent(&start, &tags::shown(state, words), width, state.theme.style(role))
    };
    let is_hidden = |check: &&CheckResult| state.hides_any(&check.shows);
    if checks.iter().any(|check| is_hidden(&check)) {
        all.extend(say(format!("{} ", glyphs.good), &state.theme.mask(), Role::Text));
    }
    let checks: Vec<_> = checks.iter().filter(|check| !is_hidden(check)).collect();
    let held = checks.iter().filter(|check| check.holds());
    match held.clone().map(|check| check.claims.len()).sum::<usize>() {
        count if held.clone().count() > 1 && width < ROOMY_COLUMNS => {
            all.extend(say(format!("{} ", glyphs.good), &format!("all {count} claims hold"), Role::Good));
        }
        _ => all.extend(held.flat_map(|held| say(format!("{} ", glyphs.good), &held.caption, Role::Good))),
    }
    let mut end = 0;
    for (claim, came) in checks.iter().flat_map(|check| check.failures()) {
        all.extend(say(format!("{} claimed: ", glyphs.bad), claim, Role::Bad));
        all.extend(say("     came: ".to_owned(), came, Role::Bad));
        end = all.len();
    }
    end
}

/// Returns how many claims hold, and the keys at the end of a lesson.
fn end(state: &State, course: &LessonSession, width: usize) -> Vec<Line<'static>> {
    let log = course.player().run_log();
    let (claims, failed) = (log.verdicts().count(), log.failures().count());
    let (words, role) = match (claims, failed) {
        (0, _) => ("Played to its end; no claims were checked.".to_owned(), Role::Info),
        (_, 0) => (format!("All {claims} claims of this lesson hold."), Role::Good),
        _ => (format!("{failed} of {claims} claims do not hold."), Role::Bad),
    };
    let mut lines = text::paragraph(&format!("{} {words}", state.theme.sign(role)), width, state.theme.style(role));
    let next = if course.has_next() { "the next lesson" } else { "the menu" };
    let words = format!(
        "{}: {next}. {}: play again. {}: under other policies. {}: the menu.",
        state.keys.label(Action::Step, Context::Lesson),
        state.keys.label(Action::Again, Context::Lesson),
        state.keys.label(Action::ComparePolicies, Context::Lesson),
        state.keys.label(Action::LeaveLesson, Context::Lesson)
    );
    lines.extend(text::paragraph(&words, width, state.theme.style(Role::Text)));
    lines
}

/// Returns the key that answers with a choice, or its number if no key of one column does.
fn label_of_choice(state: &State, at: usize) -> String {
    let action = u8::try_from(at).ok().map(Action::Answer);
    let key = action.and_then(|action| state.keys.key_of(action, Context::Quiz)).map(|key| key.to_string());
    key.filter(|key| text::width(key) == 1).unwrap_or_else(|| (at + 1).to_string())
}

/// Adds the question and its choices.
///
/// Once the question is answered, the explanation of the choice that was opened last is shown, so that a room can read
/// why each wrong answer is wrong. Returns the number of lines that must fit: up to that explanation.
fn question_lines(state: &State, asked: &OpenQuestion, width: usize, all: &mut Vec<Line<'static>>) -> usize {
    let theme = &state.theme;
    all.extend(text::paragraph(&tags::shown(state, &asked.question.text), width, theme.style(Role::Title)));
    let voted = state.lesson.room.as_ref().and_then(|room| room.question());
    all.extend(voted.and_then(|voted| question::round_header(theme, voted, width)));
    let mut end = all.len();
    for (at, choice) in asked.question.choices.iter().enumerate() {
        let told = asked.is_told(at);
        let marked = asked.selected == at;
        let mark = if marked { theme.glyphs.focus } else { " " };
        let (sign, role) = match (told, choice.right) {
            (false, _) => (" ", if asked.is_open() { Role::Text } else { Role::Dim }),
            (true, true) => (theme.glyphs.good, Role::Good),
            (true, false) => (theme.glyphs.bad, Role::Warning),
        };
        let start = format!("{mark} {} {sign} ", label_of_choice(state, at));
        all.extend(text::hanging_indent(&start, &tags::shown(state, &choice.text), width, theme.style(role)));
        let bars = |voted| question::choice_bars(theme, voted, u8::try_from(at + 1).unwrap_or(u8::MAX), width);
        all.extend(voted.and_then(bars));
        let last = asked.last() == Some(at);
        if last {
            all.extend(text::hanging_indent("      ", &tags::shown(state, &choice.why), width, theme.style(role)));
        }
        if marked || last {
            end = all.len();
        }
    }
    end
}
