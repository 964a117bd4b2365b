//! The leader's question on the leader's own screen: its answers, and what the next key does.

use contract::{Question, QuestionState};
use ratatui::text::{Line, Span};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::{question, text};
use crate::action::{Action, Context, RoomAction, RoomVoteAction};
use crate::led_question::LeadAction;
use crate::state::State;

/// Returns the title: the state of the question, and how many have answered.
pub(crate) fn title(state: &State) -> String {
    let Some(asked) = state.room.question.seen() else { return "no question is asked".to_owned() };
    let begin = match asked.state {
        QuestionState::Open if asked.round == 1 => "the question".to_owned(),
        QuestionState::Open => format!("the question, round {}", asked.round),
        QuestionState::Shown => "the votes".to_owned(),
        QuestionState::Revealed => "the answer".to_owned(),
    };
    format!("{begin}: {}", asked.answered_words())
}

/// Returns the lines of the question while the leader is not in it.
pub(crate) fn panel_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let mut lines = question_lines(state, width.into());
    lines.push(entry_hint(state, width.into()));
    lines
}

/// Returns the question in two lines: its text, and how many have answered.
pub(crate) fn short_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let Some(asked) = state.room.question.seen() else { return Vec::new() };
    let words = format!("? {}", sanitize(&asked.text.replace('\n', " ")));
    let words = text::cut(&words, width.into(), state.theme.glyphs.more);
    vec![Line::styled(words, state.theme.style(Role::Title)), entry_hint(state, width.into())]
}

/// Returns the lines of the question that the leader has entered.
pub(crate) fn entered_lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let mut lines = question_lines(state, width.into());
    lines.extend(text::paragraph(&next_words(state), width.into(), state.theme.style(Role::Dim)));
    lines
}

fn question_lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let led = &state.room.question;
    let Some(asked) = led.seen() else { return Vec::new() };
    let mut lines = question::lines(&state.theme, asked, None, width);
    if let Some(why) = led.unreachable() {
        let words = format!("{} this may be outdated: {}", state.theme.sign(Role::Warning), sanitize(why));
        lines.extend(text::paragraph(&words, width, state.theme.style(Role::Warning)));
    }
    lines
}

/// Returns the key that enters the question, and how many have answered.
fn entry_hint(state: &State, width: usize) -> Line<'static> {
    let key = state.hint_for(Action::Room(RoomAction::LeadQuestion), Context::Wire);
    let answered = state.room.question.seen().map(Question::answered_words).unwrap_or_default();
    let spans = vec![
        Span::styled(format!("{key} leads it"), state.theme.style(Role::Key)),
        Span::styled(format!("  {answered}"), state.theme.style(Role::Dim)),
    ];
    text::clip(spans, width, state.theme.glyphs.more)
}

/// Returns what the keys that change the question do to the room.
fn next_words(state: &State) -> String {
    let key = |action| state.hint_for(Action::RoomVote(action), Context::LedQuestion);
    let other = state.hint_for(Action::Room(RoomAction::WriteQuestion), Context::LedQuestion);
    let Some(asked) = state.room.question.seen() else {
        return format!("No question is asked. {other} opens the form for one.");
    };
    let [show, again, reveal] = [RoomVoteAction::Show, RoomVoteAction::VoteAgain, RoomVoteAction::Reveal].map(key);
    let reveals = match state.room.question.why_not(RoomVoteAction::Reveal) {
        None => format!(" {reveal} marks the right choice on every screen, with the reason."),
        Some(_) => String::new(),
    };
    match asked.state {
        QuestionState::Open => {
            format!("The votes are hidden. {show} shows them on every screen, and takes no more answers.{reveals}")
        }
        QuestionState::Shown => {
            format!("{again} lets the room vote again, and keeps these votes beside the new ones.{reveals}")
        }
        QuestionState::Revealed => {
            format!("Every screen shows the answer. {other} opens the form for another question.")
        }
    }
}

/// Returns what the room notices of an action that was carried out.
pub(crate) const fn done_words(action: LeadAction) -> &'static str {
    match action {
        LeadAction::Ask => "the room is asked: the question is on every screen, and disturbs no one who types",
        LeadAction::Change(RoomVoteAction::Show) => "every screen shows the votes now; no more answers are taken",
        LeadAction::Change(RoomVoteAction::VoteAgain) => {
            "the room votes again: every screen takes answers; the votes before come back beside the new ones"
        }
        LeadAction::Change(RoomVoteAction::Reveal) => {
            "every screen marks the right choice now, and says why it is right"
        }
        LeadAction::Withdraw => "the question is gone from every screen, and its answers are forgotten",
    }
}

/// Returns that another leader was faster; the question is shown as it is now.
pub(crate) const fn overtaken_words(state: &State) -> &'static str {
    if state.room.question.led().is_none() {
        "412, nothing was done: another leader was faster, and has withdrawn the question"
    } else {
        "412, nothing was done: another leader was faster; the question is now as shown"
    }
}

/// Returns the question whether to withdraw the question, with what the room will notice.
pub(crate) fn withdraw_words(state: &State) -> String {
    let answered = match state.room.question.seen().map_or(0, |asked| asked.answered) {
        0 => "No one has answered yet.".to_owned(),
        1 => "Its answer is forgotten.".to_owned(),
        count => format!("Its {count} answers are forgotten."),
    };
    format!("Withdraw the question? It disappears from every screen. {answered}")
}
