//! The leader's question to the room, as everyone sees it and as the leader sets it, and an answer.
//!
//! A question is open, then its counts are shown, then the right choice is revealed. If the room votes again, the
//! counts of the earlier rounds are kept beside the new ones. Choices are numbered from 1, like the digit keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fewest choices of a question.
pub const MIN_CHOICES: usize = 2;
/// The most choices of a question.
pub const MAX_CHOICES: usize = 6;
/// The most bytes of a question's text, as UTF-8.
pub const MAX_QUESTION_BYTES: usize = 2048;
/// The most bytes of a choice, as UTF-8.
pub const MAX_CHOICE_BYTES: usize = 512;
/// The most bytes of the sentence that says why a choice is right, as UTF-8.
pub const MAX_BECAUSE_BYTES: usize = 2048;
/// The most rounds of votes on one question.
pub const MAX_ROUNDS: u32 = 9;

/// The state: it says what the room may do and see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QuestionState {
    /// Participants answer. Only the number of answers is public.
    #[default]
    Open,
    /// No more answers; the counts are public.
    Shown,
    /// The right choice and its reason are public, too.
    Revealed,
}

/// The question as everyone in the room sees it: the body of `GET /api/question`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The id. A question with another text or other choices has another id.
    pub id: String,
    /// The text.
    pub text: String,
    /// The choices, 2 to 6; the first is choice 1.
    pub choices: Vec<String>,
    /// The state: it says what the room may do and see.
    pub state: QuestionState,
    /// The number of the vote on this question, from 1.
    pub round: u32,
    /// How many participants have answered in this round.
    pub answered: u64,
    /// How many participants are in the room.
    ///
    /// These have joined, are not removed, and have an event stream, an answer or a recent request. A client that has
    /// not joined counts if it names an author and has an event stream. A leader counts only with an answer.
    pub people: u64,
    /// How many answers each choice has in this round; absent while the question is open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub counts: Option<Vec<u64>>,
    /// The counts of the earlier rounds, first round first; absent while the question is open.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub earlier: Vec<Vec<u64>>,
    /// The right choice, from 1; absent until it is revealed, or if there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub right: Option<u8>,
    /// Why that choice is right; absent until it is revealed.
    ///
    /// A line that begins with the number of a choice and a colon, such as `2: …`, is for those who chose it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
}

impl Question {
    /// Returns the number of answers and of people in words, such as `17 of 23 have answered`.
    #[must_use]
    pub fn answered_words(&self) -> String {
        let verb = if self.people == 1 { "has" } else { "have" };
        format!("{} of {} {verb} answered", self.answered, self.people)
    }

    /// Returns the lines of `because` that are for everyone.
    pub fn reasons(&self) -> impl Iterator<Item = &str> {
        self.because_lines().filter(|line| self.addressee(line).is_none())
    }

    /// Returns the lines of `because` that are only for those who gave this answer, without its number.
    pub fn reasons_about(&self, choice: u8) -> impl Iterator<Item = &str> {
        let of_choice =
            move |line| self.addressee(line).filter(|(number, _)| *number == choice).map(|(_, words)| words);
        self.because_lines().filter_map(of_choice)
    }

    fn because_lines(&self) -> impl Iterator<Item = &str> {
        self.because.as_deref().unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// Returns the choice that a line of `because` is about, and the words after it.
    fn addressee<'a>(&self, line: &'a str) -> Option<(u8, &'a str)> {
        let (number, words) = line.split_once(": ")?;
        let number =
            (1..).zip(&self.choices).map(|(number, _)| number).find(|choice: &u8| choice.to_string() == number)?;
        Some((number, words))
    }
}

