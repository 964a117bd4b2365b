//! How a request was judged, on its way from its handler to the record.

use std::mem;

use contract::Timestamp;
use precondition::{Evaluation, Judgement, Verdict};

/// How a request was judged, on its way from the handler to the record.
#[derive(Debug, Clone)]
pub(crate) struct JudgementNote {
    pub(crate) at: Timestamp,
    pub(crate) evaluation: Vec<Evaluation>,
    /// The reason of a refusal, if a condition was false or missing.
    pub(crate) refused: Option<&'static str>,
}

impl JudgementNote {
    /// Takes the evaluation over: from here on it is told here, and nowhere else.
    pub(crate) fn new(at: Timestamp, judgement: &mut Judgement) -> Self {
        let refused = match &judgement.verdict {
            Verdict::Failed(failure) => Some(failure.reason.as_str()),
            Verdict::Required(reason) => Some(reason.as_str()),
            _ => None,
        };
        Self { at, evaluation: mem::take(&mut judgement.evaluation), refused }
    }
}
