//! A check: a row of the table.

use crate::configuration::ProxyChange;
use crate::evidence::Evidence;
use crate::judgement::PathJudgement;

/// A judgement. An error is that of a check that could not be made to its end.
pub(crate) type Judged = Result<PathJudgement, PathJudgement>;

/// Judges the evidence.
pub(crate) type PathJudge = fn(&Evidence) -> Judged;

/// A check: what is asked, how the evidence is judged, and what to do if something is wrong.
#[derive(Debug)]
pub struct PathCheck {
    /// The name, for lists and programs.
    pub name: &'static str,
    /// The question.
    pub asks: &'static str,
    /// The meaning for users if something is wrong: a sentence.
    pub consequence: &'static str,
    /// The remedy, whichever proxy it is: a sentence.
    pub advice: &'static str,
    /// The lines for the configuration of each proxy; empty if the cause is elsewhere.
    pub changes: &'static [ProxyChange],
    /// The judge.
    pub(crate) judge: PathJudge,
}

impl PathCheck {
    /// Judges the evidence. Pure.
    #[must_use]
    pub fn judge(&self, evidence: &Evidence) -> PathJudgement {
        (self.judge)(evidence).unwrap_or_else(|early| early)
    }
}
