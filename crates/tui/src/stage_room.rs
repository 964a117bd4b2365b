//! The room that a lesson's questions are put to: what it is asked, and what it has answered.
//!
//! A room is another server than the lesson's. Its errors are shown, and never stop the lesson.

use contract::question::MAX_BECAUSE_BYTES;
use contract::{Question, QuestionSetting, QuestionState};
use lesson::script::Quiz;

use crate::action::RoomVoteAction;
use crate::question_lead::{LeadFailure, LeadReport, LeadRequest, QuestionGuard};

/// The reason why nothing can be done with a question before there is one.
const NOTHING_ASKED: &str = "no question was put to the room";

/// The room of a lesson, and the question that the lesson has put to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct StageRoom {
    /// The scene of the lesson whose question was put to the room.
    scene: Option<usize>,
    /// The question as the stage wants it.
    setting: Option<QuestionSetting>,
    /// The question as the room sees it, of this stage or of another leader.
    seen: Option<Question>,
    /// Why the last request was not carried out.
    failure: Option<String>,
    /// Why the room cannot be reached.
    unreachable: Option<String>,
}

impl StageRoom {
    /// Returns the lesson's question as the room sees it, or `None` if the room sees another one or none.
    pub(crate) fn question(&self) -> Option<&Question> {
        let setting = self.setting.as_ref()?;
        self.seen.as_ref().filter(|seen| setting.is_question(seen))
    }

    /// Returns why the room does not hear of the lesson's question.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.unreachable.as_deref().or(self.failure.as_deref())
    }

    /// Returns whether the question of a scene was put to the room.
    pub(crate) fn has_asked_in(&self, scene: usize) -> bool {
        self.scene == Some(scene)
    }

    /// Puts the question of a scene to the room.
    pub(crate) fn ask(&mut self, quiz: &Quiz, scene: usize) -> LeadRequest {
        let setting = setting_of(quiz);
        self.scene = Some(scene);
        self.failure = None;
        self.setting = Some(setting.clone());
        ask(setting)
    }

    /// Returns why a step of the question is not possible now.
    pub(crate) fn why_not(&self, step: RoomVoteAction) -> Option<&'static str> {
        let Some(setting) = &self.setting else { return Some(NOTHING_ASKED) };
        step.why_not(setting.state, setting.round)
    }

    /// Shows the counts, lets the room vote again, or reveals the right choice.
    ///
    /// `None` if that is not possible.
    pub(crate) fn lead(&mut self, step: RoomVoteAction) -> Option<LeadRequest> {
        if self.why_not(step).is_some() {
            return None;
        }
        let setting = self.setting.as_mut()?;
        step.apply(setting);
        self.failure = None;
        Some(LeadRequest::Set { setting: Box::new(setting.clone()), over: QuestionGuard::Mine })
    }

    /// Returns the lesson's question if it was put to the room and its answer is not revealed.
    pub(crate) fn unrevealed(&self) -> Option<&QuestionSetting> {
        self.setting.as_ref().filter(|setting| setting.state != QuestionState::Revealed)
    }

    /// Withdraws a question whose answer is not revealed, since the lesson has left it.
    pub(crate) fn withdraw(&mut self) -> Option<LeadRequest> {
        self.unrevealed()?;
        (self.setting, self.scene, self.failure) = (None, None, None);
        Some(LeadRequest::Withdraw(QuestionGuard::Mine))
    }

    /// Handles news from the room. Returns the request to repeat if the room could not be reached before.
    pub(crate) fn on_report(&mut self, report: LeadReport) -> Option<LeadRequest> {
        match report {
            // A question that the lesson has left needs nothing more.
            LeadReport::Done(done) => {
                self.failure = done.err().filter(|_| self.setting.is_some()).map(failure_words);
            }
            LeadReport::Seen(seen) => self.seen = seen.map(|seen| *seen),
            LeadReport::Unreachable(why) => self.unreachable = Some(why),
            LeadReport::Reachable => {
                let was_away = self.unreachable.take().is_some();
                if was_away && self.failure.take().is_some() {
                    return self.setting.clone().map(ask);
                }
            }
        }
        None
    }
}

/// Returns the request that asks a question, whatever was asked before.
fn ask(setting: QuestionSetting) -> LeadRequest {
    LeadRequest::Set { setting: Box::new(setting), over: QuestionGuard::Whatever }
}

/// Returns why a request was not carried out.
fn failure_words(failure: LeadFailure) -> String {
    match failure {
        LeadFailure::Overtaken(_) => {
            "another leader has changed the room's question meanwhile; the lesson's next question replaces it"
                .to_owned()
        }
        LeadFailure::Failed(why) => why,
    }
}

