//! The leader's question on a participant's screen: what is asked, and my answer.
//!
//! One answer is in flight at a time. If the user answers again meanwhile, the last choice is sent once the response
//! has come, so that the server never gets two answers in the wrong order.

use contract::{Question, QuestionState};
use serde::{Deserialize, Serialize};

/// Why an answer was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerFailure {
    /// The counts are shown, so the question takes no more answers.
    Closed,
    /// The leader has asked another question, or has withdrawn this one.
    Replaced,
    /// The leader has removed this participant.
    Removed,
    /// Another participant has joined under the name.
    NameTaken,
    /// Anything else, in words.
    Failed(String),
}

/// An answer on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentAnswer {
    /// The id of the question.
    pub question: String,
    /// The round of votes.
    pub round: u32,
    /// The number of the choice, from 1.
    pub choice: u8,
}

/// The leader's question, and my answers to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoomQuestion {
    asked: Option<Question>,
    /// My answers that the server has counted: the round and the choice, the latest last.
    counted: Vec<(u32, u8)>,
    sending: Option<SentAnswer>,
    /// The choice to send once the answer in flight has its response.
    wanted: Option<u8>,
    failure: Option<AnswerFailure>,
    is_folded: bool,
    /// Whether a read of the question is under way, and nothing newer has been heard since.
    is_reading: bool,
}

impl RoomQuestion {
    /// Returns the question, or `None` if the leader asks none.
    pub(crate) fn asked(&self) -> Option<&Question> {
        self.asked.as_ref()
    }

