//! The room that a lesson's questions are put to: what it is asked, and what it has answered.
//!
//! A room is another server than the lesson's. Its errors are shown, and never stop the lesson.

use contract::question::{MAX_BECAUSE_BYTES, MAX_ROUNDS};
use contract::{Question, QuestionSetting, QuestionState};
use lesson::script::Quiz;
use serde::{Deserialize, Serialize};

/// The reason why nothing can be done with a question before there is one.
const NOTHING_ASKED: &str = "no question was put to the room";

/// A request of the stage to its room. The requests are carried out in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StageRoomRequest {
    /// Ask the room this question, whatever was asked before.
    Ask(Box<QuestionSetting>),
    /// Change the question that the stage has asked: show the counts, vote again, or reveal the answer.
    Change(Box<QuestionSetting>),
}

/// News from the stage's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StageRoomReport {
    /// A request was carried out, or why not, in words.
    Done(Result<(), String>),
    /// The question as the room sees it.
    Seen(Option<Box<Question>>),
    /// The room cannot be reached, and why. It is tried again.
    Unreachable(String),
    /// The room can be reached.
    Reachable,
}

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
        self.seen.as_ref().filter(|seen| seen.text == setting.text && seen.choices == setting.choices)
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
    pub(crate) fn ask(&mut self, quiz: &Quiz, scene: usize) -> StageRoomRequest {
        let setting = setting_of(quiz);
        self.scene = Some(scene);
        self.failure = None;
        self.setting = Some(setting.clone());
        StageRoomRequest::Ask(Box::new(setting))
    }

    /// Returns why the counts cannot be shown now.
    pub(crate) fn why_not_show(&self) -> Option<&'static str> {
        match self.setting.as_ref().map(|setting| setting.state) {
            None => Some(NOTHING_ASKED),
            Some(QuestionState::Open) => None,
            Some(QuestionState::Shown | QuestionState::Revealed) => Some("the room's votes are shown already"),
        }
    }

    /// Returns why the room cannot vote again now.
    pub(crate) fn why_not_vote_again(&self) -> Option<&'static str> {
        let Some(setting) = &self.setting else { return Some(NOTHING_ASKED) };
        match setting.state {
            QuestionState::Open => Some("the room is voting"),
            QuestionState::Shown if setting.round >= MAX_ROUNDS => Some("the room has voted nine times"),
            QuestionState::Shown => None,
            QuestionState::Revealed => Some("the answer is revealed"),
        }
    }

    /// Shows the counts.
    pub(crate) fn show(&mut self) -> Option<StageRoomRequest> {
        self.change(|setting| setting.state = QuestionState::Shown)
    }

    /// Lets the room vote again.
    pub(crate) fn vote_again(&mut self) -> Option<StageRoomRequest> {
        self.change(|setting| {
            setting.state = QuestionState::Open;
            setting.round += 1;
        })
    }

    /// Reveals the right choice. `None` if it is revealed already.
    pub(crate) fn reveal(&mut self) -> Option<StageRoomRequest> {
        if self.setting.as_ref()?.state == QuestionState::Revealed {
            return None;
        }
        self.change(|setting| setting.state = QuestionState::Revealed)
    }

    fn change(&mut self, change: impl FnOnce(&mut QuestionSetting)) -> Option<StageRoomRequest> {
        let setting = self.setting.as_mut()?;
        change(setting);
        self.failure = None;
        Some(StageRoomRequest::Change(Box::new(setting.clone())))
    }

    /// Handles news from the room. Returns the request to repeat if the room could not be reached before.
    pub(crate) fn on_report(&mut self, report: StageRoomReport) -> Option<StageRoomRequest> {
        match report {
            StageRoomReport::Done(done) => self.failure = done.err(),
            StageRoomReport::Seen(seen) => self.seen = seen.map(|seen| *seen),
            StageRoomReport::Unreachable(why) => self.unreachable = Some(why),
            StageRoomReport::Reachable => {
                let was_away = self.unreachable.take().is_some();
                if was_away && self.failure.take().is_some() {
                    return self.setting.clone().map(|setting| StageRoomRequest::Ask(Box::new(setting)));
                }
            }
        }
        None
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

    fn setting(request: Option<StageRoomRequest>) -> QuestionSetting {
        match request {
            Some(StageRoomRequest::Change(setting)) => *setting,
            other => panic!("{other:?} is not a change"),
        }
    }

    #[test]
    fn lessons_question_has_its_reasons_and_is_valid() {
        let mut room = StageRoom::default();
        let StageRoomRequest::Ask(asked) = room.ask(&quiz(), 3) else { panic!("a question") };
        assert_eq!(asked.check(), Ok(()));
        assert_eq!((asked.right, asked.because.as_deref()), (Some(2), Some("the tag is old\n1: a tag was sent")));
        assert!(room.has_asked_in(3) && !room.has_asked_in(4));
    }

    #[test]
    fn long_reasons_are_left_out_and_the_right_one_stays() {
        let mut long = quiz();
        long.choices[0].why = "x".repeat(3000);
        let StageRoomRequest::Ask(asked) = StageRoom::default().ask(&long, 1) else { panic!("a question") };
        assert_eq!((asked.check(), asked.because.as_deref()), (Ok(()), Some("the tag is old")));
    }

    #[test]
    fn votes_are_shown_then_taken_again_then_revealed_once() {
        let mut room = StageRoom::default();
        assert!(room.why_not_show().is_some() && room.show().is_none());
        room.ask(&quiz(), 1);
        assert!(room.why_not_vote_again().is_some());
        assert_eq!(setting(room.show()).state, QuestionState::Shown);
        assert!(room.why_not_show().is_some());
        let again = setting(room.vote_again());
        assert_eq!((again.state, again.round), (QuestionState::Open, 2));
        assert_eq!(setting(room.reveal()).state, QuestionState::Revealed);
        assert_eq!(room.reveal(), None);
        assert!(room.why_not_vote_again().is_some());
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
        room.on_report(StageRoomReport::Seen(Some(Box::new(seen.clone()))));
        assert_eq!(room.question(), None);
        room.on_report(StageRoomReport::Seen(Some(Box::new(Question { text: "Which?".to_owned(), ..seen }))));
        assert!(room.question().is_some());
    }

    #[test]
    fn trouble_is_told_until_it_is_over() {
        let mut room = StageRoom::default();
        room.on_report(StageRoomReport::Unreachable("no route".to_owned()));
        room.on_report(StageRoomReport::Done(Err("412".to_owned())));
        assert_eq!(room.trouble(), Some("no route"));
        assert_eq!(room.on_report(StageRoomReport::Reachable), None, "nothing was asked");
        assert_eq!(room.trouble(), None);
        room.on_report(StageRoomReport::Done(Err("412".to_owned())));
        assert_eq!(room.trouble(), Some("412"));
        assert_eq!(room.on_report(StageRoomReport::Reachable), None);
        assert_eq!(room.trouble(), Some("412"), "the room was there all the time");
    }

    #[test]
    fn question_is_put_to_a_room_that_comes_back() {
        let mut room = StageRoom::default();
        room.on_report(StageRoomReport::Unreachable("no route".to_owned()));
        let asked = room.ask(&quiz(), 1);
        room.on_report(StageRoomReport::Done(Err("no route".to_owned())));
        assert_eq!(room.on_report(StageRoomReport::Reachable), Some(asked));
    }
}
