//! A leader's requests about the room's question, and the reports that come back.
//!
//! The stage of a lesson and the screen of a room's leader both use them. Requests are carried out in order, and each
//! gets one [`LeadReport::Done`].

use client::Tagged;
use contract::question::MAX_ROUNDS;
use contract::{EntityTag, Question, QuestionSetting, QuestionState};
use serde::{Deserialize, Serialize};

use crate::action::RoomVoteAction;

/// A request of a leader about the room's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadRequest {
    /// Read the question as the leader set it.
    Read,
    /// Ask a question, or change the one that is asked: show the counts, vote again, or reveal the answer.
    Set {
        /// The question.
        setting: Box<QuestionSetting>,
        /// The question that it replaces.
        over: QuestionGuard,
    },
    /// Withdraw the question.
    Withdraw(QuestionGuard),
}

/// The question that a request replaces: its condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuestionGuard {
    /// Whatever is asked. If it is the same question, its votes are forgotten.
    Whatever,
    /// The question as the request before has left it.
    Mine,
    /// None: it is the first question.
    Nothing,
    /// The question of this tag.
    Tag(EntityTag),
}

/// The question as a leader has set it, and its tag. Answers do not change the tag.
pub type LedSetting = Tagged<QuestionSetting>;

/// Why a request about the question was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadFailure {
    /// Another leader has changed the question meanwhile (412); the question as it is now, if there is one.
    Overtaken(Option<Box<LedSetting>>),
    /// Anything else, in words.
    Failed(String),
}

/// News about the room's question, for a leader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadReport {
    /// A request was carried out, or why not. It has the question as it is now, if there is one.
    Done(Result<Option<Box<LedSetting>>, LeadFailure>),
    /// The question as the room sees it.
    Seen(Option<Box<Question>>),
    /// The room cannot be reached, and why. It is tried again.
    Unreachable(String),
    /// The room can be reached.
    Reachable,
}

impl RoomVoteAction {
    /// Changes a question that is asked.
    pub(crate) const fn apply(self, setting: &mut QuestionSetting) {
        match self {
            Self::Show => setting.state = QuestionState::Shown,
            Self::VoteAgain => {
                setting.state = QuestionState::Open;
                setting.round += 1;
            }
            Self::Reveal => setting.state = QuestionState::Revealed,
        }
    }

    /// Returns why the change is not possible for a question in this state and this round.
    pub(crate) const fn why_not(self, state: QuestionState, round: u32) -> Option<&'static str> {
        match (self, state) {
            (Self::Show, QuestionState::Shown | QuestionState::Revealed) => Some("the room's votes are shown already"),
            (Self::VoteAgain, QuestionState::Open) => Some("the room is voting"),
            (Self::VoteAgain, QuestionState::Shown) if round >= MAX_ROUNDS => Some("the room has voted nine times"),
            (Self::VoteAgain | Self::Reveal, QuestionState::Revealed) => Some("the answer is revealed"),
            (Self::Show | Self::Reveal, QuestionState::Open)
            | (Self::VoteAgain | Self::Reveal, QuestionState::Shown) => None,
        }
    }
}