/// Returns a lesson's question for the room.
///
/// The reason of each wrong choice is a line that begins with its number: only those who chose it see it.
fn setting_of(quiz: &Quiz) -> QuestionSetting {
    let choices: Vec<&str> = quiz.choices.iter().map(|choice| choice.text.as_str()).collect();
    let right = (1..).zip(&quiz.choices).find(|(_, choice)| choice.right);
    let mut because = right.map(|(_, choice)| one_line(&choice.why)).unwrap_or_default();
    for (number, choice) in (1..).zip(&quiz.choices).filter(|(_, choice)| !choice.right) {
        let line = format!("\n{number}: {}", one_line(&choice.why));
        // A reason that has no room is left out as a whole.
        if because.len() + line.len() <= MAX_BECAUSE_BYTES {
            because.push_str(&line);
        }
    }
    QuestionSetting {
        right: right.map(|(number, _): (u8, _)| number),
        because: Some(because),
        ..QuestionSetting::new(&quiz.text, &choices)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use lesson::script::QuizChoice;

    use super::*;

    fn quiz() -> Quiz {
        let choice = |text: &str, right, why: &str| QuizChoice { text: text.to_owned(), right, why: why.to_owned() };
        let choices = vec![choice("428", false, "a tag\nwas sent"), choice("412", true, "the tag is old")];
        Quiz { text: "Which?".to_owned(), choices, hides: Vec::new(), hides_before: Vec::new() }
    }

    fn setting(request: Option<LeadRequest>) -> QuestionSetting {
        match request {
            Some(LeadRequest::Set { setting, over: QuestionGuard::Mine }) => *setting,
            other => panic!("{other:?} is not a change"),
        }
    }

    fn failed(why: &str) -> LeadFailure {
        LeadFailure::Failed(why.to_owned())
    }

    fn asked(request: LeadRequest) -> QuestionSetting {
        match request {
            LeadRequest::Set { setting, over: QuestionGuard::Whatever } => *setting,
            other => panic!("{other:?} asks nothing"),
        }
    }

    #[test]
    fn lessons_question_has_its_reasons_and_is_valid() {
        let mut room = StageRoom::default();
        let asked = asked(room.ask(&quiz(), 3));
        assert_eq!(asked.check(), Ok(()));
        assert_eq!((asked.right, asked.because.as_deref()), (Some(2), Some("the tag is old\n1: a tag was sent")));
        assert!(room.has_asked_in(3) && !room.has_asked_in(4));
    }

    #[test]
    fn long_reasons_are_left_out_and_the_right_one_stays() {
        let mut long = quiz();
        long.choices[0].why = "x".repeat(3000);
        let asked = asked(StageRoom::default().ask(&long, 1));
        assert_eq!((asked.check(), asked.because.as_deref()), (Ok(()), Some("the tag is old")));
    }

    #[test]
    fn votes_are_shown_then_taken_again_then_revealed_once() {
        let mut room = StageRoom::default();
        assert!(room.why_not(RoomVoteAction::Show).is_some() && room.lead(RoomVoteAction::Show).is_none());
        room.ask(&quiz(), 1);
        assert!(room.why_not(RoomVoteAction::VoteAgain).is_some());
        assert_eq!(setting(room.lead(RoomVoteAction::Show)).state, QuestionState::Shown);
        assert!(room.why_not(RoomVoteAction::Show).is_some());
        let again = setting(room.lead(RoomVoteAction::VoteAgain));
        assert_eq!((again.state, again.round), (QuestionState::Open, 2));
        assert_eq!(setting(room.lead(RoomVoteAction::Reveal)).state, QuestionState::Revealed);
        assert_eq!(room.lead(RoomVoteAction::Reveal), None);
        assert!(room.why_not(RoomVoteAction::VoteAgain).is_some());
    }

    #[test]
    fn question_of_another_leader_is_not_the_lessons() {
        let mut room = StageRoom::default();
        room.ask(&quiz(), 1);
        let seen = Question {
            id: "q1".to_owned(),
            text: "Another?".to_owned(),
            choices: vec!["428".to_owned(), "412".to_owned()],
            state: QuestionState::Open,
            round: 1,
            answered: 1,
            people: 2,
            counts: None,
            earlier: Vec::new(),
            right: None,
            because: None,
        };
        room.on_report(LeadReport::Seen(Some(Box::new(seen.clone()))));
        assert_eq!(room.question(), None);
        room.on_report(LeadReport::Seen(Some(Box::new(Question { text: "Which?".to_owned(), ..seen }))));
        assert!(room.question().is_some());
    }

    #[test]
    fn trouble_is_told_until_it_is_over() {
        let mut room = StageRoom::default();
        room.on_report(LeadReport::Unreachable("no route".to_owned()));
        room.on_report(LeadReport::Done(Err(failed("412"))));
        assert_eq!(room.trouble(), Some("no route"));
        assert_eq!(room.on_report(LeadReport::Reachable), None, "nothing was asked");
        assert_eq!(room.trouble(), None);
        room.ask(&quiz(), 1);
        room.on_report(LeadReport::Done(Err(failed("412"))));
        assert_eq!(room.trouble(), Some("412"));
        assert_eq!(room.on_report(LeadReport::Reachable), None);
        assert_eq!(room.trouble(), Some("412"), "the room was there all the time");
    }

    #[test]
    fn question_is_put_to_a_room_that_comes_back() {
        let mut room = StageRoom::default();
        room.on_report(LeadReport::Unreachable("no route".to_owned()));
        let asked = room.ask(&quiz(), 1);
        room.on_report(LeadReport::Done(Err(failed("no route"))));
        assert_eq!(room.on_report(LeadReport::Reachable), Some(asked));
    }

    #[test]
    fn question_is_withdrawn_until_its_answer_is_revealed() {
        let mut room = StageRoom::default();
        assert_eq!(room.withdraw(), None, "nothing was asked");
        room.ask(&quiz(), 1);
        room.lead(RoomVoteAction::Show);
        assert_eq!(room.withdraw(), Some(LeadRequest::Withdraw(QuestionGuard::Mine)));
        assert!(!room.has_asked_in(1), "it is asked again if the lesson comes back to it");
        room.ask(&quiz(), 1);
        room.lead(RoomVoteAction::Reveal);
        assert_eq!(room.withdraw(), None, "the room may read the answer");
    }
}
