//! The leader's questions in a session, with the counts of all rounds that were seen.

use std::collections::BTreeMap;

use contract::{ApiPath, Exchange, Question};

use super::facts::RoomSession;

/// A question, as it was seen last.
#[derive(Debug, Clone)]
pub(super) struct AskedQuestion {
    /// The question.
    pub(super) question: Question,
    /// The counts of each round that was shown, by the number of the round.
    pub(super) rounds: BTreeMap<u32, Vec<u64>>,
}

/// Returns the questions in the order in which they were first seen.
///
/// They are in the responses of `GET /api/question` and on the leader's screen. The counts are public only after the
/// leader has shown them, so a round that was never shown has none here either.
pub(super) fn asked_questions(session: &RoomSession) -> Vec<AskedQuestion> {
    let mut asked: Vec<AskedQuestion> = Vec::new();
    let recorded = session.exchanges.iter().filter_map(|exchange| question_in(exchange));
    for question in recorded.chain(session.questions.iter().cloned()).chain(session.server_facts.question.clone()) {
        let place = asked.iter().position(|known| known.question.id == question.id);
        let known = if let Some(at) = place {
            &mut asked[at]
        } else {
            asked.push(AskedQuestion { question: question.clone(), rounds: BTreeMap::new() });
            asked.last_mut().expect("one was just added")
        };
        known.take_in(question);
    }
    // Only the setting has the answer before the reveal; it is of the question that is asked now.
    if let (Some(setting), Some(last)) = (&session.server_facts.setting, asked.last_mut())
        && setting.is_question(&last.question)
    {
        last.question.right = last.question.right.or(setting.right);
        last.question.because = last.question.because.take().or_else(|| setting.because.clone());
    }
    asked
}

impl AskedQuestion {
    /// Takes in a later state of the question.
    fn take_in(&mut self, later: Question) {
        self.rounds.extend((1..).zip(later.earlier.iter().cloned()));
        self.rounds.extend(later.counts.iter().map(|counts| (later.round, counts.clone())));
        // The screen and the record have no common order: the state that goes further is the later one.
        let progress = |question: &Question| (question.round, question.state as u8, question.answered);
        if progress(&later) >= progress(&self.question) {
            let (right, because) = (self.question.right, self.question.because.take());
            self.question = later;
            self.question.right = self.question.right.or(right);
            self.question.because = self.question.because.take().or(because);
        }
    }
}

/// Returns the question in the response of an exchange, or `None` if it has none.
fn question_in(exchange: &Exchange) -> Option<Question> {
    if ApiPath::parse(&exchange.target) != Some(ApiPath::Question) || exchange.status != Some(200) {
        return None;
    }
    serde_json::from_str(&exchange.response.as_ref()?.body).ok()
}
