//! The result of a probe.

use crate::check::Mark;
use crate::finding::CheckFinding;
use crate::verdict::ProbeVerdict;

/// Whether the resource is as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restoration {
    /// Nothing was written.
    NotWritten,
    /// The original is restored.
    Restored,
    /// The original could not be restored, for this reason. It is in the place.
    Failed {
        /// The reason.
        why: String,
        /// The place of the original.
        place: String,
    },
}

/// The result of a probe.
#[derive(Debug, Clone)]
pub struct ProbeReport {
    /// The URL that was probed.
    pub url: String,
    /// Scheme and authority, for curl commands.
    pub origin: String,
    /// The names of the fields that the user gave. Their values may be secrets.
    pub user_fields: Vec<String>,
    /// The file of certificates that the user gave, for commands.
    pub ca_file: Option<String>,
    /// The sentence about all of it.
    pub verdict: ProbeVerdict,
    /// A finding for each check, in the order of the table.
    pub findings: Vec<CheckFinding>,
    /// Sentences about how the probe had to proceed.
    pub notes: Vec<String>,
    /// How many requests were sent.
    pub requests: usize,
    /// Whether the resource is as it was.
    pub restoration: Restoration,
    /// Whether the probe was stopped before its end.
    pub is_stopped: bool,
}

impl ProbeReport {
    /// Returns how many findings have a mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.findings.iter().filter(|finding| finding.mark == mark).count()
    }

    /// Returns whether no check is wrong, and the resource is as it was.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.count(Mark::Wrong) == 0 && !matches!(self.restoration, Restoration::Failed { .. })
    }
}
