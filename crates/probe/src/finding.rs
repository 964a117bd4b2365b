//! The result of one check.

use crate::check::{CheckId, Mark, ProbeCheck};
use crate::message::{ProbeRequest, ProbeResponse};
use crate::transport::SendError;

/// The result of one check.
#[derive(Debug, Clone)]
pub struct CheckFinding {
    /// The check.
    pub id: CheckId,
    /// The judgement.
    pub mark: Mark,
    /// The observation in words, or the reason why the check was not asked.
    ///
    /// It may contain text of the server.
    pub says: String,
    /// The request that shows it, and its response.
    pub exchange: Option<(ProbeRequest, Result<ProbeResponse, SendError>)>,
    /// For a race: how many writers succeeded, and of how many.
    pub winners: Option<(usize, usize)>,
}

impl CheckFinding {
    /// Returns the finding about a check that was not asked.
    pub(crate) fn not_asked(id: CheckId, says: String) -> Self {
        Self { id, mark: Mark::NotAsked, says, exchange: None, winners: None }
    }

    /// Returns the row of the table.
    #[must_use]
    pub fn check(&self) -> &'static ProbeCheck {
        self.id.check()
    }
}