/// The question as the leader sets it: the body of `GET` and `PUT` of `/control/question`.
///
/// With another text or other choices, it is a new question, and its answers begin at none. With the next `round`, the
/// room votes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionSetting {
    /// The text, at most 2,048 bytes.
    pub text: String,
    /// The choices, 2 to 6, at most 512 bytes each.
    #[schemars(length(min = MIN_CHOICES, max = MAX_CHOICES))]
    pub choices: Vec<String>,
    /// The state: it says what the room may do and see.
    #[serde(default)]
    pub state: QuestionState,
    /// The number of the vote, from 1 to 9: the current one, or the next one to vote again.
    #[serde(default = "first_round")]
    #[schemars(range(min = 1, max = MAX_ROUNDS))]
    pub round: u32,
    /// The right choice, from 1. The room does not see it until the state is `revealed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(range(min = 1, max = MAX_CHOICES))]
    pub right: Option<u8>,
    /// Why that choice is right, at most 2,048 bytes.
    ///
    /// The room does not see it until the state is `revealed`. A line that begins with the number of a choice and a
    /// colon is for those who chose it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
}

const fn first_round() -> u32 {
    1
}

/// Why a question cannot be set, in words that follow 'not the expected object:'.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// The text is empty or too long.
    #[error("the text must have 1 to {MAX_QUESTION_BYTES} bytes, and it has {0}")]
    Text(usize),
    /// There are too few choices, or too many.
    #[error("a question has {MIN_CHOICES} to {MAX_CHOICES} choices, and this one has {0}")]
    Choices(usize),
    /// A choice is empty or too long.
    #[error("choice {place} must have 1 to {MAX_CHOICE_BYTES} bytes, and it has {size}")]
    Choice {
        /// The number of the choice, from 1.
        place: usize,
        /// Its bytes.
        size: usize,
    },
    /// Two choices are the same.
    #[error("choices {0} and {1} are the same")]
    SameChoices(usize, usize),
    /// `right` is not the number of a choice.
    #[error("right must be the number of a choice, from 1 to {0}")]
    Right(usize),
    /// The reason is too long.
    #[error("because must have at most {MAX_BECAUSE_BYTES} bytes, and it has {0}")]
    Because(usize),
    /// The number of the round is out of range.
    #[error("round must be from 1 to {MAX_ROUNDS}")]
    Round,
}

impl QuestionSetting {
    /// Returns a new question, which is open.
    #[must_use]
    pub fn new(text: &str, choices: &[&str]) -> Self {
        Self {
            text: text.to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            state: QuestionState::Open,
            round: first_round(),
            right: None,
            because: None,
        }
    }

    /// Returns whether the other setting is about the same question, so that its answers stay.
    #[must_use]
    pub fn is_same_question(&self, other: &Self) -> bool {
        self.text == other.text && self.choices == other.choices
    }

    /// Returns whether this is the question that the room sees, in any state and any round.
    #[must_use]
    pub fn is_question(&self, seen: &Question) -> bool {
        self.text == seen.text && self.choices == seen.choices
    }

    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// The first limit that the question exceeds.
    pub fn check(&self) -> Result<(), QuestionError> {
        if !(1..=MAX_QUESTION_BYTES).contains(&self.text.len()) {
            return Err(QuestionError::Text(self.text.len()));
        }
        if !(MIN_CHOICES..=MAX_CHOICES).contains(&self.choices.len()) {
            return Err(QuestionError::Choices(self.choices.len()));
        }
        for (place, choice) in (1..).zip(&self.choices) {
            if !(1..=MAX_CHOICE_BYTES).contains(&choice.len()) {
                return Err(QuestionError::Choice { place, size: choice.len() });
            }
            if let Some(first) = self.choices.iter().take(place - 1).position(|other| other == choice) {
                return Err(QuestionError::SameChoices(first + 1, place));
            }
        }
        if self.right.is_some_and(|right| !(1..=self.choices.len()).contains(&usize::from(right))) {
            return Err(QuestionError::Right(self.choices.len()));
        }
        if let Some(because) = self.because.as_ref().filter(|because| because.len() > MAX_BECAUSE_BYTES) {
            return Err(QuestionError::Because(because.len()));
        }
        if (1..=MAX_ROUNDS).contains(&self.round) { Ok(()) } else { Err(QuestionError::Round) }
    }
}

