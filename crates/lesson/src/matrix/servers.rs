//! The servers of the matrix: one for each policy, and one for each deliberate mistake.

use contract::Policy;
use precondition::policy::{Dates, Etags, Judging, Preconditions};

use crate::script::PolicyChange;

/// The server of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixServer {
    /// The heading.
    pub name: String,
    /// The policy.
    pub policy: Policy,
}

/// Returns the servers in the order of the columns: one for each policy, then one for each mistake.
///
/// A server with a mistake requires preconditions.
#[must_use]
pub fn servers() -> Vec<MatrixServer> {
    let strict = Policy { preconditions: Preconditions::Required, ..Policy::default() };
    let preconditions = [Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];
    let policies = preconditions.map(|preconditions| MatrixServer {
        name: preconditions.as_str().to_owned(),
        policy: Policy { preconditions, ..strict },
    });
    let mistakes = [
        PolicyChange { etags: Some(Etags::Content), ..PolicyChange::default() },
        PolicyChange { etags: Some(Etags::Seconds), ..PolicyChange::default() },
        PolicyChange { judging: Some(Judging::CheckThenAct), ..PolicyChange::default() },
        PolicyChange { dates: Some(Dates::Trusted), ..PolicyChange::default() },
    ]
    .map(|change| MatrixServer { name: change.to_string().replace(" = ", "="), policy: change.applied_to(strict) });
    policies.into_iter().chain(mistakes).collect()
}
