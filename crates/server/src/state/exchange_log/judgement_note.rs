//! The judgement of a request, on its way from the handler to the exchange log.

use std::mem;

use contract::Timestamp;
use precondition::{Evaluation, Judgement, Verdict};

/// The judgement of a request, on its way from the handler to the exchange log.
#[derive(Debug, Clone)]
pub(crate) struct JudgementNote {
    pub(crate) at: Timestamp,
    pub(crate) evaluation: Vec<Evaluation>,
    /// The reason of a refusal, if a condition is false or missing.
    pub(crate) refused: Option<&'static str>,
}

impl JudgementNote {
    /// Moves the evaluation out of a judgement, which is left without one.
    pub(crate) fn new(at: Timestamp, judgement: &mut Judgement) -> Self {
        let refused = match &judgement.verdict {
            Verdict::Failed(failure) => Some(failure.reason.as_str()),
            Verdict::Required(reason) => Some(reason.as_str()),
            _ => None,
        };
        Self { at, evaluation: mem::take(&mut judgement.evaluation), refused }
    }
}
