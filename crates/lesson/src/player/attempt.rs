//! The learner's attempt at a level: the requests so far, and the goal as it was last judged.

use std::collections::BTreeMap;

use contract::{Author, DocumentId, Exchange};

use super::goal::{GoalClaim, GoalClaimState};
use crate::run_log::{CheckResult, DocumentView};

/// An attempt at a level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelAttempt {
    pub(super) requests: usize,
    pub(super) goal: Vec<CheckResult>,
    pub(super) claims: Vec<GoalClaim>,
    pub(super) reached: Option<usize>,
    /// The line of the step that is played in the level, if one is.
    pub(super) step_line: Option<usize>,
    pub(super) problems: Vec<StepProblem>,
}

/// A step that was played in a level and could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepProblem {
    /// The line of the step in the lesson's file, counted from 1.
    pub line: usize,
    /// The reason, in words.
    pub why: String,
}

impl LevelAttempt {
    /// Returns how many requests clients have sent since the level began.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Returns the checks of the goal as they were last judged; before the first judgement, there are none.
    #[must_use]
    pub fn goal(&self) -> &[CheckResult] {
        &self.goal
    }

    /// Returns the claims of the goal as they were last judged, each with its own state.
    #[must_use]
    pub fn claims(&self) -> &[GoalClaim] {
        &self.claims
    }

    /// Returns whether a claim of the goal cannot hold any more unless the level starts over.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        self.reached.is_none() && self.claims.iter().any(|claim| claim.state == GoalClaimState::OutOfReach)
    }

    /// Returns with how many requests the goal was first reached, or `None` if it was not.
    ///
    /// A goal that was reached stays reached, whatever the learner does next.
    #[must_use]
    pub fn reached(&self) -> Option<usize> {
        self.reached
    }

    /// Returns the steps that were played in the level and could not be carried out.
    #[must_use]
    pub fn problems(&self) -> &[StepProblem] {
        &self.problems
    }
}

/// The observations that a goal is about: those since the level began.
#[derive(Debug, Clone, Default)]
pub(super) struct LevelObservations {
    /// The last exchange of each author that was sent or ended in the level.
    pub(super) last: BTreeMap<Author, Exchange>,
    /// The last exchange of each author with each method that was sent or ended in the level.
    pub(super) last_of: BTreeMap<(Author, String), Exchange>,
    /// The documents of the goal as they were when the level began.
    pub(super) documents_before: BTreeMap<DocumentId, DocumentView>,
}

impl LevelObservations {
    pub(super) fn remember(&mut self, author: &Author, exchange: &Exchange) {
        self.last.insert(author.clone(), exchange.clone());
        self.last_of.insert((author.clone(), exchange.method.clone()), exchange.clone());
    }

    /// Returns the history of a document since the level began.
    pub(super) fn view_since(&self, id: &DocumentId, view: &DocumentView) -> DocumentView {
        let before = self.documents_before.get(id);
        let (versions, lost) = before.map_or((0, 0), |before| (before.versions.len(), before.lost_updates.len()));
        DocumentView {
            document: view.document.clone(),
            versions: view.versions.iter().skip(versions).cloned().collect(),
            lost_updates: view.lost_updates.iter().skip(lost).cloned().collect(),
        }
    }
}