/// A participant's answer: the body of `PUT /api/question/answers/{name}`, and of its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswer {
    /// The number of the choice, from 1.
    #[schemars(range(min = 1, max = MAX_CHOICES))]
    pub choice: u8,
    /// The id of the question. If the leader has asked another one since, the answer is refused; optional.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_question_is_written_as_the_http_contract_says() {
        let question = Question {
            id: "q1-5a22".to_owned(),
            text: "Which status?".to_owned(),
            choices: vec!["200".to_owned(), "412".to_owned()],
            state: QuestionState::Open,
            round: 1,
            answered: 17,
            people: 23,
            counts: None,
            earlier: Vec::new(),
            right: None,
            because: None,
        };
        let json = r#"{"id":"q1-5a22","text":"Which status?","choices":["200","412"],"state":"open","round":1,"answered":17,"people":23}"#;
        assert_eq!(serde_json::to_string(&question).unwrap(), json);
        assert_eq!(serde_json::from_str::<Question>(json).unwrap(), question);
    }

    #[test]
    fn reason_is_told_to_everyone_or_to_those_it_is_about() {
        let because = "The tag is old.\n1: No tag was sent.\n3: there is no choice 3\n 2: \n1: Nor a date.";
        let question = Question {
            id: "q1".to_owned(),
            text: "Which?".to_owned(),
            choices: vec!["428".to_owned(), "412".to_owned()],
            state: QuestionState::Revealed,
            round: 1,
            answered: 1,
            people: 1,
            counts: Some(vec![1, 0]),
            earlier: Vec::new(),
            right: Some(2),
            because: Some(because.to_owned()),
        };
        let all: Vec<_> = question.reasons().collect();
        assert_eq!(all, ["The tag is old.", "3: there is no choice 3", "2:"]);
        assert_eq!(question.reasons_about(1).collect::<Vec<_>>(), ["No tag was sent.", "Nor a date."]);
        assert_eq!(question.reasons_about(2).count(), 0);
        assert_eq!(question.answered_words(), "1 of 1 has answered");
    }

    #[test]
    fn setting_needs_only_text_and_choices() {
        let setting: QuestionSetting = serde_json::from_str(r#"{"text":"T","choices":["a","b"]}"#).unwrap();
        assert_eq!(setting, QuestionSetting::new("T", &["a", "b"]));
        assert_eq!(setting.check(), Ok(()));
        assert!(serde_json::from_str::<QuestionSetting>(r#"{"text":"T","choices":["a","b"],"answered":1}"#).is_err());
    }

    #[test]
    fn each_limit_is_checked() {
        let good = QuestionSetting::new("T", &["a", "b"]);
        let with = |change: fn(&mut QuestionSetting)| {
            let mut setting = good.clone();
            change(&mut setting);
            setting.check()
        };
        assert_eq!(with(|s| s.text.clear()), Err(QuestionError::Text(0)));
        assert_eq!(with(|s| s.text = "x".repeat(2049)), Err(QuestionError::Text(2049)));
        assert_eq!(with(|s| s.choices.truncate(1)), Err(QuestionError::Choices(1)));
        assert_eq!(with(|s| s.choices = (0..7).map(|n| n.to_string()).collect()), Err(QuestionError::Choices(7)));
        assert_eq!(with(|s| s.choices[1].clear()), Err(QuestionError::Choice { place: 2, size: 0 }));
        assert_eq!(with(|s| s.choices[0] = "x".repeat(513)), Err(QuestionError::Choice { place: 1, size: 513 }));
        assert_eq!(with(|s| s.choices[1] = "a".to_owned()), Err(QuestionError::SameChoices(1, 2)));
        assert_eq!(with(|s| s.right = Some(0)), Err(QuestionError::Right(2)));
        assert_eq!(with(|s| s.right = Some(3)), Err(QuestionError::Right(2)));
        assert_eq!(with(|s| s.because = Some("x".repeat(2049))), Err(QuestionError::Because(2049)));
        assert_eq!(with(|s| s.round = 0), Err(QuestionError::Round));
        assert_eq!(with(|s| s.round = 10), Err(QuestionError::Round));
        assert_eq!(with(|s| (s.right, s.round) = (Some(2), 9)), Ok(()));
    }
}
