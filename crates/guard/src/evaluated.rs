//! The conditions that the guard has evaluated, for a record of the exchange.

use precondition::Evaluation;

/// The evaluated conditions of a request: an extension of its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluatedConditions(pub Vec<Evaluation>);
