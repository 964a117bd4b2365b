//! The leader's question in plain mode: printed when its state changes, and what became of an answer.

use contract::{Question, QuestionState};

use super::announced::AnnouncedQuestion;
use crate::content::room_question::status_words;
use crate::state::State;

/// Returns the question to print, and the lines that are new since `told`.
///
/// The number of answers changes too often to be printed.
pub(crate) fn changes_since(state: &State, told: &AnnouncedQuestion) -> (AnnouncedQuestion, Vec<String>) {
    let asked = state.room_question.asked();
    let now = AnnouncedQuestion {
        state: asked.map(|asked| (asked.id.clone(), asked.round, asked.state)),
        // The response says more than that an answer is on its way.
        status: if state.room_question.is_sending() {
            told.status.clone()
        } else {
            status_words(state).map(|(words, _)| words)
        },
    };
    let mut lines = Vec::new();
    if now.state != told.state {
        lines.extend(asked.map_or_else(|| vec!["The leader has withdrawn the question.".to_owned()], question_lines));
    }
    lines.extend(
        now.status.iter().filter(|_| now.status != told.status).map(|words| format!("The leader's question: {words}.")),
    );
    (now, lines)
}

/// Returns the question, its choices, and what is known about the answers.
fn question_lines(asked: &Question) -> Vec<String> {
    let begin = match asked.state {
        QuestionState::Open if asked.round == 1 => "The leader asks",
        QuestionState::Open => "The leader asks again",
        QuestionState::Shown => "What the room thinks",
        QuestionState::Revealed => "The answer",
    };
    let mut lines = vec![format!("{begin}: {}", asked.text.replace('\n', " "))];
    for (number, choice) in (1..).zip(&asked.choices) {
        let count = asked.counts.as_ref().and_then(|counts| counts.get(usize::from(number) - 1));
        let count = count.map(|count| format!(" ({count})")).unwrap_or_default();
        let right = if asked.right == Some(number) { " This is right." } else { "" };
        lines.push(format!("{number}. {}{count}{right}", choice.replace('\n', " ")));
    }
    lines.extend(asked.reasons().map(str::to_owned));
    let about = |number: u8| asked.reasons_about(number).map(move |words| format!("{number}: {words}"));
    lines.extend((1..).zip(&asked.choices).flat_map(|(number, _)| about(number).collect::<Vec<_>>()));
    if asked.state == QuestionState::Open {
        lines.push("'vote N' answers with choice N.".to_owned());
    }
    lines
}
