//! The leader's question in an editor: its title, its lines, and what became of my answer.
//!
//! On the leader's own screen, the lines are those of [`led_question`].

use contract::QuestionState;
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{led_question, question, text};
use crate::action::{Action, Context};
use crate::overlay::RoomQuestionView;
use crate::room_question::AnswerFailure;
use crate::state::State;

/// Returns the title: what the leader does, the round, and how many have answered.
pub(crate) fn title(state: &State) -> String {
    if state.is_room() {
        return led_question::title(state);
    }
    let Some(asked) = state.room_question.asked() else { return "the question is withdrawn".to_owned() };
    let begin = match asked.state {
        QuestionState::Open if asked.round == 1 => "the leader asks".to_owned(),
        QuestionState::Open => format!("the leader asks again, round {}", asked.round),
        QuestionState::Shown => "what the room thinks".to_owned(),
        QuestionState::Revealed => "the answer".to_owned(),
    };
    format!("{begin}: {}", asked.answered_words())
}

/// Returns the lines of the question while the user is not in it.
pub(crate) fn panel_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    if state.is_room() {
        return led_question::panel_lines(state, width);
    }
    let mut lines = question_lines(state, width.into());
    lines.extend(status(state, width.into()));
    lines.push(entry_hint(state, width.into()));
    lines
}

/// Returns the lines of the question that the user has entered.
///
/// If the leader has asked another one since, they say so instead of showing it: a digit answers only what was seen.
pub(crate) fn entered_lines(state: &State, view: &RoomQuestionView, width: u16) -> Vec<Line<'static>> {
    let say = |words: String| text::paragraph(&words, width.into(), state.theme.style(Role::Text));
    let enter = state.keys.label(Action::Enter, Context::RoomQuestion);
    match state.room_question.asked() {
        None => say(format!("The leader has withdrawn the question. {enter} goes back.")),
        Some(asked) if view.id.as_ref() != Some(&asked.id) => {
            say(format!("The leader has asked another question. {enter} shows it."))
        }
        Some(_) => {
            let mut lines = question_lines(state, width.into());
            lines.extend(status(state, width.into()));
            lines
        }
    }
}

/// Returns the question in two lines: its text, and how many have answered.
pub(crate) fn short_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    if state.is_room() {
        return led_question::short_lines(state, width);
    }
    let Some(asked) = state.room_question.asked() else { return Vec::new() };
    let (width, more) = (usize::from(width), state.theme.glyphs.more);
    let words = format!("? {}", sanitize(&asked.text.replace('\n', " ")));
    let text = Line::styled(text::cut(&words, width, more), state.theme.style(Role::Title));
    vec![text, entry_hint(state, width)]
}

/// Returns the line that says that there is a question, which the user has hidden.
pub(crate) fn folded_line(state: &State, width: u16) -> Line<'static> {
    let answered = state.room_question.asked().map(contract::Question::answered_words).unwrap_or_default();
    let words = format!("? {answered}; {}: the leader's question", enter_label(state));
    Line::styled(text::cut(&words, width.into(), state.theme.glyphs.more), state.theme.style(Role::Key))
}

fn question_lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let room = &state.room_question;
    room.asked().map_or_else(Vec::new, |asked| question::lines(&state.theme, asked, room.my_choice(), width))
}

/// Returns the key that enters the question from the present context.
fn enter_label(state: &State) -> String {
    state.keys.label(Action::Enter, state.context_below())
}

/// Returns how many have answered, and the key that enters the question.
fn entry_hint(state: &State, width: usize) -> Line<'static> {
    let room = &state.room_question;
    let does = match (room.is_open(), room.my_choice()) {
        (true, None) => "answers",
        (true, Some(_)) => "changes it",
        (false, _) => "shows all",
    };
    let mut words = format!("{} {does}", enter_label(state));
    if let (true, Some(choice)) = (room.is_open(), room.my_choice()) {
        words = format!("my answer: {choice}; {words}");
    }
    let answered = room.asked().map(contract::Question::answered_words).unwrap_or_default();
    let spans = vec![
        Span::styled(words, state.theme.style(Role::Key)),
        Span::styled(format!("  {answered}"), state.theme.style(Role::Dim)),
    ];
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns what became of my answer, or what the question is waiting for.
fn status(state: &State, width: usize) -> Vec<Line<'static>> {
    let Some((words, role)) = status_words(state) else { return Vec::new() };
    let words = format!("{} {words}", state.theme.sign(role));
    text::paragraph(&words, width, state.theme.style(role))
}

/// Returns the words about my answer, which plain mode prints, too.
pub(crate) fn status_words(state: &State) -> Option<(String, Role)> {
    let room = &state.room_question;
    let asked = room.asked()?;
    if let Some(failure) = room.failure() {
        return Some((failure_words(failure), Role::Warning));
    }
    let choice = room.my_choice();
    let words = match (asked.state, choice) {
        (QuestionState::Open, None) => return None,
        (QuestionState::Open, Some(choice)) if room.is_sending() => {
            return Some((format!("sending my answer: {choice}"), Role::Info));
        }
        (QuestionState::Open, Some(choice)) => format!("my answer is {choice}, and it is counted"),
        (QuestionState::Shown, None) => "no more answers; I have given none".to_owned(),
        (QuestionState::Shown, Some(choice)) => format!("no more answers; mine is {choice}"),
        (QuestionState::Revealed, choice) => match (asked.right, choice) {
            (Some(right), Some(choice)) if right == choice => "my answer is right".to_owned(),
            (Some(right), Some(choice)) => {
                return Some((format!("my answer is {choice}; the right one is {right}"), Role::Warning));
            }
            (Some(right), None) => return Some((format!("the right answer is {right}"), Role::Info)),
            (None, _) => return None,
        },
    };
    Some((words, if asked.state == QuestionState::Shown { Role::Info } else { Role::Good }))
}

/// Returns why an answer was not counted, and what to do.
fn failure_words(failure: &AnswerFailure) -> String {
    match failure {
        AnswerFailure::Closed => "my answer came too late: the counts are shown".to_owned(),
        AnswerFailure::Replaced => "my answer was not counted: the leader has asked another question".to_owned(),
        AnswerFailure::Removed => "my answer was not counted: the leader has removed me from the room".to_owned(),
        AnswerFailure::NameTaken => {
            "my answer was not counted: another participant has my name; start again with another one".to_owned()
        }
        AnswerFailure::Failed(why) => format!("my answer was not counted: {}", sanitize(why)),
    }
}
