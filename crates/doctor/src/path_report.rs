//! The findings of an examination, and a sentence about them.

use std::time::Duration;

use contract::DocumentId;

use crate::check::PathCheck;
use crate::judgement::{PathJudgement, PathMark};
use crate::proxy_kind::ProxyKind;

/// A check with its judgement.
#[derive(Debug, Clone)]
pub struct PathFinding {
    /// The check.
    pub check: &'static PathCheck,
    /// The judgement.
    pub judgement: PathJudgement,
}

/// The fate of the scratch document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScratchState {
    /// It was never created: it was not to be, or the creation was refused.
    NotCreated,
    /// It was deleted, or it was not there when it was to be.
    Deleted(DocumentId),
    /// It may still be there.
    Left(DocumentId),
}

/// The result of an examination.
#[derive(Debug, Clone)]
pub struct PathReport {
    /// The address that was examined in the end.
    pub server: String,
    /// The proxies that name themselves.
    pub proxies: Vec<ProxyKind>,
    /// The fields in which intermediaries name themselves. Text of the network.
    pub signs: Vec<String>,
    /// A finding for each check, in the order of the table.
    pub findings: Vec<PathFinding>,
    /// The fate of the scratch document.
    pub scratch: ScratchState,
    /// How many requests were sent.
    pub requests: usize,
    /// How long the examination took.
    pub elapsed: Duration,
}

impl PathReport {
    /// Returns the findings with a mark.
    pub fn with_mark(&self, mark: PathMark) -> impl Iterator<Item = &PathFinding> {
        self.findings.iter().filter(move |finding| finding.judgement.mark == mark)
    }

    /// Returns whether nothing on the path needs a change, and nothing was left on the server.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let needs_change = self.findings.iter().any(|finding| finding.judgement.mark.needs_change());
        !needs_change && !matches!(self.scratch, ScratchState::Left(_))
    }

    /// Returns a sentence about all findings, without a full stop.
    #[must_use]
    pub fn verdict(&self) -> String {
        let names = |mark| self.with_mark(mark).map(|finding| finding.check.name).collect::<Vec<_>>().join(", ");
        let (broken, weak) = (names(PathMark::Broken), names(PathMark::Weak));
        match (broken.is_empty(), weak.is_empty()) {
            (false, true) => format!("This path is broken for editors of ifmatch: {broken}"),
            (false, false) => format!("This path is broken for editors of ifmatch: {broken}; and weak: {weak}"),
            (true, false) => format!("Editors of ifmatch work through this path; other clients may not: {weak}"),
            (true, true) if matches!(self.scratch, ScratchState::Left(_)) => {
                "Nothing on this path needs a change, but the scratch document is still there".to_owned()
            }
            (true, true) => "Nothing on this path needs a change".to_owned(),
        }
    }
}