    /// Returns whether the question takes answers.
    pub(crate) fn is_open(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.state == QuestionState::Open)
    }

    /// Returns whether the question takes answers and has none of mine in this round.
    pub(crate) fn waits_for_me(&self) -> bool {
        self.is_open() && self.my_choice().is_none()
    }

    /// Returns whether the user has hidden the question in its present state.
    pub(crate) fn is_folded(&self) -> bool {
        self.is_folded
    }

    pub(crate) fn set_folded(&mut self, is_folded: bool) {
        self.is_folded = is_folded;
    }

    /// Returns whether an answer of mine is on its way.
    pub(crate) fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// Returns why my last answer was not counted.
    pub(crate) fn failure(&self) -> Option<&AnswerFailure> {
        self.failure.as_ref()
    }

    /// Returns my choice.
    ///
    /// It is that of this round or, once the question is closed, of the latest round in which I answered.
    pub(crate) fn my_choice(&self) -> Option<u8> {
        let asked = self.asked.as_ref()?;
        let is_of_round = |round: u32| round == asked.round || asked.state != QuestionState::Open;
        let counted = self.counted.iter().rev().find(|(round, _)| is_of_round(*round)).map(|(_, choice)| *choice);
        let sending = self.sending.as_ref().filter(|sent| sent.question == asked.id && is_of_round(sent.round));
        self.wanted.or(sending.map(|sent| sent.choice)).or(counted)
    }

    /// Notes that the question is being read.
    pub(crate) fn begin_reading(&mut self) {
        self.is_reading = true;
    }

    /// Handles the question as it was read. Something that was heard meanwhile is newer.
    pub(crate) fn on_read(&mut self, asked: Option<Question>) {
        if self.is_reading {
            self.on_heard(asked);
        }
    }

    /// Handles news about the question.
    ///
    /// A new state is shown, even if the user has hidden the question before.
    pub(crate) fn on_heard(&mut self, asked: Option<Question>) {
        self.is_reading = false;
        let stage = |asked: &Option<Question>| asked.as_ref().map(|asked| (asked.id.clone(), asked.round, asked.state));
        let is_same = |asked: &Option<Question>, other: &Option<Question>| {
            asked.as_ref().map(|asked| &asked.id) == other.as_ref().map(|other| &other.id)
        };
        if !is_same(&self.asked, &asked) {
            self.counted.clear();
        }
        if stage(&self.asked) != stage(&asked) {
            self.is_folded = false;
            self.failure = None;
            self.wanted = None;
        }
        self.asked = asked;
    }

    /// Answers with a choice, from 1. Returns the answer to send now, if any.
    pub(crate) fn answer(&mut self, choice: u8) -> Option<SentAnswer> {
        let asked = self.asked.as_ref().filter(|asked| asked.state == QuestionState::Open)?;
        if !(1..=asked.choices.len()).contains(&usize::from(choice)) {
            return None;
        }
        self.failure = None;
        if self.sending.is_some() {
            self.wanted = Some(choice);
            return None;
        }
        let sent = SentAnswer { question: asked.id.clone(), round: asked.round, choice };
        self.sending = Some(sent.clone());
        Some(sent)
    }

    /// Handles the response to an answer.
    ///
    /// Returns the next answer to send, if the user has answered again meanwhile.
    pub(crate) fn on_answered(&mut self, sent: &SentAnswer, result: Result<(), AnswerFailure>) -> Option<SentAnswer> {
        self.sending = None;
        let wanted = self.wanted.take();
        let asked = self.asked.as_ref().filter(|asked| asked.id == sent.question)?;
        match result {
            Ok(()) => {
                self.counted.retain(|(round, _)| *round != sent.round);
                self.counted.push((sent.round, sent.choice));
            }
            Err(_) if wanted.is_some() => {}
            Err(failure) => self.failure = Some(failure).filter(|_| asked.round == sent.round),
        }
        let is_counted = |choice: &u8| self.counted.last() == Some(&(asked.round, *choice));
        wanted.filter(|choice| !is_counted(choice)).and_then(|choice| self.answer(choice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, state: QuestionState, round: u32) -> Question {
        Question {
            id: id.to_owned(),
            text: "Which?".to_owned(),
            choices: ["200", "409", "412"].map(str::to_owned).to_vec(),
            state,
            round,
            answered: 0,
            people: 3,
            counts: (state != QuestionState::Open).then(|| vec![0, 0, 0]),
            earlier: Vec::new(),
            right: None,
            because: None,
        }
    }

    fn asked() -> RoomQuestion {
        let mut room = RoomQuestion::default();
        room.on_heard(Some(question("q1", QuestionState::Open, 1)));
        room
    }

    #[test]
    fn answers_are_sent_one_at_a_time_and_the_last_counts() {
        let mut room = asked();
        let first = room.answer(1).unwrap();
        assert_eq!((room.answer(3), room.answer(2), room.my_choice()), (None, None, Some(2)));
        let second = room.on_answered(&first, Ok(())).unwrap();
        assert_eq!((second.choice, room.my_choice()), (2, Some(2)));
        assert_eq!(room.on_answered(&second, Ok(())), None);
        assert_eq!((room.my_choice(), room.is_sending()), (Some(2), false));
    }

    #[test]
    fn answer_that_the_server_has_already_is_not_sent_twice() {
        let mut room = asked();
        let first = room.answer(1).unwrap();
        room.answer(2);
        room.answer(1);
        assert_eq!(room.on_answered(&first, Ok(())), None);
        assert_eq!(room.my_choice(), Some(1));
    }

    #[test]
    fn closed_question_takes_no_answer_and_keeps_mine() {
        let mut room = asked();
        let sent = room.answer(1).unwrap();
        room.on_heard(Some(question("q1", QuestionState::Shown, 1)));
        assert_eq!(room.answer(2), None);
        assert_eq!(room.on_answered(&sent, Err(AnswerFailure::Closed)), None);
        assert_eq!((room.failure(), room.my_choice()), (Some(&AnswerFailure::Closed), None));
    }

    #[test]
    fn each_round_and_each_question_begins_without_an_answer() {
        let mut room = asked();
        let sent = room.answer(3).unwrap();
        room.on_answered(&sent, Ok(()));
        room.on_heard(Some(question("q1", QuestionState::Shown, 1)));
        assert_eq!(room.my_choice(), Some(3));
        room.on_heard(Some(question("q1", QuestionState::Open, 2)));
        assert_eq!((room.my_choice(), room.waits_for_me()), (None, true));
        room.on_heard(Some(question("q1", QuestionState::Revealed, 2)));
        assert_eq!(room.my_choice(), Some(3), "the latest answer is compared with the right one");
        room.on_heard(Some(question("q2", QuestionState::Revealed, 1)));
        assert_eq!(room.my_choice(), None);
    }

    #[test]
    fn late_response_about_another_question_changes_nothing() {
        let mut room = asked();
        let sent = room.answer(3).unwrap();
        room.on_heard(Some(question("q2", QuestionState::Open, 1)));
        assert_eq!(room.on_answered(&sent, Err(AnswerFailure::Replaced)), None);
        assert_eq!((room.failure(), room.my_choice()), (None, None));
        assert!(room.answer(1).is_some());
    }

    #[test]
    fn what_was_heard_is_newer_than_what_is_being_read() {
        let mut room = RoomQuestion::default();
        room.begin_reading();
        room.on_heard(Some(question("q1", QuestionState::Shown, 1)));
        room.on_read(Some(question("q1", QuestionState::Open, 1)));
        assert!(!room.is_open());
        room.begin_reading();
        room.on_read(None);
        assert_eq!(room.asked(), None);
    }

    #[test]
    fn hidden_question_comes_back_with_each_new_state_and_not_with_each_answer() {
        let mut room = asked();
        room.set_folded(true);
        room.on_heard(Some(Question { answered: 2, ..question("q1", QuestionState::Open, 1) }));
        assert!(room.is_folded());
        room.on_heard(Some(question("q1", QuestionState::Shown, 1)));
        assert!(!room.is_folded());
    }
}
